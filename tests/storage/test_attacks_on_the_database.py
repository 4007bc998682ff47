"""An administrator of the database, on SQLite and PostgreSQL: what he leaves standing there, and what he writes into rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from schemas.errors import ExitStatus, IndexDamaged, LogNotKept
from storage.audit import AuditLog
from storage.audit_lines import Access
from storage.audit_restore import restore
from storage.audit_verify import verify_log
from storage.authenticity import document_faults
from storage.index.database import writing
from storage.index.index import Index
from storage.model import document_object
from tests.storage.office import Office, day

pytestmark = pytest.mark.server

_FUNCTION = (
    "CREATE FUNCTION drop_it() RETURNS trigger AS $$ BEGIN"
    " IF NEW.line LIKE '%evil%' THEN RETURN NULL; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
)

STANDING: dict[str, dict[str, tuple[str, ...]]] = {
    "sqlite": {
        "trigger": (
            "CREATE TRIGGER t AFTER INSERT ON audit WHEN NEW.line LIKE '%evil%' BEGIN"
            " DELETE FROM audit WHERE sequence = NEW.sequence; END",
        ),
        "column hidden": ("ALTER TABLE audit ADD COLUMN hidden TEXT DEFAULT 'x'",),
        "index one_a_day": ("CREATE UNIQUE INDEX one_a_day ON audit (day, line)",),
        "constraint": (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, 'digest VARCHAR', 'digest VARCHAR CHECK (line NOT LIKE ''%nobody%'')')"
            " WHERE name = 'audit'",
            "PRAGMA writable_schema = RESET",
        ),
        "words of its own": (
            "ALTER TABLE concerned RENAME TO kept",
            "CREATE VIRTUAL TABLE concerned USING fts5(document, sequence)",
            "INSERT INTO concerned SELECT document, sequence FROM kept",
            "DROP TABLE kept",
        ),
        "of its own in audit": (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, 'PRIMARY KEY (sequence)', 'PRIMARY KEY (sequence) ON CONFLICT REPLACE')"
            " WHERE name = 'audit'",
            "PRAGMA writable_schema = RESET",
        ),
        "is damaged": (  # looks right, and finds no version of anything
            "DROP INDEX audit_object",
            "CREATE INDEX audit_object ON audit (line, sequence)",
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, '(line,', '(object,') WHERE name = 'audit_object'",
            "PRAGMA writable_schema = RESET",
        ),
    },
    "postgresql": {
        "column hidden": ("ALTER TABLE audit ADD COLUMN hidden TEXT DEFAULT 'x'",),
        "index one_a_day": ("CREATE UNIQUE INDEX one_a_day ON audit (day, line)",),
        "constraint never": ("ALTER TABLE audit ADD CONSTRAINT never CHECK (line NOT LIKE '%nobody%')",),
        "does not hold all rows": (
            "DROP INDEX audit_object",
            "CREATE INDEX audit_object ON audit (object, sequence) WHERE sequence > 1000",
        ),
        "trigger": (
            _FUNCTION,
            "CREATE TRIGGER t BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION drop_it()",
        ),
        "rule": ("CREATE RULE r AS ON INSERT TO audit WHERE NEW.line LIKE '%evil%' DO INSTEAD NOTHING",),
        "row security": (
            "ALTER TABLE audit ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY p ON audit USING (line NOT LIKE '%evil%')",
        ),
        "among those of": ("CREATE TABLE more () INHERITS (audit)",),
        "is no plain table": (
            "ALTER TABLE audit RENAME TO kept",
            f"CREATE VIEW audit AS SELECT * FROM kept WHERE day <> '{day(9)}'",
        ),
    },
}


def _run(office: Office, *statements: str) -> None:
    with writing(office.index.engine) as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_line_that_the_database_refuses_is_told_as_that(database: Path | str, tmp_path: Path) -> None:
    office = Office(tmp_path, database=database)
    tip = office.log.tip()
    assert tip is not None
    _run(office, f"CREATE UNIQUE INDEX one_a_day ON audit (day) WHERE sequence >= {tip.sequence}")
    with pytest.raises(LogNotKept):
        office.log.append(Access("officer", "view", office.ids[0], "", ""))
    office.index.close()


def test_a_version_that_is_filed_under_bytes_is_known(tmp_path: Path) -> None:
    """SQLite takes any kind of value in any column."""
    office = Office(tmp_path)
    id = document_object(office.ids[1])
    _run(office, f"UPDATE audit SET object = CAST(object AS BLOB) WHERE object = '{id}'")
    office.roll_back(office.ids[1], 1)
    assert [damage.object for damage in office.check().damages] == [id]
    assert any("filed under another object" in fault for fault in office.verify())
    office.index.close()


def test_a_line_that_is_filed_where_it_does_not_belong_stops_nobody(
    database: Path | str, tmp_path: Path
) -> None:
    """A look, and the version of another document: the verification tells them, what is known of the document stays."""
    office = Office(tmp_path, database=database)
    one, other = (document_object(id) for id in office.ids[:2])
    _run(office, f"UPDATE audit SET object = '{one}' WHERE sequence = 1 OR object = '{other}'")
    assert document_faults(office.archive, office.log, office.ids[0]) == []
    assert office.check().damages == []
    assert any("filed under another object" in fault for fault in office.verify())
    office.index.close()


def test_what_stands_between_us_and_the_log_is_told(database: Path | str, tmp_path: Path) -> None:
    """Lines that the database drops by itself leave no gap; that something drops them is told."""
    office = Office(tmp_path, database=database)
    assert office.verify() == []
    for kind, statements in STANDING[office.index.engine.dialect.name].items():
        _run(office, *statements)
        if kind in {"trigger", "rule"}:
            with pytest.raises(LogNotKept):
                office.log.append(Access("evil", "view", office.ids[0], "", ""))
            office.log.append(Access("good", "find", "", "", ""))
        assert [fault for fault in office.verify() if kind in fault], kind
    office.index.close()


MEANWHILE: dict[str, dict[str, tuple[str, ...]]] = {
    "sqlite": {
        "another name in it": (
            "CREATE TRIGGER t AFTER INSERT ON audit WHEN NEW.line LIKE '%evil%' BEGIN"
            " UPDATE audit SET line = replace(line, 'evil', 'good') WHERE sequence = NEW.sequence; END",
        ),
        "another day": (
            "CREATE TRIGGER t AFTER INSERT ON audit WHEN NEW.line LIKE '%evil%' BEGIN"
            " UPDATE audit SET day = '2099-01-01' WHERE sequence = NEW.sequence; END",
        ),
        "dropped": STANDING["sqlite"]["trigger"],
        "changed": (
            "CREATE TRIGGER t AFTER INSERT ON audit WHEN NEW.line LIKE '%evil%' BEGIN"
            " UPDATE audit SET line = replace(line, 'evil', 'good'), digest = 'of that' WHERE sequence = NEW.sequence; END",
        ),
        "instead of the one before": (
            "CREATE TRIGGER t AFTER INSERT ON audit WHEN NEW.line LIKE '%evil%' BEGIN"
            " DELETE FROM audit WHERE sequence = NEW.sequence - 1;"
            " UPDATE audit SET sequence = sequence - 1 WHERE sequence = NEW.sequence; END",
        ),
    },
    "postgresql": {
        "dropped": STANDING["postgresql"]["trigger"],
        "dropped by a rule": STANDING["postgresql"]["rule"],
        "changed": (
            "CREATE FUNCTION change_it() RETURNS trigger AS $$ BEGIN"
            " NEW.line = replace(NEW.line, 'evil', 'good'); NEW.digest = 'of that'; RETURN NEW; END $$ LANGUAGE plpgsql",
            "CREATE TRIGGER t BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION change_it()",
        ),
        "dropped at the very end": (
            "CREATE FUNCTION drop_late() RETURNS trigger AS $$ BEGIN"
            " DELETE FROM audit WHERE sequence = NEW.sequence AND line LIKE '%evil%'; RETURN NULL; END $$ LANGUAGE plpgsql",
            "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION drop_late()",
        ),
    },
}


def test_nobody_is_answered_whose_line_the_database_does_not_keep(
    database: Path | str, tmp_path: Path
) -> None:
    """What stood there and was taken away before anybody verified: nothing was shown meanwhile, and no line is missed."""
    office = Office(tmp_path, database=database)
    dialect = office.index.engine.dialect.name
    for kind, statements in MEANWHILE[dialect].items():
        _run(office, *statements)
        for write in (
            lambda: office.log.append(Access("evil", "view", office.ids[0], "", "")),
            lambda: office.log.append(Access("evil", "view", office.ids[0], "", ""), at=datetime.now(UTC)),
            lambda: office.log.versions.note("urn:evil", 1, ""),
        ):
            with pytest.raises(LogNotKept):
                write()
            assert kind
        on = " ON audit" if dialect == "postgresql" else ""
        _run(office, f"DROP RULE r{on}" if "rule" in kind else f"DROP TRIGGER t{on}")
        office.log.append(Access("good", "find", "", "", ""))
    office.index.close()


def test_rows_of_the_log_and_of_documents(database: Path | str, tmp_path: Path) -> None:
    """Found by the log's verification, each by itself; a rebuild makes rows of documents anew."""
    attacks = (
        "UPDATE audit SET object = NULL WHERE object IS NOT NULL",
        "DELETE FROM audit WHERE sequence = 5",
        "UPDATE audit SET line = 'null' WHERE sequence = 3",
        "UPDATE audit SET digest = upper(digest) WHERE sequence = (SELECT max(sequence) FROM audit)",
        "INSERT INTO audit VALUES (9223372036854775807, '2026-11-30', '{}', 'x', NULL)",
        "DELETE FROM audit",
    )
    office = Office(tmp_path, database=database)
    with writing(office.index.engine) as connection:
        connection.execute(text("CREATE TABLE aside AS SELECT * FROM audit"))
    for attack in attacks:
        _run(office, attack)
        assert office.verify(), attack
        _run(office, "DELETE FROM audit", "INSERT INTO audit SELECT * FROM aside")
        assert office.verify() == []
    office.index.rebuild(office.archive)
    before = list(office.index.entries())
    _run(
        office, "UPDATE documents SET title = 'x', subject_id = '001', version = 99, generation = 2147483647"
    )
    office.index.rebuild(office.archive)
    assert list(office.index.entries()) == before
    office.index.close()


