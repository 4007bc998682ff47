"""The index, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, text

from schemas.errors import IndexUnreachable, UsageError
from schemas.records import State, Subject
from storage import corrections
from storage.archive import Archive
from storage.index import fulltext, merging, segments
from storage.index.database import reading, writing
from storage.index.entry import Entry, entry_of
from storage.index.find import Query
from storage.index.fulltext import terms
from storage.index.index import Index
from storage.index.tables import documents, metadata
from storage.index.words import agency_key, number_key, search_terms
from storage.stores.folder import FolderStore
from tests.storage.samples import Clock, deposit, record

pytestmark = pytest.mark.server


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FolderStore(tmp_path / "archive", create=True), create=True, clock=Clock())


def fill(archive: Archive, index: Index, count: int) -> list[str]:
    ids = []
    for number in range(1, count + 1):
        receipt = archive.put(
            deposit(number, perceptual_hash=f"{number * 0x9E3779B97F4A7C15**4 % 2**256:064x}")
        )
        index.add(receipt.record, receipt.version)
        ids.append(receipt.id)
    return ids


def found(index: Index, **query: object) -> list[str]:
    return [row.id for row in index.find(Query(**query)).rows]  # type: ignore[arg-type]


def test_by_what_people_know(archive: Archive, index: Index) -> None:
    ids = fill(archive, index, 5)
    assert found(index, subject="079301000003") == [ids[2]]
    for typed in ("4003/QĐ-UBND", "4003 qd ubnd", "4003qđubnd", "04003/QD-UBND", "4003", "4003/qđ"):
        assert found(index, number=typed) == [ids[2]], typed
    assert found(index, number="400") == []
    assert found(index, number="?") == []
    assert len(found(index, type="administrative_document", state="unconfirmed")) == 5
    assert found(index, state="confirmed") == []
    assert len(found(index, agency="ubnd phường bến nghé")) == 5
    assert len(found(index, agency="Bến Nghé")) == 5
    assert found(index, agency="ubnd phường sài gòn") == []
    assert len(found(index, issued_from=date(2025, 3, 5), issued_to=date(2025, 3, 5))) == 5
    assert found(index, issued_from=date(2025, 3, 6)) == []
    assert found(index, issued_to=date(2025, 3, 4)) == []
    assert len(found(index, archived_from=date(2026, 3, 2), archived_to=date(2026, 3, 2))) == 5
    assert found(index, archived_to=date(2026, 3, 1)) == []
    assert len(found(index, valid_on=date(2026, 1, 1))) == 5
    assert found(index, scan_sha256=deposit(4).scan_ref.sha256) == [ids[3]]


@pytest.mark.parametrize(
    "typed", ["đăng ký hộ kinh doanh", "dang ky ho kinh doanh", '"hộ kinh doanh"', "ĐĂNG KÝ", "đỗ thị"]
)
def test_words_with_and_without_tones(archive: Archive, index: Index, typed: str) -> None:
    ids = fill(archive, index, 2)
    assert found(index, words=typed) == ids[::-1]


def test_words_that_are_not_there(archive: Archive, index: Index) -> None:
    fill(archive, index, 2)
    assert found(index, words="kết hôn") == []
    assert found(index, words='"kinh hộ"') == []
    assert found(index, words="!!!") == []
    assert found(index, words="it's \" OR 1=1; -- :x &|!()*") == []


def test_pages_follow_one_another(archive: Archive, index: Index) -> None:
    ids = fill(archive, index, 7)
    seen, after = [], None
    for _ in range(4):
        page = index.find(Query(words="quyết định", limit=2, after=after))
        seen += [row.id for row in page.rows]
        after = page.next
    assert seen == ids[::-1]
    assert after is None
    with pytest.raises(UsageError):
        index.find(Query(limit=0))


def test_it_follows_changes_and_never_goes_back(archive: Archive, index: Index) -> None:
    (id,) = fill(archive, index, 1)
    old = archive.record(id)
    receipt = corrections.confirm(archive, id, record(1, excerpt="Về việc thu hồi đất"), by="officer")
    index.add(receipt.record, receipt.version)
    index.add(old, 1)  # a slow worker
    entry = index.get(id)
    assert entry is not None
    assert (entry.version, entry.state) == (2, State.CONFIRMED)
    assert found(index, words='"thu hồi đất"') == [id]
    assert found(index, words='"công nhận hộ"') == []
    index.remove(id)
    assert found(index, words="thu hoi dat") == []
    assert index.count() == 0


def test_near_duplicates_by_look(archive: Archive, index: Index) -> None:
    fill(archive, index, 5)
    look = int("c3a5" * 16, 16)
    receipt = archive.put(deposit(70, perceptual_hash=f"{look:064x}", record=record(70, number="1/NQ")))
    index.add(receipt.record, 1)
    for wrong, near in (
        (0xFFFFFFFF << 100, True),
        (sum(0b11 << 16 * piece for piece in range(15)), True),
        ((1 << 41) - 1, False),
        (sum(0b1 << 16 * piece for piece in range(16)), False),  # a bit in each piece: looked for, not found
    ):
        probe = receipt.record.model_copy(update={"id": "other", "perceptual_hash": f"{look ^ wrong:064x}"})
        probe = probe.model_copy(update={"record": record(71, number="2/NQ"), "text": ""})
        assert [e.id for e in index.near_duplicates(probe)] == ([receipt.id] if near else [])


def test_near_duplicates_by_numbers_and_by_key(archive: Archive, index: Index) -> None:
    fill(archive, index, 5)
    text = "Số 120/GKS, ngày 05/03/2025, CCCD 079301004567, điện thoại 0912 345 678, lô {}"
    first = archive.put(deposit(80, text=text.format("1234"), record=record(80)))
    index.add(first.record, 1)
    again = archive.put(deposit(81, text=text.format("1284"), record=record(81))).record
    assert [e.id for e in index.near_duplicates(again)] == [first.id]
    other = archive.put(deposit(82, text="Số 121/GKS, ngày 06/04/2024, 079302001111", record=record(82)))
    assert index.near_duplicates(other.record) == []
    rescan = archive.put(deposit(83, record=record(3))).record
    assert [e.number for e in index.near_duplicates(rescan)] == ["4003/QĐ-UBND"]


def test_every_subject_finds_the_paper(archive: Archive, index: Index) -> None:
    wife, husband = (
        Subject(id="001190000001", name="Trần Thị Mơ"),
        Subject(id="001089000002", name="Lê Văn Sơn"),
    )
    both = replace(record(50), subject=wife, subjects=(wife, husband))
    receipt = archive.put(deposit(50, record=both))
    index.add(receipt.record, 1)
    fill(archive, index, 3)
    for query in ({"subject": wife.id}, {"subject": husband.id}, {"words": '"le van son"'}):
        assert found(index, **query) == [receipt.id]
    assert found(index, subject=husband.id, type="birth_certificate") == []
    before = list(index.entries())
    index.rebuild(archive)
    assert list(index.entries()) == before
    assert found(index, subject=husband.id) == [receipt.id]
    alone = replace(both, subjects=())
    corrected = corrections.correct(archive, receipt.id, alone, by="officer", reason="nhầm")
    index.add(corrected.record, corrected.version)
    assert found(index, subject=husband.id) == []
    assert found(index, subject=wife.id) == [receipt.id]


def test_segments_by_age(archive: Archive, postgresql_index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    index = postgresql_index
    monkeypatch.setattr("storage.index.segments.SEGMENT", 4)
    ids = []
    for number in range(1, 31):
        receipt = archive.put(deposit(number))
        index.add(receipt.record, 1)
        ids.append(receipt.id)
        segments.make_room(index.engine)
    with reading(index.engine) as connection:
        assert sorted(_sizes(connection)) == [0, *[5] * 6]
    seen, after = [], None
    while True:
        page = index.find(Query(words="hộ kinh doanh", limit=7, after=after))
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == ids[::-1]
    assert found(index, words="4003") == [ids[2]]
    changed = corrections.correct(archive, ids[1], record(2, excerpt="Về thu hồi đất"), by="a", reason="sai")
    index.add(changed.record, changed.version)
    assert found(index, words="thu hồi đất") == [ids[1]]
    index.remove(ids[1])
    assert found(index, words="thu hồi đất") == []


def test_segments_that_grow_in_no_order_are_halved(
    archive: Archive, postgresql_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = postgresql_index
    monkeypatch.setattr("storage.index.segments.SEGMENT", 4)
    receipts = [archive.put(deposit(number)) for number in range(1, 31)]
    for receipt in receipts[20:]:
        index.add(receipt.record, 1)
    segments.make_room(index.engine)
    for receipt in receipts[:20]:
        index.add(receipt.record, 1)
    with reading(index.engine) as connection:
        for _ in range(4):
            fulltext.tidy(connection)
            segments.make_room(index.engine)
        sizes = _sizes(connection)
    assert len(sizes) >= 4
    assert max(sizes) <= 8
    assert sum(sizes) == 30
    assert found(index, words="hộ kinh doanh", limit=100) == [r.id for r in reversed(receipts)]


def test_old_segments_are_merged_while_others_write(
    archive: Archive, postgresql_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is corrected, removed and added after the copy was made is in the merged segment as it is now."""
    index = postgresql_index
    monkeypatch.setattr("storage.index.segments.SEGMENT", 4)
    monkeypatch.setattr("storage.index.merging.SEGMENT", 4)
    monkeypatch.setattr("storage.index.merging.FAN", 4)
    receipts = []
    for number in range(1, 31):
        receipts.append(archive.put(deposit(number)))
        index.add(receipts[-1].record, 1)
        segments.make_room(index.engine)
    with reading(index.engine) as connection:
        before = segments.lows(connection)
    one, other = receipts[1].id, receipts[6].id
    done: list[str] = []

    @event.listens_for(index.engine, "before_cursor_execute")
    def meanwhile(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("LOCK TABLE ONLY words") and not done:
            done.append(statement)
            changed = corrections.correct(
                archive, one, record(2, excerpt="Về thu hồi đất"), by="a", reason="sai"
            )
            index.add(changed.record, changed.version)
            index.remove(other)
            entry = entry_of(receipts[2].record, 1)[0]
            index.add_entries([(replace(entry, id="late", position=entry.position + 1), "muon")])

    index.tidy()
    assert done
    with reading(index.engine) as connection:
        now = segments.segments(connection)
        assert [segment.merged for segment in now] == [True, False, False, False]
        assert sorted(_sizes(connection)) == [0, 5, 5, 20]
        assert [segment.low for segment in reversed(now[-2:])] == before[:2]
    assert found(index, words="thu hồi đất") == [one]
    assert found(index, words="muộn") == ["late"]
    left = [receipt.id for receipt in reversed(receipts) if receipt.id not in (one, other)]
    assert found(index, words="công nhận hộ kinh doanh", limit=100) == left
    for number in range(31, 40):  # it goes on as before
        receipts.append(archive.put(deposit(number)))
        index.add(receipts[-1].record, 1)
        segments.make_room(index.engine)
    assert found(index, words="công nhận hộ kinh doanh", limit=1) == [receipts[-1].id]


@given(st.lists(st.integers(1, 60_000), min_size=2, max_size=500))
def test_merging_leaves_few_segments(sizes: list[int]) -> None:
    """Fewer than eight of like size that are neighbours, and those that are full; no text is copied often."""
    found = [segments.Segment(low, texts, merged=False) for low, texts in enumerate(sizes)]
    rounds = 0
    while chosen := merging.groups(found):
        rounds += 1
        lows = [one.low for one in found]
        for group in chosen:
            start = lows.index(group[0])
            assert lows[start : start + len(group)] == group
            texts = sum(one.texts for one in found if one.low in group)
            assert texts <= merging.MOST
            merged = segments.Segment(group[0], texts, merged=True)
            found = sorted([one for one in found if one.low not in group] + [merged], key=lambda s: s.low)
            lows = [one.low for one in found]
    assert [one.texts for one in found[-2:]] == sizes[-2:]
    assert sum(one.texts for one in found) == sum(sizes)
    assert rounds <= 3
    if len(sizes) < 64:
        assert len(found) <= 2 + 8 + 7


def _sizes(connection: Connection) -> list[int]:
    names = connection.scalars(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'words'::regclass")
    )
    return [connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in list(names)]


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
        if name not in ("other_subjects", "number_marks", "uses", "names")
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


def test_a_killed_rebuild_goes_on(archive: Archive, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(archive, index, 9)
    live = snapshot(index)
    monkeypatch.setattr("storage.index.rebuild.BATCH", 2)
    done: list[int] = []

    def stop(batch: int) -> None:
        done.append(batch)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.rebuild(archive, progress=stop)
    rest: list[int] = []
    assert index.rebuild(archive, progress=rest.append).documents == 5
    assert sum(rest) == 5
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


def test_many_writers(database: Path | str, archive: Archive, index: Index) -> None:
    """Three processes write the same and different rows at once."""
    fill(archive, index, 1)
    script = (
        "import sys; from pathlib import Path; from tests.storage.test_index import *\n"
        "a = Archive(FolderStore(Path(sys.argv[1]))); d = sys.argv[2]\n"
        "i = Index(d if d.startswith('postgresql') else Path(d)); w = int(sys.argv[3])\n"
        "for n in range(1, 9):\n"
        "    r = a.put(deposit(n)); i.add(r.record, r.version)\n"
        "    r = a.put(deposit(100 * (w + 1) + n)); i.add(r.record, r.version)\n"
    )
    arguments = [sys.executable, "-c", script, archive.root.store.name, str(database)]
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    started = [subprocess.Popen([*arguments, str(w)], env=environment, cwd=root) for w in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert index.count() == 8 * 4
    live = list(index.entries())
    index.rebuild(archive)
    assert list(index.entries()) == live


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IndexUnreachable) as caught:
        Index("postgresql://sohoa:geheim@127.0.0.1:1/none")
    assert "geheim" not in caught.value.message
    (tmp_path / "file").write_bytes(b"this is no database at all, certainly not" * 100)
    with pytest.raises(IndexUnreachable):
        Index(tmp_path / "file")


def test_numbers_as_people_type_them(archive: Archive, index: Index) -> None:
    numbers = {1: "55/2017", 2: "552017", 3: "227/2023", 4: "472/UBND-VP", 5: "056317025794", 6: "55"}
    ids = {}
    for n, number in numbers.items():
        receipt = archive.put(deposit(n, record=record(n, number=number)))
        index.add(receipt.record, receipt.version)
        ids[receipt.id] = number

    def typed(number: str, **more: object) -> list[str]:
        return [ids[row.id] for row in index.find(Query(number=number, **more)).rows]

    assert typed("55") == ["55", "55/2017"], "the exact one first"
    assert typed("227") == ["227/2023"]
    assert typed("056 317 025 794") == typed("056317025794") == ["056317025794"]
    assert typed("số 472/UBND-VP") == typed("472 ubnd vp") == typed("472") == ["472/UBND-VP"]
    page = index.find(Query(number="55", limit=1))
    assert [ids[row.id] for row in page.rows] == ["55"]
    assert typed("55", limit=1, after=page.next) == ["55/2017"]


@given(st.text(max_size=60))
def test_number_keys_survive_retyping(text: str) -> None:
    key = number_key(text)
    assert number_key(key) == key
    assert key == "".join(c for c in key if c in "abcdefghijklmnopqrstuvwxyz0123456789;")


def test_spellings() -> None:
    assert agency_key("Uỷ ban Nhân dân xã Tân  Thành") == "ubnd xa tan thanh"
    assert search_terms('"Hộ kinh doanh" đất  4567/QĐ') == [
        ["ho", "kinh", "doanh"],
        ["dat"],
        ["4567"],
        ["qd"],
    ]


def test_two_documents_at_one_position(archive: Archive, index: Index) -> None:
    """The same millisecond and the same piece of the id's digest: rare, and neither is lost."""
    fill(archive, index, 3)
    rows = list(index.entries())
    place = rows[1].position
    twins = [
        (replace(rows[1], id=f"twin-{n}", position=place, perceptual_hash=None), f"twin {n}")
        for n in range(3)
    ]
    index.add_entries(twins)
    index.add_entries(twins[:1])
    assert sorted(e.position for e in index.entries() if e.id.startswith("twin")) == [
        place + 1,
        place + 2,
        place + 3,
    ]
    assert found(index, words="twin 2") == ["twin-2"]
    assert index.count() == 6


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
