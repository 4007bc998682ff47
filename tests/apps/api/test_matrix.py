"""Who may what: every route of the app, for nobody, each role and an agency. The table is generated; a new route is in it."""

from __future__ import annotations

import hashlib
from time import time
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from apps.api.app import create_app
from apps.api.contract import contract
from flows.caller import ALLOWED, Act, Role
from flows.desk.accounts import add_user
from flows.services import Services
from storage.agencies import Agency
from tests.apps.api.conftest import PASSWORD
from tests.papers import put

SUBJECT = "056320001234"
ABSENT = "00000000-0000-4000-8000-000000000000"
OPEN = {"POST /session", "POST /token", "GET /keys", "GET /files/{token}"}
"""What needs no caller: how one becomes a caller, the public keys of our signatures, a link that names who asked for it."""

ACTS: dict[str, Act | None] = {
    "GET /session": None,
    "DELETE /session": None,
    "GET /events": Act.FIND,
    "GET /types": None,
    "GET /types/{type}/schema": None,
    "GET /records": Act.FIND,
    "GET /records/{document_id}": Act.OPEN,
    "GET /records/{document_id}/history": Act.OPEN,
    "GET /records/{document_id}/verification": Act.VERIFY,
    "GET /records/{document_id}/parts/{part}": Act.PART,
    "GET /records/{document_id}/parts/{part}/link": Act.PART,
    "GET /records/{document_id}/pages/{number}.webp": Act.OPEN,
    "GET /records/{document_id}/pages/{number}/words": Act.PART,
    "POST /records/{document_id}/pages/{number}/read": Act.OPEN,
    "POST /records/{document_id}/confirm": Act.CONFIRM,
    "POST /records/{document_id}/correct": Act.CORRECT,
    "POST /records/{document_id}/dossier": Act.CORRECT,
    "POST /records/{document_id}/sign": Act.SIGN,
    "POST /records/{document_id}/supersede": Act.SUPERSEDE,
    "POST /records/{document_id}/revoke": Act.REVOKE,
    "POST /records/{document_id}/claim": Act.CONFIRM,
    "DELETE /records/{document_id}/claim": Act.CONFIRM,
    "GET /records/{document_id}/draft": Act.CONFIRM,
    "PUT /records/{document_id}/draft/{field}": Act.CONFIRM,
    "GET /queue/{kind}": Act.CONFIRM,
    "POST /regroup": Act.REGROUP,
    "POST /join": Act.REGROUP,
    "POST /records/{document_id}/reopen": Act.REOPEN,
    "GET /counter/refused": Act.DIGITIZE,
    "GET /counter/today": Act.FIND,
    "GET /counter/sheets": Act.CONFIRM,
    "GET /counter/sheets/{type}/{field}": Act.CONFIRM,
    "GET /dossiers/{code}/receipt.svg": Act.FIND,
    "GET /counter/separators.pdf": Act.DIGITIZE,
    "GET /counter/scanners": Act.DIGITIZE,
    "POST /counter/scanners/{name}/scan": Act.DIGITIZE,
    "PUT /dossiers/{code}/due": Act.DIGITIZE,
    "GET /dossiers/{code}/history": Act.OPEN,
    "GET /dossiers/{code}": Act.FIND,
    "GET /citizen/paper": Act.CITIZEN,
    "GET /citizen/looks": Act.CITIZEN,
    "POST /records/{document_id}/signatures": Act.SIGN,
    "PUT /signatures/{name}": Act.SIGN,
    "PUT /signing": Act.SIGN,
    "GET /signing": Act.SIGN,
    "DELETE /signing": Act.SIGN,
    "PUT /signing/{document_id}/failure": Act.SIGN,
    "GET /procedures": None,
    "POST /procedures/{code}/reuse": Act.REUSE,
    "POST /procedures/{code}/decisions": Act.REUSE,
    "POST /records/{document_id}/restrict": Act.RESTRICT,
    "GET /people/{subject}/numbers": Act.FIND,
    "POST /people/{subject}/numbers": Act.LINK,
    "GET /people/{subject}/export": Act.HAND_OVER,
    "GET /people/{subject}/papers": Act.FIND,
    "GET /people/{subject}/uses": Act.FIND,
    "GET /people/{subject}/looks": Act.FIND,
    "GET /figures/now": Act.CONFIRM,
    "GET /figures/batches": Act.CONFIRM,
    "GET /figures/batches/{batch}/report": Act.CONFIRM,
    "GET /report": Act.CONFIRM,
    "GET /report/quality": Act.CONFIRM,
    "POST /scans": Act.DIGITIZE,
    "GET /jobs/{job}": Act.DIGITIZE,
    "GET /jobs/{job}/events": Act.DIGITIZE,
    "GET /jobs/{job}/page.webp": Act.DIGITIZE,
    "GET /stream": Act.DIGITIZE,
}
"""Route → the act that it is; None needs only somebody who is signed in."""


