"""What an address does not take, and what stands twice, is refused in words that name it; nothing is changed then."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from fastapi.testclient import TestClient

from apps.api.app import create_app
from flows.services import Services

API = "/api/v1"
FIRST = {"If-Match": '"1"'}


def _operations(services: Services) -> list[tuple[str, str, dict[str, Any]]]:
    contract = create_app(services, worker=False).openapi()
    return [
        (method, path, operation)
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_model_of_a_body_takes_no_other_members(services: Services) -> None:
    schemas = create_app(services, worker=False).openapi()["components"]["schemas"]
    seen: set[str] = set()

    def look(schema: Any) -> None:
        if isinstance(schema, list):
            for one in schema:
                look(one)
        elif isinstance(schema, dict):
            if "$ref" in schema and (name := schema["$ref"].rpartition("/")[2]) not in seen:
                seen.add(name)
                assert schemas[name].get("additionalProperties") is False, name
                look(schemas[name])
            for one in schema.values():
                look(one)

    for _, _, operation in _operations(services):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if kind != "application/x-www-form-urlencoded":  # a token is asked for as OAuth says
                look(content)
    assert {"Body_submit", "Values", "Corrected", "Regroup", "Pages", "Credentials"} <= seen


def test_every_route_refuses_a_question_that_it_does_not_know(client: TestClient, services: Services) -> None:
    for method, path, _ in _operations(services):
        address = path.format_map(defaultdict(lambda: "1"))
        answer = client.request(method, address, params={"sbuject": "1"})
        assert (answer.status_code, answer.json()["detail"]) == (422, "query.sbuject: not taken here"), path
        assert answer.json()["hint_vi"] == "Xem lại: query.sbuject: không dùng ở đây"


@pytest.mark.parametrize(
    ("act", "body", "named"),
    [
        ("confirm", '{"value": {"full_name": "Nguyễn Thị Ánh"}}', "body.value: not taken here"),
        ("confirm", '{"values": {"full_name": "A"}, "Nguyễn Thị Ánh": 1}', "body.?: not taken here"),
        ("correct", '{"absent": {"full_name": "illegible"}, "reason": "x"}', "body.absent: not taken here"),
        ("correct", '{"values": {"full_name": "A"}, "reason": "x", "reason": "y"}', "body.reason: repeated"),
        ("correct", '{"values": {"full_name": "A", "full_name": "B"}, "reason": "x"}', "body.full_name: rep"),
        ("revoke", '{"reason": "x", "version": 1}', "body.version: not taken here"),
        ("reopen", '{"reason": "x"}', "body: not taken here"),
        ("sign", '{"expected": 1}', "body: not taken here"),
    ],
)
def test_a_member_that_an_act_does_not_take_changes_nothing(
    client: TestClient, services: Services, paper: str, act: str, body: str, named: str
) -> None:
    headers = {**FIRST, "Content-Type": "application/json"}
    answer = client.post(f"{API}/records/{paper}/{act}", content=body.encode(), headers=headers)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]
    assert "Ánh" not in answer.text
    assert services.archive.current(paper)[1] == 1


def test_an_act_without_members_may_come_with_nothing(client: TestClient, paper: str) -> None:
    for nothing in (b"", b"{}", b"null"):
        answer = client.post(f"{API}/records/{paper}/claim", content=nothing)
        assert answer.status_code == 200


def test_of_two_scans_in_one_form_none_is_taken_silently(client: TestClient, services: Services) -> None:
    def handed_in(said: dict[str, Any], *names: str) -> tuple[int, str]:
        files = [("file", (name, b"scan of " + name.encode())) for name in names]
        answer = client.post(f"{API}/scans", files=files, data=said)
        return answer.status_code, answer.json().get("detail", "")

    assert handed_in({}, "one.png", "two.png") == (422, "body.file: repeated")
    assert handed_in({"type": ["birth_certificate", "citizen_card"]}, "a.png") == (422, "body.type: repeated")
    assert handed_in({"dosier": "H29-1"}, "a.png") == (422, "body.dosier: not taken here")
    assert not list((services.home / "uploads").glob("*/*"))
    assert services.queue.counts() == {}
    assert handed_in({"type": "birth_certificate"}, "a.png")[0] == 202


def test_a_token_is_asked_for_as_the_standard_says(anonymous: TestClient) -> None:
    """RFC 6749, section 3.2: what is not known is ignored, what stands twice is refused."""
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": "x",
        "scope": "records",
    }
    assert anonymous.post(f"{API}/token", data=form).status_code == 401
    twice = anonymous.post(f"{API}/token", data={**form, "client_assertion": ["x", "y"]})
    assert (twice.status_code, twice.json()["detail"]) == (422, "body.client_assertion: repeated")