def test_a_dropped_table_of_the_log_is_told_as_that_and_comes_back(
    database: Path | str, tmp_path: Path
) -> None:
    """No server to be looked for: what is lost is told, and with the closed days the table comes back."""
    office = Office(tmp_path, database=database)
    archived = office.log.count()
    _run(office, "DROP TABLE concerned", "DROP TABLE audit")
    for ask in (office.verify, office.check, office.log.tip):
        with pytest.raises(IndexDamaged, match="audit") as told:
            ask()
        assert told.value.status is ExitStatus.FAULT
        assert "restore-audit" in told.value.hint
    assert restore(office.log) > 0
    assert 0 < office.log.count() < archived, "the lines of days that were not closed are lost, and stay told"
    assert any("a document was sealed when the log had another line" in fault for fault in office.verify())
    office.index.close()


@pytest.mark.parametrize(
    "attack", ["ALTER TABLE audit RENAME COLUMN digest TO other", "DROP TABLE alembic_version"]
)
def test_tables_that_are_not_ours_any_more_are_told_as_that(
    database: Path | str, tmp_path: Path, attack: str
) -> None:
    office = Office(tmp_path, database=database)
    _run(office, attack)
    office.index.close()
    with pytest.raises(IndexDamaged):
        verify_log(AuditLog(Index(database).engine, office.archive))


def test_a_file_that_is_no_database_is_told_as_that(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.index.close()
    (tmp_path / "index.sqlite").write_bytes(b"nothing of the kind\n" * 1000)
    with pytest.raises(IndexDamaged):
        Index(tmp_path / "index.sqlite")
