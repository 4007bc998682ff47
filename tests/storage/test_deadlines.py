"""Appointed days of dossiers: on their papers whichever came first, in the order of queues, again after a rebuild."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schemas.records import State
from storage import corrections
from storage.archive import Archive
from storage.dossiers import note_use, put_dossier, set_due
from storage.index.find import Query
from storage.index.index import Index
from storage.model import Dossier, Use, UseKind
from tests.storage.filling import found
from tests.storage.samples import START, deposit, event, record

pytestmark = pytest.mark.server

NOVEMBER, DECEMBER = date(2026, 11, 30), date(2026, 12, 15)


def fill(archive: Archive, index: Index) -> list[str]:
    """Five papers: dossiers A, B, A, none, and C of which nobody told a day."""
    ids = []
    for number, code in enumerate(("A", "B", "A", None, "C"), 1):
        receipt = archive.put(deposit(number, dossier=code))
        index.add(receipt.record, receipt.version)
        ids.append(receipt.id)
    return ids


def tell(archive: Archive, index: Index, code: str, due: date | None) -> None:
    set_due(archive, code, due, event())
    index.set_due(code, due)


def test_the_nearest_day_comes_first(archive: Archive, index: Index) -> None:
    tell(archive, index, "B", NOVEMBER)  # before its paper
    one, two, three, four, five = fill(archive, index)
    tell(archive, index, "A", DECEMBER)  # after its papers
    assert found(index, order="due") == [two, one, three, five, four]
    assert found(index, order="due", due_to=NOVEMBER) == [two]
    pages, after = [], None
    while True:
        page = index.find(Query(order="due", limit=1, after=after))
        pages += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert pages == [two, one, three, five, four]
    assert index.overdue(date(2026, 12, 15)) == (1, 2)
    receipt = corrections.confirm(archive, two, record(2), by="canbo1")
    index.add(receipt.record, receipt.version)
    assert found(index, order="due", state="unconfirmed") == [one, three, five, four]
    assert index.get(two).due == "2026-11-30"  # type: ignore[union-attr]
    tell(archive, index, "A", None)
    assert found(index, order="due", due_to=DECEMBER) == [two]


def test_a_paper_of_several_dossiers_has_the_first_day(archive: Archive, index: Index) -> None:
    one, *_ = fill(archive, index)
    tell(archive, index, "A", DECEMBER)
    tell(archive, index, "D", NOVEMBER)
    for kind, due in ((UseKind.REFUSED, "2026-12-15"), (UseKind.REUSED, "2026-11-30")):
        receipt = note_use(archive, one, Use(kind=kind, dossier="D", at=START, by="canbo1"))
        index.add(receipt.record, receipt.version)
        assert index.get(one).due == due  # type: ignore[union-attr]


def test_the_most_doubtful_come_first(archive: Archive, index: Index) -> None:
    sure = archive.put(deposit(1))
    bare = archive.put(deposit(2, record=record(2, State.UNCONFIRMED, number="")))
    unknown = archive.put(deposit(3))
    index.add_many((one.record, one.version) for one in (sure, bare))
    entry, words = index.derive(unknown.record, unknown.version)
    from dataclasses import replace

    index.add_entries([(replace(entry, doubts=None), words)])
    rows = index.find(Query(order="doubts")).rows
    assert rows[-1].id == unknown.id, "a row that was written before doubts were counted"
    assert [row.doubts for row in rows[:2]] == sorted((row.doubts or 0 for row in rows[:2]), reverse=True)


def test_a_rebuild_has_the_same_days_from_the_archive_alone(
    archive: Archive, index: Index, tmp_path: Path
) -> None:
    fill(archive, index)
    tell(archive, index, "A", DECEMBER)
    tell(archive, index, "B", NOVEMBER)
    index.set_due("C", NOVEMBER)  # which the archive does not know
    live = {row.id: row.due for row in index.entries()}
    index.rebuild(archive)
    fresh = Index(tmp_path / "fresh.sqlite")
    fresh.rebuild(archive)
    rebuilt = {row.id: row.due for row in fresh.entries()}
    fresh.close()
    assert rebuilt == {row.id: row.due for row in index.entries()}
    assert sorted(map(str, rebuilt.values())) == ["2026-11-30", "2026-12-15", "2026-12-15", "None", "None"]
    assert sorted(map(str, live.values())).count("2026-11-30") == 2


def test_papers_that_come_later_leave_the_day_as_it_was_told(archive: Archive) -> None:
    put_dossier(archive, Dossier(code="A", documents=("a",), due=NOVEMBER), event())
    set_due(archive, "A", DECEMBER, event())
    put_dossier(archive, Dossier(code="A", documents=("b",), due=NOVEMBER), event())
    assert archive.dossier("A").due == DECEMBER
    assert archive.dossier("A").documents == ("a", "b")


def test_a_dossier_of_before_is_read() -> None:
    old = '{"format": "sohoa-dossier/1", "code": "A", "documents": ["a"], "procedure": null, "subject": null, "received_at": null, "notes": {}}'
    assert Dossier.model_validate_json(old).due is None
