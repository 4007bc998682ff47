"""Tables from nothing, from older tables, and rows from the archive: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage import corrections
from storage.archive import Archive
from storage.index.database import reading, writing
from storage.index.entry import Entry, entry_of
from storage.index.fulltext import terms
from storage.index.index import Index
from storage.index.tables import documents, meta, metadata
from tests.storage.filling import fill, found
from tests.storage.samples import deposit, record

pytestmark = pytest.mark.server


def test_an_index_of_the_first_tables_is_brought_up_to_date(
    archive: Archive, database: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was indexed before stays findable; what is new in the tables needs a rebuild, and says so."""
    monkeypatch.setattr("storage.index.database.REVISION", "0001")
    monkeypatch.setattr("storage.index.database.HEAD", "0001")
    old = Index(database)
    receipt = archive.put(deposit(1))
    with writing(old.engine) as connection:
        _write_as_before(connection, *entry_of(receipt.record, 1))
    old.close()
    monkeypatch.undo()
    index = Index(database)
    assert found(index, number="4001") == [receipt.id]
    assert found(index, words="ho kinh doanh") == [receipt.id]
    assert index.stale()
    index.rebuild(archive)
    assert not index.stale()
    assert found(index, words="ho kinh doanh") == [receipt.id]
    assert index.get(receipt.id) == entry_of(receipt.record, 1)[0]
    index.close()


def _write_as_before(connection: Connection, entry: Entry, words: str) -> None:
    row = {
        name: value
        for name, value in asdict(entry).items()
        if name not in ("other_subjects", "number_marks", "uses", "names", "doubts", "due")
    }
    row["generation"] = 0
    names = ", ".join(row)
    connection.execute(
        text(f"INSERT INTO documents ({names}) VALUES ({', '.join(':' + name for name in row)})"),
        row,
    )
    vector = "array_to_tsvector(string_to_array(:terms, ' '))"
    statement = {
        "sqlite": "INSERT INTO words (rowid, terms) VALUES (:position, :terms)",
        "postgresql": f"INSERT INTO words (position, vector) VALUES (:position, {vector})",
    }[connection.dialect.name]
    connection.execute(text(statement), {"position": entry.position, "terms": terms(words)})


def snapshot(index: Index) -> tuple[list[Entry], list[str]]:
    words = [
        row for word in ("quyet", "dinh", "cong", "nhan", "thu", "3") for row in found(index, words=word)
    ]
    return list(index.entries()), words


def test_rebuilt_is_identical(archive: Archive, index: Index, tmp_path: Path) -> None:
    ids = fill(archive, index, 12)
    for receipt in (
        corrections.confirm(archive, ids[3], record(4, excerpt="Về việc thu hồi đất"), by="a"),
        corrections.revoke(archive, ids[5], by="a", reason="sai"),
        corrections.link_duplicate(archive, ids[0], ids[1], by="a"),
        *corrections.supersede(archive, ids[7], newer=ids[8], by="a", reason="cấp lại"),
    ):
        index.add(receipt.record, receipt.version)
    live = snapshot(index)
    fresh = Index(tmp_path / "fresh.sqlite")
    assert fresh.rebuild(archive).documents == 12
    assert list(fresh.entries()) == live[0]
    ghost = index.get(ids[2])
    assert ghost is not None
    index.add_entries([(replace(ghost, id="ghost", position=1), "ma")])
    with writing(index.engine) as connection:
        connection.execute(
            documents.update().where(documents.c.id == ids[4]).values(title="falsch", version=9)
        )
    rebuilt = index.rebuild(archive)
    assert (rebuilt.documents, rebuilt.removed, rebuilt.damaged) == (12, 1, ())
    assert snapshot(index) == live


def test_a_killed_rebuild_goes_on(
    archive: Archive, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(archive, index, 9)
    live = snapshot(index)
    monkeypatch.setattr("storage.index.rebuild.BATCH", 2)
    done: list[int] = []

    def stop(batch: int) -> None:
        done.append(batch)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.rebuild(archive, progress=stop, resume=tmp_path / "note")
    rest: list[int] = []
    assert index.rebuild(archive, progress=rest.append, resume=tmp_path / "note").documents == 5
    assert sum(rest) == 5
    assert snapshot(index) == live
    assert index.rebuild(archive, resume=tmp_path / "note").documents == 9


def test_a_rebuild_passes_over_no_row_of_others(archive: Archive, index: Index) -> None:
    """Rows that claim a later version and generation, and a note that all was done but the last."""
    ids = fill(archive, index, 4)
    live = snapshot(index)
    ghost = index.get(ids[2])
    assert ghost is not None
    index.add_entries([(replace(ghost, id="ghost", position=1), "ma")])
    with writing(index.engine) as connection:
        connection.execute(documents.update().values(title="falsch", version=9, generation=2**31 - 1))
        connection.execute(meta.delete().where(meta.c.name == "rebuild"))
        connection.execute(meta.insert().values(name="rebuild", value=f"{2**31 - 1} {max(ids)}"))
    rebuilt = index.rebuild(archive)
    assert (rebuilt.documents, rebuilt.removed) == (4, 1)
    assert snapshot(index) == live


def test_two_rebuilds_side_by_side_lose_nothing(archive: Archive, index: Index) -> None:
    fill(archive, index, 6)
    live = snapshot(index)
    with ThreadPoolExecutor(2) as pool:
        assert [one.documents for one in pool.map(lambda _: index.rebuild(archive), range(2))] == [6, 6]
    assert snapshot(index) == live


def test_a_damaged_object_is_named_and_the_rest_indexed(archive: Archive, index: Index) -> None:
    ids = fill(archive, index, 3)
    key = archive.root.locate(archive.root.inventory(f"urn:uuid:{ids[1]}"), "record.json")[1]
    (Path(archive.root.store.name) / key).write_bytes(b"{}")
    rebuilt = index.rebuild(archive)
    assert rebuilt.damaged == (ids[1],)
    assert rebuilt.documents == 2


def test_migrations_make_the_tables(index: Index) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with reading(index.engine) as connection:
        context = MigrationContext.configure(connection)
        differences = [d for d in compare_metadata(context, metadata) if "words" not in str(d)]
    assert differences == []


def test_migrations_are_one_line() -> None:
    """Two that were written side by side would leave every fresh home without tables."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from storage.index.tables import REVISION

    config = Config()
    config.set_main_option("script_location", "storage/index/migrations")
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [REVISION]
    names = [path.name[:4] for path in Path("storage/index/migrations/versions").glob("0*.py")]
    assert len(names) == len(set(names))


def test_a_record_with_a_nul_is_indexed_without_it(archive: Archive, index: Index) -> None:
    """PostgreSQL takes no NUL; a record that was kept with one must not stop the rebuild."""
    kept = archive.put(deposit(1, source="a\0.png", text="quyết\0 định"))
    assert index.rebuild(archive).documents == 1
    found = index.get(kept.id)
    assert found is not None
    assert found.source == "a.png"