def routes(services: Services) -> set[str]:
    paths = create_app(services, worker=False).openapi()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in paths.items()
        for method in methods
    }


def test_every_route_has_its_entry(services: Services) -> None:
    found = routes(services) - OPEN
    assert found == set(ACTS)


def body_of(app: Any, method: str, path: str) -> frozenset[str]:
    """The members of the body of a route; what it does not take is refused."""
    made = contract(app)
    content = made["paths"][f"/api/v1{path}"][method.lower()].get("requestBody", {}).get("content", {})
    names = [one["schema"]["$ref"].rpartition("/")[2] for one in content.values()]
    return frozenset().union(*(made["components"]["schemas"][name]["properties"] for name in names))


def call(client: TestClient, name: str, document: str = ABSENT) -> int:
    return answered(client, name, document).status_code


def answered(client: TestClient, name: str, document: str) -> httpx.Response:
    method, path = name.split(" ")
    values = {
        "document_id": document,
        "part": "pdf",
        "number": "1",
        "type": "birth_certificate",
        "field": "full_name",
    }
    values |= {"code": "1.001193", "subject": SUBJECT}
    values |= {"kind": "check", "job": "none", "name": "none", "batch": "none"}
    query = {"GET /stream": "?once=true", "PUT /records/{document_id}/draft/{field}": "?version=1"}
    query |= {"GET /citizen/paper": "?type=birth_certificate", "GET /records": f"?subject={SUBJECT}"}
    address = "/api/v1" + path.format(**values) + query.get(name, "")
    if path == "/scans":
        return client.post(address, files={"file": ("a.png", b"x")})
    json = {
        "values": {},
        "reason": "x",
        "newer": document,
        "box": [0, 0, 100, 100],
        "value": "x",
        "subject": SUBJECT,
        "papers": {document: 1},
        "order": "1",
        "number": "225123456",
        "same": True,
        "chain": ["AA=="],
        "signature": "AA==",
        "groups": [{"pages": [1]}],
        "dossier": "H29-1",
        "code": "conflict",
        "message_vi": "x",
        "message_en": "x",
        "due": "2026-12-01",
    }
    headers = {"If-Match": '"1"'}
    taken = body_of(client.app, method, path)
    sent = {name: value for name, value in json.items() if name in taken} if taken else None
    return client.request(method, address, json=sent, headers=headers)


def test_nobody_may_anything(anonymous: TestClient) -> None:
    assert {name: call(anonymous, name) for name in ACTS if name != "DELETE /session"} == dict.fromkeys(
        (name for name in ACTS if name != "DELETE /session"), 401
    )


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AGENCY])
def test_each_role_may_what_the_table_of_acts_says(
    anonymous: TestClient, services: Services, role: Role
) -> None:
    add_user(services.accounts, "someone", PASSWORD, [role])
    told = anonymous.post("/api/v1/session", json={"name": "someone", "password": PASSWORD}).json()
    anonymous.headers["X-CSRF-Token"] = told["csrf"]
    for name, act in ACTS.items():
        if name == "DELETE /session":
            continue
        status = call(anonymous, name)
        allowed = act is None or role in ALLOWED[act]
        assert (status != 403) is allowed, (name, status)
        assert status < 500, (name, status)


