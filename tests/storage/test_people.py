"""Finding papers by what a person is called, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import people
from schemas.records import Subject
from schemas.vietnamese import fold, spelling_key
from storage.archive import Archive
from storage.index.find import MOST, Query
from storage.index.index import Index
from storage.index.people import Rank, rank_of
from storage.stores.folder import FolderStore
from tests.storage.samples import Clock, deposit, record

pytestmark = pytest.mark.server

PEOPLE = (
    "ÁNH THỊ NGUYỄN",
    "NGUYỄN THỊ NGỌC ÁNH",
    "NGUYEN THI ANH",
    "NGUYỄN THỊ ÁNH",
    "Nguyễn Thị Anh",
    "TRẦN HÒA",
    "NGUYỄN ÁNH TUYẾT",
)


def test_the_nearest_name_comes_first(tmp_path: Path, index: Index) -> None:
    archive = Archive(FolderStore(tmp_path / "archive", create=True), create=True, clock=Clock())
    ids = {}
    for number, name in enumerate(PEOPLE):
        subject = Subject(id=None, name=name)
        told = replace(record(number), subject=subject, subjects=(subject,))
        receipt = archive.put(deposit(number, record=told, text="Người làm chứng: Nguyễn Thị Ánh, Trần Hoà"))
        index.add(receipt.record, receipt.version)
        ids[receipt.id] = name

    def called(name: str, **more: object) -> list[str]:
        return [ids[row.id] for row in index.find(Query(name=name, **more)).rows]  # type: ignore[arg-type]

    assert called("Nguyễn Thị Ánh") == [
        "NGUYỄN THỊ ÁNH",
        "NGUYEN THI ANH",
        "NGUYỄN THỊ NGỌC ÁNH",
        "ÁNH THỊ NGUYỄN",
    ], "who is only mentioned is not found, nor who is called otherwise"
    plain = called("nguyen thi anh")
    assert plain[0] == "NGUYEN THI ANH"
    assert set(plain[1:3]) == {"NGUYỄN THỊ ÁNH", "Nguyễn Thị Anh"}
    assert plain[3:] == ["NGUYỄN THỊ NGỌC ÁNH", "ÁNH THỊ NGUYỄN"]
    assert called("trần hoà") == ["TRẦN HÒA"], "where a tone stands is no difference"
    assert called("nguyễn ánh")[-1] == "ÁNH THỊ NGUYỄN", "in order before in any order"
    assert called("?") == called("lê") == []

    whole = called("anh", limit=MOST)
    paged, after = [], None
    while True:
        page = index.find(Query(name="anh", limit=2, after=after))
        paged += [ids[row.id] for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert paged == whole, "paging gives each once, in the same order"
    assert len(whole) == 6

    index.remove(next(id for id, name in ids.items() if name == "NGUYỄN THỊ ÁNH"))
    assert "NGUYỄN THỊ ÁNH" not in called("Nguyễn Thị Ánh")


def test_a_thousand_papers_of_people_with_common_names(index: Index) -> None:
    """The figures that the README gives; ``python -m bench.people`` prints them."""
    names = people.people()
    people.fill(index, names)
    exact = people.measure(index, names, lambda name: Query(name=name, limit=MOST), spelling_key, 40)
    assert (exact.precision_at_1, exact.recall) == (1, 1)
    plain = people.measure(index, names, lambda name: Query(name=fold(name), limit=MOST), fold, 40)
    assert (plain.precision_at_1, plain.recall) == (1, 1)


@given(st.text(alphabet="AÁaáăđĐ NnỄễ", max_size=12), st.text(alphabet="AÁaáăđĐ NnỄễ", max_size=12))
def test_ranks_agree_with_themselves(one: str, other: str) -> None:
    if one.split():
        assert rank_of(one, one) is Rank.EXACT
        assert rank_of(fold(one), one) in (Rank.EXACT, Rank.WITHOUT_TONES)
    rank = rank_of(one, other)
    if rank is Rank.WITHOUT_TONES:
        assert fold(one).split() == fold(other).split()
    if rank is not None and one.split():
        assert set(fold(one).split()) <= set(fold(other).split())
