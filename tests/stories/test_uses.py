"""Digitized once, used many times: one paper in three dossiers, a reuse that is agreed to, one that is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows.caller import Act, Caller, Role, local_caller
from flows.digitize import digitize
from flows.dossiers.uses import LAW, decide, uses_of
from flows.outcome import Status
from flows.papers import refuse_secrets
from flows.record.transfer import transfer
from flows.request import Request
from flows.reuse import Reuse, ask, question
from flows.services import Services
from pipeline.model import DocumentReading, Warning
from schemas.errors import NotAllowed, SecretPaper, UsageError
from storage.index.find import Query
from storage.model import UseKind
from tests.scans import page
from tests.stories.conftest import TODAY
from tests.stories.people import ANH, BINH, Counter, household

A, B, C = (f"000.00.01.H48-250117-00{n}" for n in (12, 13, 14))


def found_in(services: Services, dossier: str) -> list[str]:
    return [row.id for row in services.index.find(Query(dossier=dossier)).rows]


def test_one_paper_in_three_dossiers(services: Services, tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    page("GIẤY HẸN", "Số: 12").save(scan, dpi=(200, 200))
    outcomes = [
        digitize(scan, services, Request(dossier=code, procedure="1.000894", subject=subject))
        for code, subject in ((A, None), (B, ANH), (C, BINH), (B, ANH), (A, None))
    ]
    assert [one.status for one in outcomes] == [Status.ARCHIVED, *[Status.DUPLICATE] * 4]
    (document,) = outcomes[-1].documents
    assert document.dossiers == (A, B, C)
    assert outcomes[1].as_json()["documents"][0]["dossiers"] == [A, B]
    record = services.archive.record(document.id)
    assert record.dossier == A
    assert [(use.kind, use.dossier, use.subject) for use in record.uses] == [
        (UseKind.RECEIVED, A, None),
        (UseKind.RECEIVED, B, ANH),
        (UseKind.RECEIVED, C, BINH),
    ]
    assert {use.procedure for use in record.uses} == {"1.000894"}
    for code in (A, B, C):
        assert found_in(services, code) == [document.id]
        assert services.archive.dossier(code).documents == (document.id,)
    for subject in (ANH, BINH):
        assert [row.id for row in services.index.find(Query(subject=subject)).rows] == [document.id]
    _, exported = transfer(services, local_caller("handover"), tmp_path / "out", dossier=B)
    assert exported == (document.id,)
    services.index.rebuild(services.archive)
    assert found_in(services, C) == [document.id]


@pytest.fixture
def offered(services: Services, counter: Counter) -> Reuse:
    counter.keeps("household_business_registration", household(), dossier=A)
    found = question(services, "2.001583", ANH, cases=["from_household"], today=TODAY)
    return ask(services, local_caller("company"), found)


def test_what_is_reused_is_agreed_to_and_recorded(services: Services, offered: Reuse) -> None:
    (id,) = [one.record.id for one in offered.components if one.record]
    for _ in range(2):  # said twice, it stands once
        decide(services, local_caller("đăng ký doanh nghiệp"), offered, B)
    (use,) = [use for use in services.archive.record(id).uses if use.dossier == B]
    assert (use.kind, use.procedure, use.subject) == (UseKind.REUSED, "2.001583", ANH)
    assert (use.purpose, use.law) == ("đăng ký doanh nghiệp", LAW)
    assert use.component == "Bản sao Giấy chứng nhận đăng ký hộ kinh doanh"
    assert found_in(services, B) == [id]
    assert services.archive.dossier(B).documents == (id,)
    (seen,) = uses_of(services, local_caller("the person's view"), ANH)
    assert seen.use == use
    assert [line["action"] for line in services.audit.lines()].count("reuse") == 3


def test_what_is_refused_is_no_part_of_the_dossier(services: Services, offered: Reuse) -> None:
    (id,) = [one.record.id for one in offered.components if one.record]
    decide(services, local_caller("đăng ký"), offered, B, refused=[id])
    (use,) = services.archive.record(id).uses
    assert use.kind is UseKind.REFUSED
    assert found_in(services, B) == []
    assert services.archive.record(id).dossiers == (A,)


def test_what_is_declared_otherwise_raises_a_flag_on_the_record(services: Services, offered: Reuse) -> None:
    (id,) = [one.record.id for one in offered.components if one.record]
    decide(services, local_caller("đăng ký"), offered, B, declared={"dien_thoai": "0911222333"})
    record = services.archive.record(id)
    assert record.uses[-1].declared == {"dien_thoai": "0911222333"}
    again = ask(services, local_caller("company"), offered.question)
    (one,) = [one for one in again.components if one.record]
    assert "declared_otherwise" in [problem.code for problem in one.problems]


def test_what_is_declared_as_it_is_on_record_but_written_otherwise_raises_none(
    services: Services, offered: Reuse
) -> None:
    phone = offered.form["dien_thoai"].offer
    assert phone is not None
    value = str(phone.value)
    declared = {"dien_thoai": f"{value[:4]}.{value[4:7]}.{value[7:]}"}
    for key, filled in offered.form.items():
        if filled.offer and filled.offer.record and key != "dien_thoai":
            declared[key] = f" {filled.offer.value} ".upper()
    decide(services, local_caller("đăng ký"), offered, B, declared=declared)
    assert not any(use.declared for use in services.archive.record(phone.record).uses)


def test_only_what_is_offered_can_be_decided_on_and_by_whom_it_is_allowed(
    services: Services, offered: Reuse
) -> None:
    with pytest.raises(UsageError):
        decide(services, local_caller("đăng ký"), offered, B, agreed=["something else"])
    with pytest.raises(UsageError):
        decide(services, local_caller(), offered, B)
    auditor = Caller("auditor", "here", "looking", frozenset({Role.AUDITOR}))
    assert not auditor.may(Act.REUSE)
    with pytest.raises(NotAllowed):
        decide(services, auditor, offered, B)
    with pytest.raises(NotAllowed):
        ask(services, auditor, offered.question)
    assert found_in(services, B) == []


def test_a_marking_of_secrecy_stops_the_archiving(
    services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import flows.digitize

    def marked(papers: list[tuple[DocumentReading, Request]]) -> None:
        (document, request), *_ = papers
        page = document.pages[0]
        secret = Warning("secret", "Trang có dấu độ mật.", "Marked as secret.")
        refuse_secrets([(replace(document, pages=(replace(page, warnings=(secret,)),)), request)])

    monkeypatch.setattr(flows.digitize, "refuse_secrets", marked)
    page("BÁO CÁO").save(tmp_path / "scan.png", dpi=(200, 200))
    outcome = digitize(tmp_path / "scan.png", services, Request(dossier=A))
    assert outcome.status is Status.REJECTED
    assert outcome.error is not None
    assert outcome.error.code == SecretPaper.code
    assert services.index.count() == 0
    assert list(services.archive.ids()) == []
