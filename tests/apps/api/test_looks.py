"""Who looked stands in the log, and nobody who did not; what somebody typed as an id is nothing that was looked at."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from flows import records
from flows.caller import local_caller
from flows.desk.accounts import add_user
from flows.services import Services
from tests.apps.api.conftest import PASSWORD

API = "/api/v1"
NUMBER = "056320001234"


def _as(client: TestClient, services: Services, name: str, role: str) -> None:
    """Go on as another officer."""
    if services.accounts.get(name) is None:
        add_user(services.accounts, name, PASSWORD, [role])
    told = client.post(f"{API}/session", json={"name": name, "password": PASSWORD}).json()
    client.headers["X-CSRF-Token"] = told["csrf"]


def _lines(services: Services) -> list[dict[str, Any]]:
    return list(services.audit.lines())


@pytest.mark.parametrize("role", ["auditor", "clerk"])
def test_what_was_typed_as_an_id_is_no_look_at_a_paper(
    anonymous: TestClient, services: Services, paper: str, role: str
) -> None:
    records.confirm(services, local_caller(), paper, {"personal_id": NUMBER})
    _as(anonymous, services, "ktv", role)
    before = len(_lines(services))
    for id in (
        f"khong-co {paper}",
        f"job:x {paper}",
        NUMBER,
        "00000000-0000-4000-8000-000000000000",
        "x" * 3000,
    ):
        asked = [
            anonymous.get(f"{API}/records/{id}"),
            anonymous.get(f"{API}/records/{id}/verification"),
            anonymous.get(f"{API}/records/{id}/parts/pdf"),
            anonymous.get(f"{API}/records/{id}/parts/pdf/link"),
            anonymous.get(f"{API}/records/{id}/draft"),
            anonymous.post(f"{API}/records/{id}/claim"),
            anonymous.post(f"{API}/records/{id}/revoke", json={"reason": "x"}, headers={"If-Match": '"1"'}),
        ]
        assert {one.status_code for one in asked} <= {403, 404}
    made = _lines(services)[before:]
    assert all(line["action"].startswith("refused ") for line in made), "nothing was looked at"
    assert {line["object"] for line in made} == {""}
    assert (
        anonymous.post(
            f"{API}/records/{paper}/revoke", json={"reason": "x"}, headers={"If-Match": '"2"'}
        ).status_code
        == 403
    )
    assert _lines(services)[-1]["object"] == paper, "of a paper that is there a refusal tells"
    _as(anonymous, services, "admin", "administrator")
    told = anonymous.get(f"{API}/people/{NUMBER}/looks").json()
    assert [line["action"] for line in told if line["actor"] == "ktv"] == ["refused revoke"]


def test_who_sees_what_another_officer_typed_stands_in_the_log(
    anonymous: TestClient, services: Services, paper: str
) -> None:
    def drafts() -> list[str]:
        return [line["actor"] for line in _lines(services) if line["object"] == f"{paper}/draft"]

    def answer(field: str, revision: int) -> int:
        address = f"{API}/records/{paper}/draft/{field}?version=1"
        given = {"value": "Nguyễn Thị Ánh"}
        return anonymous.put(address, json=given, headers={"If-Match": f'"{revision}"'}).status_code

    _as(anonymous, services, "canbo1", "clerk")
    anonymous.get(f"{API}/records/{paper}/draft")
    assert drafts() == [], "nothing was typed yet"
    assert answer("full_name", 0) == 200
    assert answer("mother_name", 1) == 200
    assert drafts() == [], "it is her own"
    anonymous.delete(f"{API}/records/{paper}/claim")
    _as(anonymous, services, "canbo2", "clerk")
    assert anonymous.get(f"{API}/records/{paper}/draft").json()["answers"]["full_name"]
    assert drafts() == ["canbo2"]
    assert answer("father_name", 2) == 200
    assert drafts() == ["canbo2", "canbo2"], "the answer tells the whole draft"
