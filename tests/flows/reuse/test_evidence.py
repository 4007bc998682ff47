"""What another office needs to trust a value: role, days, place on the paper, and why there is none."""

from __future__ import annotations

from flows import records
from flows.caller import Caller, Role, local_caller
from flows.record.opened import Opened
from flows.services import Services
from schemas.policies import read_policy
from tests.papers import put

POLICY = """
version: 1
purposes: {a: {name: Cư trú, basis: "Luật Cư trú"}}
types: {birth_certificate: [full_name]}
"""
REVIEWER = Caller("canbo1", "here", "", frozenset({Role.CLERK, Role.REVIEWER}))


def opened(services: Services, paper: str, caller: Caller = REVIEWER, version: int | None = None) -> Opened:
    return records.open_record(services, caller, paper, version)


def test_who_confirmed_in_which_role_and_when(services: Services) -> None:
    paper = put(services, full_name="Nguyễn Thị Ánh", registration_date="2020-03-05")
    before = opened(services, paper).evidence["full_name"]
    assert (str(before.source), before.confirmed_by, str(before.issued)) == ("scan", None, "2020-03-05")
    records.confirm(services, REVIEWER, paper, {"birth_date": "01/03/2020"}, absent={"ethnicity": "blank"})
    now = opened(services, paper)
    assert {name: one.confirmed_by for name, one in now.evidence.items()} == dict.fromkeys(
        ("full_name", "registration_date", "birth_date", "ethnicity"), "reviewer"
    )
    assert now.evidence["birth_date"].last_updated > now.evidence["full_name"].last_updated
    clerk = Caller("canbo2", "here", "", frozenset({Role.CLERK}))
    records.correct(services, clerk, paper, {"full_name": "Nguyễn Thị Anh"}, reason="nhầm")
    corrected = opened(services, paper).evidence
    assert (corrected["full_name"].confirmed_by, corrected["birth_date"].confirmed_by) == (
        "clerk",
        "reviewer",
    )
    earlier = opened(services, paper, version=1)
    assert earlier.evidence["full_name"].confirmed_by is None, "as it was then"


def test_why_there_is_no_value(services: Services) -> None:
    paper = put(services, full_name="Nguyễn Thị Ánh")
    records.confirm(services, local_caller(), paper, absent={"birth_date": "illegible"})
    now = opened(services, paper)
    assert now.evidence["birth_date"].unavailable_reason == "illegible"
    assert (now.unavailable["birth_date"], now.unavailable["sex"]) == ("illegible", "not_found")
    assert "full_name" not in now.unavailable
    asking = Caller("agency:H48", "there", "a", frozenset({Role.AGENCY}), read_policy(POLICY, "H48"))
    seen = opened(services, paper, asking)
    assert set(seen.record.record.fields) == {"full_name"}
    assert set(seen.unavailable.values()) == {"not_allowed"}, "not even why"
    assert seen.evidence["full_name"].confirmed_by == "administrator"
