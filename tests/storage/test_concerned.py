"""Lines of the log are found by the documents that they concern: also old ones, and after a restore."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, insert, inspect, select

from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_lines import Access
from storage.audit_restore import restore
from storage.audit_verify import verify_log
from storage.index.database import open_database, reading, writing
from storage.index.tables import audit, concerned
from storage.stores.folder import FolderStore

ONE, OTHER = "0b0e5a3e-0000-5000-8000-000000000001", "0b0e5a3e-0000-5000-8000-000000000002"


def look(*objects: str, action: str = "view") -> Access:
    return Access("lan", action, " ".join(objects), "here", "")


def about(log: AuditLog, *ids: str) -> list[str]:
    return [line["action"] for line in log.about(ids, most=10)]


@pytest.fixture
def filled(tmp_path: Path) -> AuditLog:
    archive = Archive(FolderStore(tmp_path / "archive", create=True), create=True)
    log = AuditLog(open_database(tmp_path / "log.sqlite"), archive)
    log.append(look(ONE, OTHER, action="find"), look(f"{ONE}/pdf", action="get"), look("x\0y " + "z" * 900))
    log.versions.note(ONE, 1, "digest")
    return log


def test_the_newest_first_and_no_versions(filled: AuditLog) -> None:
    assert about(filled, ONE) == ["get", "find"]
    assert about(filled, OTHER) == ["find"]
    assert about(filled, ONE, OTHER) == ["get", "find"]
    assert about(filled, ONE[:8]) == []


def test_what_hides_a_look_is_found_and_restored(filled: AuditLog) -> None:
    with writing(filled.engine) as connection:
        connection.execute(delete(concerned).where(concerned.c.sequence == 2))
        connection.execute(insert(concerned).values(document=OTHER, sequence=2))
    assert [finding.sequence for finding in verify_log(filled)] == [2]
    restore(filled)
    assert verify_log(filled) == []
    assert about(filled, ONE) == ["get", "find"]


def test_the_look_up_reads_no_other_lines(filled: AuditLog) -> None:
    with writing(filled.engine) as connection:
        chosen = select(concerned.c.sequence).where(concerned.c.document == ONE)
        plan = " ".join(map(str, connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN " + str(chosen.compile(filled.engine, compile_kwargs={"literal_binds": True}))
        )))  # fmt: skip
    assert "SEARCH concerned" in plan


@pytest.mark.slow
@pytest.mark.server
def test_lines_of_before_are_found_once_the_tables_are_new(
    database: Path | str, filled: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log of before the table (migration 0014) gives the same answers: more lines than are looked at in one go."""
    filled.append(*(look(f"{number}-of-many") for number in range(6000)))
    filled.append(look(OTHER, action="confirm"))
    with reading(filled.engine) as connection:
        lines = [dict(row._mapping) for row in connection.execute(select(audit))]
    monkeypatch.setattr("storage.index.database.REVISION", "0013")
    monkeypatch.setattr("storage.index.database.HEAD", "0013")
    before = open_database(database)
    with writing(before) as connection:
        assert not inspect(connection).has_table("concerned")
        connection.execute(insert(audit), lines)
    before.dispose()
    monkeypatch.undo()
    migrated = AuditLog(open_database(database), filled.archive)
    assert list(migrated.filed()) == list(filled.filed())
    assert about(migrated, ONE, OTHER) == about(filled, ONE, OTHER) == ["confirm", "get", "find"]
    assert about(migrated, "5999-of-many") == ["view"]
    assert verify_log(migrated) == []
    migrated.append(look(ONE, action="revoke"))
    assert about(migrated, ONE) == ["revoke", "get", "find"]
    migrated.engine.dispose()
