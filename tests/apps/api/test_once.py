"""``Idempotency-Key``: the same request twice is done once; another one under the same key is refused."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from flows import records
from flows.desk.accounts import add_user
from flows.services import Services
from schemas.errors import KeyInUse
from storage.once import Once
from tests.apps.api.conftest import PASSWORD
from tests.papers import put

API = "/api/v1"
KEY = {"Idempotency-Key": "2026-11-28/17"}


@pytest.fixture
def light(services: Services) -> str:
    return put(services, full_name="Nguyễn Thị Anh")


def correct(
    client: TestClient, paper: str, value: str, version: int = 1, **headers: str
) -> tuple[int, str, str]:
    answer = client.post(
        f"{API}/records/{paper}/correct",
        json={"values": {"full_name": value}, "reason": "nhầm dấu"},
        headers={"If-Match": f'"{version}"', **headers},
    )
    return answer.status_code, answer.headers.get("etag", ""), answer.json().get("code", "")


def test_sent_again_it_is_done_once_and_answered_as_before(
    client: TestClient, services: Services, light: str
) -> None:
    assert correct(client, light, "Nguyễn Thị Ánh", **KEY) == (200, '"2"', "")
    assert correct(client, light, "Nguyễn Thị Ánh", **KEY) == (200, '"2"', "")
    assert services.archive.current(light)[1] == 2
    assert correct(client, light, "Nguyễn Thị Ảnh", 2) == (200, '"3"', ""), "another act in between"
    assert correct(client, light, "Nguyễn Thị Ánh", **KEY) == (200, '"2"', ""), "the version that it made"
    assert correct(client, light, "Trần Văn Bình", 3, **KEY)[::2] == (409, "key_used")
    assert services.archive.current(light)[1] == 3


def test_a_refused_act_may_be_tried_again_with_its_key(client: TestClient, light: str) -> None:
    assert correct(client, light, "Nguyễn Thị Ánh", 7, **KEY)[::2] == (409, "conflict")
    assert correct(client, light, "Nguyễn Thị Ánh", 1, **KEY)[0] == 200


def test_a_key_is_known_only_to_who_sent_it(client: TestClient, services: Services, light: str) -> None:
    assert correct(client, light, "Nguyễn Thị Ánh", **KEY)[0] == 200
    add_user(services.accounts, "canbo2", PASSWORD, ["reviewer"])
    answer = client.post(f"{API}/session", json={"name": "canbo2", "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    assert correct(client, light, "Nguyễn Thị Ánh", **KEY)[::2] == (409, "conflict"), "an act of their own"


def test_two_at_once_are_one_act(
    client: TestClient, services: Services, light: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = records.correct, []

    def slowly(*given: object, **named: object) -> object:
        seen.append(correct(client, light, "Nguyễn Thị Ánh", **KEY)[::2])
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "correct", slowly)
    assert correct(client, light, "Nguyễn Thị Ánh", **KEY)[0] == 200
    assert seen == [(409, KeyInUse.code)]


def test_a_scan_with_its_key(client: TestClient) -> None:
    def send(data: bytes) -> tuple[int, str]:
        answer = client.post(f"{API}/scans", files={"file": ("a.png", data)}, headers=KEY)
        return answer.status_code, answer.json().get("job") or answer.json()["code"]

    status, job = send(b"one scan")
    assert (status, send(b"one scan")) == (202, (202, job))
    assert send(b"another scan") == (409, "key_used")


def test_a_server_that_starts_again_frees_what_its_predecessor_held(services: Services) -> None:
    once = Once(services.index.engine)
    for key in ("done", "cut off"):
        once.begin(key, "request")
    once.end("done", "result")
    once.begin_anew()
    assert once.begin("cut off", "request") is None
    known = once.begin("done", "request")
    assert known is not None
    assert known.result == "result"
