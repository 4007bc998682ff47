"""The index, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import IndexNewer, IndexUnreachable, UsageError
from schemas.records import State, Subject
from storage import corrections
from storage.archive import Archive
from storage.index.find import Query
from storage.index.index import Index
from storage.index.words import agency_key, number_key, search_terms
from tests.storage.filling import fill, found
from tests.storage.samples import deposit, record

pytestmark = pytest.mark.server


def test_by_what_people_know(archive: Archive, index: Index) -> None:
    ids = fill(archive, index, 5)
    for typed in ("079301000003", "079 301 000 003", " 079.301.000.003"):
        assert (
            found(index, subject=typed)
            == found(index, subject=typed, type="administrative_document")
            == [ids[2]]
        )
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


def test_a_personal_number_among_words_in_groups_or_not(archive: Archive, index: Index) -> None:
    whole, apart = (
        archive.put(deposit(n, text=f"Số định danh cá nhân: {number}", record=record(n)))
        for n, number in ((1, "052315020988"), (2, "052 315 020 989"))
    )
    index.add_many([(receipt.record, receipt.version) for receipt in (whole, apart)])
    for typed in ("052315020988", "052 315 020 988", "052.315.020.988", "định danh 052 315 020 988"):
        assert found(index, words=typed) == [whole.id], typed
    assert found(index, words="052 315 020 989") == [apart.id], "as it is printed"
    assert found(index, words="052 315 020 987") == []


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


def test_every_row_of_an_answer_however_many(
    archive: Archive, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(archive, index, 7)
    monkeypatch.setattr("storage.index.index.MOST", 3)
    assert [row.id for row in index.every(Query(words="quyết định"))] == ids[::-1]


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


def test_many_writers(database: Path | str, archive: Archive, index: Index) -> None:
    """Three processes write the same and different rows at once."""
    fill(archive, index, 1)
    script = (
        "import sys; from pathlib import Path; from storage.archive import Archive; from storage.index.index import Index\n"
        "from storage.stores.folder import FolderStore; from tests.storage.samples import deposit\n"
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


def test_tables_of_a_newer_version_are_told_and_left_alone(database: Path | str) -> None:
    """As after going back to an older version."""
    opened = Index(database)
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    opened.close()
    with pytest.raises(IndexNewer, match="9999"):
        Index(database)


@pytest.mark.server
@pytest.mark.parametrize("query", [Query(dossier="a\0b"), Query(scan_sha256="\0")])
def test_a_nul_in_what_is_asked_is_the_fault_of_who_asks(postgresql_index: Index, query: Query) -> None:
    """PostgreSQL takes none in a text; that is no fault of ours."""
    with pytest.raises(UsageError):
        postgresql_index.find(query)
