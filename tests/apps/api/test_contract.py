"""The contract: what stands in ``apps/api/openapi.json`` is what the app answers, and nothing changes it silently."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi.testclient import TestClient

from apps.api.app import create_app
from flows.services import Services

AGREED = Path(__file__).parents[3] / "apps" / "api" / "openapi.json"
RENEW = "script/openapi"


def test_nothing_changes_the_contract_silently(services: Services) -> None:
    now = create_app(services, worker=False).openapi()
    agreed = json.loads(AGREED.read_text(encoding="utf-8"))
    assert now == agreed, (
        f"the contract changed: run {RENEW}, look at the difference, and tell it in CHANGELOG.md"
    )


def test_every_answer_of_every_route_is_described(services: Services) -> None:
    for path, methods in create_app(services, worker=False).openapi()["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            refusals = {"400", "401", "403", "422", "503"}
            assert refusals <= operation["responses"].keys(), (method, path)
            for status in operation["responses"]:
                if status >= "400":
                    content = operation["responses"][status]["content"]
                    assert list(content) == ["application/problem+json"], (method, path, status)


def test_every_route_has_a_name_of_its_own(services: Services) -> None:
    """Generated clients call their functions so."""
    paths = create_app(services, worker=False).openapi()["paths"]
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert sorted(names) == sorted(set(names))


def test_an_address_tells_all_of_its_methods(anonymous: TestClient) -> None:
    for path, methods in (("people/0/numbers", "GET, HEAD, POST"), ("records/0/claim", "DELETE, POST")):
        answer = anonymous.put(f"/api/v1/{path}")
        assert (answer.status_code, answer.headers["allow"]) == (405, methods)


def test_a_day_is_a_day(client: TestClient) -> None:
    for wrong in ("0", "1700000000", "2026-11-28T00:00:00", "2026-13-01", "28/11/2026"):
        assert client.get("/api/v1/records", params={"issued_to": wrong}).status_code == 422, wrong
        assert client.get("/api/v1/report", params={"from": wrong}).status_code == 422, wrong


UNREPEATED = {"POST /session", "DELETE /session", "POST /token"}
"""Signing in and out: they have no caller, or may be repeated as they are."""
CHOICES = {
    "PUT /signing",
    "DELETE /signing",
    "PUT /signing/{document_id}/failure",
    "PUT /dossiers/{code}/due",
}
"""What is chosen to be signed, an appointed day: said as a whole, so that it may be repeated as it is."""
QUESTIONS = {"POST /procedures/{code}/reuse", "POST /records/{document_id}/pages/{number}/read"}
"""Asked with a body; nothing is changed."""


def test_a_parameter_given_twice_is_refused_and_its_values_are_not_told(client: TestClient) -> None:
    """Which of the two counts, who checked the question on its way may have seen differently."""
    answer = client.get("/api/v1/records?type=citizen_card&typ%65=birth_certificate")
    assert (answer.status_code, answer.json()["detail"]) == (422, "query.type: repeated")
    assert client.get("/api/v1/counter/refused?batch=a&batch=").status_code == 422
    assert client.get("/api/v1/records?type=citizen_card&limit=3").status_code == 200


def test_every_route_that_changes_something_takes_an_idempotency_key(services: Services) -> None:
    without = set()
    for path, methods in create_app(services, worker=False).openapi()["paths"].items():
        for method, operation in methods.items():
            named = {one["name"].lower() for one in operation.get("parameters", ())}
            if method in {"post", "put", "delete", "patch"} and "idempotency-key" not in named:
                without.add(f"{method.upper()} {path.removeprefix('/api/v1')}")
    assert without == UNREPEATED | CHOICES | QUESTIONS


def test_a_refusal_tells_what_to_do_in_both_languages(client: TestClient) -> None:
    for path in ("records/00000000-0000-4000-8000-000000000000", "records?limit=0", "types/none/schema"):
        told = client.get(f"/api/v1/{path}")
        assert told.status_code >= 400
        assert told.json()["detail"], path
        assert told.json()["hint_vi"], path
