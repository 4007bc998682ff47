"""Whose numbers are whose: as papers tell, never by name alone; doubts are shown, an officer decides."""

from __future__ import annotations

import pytest

from flows.caller import Caller, Role, local_caller
from flows.people.personal_store import store_of
from flows.reuse.numbers import Resolved, decide, resolve
from flows.services import Services
from schemas.errors import NotAllowed, UsageError
from schemas.records import State, Subject
from tests.papers import put

NEW, OLD, TAX = "056320001234", "225123456", "8412345678"
NAME, BORN = "Nguyễn Thị Ánh", "1985-03-05"
OFFICER = local_caller(actor="canbo1")


def card(services: Services, number: int, **values: str) -> str:
    told = {"personal_id": NEW, "old_id": OLD, "full_name": NAME, "birth_date": BORN} | values
    return put(services, number, "citizen_card", state=State.CONFIRMED, **told)


def statuses(found: Resolved) -> dict[str, str]:
    return {one.number: str(one.status) for one in found.numbers}


def test_a_paper_that_holds_both_links_them_in_both_directions(services: Services) -> None:
    paper = card(services, 1)
    assert statuses(resolve(services, OFFICER, NEW)) == {NEW: "asked", OLD: "told"}
    found = resolve(services, OFFICER, OLD)
    assert statuses(found) == {OLD: "asked", NEW: "told"}
    assert found.numbers[1].records == (paper,)
    assert list(services.audit.lines())[-1]["object"] == paper, "the look is logged"


def test_a_name_alone_links_nothing(services: Services) -> None:
    put(services, 1, full_name=NAME, birth_date=BORN, personal_id=NEW)
    put(services, 2, "residence_confirmation", full_name=NAME, birth_date=BORN, personal_id=OLD)
    assert statuses(resolve(services, OFFICER, NEW)) == {NEW: "asked"}


def test_what_is_not_beyond_doubt_waits_for_an_officer(services: Services) -> None:
    doubtful = {"state": State.UNCONFIRMED, "confidence": 0.6}
    values = {"personal_id": NEW, "old_id": OLD, "full_name": NAME, "birth_date": BORN}
    put(services, 1, "citizen_card", **doubtful, **values)  # type: ignore[arg-type]
    (doubt,) = resolve(services, OFFICER, NEW).doubts
    assert (doubt.number, "chưa được xác nhận" in doubt.reason_vi) == (OLD, True)
    put(
        services,
        2,
        "residence_confirmation",
        full_name="Trần Văn Bình",
        personal_id=OLD,
        birth_date="1970-01-01",
    )
    assert len(store_of(services, OFFICER, NEW)) == 1, (
        "another person's paper under the old number is not theirs"
    )
    with pytest.raises(UsageError):
        decide(services, OFFICER, NEW, OLD, same=True, reason=" ")
    assert statuses(decide(services, OFFICER, NEW, OLD, same=False, reason="hai người")) == {NEW: "asked"}
    assert statuses(decide(services, OFFICER, OLD, NEW, same=True, reason="đối chiếu sổ"))[NEW] == "decided"
    assert statuses(resolve(services, OFFICER, NEW))[OLD] == "decided"
    assert [line["action"] for line in services.audit.lines() if line["action"] in {"link", "unlink"}] == [
        "unlink",
        "link",
    ]


def test_a_number_that_was_given_twice_is_a_doubt_for_both(services: Services) -> None:
    card(services, 1)
    card(services, 2, personal_id="045185000111", full_name="Lê Thị Hoa", birth_date="1985-07-01")
    found = resolve(services, OFFICER, OLD)
    assert {status for number, status in statuses(found).items() if number != OLD} == {"doubt"}


def test_another_name_or_birthday_under_the_other_number_is_a_doubt(services: Services) -> None:
    card(services, 1)
    put(
        services,
        2,
        "residence_confirmation",
        full_name="Trần Văn Bình",
        personal_id=OLD,
        birth_date="1970-01-01",
    )
    assert statuses(resolve(services, OFFICER, NEW))[OLD] == "doubt"


def test_a_tax_code_on_the_same_paper_belongs_to_the_person(services: Services) -> None:
    put(services, 1, "receipt_slip", state=State.CONFIRMED, personal_id=NEW, tax_code=TAX, full_name=NAME)
    assert statuses(resolve(services, OFFICER, NEW))[TAX] == "told"


def test_parents_and_spouses_as_papers_tell(services: Services) -> None:
    put(
        services,
        1,
        personal_id=NEW,
        full_name=NAME,
        mother_name="Phạm Thị Cúc",
        father_name="Nguyễn Văn Dũng",
    )
    husband = "045085000222"
    put(
        services,
        2,
        "marriage_certificate",
        state=State.CONFIRMED,
        subject=Subject(id=NEW, name=NAME),
        subjects=(Subject(id=NEW, name=NAME), Subject(id=husband, name="Lê Văn Em")),
        wife_personal_id=NEW,
        wife_name=NAME,
        husband_personal_id=husband,
        husband_name="Lê Văn Em",
    )
    told = {
        one.relation: (one.name, one.number, one.confirmed)
        for one in resolve(services, OFFICER, NEW).relatives
    }
    assert told == {
        "mẹ": ("Phạm Thị Cúc", None, False),
        "cha": ("Nguyễn Văn Dũng", None, False),
        "chồng": ("Lê Văn Em", husband, True),
    }
    assert [one.relation for one in resolve(services, OFFICER, husband).relatives] == ["vợ"]


def test_a_decided_number_of_a_branch_is_one_with_a_dash(services: Services) -> None:
    """No paper holds both: only the decision tells, also of a tax code as branches write it."""
    branch = f"{TAX}-001"
    assert statuses(decide(services, OFFICER, NEW, branch, same=True, reason="sổ thuế")) == {
        NEW: "asked",
        branch: "decided",
    }


def test_an_auditor_decides_nothing(services: Services) -> None:
    auditor = Caller("kiemtoan", "here", "", frozenset({Role.AUDITOR}))
    with pytest.raises(NotAllowed):
        decide(services, auditor, NEW, OLD, same=True, reason="x")
