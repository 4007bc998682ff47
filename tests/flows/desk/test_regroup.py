"""Papers divided and put together by an officer: no page is lost or doubled, the scan stays whole, and there is a way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import records
from flows.caller import local_caller
from flows.desk import regroup
from flows.desk.regroup import Group
from flows.digitize import Request, digitize
from flows.near_duplicates import link_near_duplicates
from flows.outcome import Status
from flows.services import Services
from schemas.errors import Claimed, Conflict, NotRegroupable, RestrictedPaper, WrongGroups
from schemas.records import State
from storage.index.find import Query
from storage.model import ArchivedRecord, Part
from tests.scans import write_scan

OFFICER = local_caller(actor="canbo1")
DOSSIER = "000.00.01.H48-250117-0012"
SAID = Request(dossier=DOSSIER, subject="056217001234")
FIRST = ["GIẤY KHAI SINH", "Số: 169/2017", "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH"]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_scan(tmp_path / "a.tif", FIRST, ["trang hai có chữ"], ["trang ba cũng có chữ"])


def papers(services: Services) -> list[ArchivedRecord]:
    """The papers of the dossier, by their pages."""
    rows = services.index.find(Query(dossier=DOSSIER)).rows
    return sorted((services.archive.record(row.id) for row in rows), key=lambda one: one.pages)


def one_paper(services: Services, scan: Path) -> str:
    """The whole scan as one paper."""
    digitize(scan, services, SAID)
    found = papers(services)
    if len(found) > 1:
        regroup.regroup(services, OFFICER, [one.id for one in found], [Group((1, 2, 3))])
    (whole,) = papers(services)
    assert whole.pages == (1, 2, 3)
    return whole.id


def test_a_divided_paper_loses_no_page_and_doubles_none(services: Services, scan: Path) -> None:
    whole = one_paper(services, scan)
    groups = [Group((1,), "birth_certificate"), Group((2, 3))]
    for _ in range(2):  # a repeat changes nothing
        first, rest = regroup.regroup(services, OFFICER, [whole], groups)
        assert [one.id for one in papers(services)] == [first.id, rest.id]
        assert (first.pages, first.type, rest.pages) == ((1,), "birth_certificate", (2, 3))
    assert first.record.fields["full_name"].value == "NGUYỄN THỊ ÁNH"
    for one in (first, rest):
        assert (one.dossiers, one.uses[0].subject) == ((DOSSIER,), SAID.subject)
        assert services.archive.get(one.id, Part.SCAN) == scan.read_bytes()
        assert records.verify(services, OFFICER, one.id).kept.faults == ()  # type: ignore[union-attr]
    before = services.archive.record(whole)
    assert (before.state, before.links.regrouped) == (State.SUPERSEDED, (first.id, rest.id))
    again = digitize(scan, services, SAID)
    assert again.status is Status.DUPLICATE
    assert [one.id for one in again.documents] == [first.id, rest.id], (
        "the same scan finds the papers as they are now"
    )
    assert link_near_duplicates(services, OFFICER, first).links.duplicates == ()
    services.index.rebuild(services.archive)
    assert [one.id for one in papers(services)] == [first.id, rest.id]


def test_the_way_back_is_the_groups_of_before(services: Services, scan: Path) -> None:
    whole = one_paper(services, scan)
    records.correct(services, OFFICER, whole, {}, reason="x")
    before = services.archive.record(whole)
    made = regroup.regroup(services, OFFICER, [whole], [Group((1, 2)), Group((3,))])
    regroup.regroup(services, OFFICER, [one.id for one in made], [Group((1, 2, 3))])
    (back,) = papers(services)
    assert (back.id, back.record, back.state) == (whole, before.record, State.UNCONFIRMED)
    assert {services.archive.record(one.id).state for one in made} == {State.SUPERSEDED}


@pytest.mark.slow
def test_another_type_reads_the_page_for_its_fields_and_keeps_what_an_officer_gave(
    services: Services, scan: Path
) -> None:
    whole = one_paper(services, scan)
    (other,) = regroup.regroup(services, OFFICER, [whole], [Group((1, 2, 3), "marriage_certificate")])
    assert (other.id, other.type, other.type_confidence) == (whole, "marriage_certificate", 1.0)
    assert services.index.get(whole).type == "marriage_certificate"  # type: ignore[union-attr]
    (back,) = regroup.regroup(services, OFFICER, [whole], [Group((1, 2, 3), "birth_certificate")])
    records.correct(services, OFFICER, whole, {"full_name": "TRẦN VĂN B"}, reason="nhầm")
    regroup.regroup(services, OFFICER, [whole], [Group((1, 2, 3), "marriage_certificate")])
    (back,) = regroup.regroup(services, OFFICER, [whole], [Group((1, 2, 3), "birth_certificate")])
    assert "full_name" in back.record.fields


def test_what_cannot_be_put_together_is_refused_with_nothing_changed(
    services: Services, scan: Path, tmp_path: Path
) -> None:
    whole = one_paper(services, scan)
    other = digitize(write_scan(tmp_path / "b.png", ["tờ khác"]), services).documents[0].id
    version = services.archive.current(whole)[1]
    for ids, groups in (
        ([whole], [Group((1, 2))]),
        ([whole], [Group((1, 2)), Group((2, 3))]),
        ([whole], [Group((1, 3)), Group((2, 4))]),
        ([whole], [Group((3, 2, 1))]),
        ([whole, other], [Group((1, 1, 2, 3))]),
    ):
        with pytest.raises(WrongGroups):
            regroup.regroup(services, OFFICER, ids, groups)
    with pytest.raises(Conflict):
        regroup.ask_regroup(services, OFFICER, {whole: version + 1}, [Group((1,)), Group((2, 3))])
    assert services.archive.current(whole)[1] == version
    records.confirm(services, OFFICER, whole)
    with pytest.raises(NotRegroupable):
        regroup.regroup(services, OFFICER, [whole], [Group((1,)), Group((2, 3))])


@pytest.mark.slow
def test_whatever_is_killed_half_way_is_completed_by_a_repeat(
    services: Services, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = one_paper(services, scan)
    groups = [Group((1,)), Group((2,)), Group((3,))]
    put = type(services.archive).put
    for allowed in (1, 1):
        count = 0

        def stopped(archive: object, deposit: object, allowed: int = allowed) -> object:
            nonlocal count
            count += 1
            if count > allowed:
                raise KeyboardInterrupt
            return put(archive, deposit)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(type(services.archive), "put", stopped)
            with pytest.raises(KeyboardInterrupt):
                regroup.regroup(services, OFFICER, [whole], groups)
        assert [one.id for one in papers(services)] == [whole], "until all are there the old one serves"
    made = regroup.regroup(services, OFFICER, [whole], groups)
    assert [one.id for one in papers(services)] == [one.id for one in made]


@pytest.mark.slow
def test_erasing_a_divided_paper_erases_what_held_its_pages(services: Services, scan: Path) -> None:
    whole = one_paper(services, scan)
    first, _ = regroup.regroup(services, OFFICER, [whole], [Group((1,)), Group((2, 3))])
    records.erase(services, OFFICER, first.id, reason="theo lệnh", order="12/QĐ-TA")
    assert services.index.get(whole) is None
    assert not services.archive.exists(whole)


def test_a_paper_that_a_colleague_has_open_is_not_divided(services: Services, scan: Path) -> None:
    """She types in it: when her turn to confirm came, there would be no such paper."""
    whole, groups = one_paper(services, scan), [Group((1,)), Group((2, 3))]
    services.desk.claim(whole, "canbo2")
    with pytest.raises(Claimed):
        regroup.ask_regroup(services, OFFICER, {whole: 1}, groups)
    with pytest.raises(Claimed):  # she opened it after it was asked for
        regroup.regroup(services, OFFICER, [whole], groups)
    assert [one.id for one in papers(services)] == [whole]
    hers = local_caller(actor="canbo2")
    assert len(regroup.regroup(services, hers, [whole], groups)) == 2, "herself she may"


def test_a_restricted_paper_is_not_divided(services: Services, scan: Path) -> None:
    """A paper made of its pages would be free of the restriction."""
    whole = one_paper(services, scan)
    records.restrict(services, OFFICER, whole, reason="yêu cầu", order="1/YC")
    with pytest.raises(RestrictedPaper):
        regroup.regroup(services, OFFICER, [whole], [Group((1,)), Group((2, 3))])
    assert [one.id for one in papers(services)] == [whole]
    records.restrict(services, OFFICER, whole, reason="hết hạn", order="2/YC", lift=True)
    assert len(regroup.regroup(services, OFFICER, [whole], [Group((1,)), Group((2, 3))])) == 2
