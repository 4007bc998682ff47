"""Agencies ask what need not be handed in again, and what a person has: no more than their policy shows."""

from __future__ import annotations

import hashlib
from time import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from flows.services import Services
from storage.agencies import Agency
from tests.stories.people import ANH, Counter, card, household

API = "/api/v1"
ASKED = {"subject": ANH, "cases": ["from_household"]}
POLICY = "version: 1\nlooks: 1000\npurposes: {dkkd: {name: Đăng ký doanh nghiệp, basis: Luật Doanh nghiệp}}\n"


@pytest.fixture
def papers(services: Services) -> dict[str, str]:
    desk = Counter(services)
    return {
        "citizen_card": desk.keeps("citizen_card", card()),
        "household_business_registration": desk.keeps("household_business_registration", household()),
    }


def agency(services: Services, client: TestClient, types: str) -> TestClient:
    """The client as an agency that may see these types."""
    services.agencies.add(Agency("G12", "Sở Tài chính", (), f"{POLICY}types: {types}\n", active=True))
    services.agencies.give_token(hashlib.sha256(b"token").hexdigest(), "G12", time() + 600)
    client.headers.update({"Authorization": "Bearer token", "Sohoa-Purpose": "dkkd"})
    return client


def ask(client: TestClient) -> dict[str, Any]:
    answer = client.post(f"{API}/procedures/2.001583/reuse", json=ASKED)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def business(told: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in told["components"] if "hộ kinh doanh" in one["name"])


def values(told: dict[str, Any]) -> dict[str, Any]:
    return {key: one["value"] for key, one in told["form"].items() if one["value"] is not None}


def test_a_paper_that_may_be_seen_whole_stands_in(
    services: Services, anonymous: TestClient, papers: dict[str, str]
) -> None:
    told = ask(agency(services, anonymous, '{household_business_registration: "*"}'))
    assert business(told)["answer"] == "there"
    assert business(told)["record"] == papers["household_business_registration"]
    assert papers["citizen_card"] not in str(told), "the card is beyond the policy"
    assert values(told)["so_gcn_ho_kinh_doanh"]
    (line,) = [one for one in services.audit.lines() if one["action"] == "reuse"]
    assert (line["actor"], line["object"]) == ("agency:G12", papers["household_business_registration"])


def test_of_a_paper_seen_in_part_the_form_has_its_fields_and_nothing_stands_in(
    services: Services, anonymous: TestClient, papers: dict[str, str]
) -> None:
    told = ask(agency(services, anonymous, "{household_business_registration: [owner_name]}"))
    assert business(told)["answer"] == "to_submit"
    assert set(values(told)) == {"ho_ten", "so_dinh_danh"}
    assert told["form"]["so_dinh_danh"]["source"] == "asked", "the agency knows it: it asked by it"
    assert household()["number"] not in str(told)


def test_what_a_person_has_by_the_policy(
    services: Services, anonymous: TestClient, papers: dict[str, str]
) -> None:
    client = agency(services, anonymous, "{household_business_registration: [owner_name]}")
    (row,) = client.get(f"{API}/people/{ANH}/papers").json()
    assert row["record"] == papers["household_business_registration"]
    assert (row["number"], row["issued_on"], row["dossiers"]) == (None, None, [])
    for name in ("uses", "looks", "numbers", "export"):
        assert client.get(f"{API}/people/{ANH}/{name}").status_code == 403


def test_the_officer_notes_what_the_person_decided(
    services: Services, client: TestClient, papers: dict[str, str]
) -> None:
    paper = papers["household_business_registration"]
    decision = {**ASKED, "dossier": "H48-1", "declared": {"dien_thoai": "0911222333"}}
    address = f"{API}/procedures/2.001583/decisions"
    assert client.post(address, json=decision).json()["code"] == "usage", "a purpose is needed"
    headers = {"Sohoa-Purpose": "2.001583", "Idempotency-Key": "a"}
    made = client.post(address, json=decision, headers=headers).json()
    assert made == {"records": dict.fromkeys(papers.values(), 3)}
    assert client.post(address, json=decision, headers=headers).json() == made
    used = client.get(f"{API}/people/{ANH}/uses").json()
    assert {(one["kind"], one["dossier"], one["document"]) for one in used} == {
        ("reused", "H48-1", id) for id in papers.values()
    }
    (use,) = [one for one in used if one["document"] == paper]
    assert use["declared"] == {"dien_thoai": "0911222333"}
    strangers = {**ASKED, "dossier": "H48-1", "agreed": ["something else"]}
    assert client.post(address, json=strangers, headers={"Sohoa-Purpose": "x"}).status_code == 400