# -- agencies: every route × policy × a paper inside of it, seen in part, outside of it

SECRET = "BÍ MẬT ĐỜI TƯ"
POLICIES = {
    "whole": 'types: {birth_certificate: "*"}\nparts: [pdf, scan, text, picture]',
    "fields": "types: {birth_certificate: [full_name]}",
    "elsewhere": 'types: {birth_certificate: "*"}\nparts: [pdf]\nterritory: [Cà Mau]',
    "other type": 'types: {marriage_certificate: "*"}\nparts: [pdf, scan, text, picture]',
}
OFFICERS_ONLY = {"GET /people/{subject}/uses", "GET /people/{subject}/looks", "GET /people/{subject}/numbers"}
OFFICERS_ONLY |= {"GET /counter/today", "POST /procedures/{code}/decisions"}
OFFICERS_ONLY |= {"GET /citizen/paper", "GET /citizen/looks"}
"""Refused to agencies by the route: answers that know no policy of fields, and what needs a consent besides."""
SHOWS_ALL = {"GET /records/{document_id}/parts/{part}", "GET /records/{document_id}/pages/{number}.webp"}
SHOWS_ALL |= {"GET /records/{document_id}/parts/{part}/link"}
SHOWS_ALL |= {
    "GET /records/{document_id}/pages/{number}/words",
    "POST /records/{document_id}/pages/{number}/read",
}


@pytest.mark.parametrize("policy", POLICIES)
def test_an_agency_may_what_its_policy_says(anonymous: TestClient, services: Services, policy: str) -> None:
    paper = put(
        services, personal_id=SUBJECT, full_name="Nguyễn Thị Ánh", home_place=SECRET, dossier="1.001193"
    )
    text = f"version: 1\nlooks: 10000\npurposes: {{a: {{name: b, basis: c}}}}\n{POLICIES[policy]}\n"
    services.agencies.add(Agency("H48", "Công an tỉnh", (), text, active=True))
    services.agencies.give_token(hashlib.sha256(b"token").hexdigest(), "H48", time() + 600)
    anonymous.headers.update({"Authorization": "Bearer token", "Sohoa-Purpose": "a"})
    for name, act in ACTS.items():
        if name.endswith("/session"):
            assert call(anonymous, name) == 401, name
            continue
        answer = answered(anonymous, name, paper)
        allowed = act is None or Role.AGENCY in ALLOWED[act]
        if "{document_id}" in name:
            allowed &= policy in ({"whole"} if name in SHOWS_ALL else {"whole", "fields"})
        allowed &= name not in OFFICERS_ONLY
        assert (answer.status_code != 403) is allowed, (name, answer.status_code)
        assert answer.status_code < 500, (name, answer.text)
        if policy != "whole":
            assert SECRET not in answer.text, name
        if policy not in {"whole", "fields"} and name.startswith("GET "):
            assert "full_name" not in answer.text or name.startswith("GET /types"), name
    everything = [line["action"] for line in services.audit.lines() if line["actor"] == "agency:H48"]
    assert any(action.startswith("refused") for action in everything)


def test_with_a_purpose_that_the_policy_does_not_name_nothing_is_allowed(
    anonymous: TestClient, services: Services
) -> None:
    paper = put(services, personal_id=SUBJECT, full_name="Nguyễn Thị Ánh")
    text = f"version: 1\npurposes: {{a: {{name: b, basis: c}}}}\n{POLICIES['whole']}\n"
    services.agencies.add(Agency("H48", "Công an tỉnh", (), text, active=True))
    services.agencies.give_token(hashlib.sha256(b"token").hexdigest(), "H48", time() + 600)
    anonymous.headers.update({"Authorization": "Bearer token", "Sohoa-Purpose": "b"})
    asked = [name for name, act in ACTS.items() if act is not None]
    assert {name: call(anonymous, name, paper) for name in asked} == dict.fromkeys(asked, 403)
