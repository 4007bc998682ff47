"""An administrator of the database, on SQLite and PostgreSQL: what he leaves standing there, and what he writes into rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from storage.audit import Access
from storage.index.database import writing
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
    },
    "postgresql": {
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


def test_what_stands_between_us_and_the_log_is_told(database: Path | str, tmp_path: Path) -> None:
    """Lines that the database drops by itself leave no gap; that something drops them is told."""
    office = Office(tmp_path, database=database)
    assert office.verify() == []
    for kind, statements in STANDING[office.index.engine.dialect.name].items():
        _run(office, *statements)
        if kind in {"trigger", "rule"}:
            office.log.append(Access("evil", "view", office.ids[0], "", ""))
            office.log.append(Access("good", "find", "", "", ""))
        assert [fault for fault in office.verify() if kind in fault], kind
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
