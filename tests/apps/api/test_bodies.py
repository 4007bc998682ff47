"""What a request may bring along, and what is told of a fault that nobody expected."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from apps.api.bodies import SMALL
from flows import records
from flows.services import Services
from schemas.errors import Unreachable
from storage.index.database import open_database

API = "/api/v1"


class _Read:
    """A body that tells how much of it was read."""

    def __init__(self, pieces: int) -> None:
        self.left = self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        while self.left:
            self.left -= 1
            yield b"x" * (1 << 16)


@pytest.mark.parametrize("told", [True, False], ids=["told", "in pieces"])
def test_a_body_that_is_no_scan_is_small(client: TestClient, paper: str, told: bool) -> None:
    large = json.dumps({"reason": "x" * SMALL}).encode()
    body: bytes | Iterator[bytes] = large if told else iter([large[:100], large[100:]])
    answer = client.post(
        f"{API}/records/{paper}/revoke",
        content=body,
        headers={"Content-Type": "application/json", "If-Match": '"1"'},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_form_in_pieces_is_no_larger_than_a_scan(
    client: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(services.settings.limits.__dict__, "size", 1 << 20)
    answer = client.post(
        f"{API}/scans", content=iter(_Read(40)), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 413


def test_a_scan_of_nobody_is_not_read(anonymous: TestClient) -> None:
    body = _Read(64)
    answer = anonymous.post(
        f"{API}/scans", content=iter(body), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


@pytest.mark.parametrize("act", ["confirm", "correct", "revoke"])
@pytest.mark.parametrize("body", ['{"values":{"\\ud800":"x"},"reason":"x"}', '{"reason":"\\udfff"}'])
def test_half_of_a_sign_is_refused_in_words(client: TestClient, paper: str, act: str, body: str) -> None:
    answer = client.post(
        f"{API}/records/{paper}/{act}",
        content=body,
        headers={"Content-Type": "application/json", "If-Match": '"1"'},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_whole_signs_beyond_the_first_plane_are_text(client: TestClient, paper: str) -> None:
    answer = client.post(
        f"{API}/records/{paper}/revoke",
        content='{"reason":"QĐ 12 \\ud83d\\ude00"}',
        headers={"Content-Type": "application/json", "If-Match": '"1"'},
    )
    assert answer.status_code == 200


def test_a_cookie_that_nests_for_ever_is_no_fault(anonymous: TestClient) -> None:
    anonymous.cookies.set("sohoa_oidc", base64.urlsafe_b64encode(b"[" * 5990).decode())
    assert anonymous.get(f"{API}/session/oidc/done", follow_redirects=False).status_code < 500


def test_a_fault_tells_the_log_its_kind_and_nothing_of_the_person(
    client: TestClient, paper: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LookupError("NGUYỄN VĂN AN 079301000123")

    monkeypatch.setattr(records, "open_record", broken)
    with caplog.at_level(logging.INFO):
        answer = client.get(f"{API}/records/{paper}")  # the client would raise what the app lets out
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "LookupError" in caplog.text
    assert "NGUYỄN" not in caplog.text + answer.text


def test_what_cannot_be_reached_is_not_described_to_who_asks(
    client: TestClient, paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unreachable("postgresql://sohoa@10.0.0.7:5432")

    monkeypatch.setattr(records, "open_record", away)
    answer = client.get(f"{API}/records/{paper}")
    assert answer.status_code == 503
    assert "10.0.0.7" not in answer.text


def test_a_fault_of_the_database_tells_no_values(tmp_path: Path) -> None:
    asked = text("SELECT no_such_column WHERE 1 = :number")
    with open_database(tmp_path / "index.db").connect() as connection, pytest.raises(DBAPIError) as told:
        connection.execute(asked, {"number": "079301000123"})
    assert "079301000123" not in str(told.value)
