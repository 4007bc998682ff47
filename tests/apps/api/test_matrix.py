"""Who may what: every route of the app, for nobody, each role and an agency. The table is generated; a new route is in it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from apps.api.app import create_app
from flows.accounts import add_user
from flows.caller import ALLOWED, Act, Role
from flows.services import Services
from tests.apps.api.conftest import PASSWORD

ABSENT = "00000000-0000-4000-8000-000000000000"
OPEN = {"POST /session", "POST /token", "GET /keys"}
"""What needs no caller: how one becomes a caller, and the public keys of our signatures."""

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
    "GET /records/{document_id}/pages/{number}.webp": Act.OPEN,
    "GET /records/{document_id}/pages/{number}/words": Act.PART,
    "POST /records/{document_id}/pages/{number}/read": Act.OPEN,
    "POST /records/{document_id}/confirm": Act.CONFIRM,
    "POST /records/{document_id}/correct": Act.CORRECT,
    "POST /records/{document_id}/sign": Act.SIGN,
    "POST /records/{document_id}/supersede": Act.SUPERSEDE,
    "POST /records/{document_id}/revoke": Act.REVOKE,
    "POST /records/{document_id}/claim": Act.CONFIRM,
    "DELETE /records/{document_id}/claim": Act.CONFIRM,
    "GET /records/{document_id}/draft": Act.CONFIRM,
    "PUT /records/{document_id}/draft/{field}": Act.CONFIRM,
    "GET /queue/{kind}": Act.CONFIRM,
    "POST /regroup": Act.REGROUP,
    "POST /records/{document_id}/reopen": Act.REOPEN,
    "GET /counter/refused": Act.DIGITIZE,
    "GET /counter/today": Act.FIND,
    "GET /counter/sheets": Act.CONFIRM,
    "GET /counter/sheets/{type}/{field}": Act.CONFIRM,
    "GET /counter/separators.pdf": Act.DIGITIZE,
    "GET /counter/scanners": Act.DIGITIZE,
    "POST /counter/scanners/{name}/scan": Act.DIGITIZE,
    "GET /dossiers/{code}/history": Act.OPEN,
    "GET /procedures": None,
    "POST /procedures/{code}/reuse": Act.REUSE,
    "POST /records/{document_id}/restrict": Act.RESTRICT,
    "GET /people/{subject}/numbers": Act.FIND,
    "POST /people/{subject}/numbers": Act.LINK,
    "GET /people/{subject}/export": Act.HAND_OVER,
    "GET /people/{subject}/papers": Act.FIND,
    "GET /people/{subject}/uses": Act.FIND,
    "GET /people/{subject}/looks": Act.FIND,
    "GET /figures/now": Act.CONFIRM,
    "GET /report": Act.CONFIRM,
    "POST /scans": Act.DIGITIZE,
    "GET /jobs/{job}": Act.DIGITIZE,
    "GET /jobs/{job}/events": Act.DIGITIZE,
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


def call(client: TestClient, name: str) -> int:
    method, path = name.split(" ")
    values = {
        "document_id": ABSENT,
        "part": "pdf",
        "number": "1",
        "type": "birth_certificate",
        "field": "full_name",
    }
    values |= {"code": "1.001193", "subject": "056320001234"}
    values |= {"kind": "check", "job": "none", "name": "none"}
    address = "/api/v1" + path.format(**values) + ("?version=1" if "/draft/" in path else "")
    if path == "/scans":
        return client.post(address, files={"file": ("a.png", b"x")}).status_code
    json = {
        "values": {},
        "reason": "x",
        "newer": ABSENT,
        "box": [0, 0, 100, 100],
        "value": "x",
        "subject": "056320001234",
        "papers": {ABSENT: 1},
        "groups": [{"pages": [1]}],
    }
    headers = {"If-Match": '"1"'}
    return client.request(
        method, address, json=None if method == "GET" else json, headers=headers
    ).status_code


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
