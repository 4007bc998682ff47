"""Events: every change of a record, ids only, signed, in order, at least once with the same id; then a feed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from time_machine import travel

from flows import records
from flows.agencies import events
from flows.caller import Caller, Role, local_caller
from flows.services import Services
from schemas.errors import Lost, NotFoundInArchive, UsageError
from schemas.policies import read_policy
from storage.agencies import Agency
from storage.model import document_object
from storage.ocfl.layout import object_path
from storage.outbox import Kind, event_id
from tests.papers import put

POLICY = """
version: 1
purposes: {a: {name: Cư trú, basis: "Luật Cư trú"}}
types: {birth_certificate: [full_name]}
"""
NAME = "Nguyễn Thị Ánh"


class Keys(HTTPSignatureKeyResolver):
    """Ours, as the key set gives them."""

    def __init__(self, services: Services) -> None:
        told = events.public_keys(services)["keys"]
        self.known = {one["kid"]: jwt.PyJWK(one).key for one in told}

    def resolve_public_key(self, key_id: str) -> Any:
        return self.known[key_id]


class Inbox:
    """A receiver: keeps what it is told when the signature is right; answers with ``status``."""

    def __init__(self, services: Services) -> None:
        self.taken: list[dict[str, Any]] = []
        self.requests: list[Any] = []
        self.status = 204
        self.kill: int | None = None
        keys = Keys(services)
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told = Told("POST", inbox.address, {k.title(): v for k, v in self.headers.items()}, body)
                verified(told, keys)
                inbox.requests.append(told)
                if inbox.status < 300:
                    inbox.taken.append(json.loads(body))
                if inbox.kill is not None:
                    os.kill(inbox.kill, signal.SIGKILL)
                self.send_response(inbox.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/su-kien?kho=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Told:
    """A request as the library reads it."""

    def __init__(self, method: str, url: str, headers: dict[str, str], body: bytes) -> None:
        self.method, self.url, self.headers, self.body = method, url, headers, body


def verified(told: Told, keys: Keys) -> Any:
    """Raises InvalidSignature; what a receiver should do."""
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    needed = ("@method", "@target-uri", "content-type", "content-digest")
    return verifier.verify(told, expect_tag=events.TAG, require_components=needed, body=told.body)[0]


@pytest.fixture
def paper(services: Services) -> str:
    return put(services)


@pytest.fixture
def inbox(services: Services) -> Iterator[Inbox]:
    """Of the agency H48, empty."""
    services.agencies.add(Agency("H48", "Công an tỉnh", (), POLICY, active=True))
    made = Inbox(services)
    services.outbox.subscribe("H48", events.check_address(made.address))
    yield made
    made.server.shutdown()
    made.server.server_close()


def kinds(taken: list[dict[str, Any]]) -> list[str]:
    return [re.fullmatch(r"vn\.sohoa\.record\.(\w+)\.v1", one["type"])[1] for one in taken]  # type: ignore[index]


def test_what_happens_is_told_in_order_signed_and_without_a_value(
    services: Services, inbox: Inbox, paper: str
) -> None:
    officer = local_caller(actor="canbo1")
    records.confirm(services, officer, paper, {"full_name": NAME})
    records.correct(services, officer, paper, {"full_name": "Nguyễn Thị Anh"}, reason="nhầm")
    records.revoke(services, officer, paper, reason="QĐ 1")
    put(services, 2, "administrative_document")
    assert events.deliver(services) == 4
    assert kinds(inbox.taken) == ["archived", "confirmed", "changed", "revoked"]
    assert {one["subject"] for one in inbox.taken} == {paper}, "what lies outside of the policy is not told"
    assert [one["data"]["version"] for one in inbox.taken] == [1, 2, 3, 4]
    assert [one.get("before") for one in inbox.taken] == [None, *(one["id"] for one in inbox.taken[:-1])]
    assert "Ánh" not in "".join(one.body.decode() for one in inbox.requests)
    first = inbox.requests[0]
    parsed = from_structured_event(
        HTTPMessage({k.lower(): v for k, v in first.headers.items()}, first.body), JSONFormat()
    )
    assert (parsed.get_specversion(), parsed.get_subject()) == ("1.0", paper)
    nonces = {verified(one, Keys(services)).nonce for one in inbox.requests}
    assert len(nonces) == 4
    assert events.deliver(services) == 0
    newest = services.outbox.after(0)[-1]
    (receiver,) = services.outbox.receivers()
    assert receiver.done == newest.sequence, "what lies outside is not looked through again and again"
    assert receiver.last == inbox.taken[-1]["id"] != newest.id


def test_what_was_altered_or_is_old_has_no_valid_signature(
    services: Services, inbox: Inbox, paper: str
) -> None:
    events.deliver(services)
    told, keys = inbox.requests[0], Keys(services)
    for altered in (
        Told("PUT", told.url, told.headers, told.body),
        Told("POST", told.url.replace("kho=1", "kho=2"), told.headers, told.body),
        Told("POST", told.url, told.headers, told.body.replace(b"archived", b"revoked")),
        Told("POST", told.url, {**told.headers, "Content-Type": "application/json"}, told.body),
    ):
        with pytest.raises(InvalidSignature):
            verified(altered, keys)
    with travel(datetime.now(UTC), tick=False) as clock:
        clock.shift(400)
        with pytest.raises(InvalidSignature):
            verified(told, keys)


def test_a_receiver_that_is_away_is_told_later_and_after_a_day_finds_it_in_the_feed(
    services: Services, inbox: Inbox, paper: str
) -> None:
    inbox.status = 503
    with travel(datetime.now(UTC)) as clock:
        assert events.deliver(services) == 0
        assert events.deliver(services) == 0
        assert len(inbox.requests) == 1, "not before its time"
        clock.shift(6)
        events.deliver(services)
        clock.shift(6)
        events.deliver(services)
        assert len(inbox.requests) == 2, "the pause grows"
        inbox.status = 204
        clock.shift(10)
        assert events.deliver(services) == 1
        records.confirm(services, local_caller(), paper, {"full_name": NAME})
        inbox.status = 500
        events.deliver(services)
        clock.shift(25 * 3600)
        inbox.status = 204
        records.revoke(services, local_caller(), paper, reason="QĐ 1")
        assert events.deliver(services) == 1
    assert kinds(inbox.taken) == ["archived", "revoked"], "after a day it is pushed no more"
    assert inbox.taken[1]["before"] == event_id(paper, 2, Kind.CONFIRMED)
    asking = Caller("agency:H48", "here", "a", frozenset({Role.AGENCY}), read_policy(POLICY, "H48"))
    missed = events.feed(services, asking, inbox.taken[0]["id"])
    assert [str(one.event.kind) for one in missed] == ["confirmed", "revoked"]
    assert events.feed(services, asking, inbox.taken[1]["id"]) == []
    with pytest.raises(NotFoundInArchive):
        events.feed(services, asking, "none")


def test_killed_after_the_receiver_took_it_the_same_event_comes_again(
    services: Services, inbox: Inbox, paper: str
) -> None:
    code = (
        "import sys; from flows.agencies import events; from flows.services import Services;"
        "from flows.settings import load_settings; sys.stdin.readline(); events.deliver(Services(load_settings()))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    inbox.kill = process.pid
    process.communicate(b"go\n", timeout=120)
    assert process.returncode == -signal.SIGKILL
    inbox.kill = None
    assert events.deliver(services) == 0, "nobody else has the receiver while its lease holds"
    services.outbox.release("H48")
    assert events.deliver(services) == 1
    assert [one["id"] for one in inbox.taken] == [event_id(paper, 1, Kind.ARCHIVED)] * 2


def test_an_erased_paper_is_told(services: Services, inbox: Inbox, paper: str) -> None:
    events.deliver(services)
    services.index.remove(paper)
    events.deliver(services)
    assert kinds(inbox.taken)[-1] == "erased"


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_lost_paper_is_told_as_lost(
    services: Services, inbox: Inbox, paper: str, *, forgotten: bool
) -> None:
    """Also where a rebuild of the index had forgotten it before anybody accepted that."""
    events.deliver(services)
    shutil.rmtree(services.home / "archive" / object_path(document_object(paper)))
    if forgotten:
        services.index.rebuild(services.archive, log=services.audit)
    records.accept_loss(services, local_caller(), paper, reason="cháy kho")
    events.deliver(services)
    assert kinds(inbox.taken)[-1] == "lost"
    with pytest.raises(Lost):
        records.open_record(services, local_caller(), paper)


def test_a_rebuild_tells_nothing_anew(services: Services, inbox: Inbox, paper: str) -> None:
    events.deliver(services)
    services.index.rebuild(services.archive)
    services.index.add(*services.archive.current(paper))
    assert events.deliver(services) == 0


def test_a_disabled_agency_is_told_nothing(services: Services, inbox: Inbox, paper: str) -> None:
    services.agencies.replace(Agency("H48", "Công an tỉnh", (), POLICY, active=False))
    assert events.deliver(services) == 0
    assert inbox.requests == []


@pytest.mark.parametrize(
    "address", ["http://example.org/", "ftp://example.org/", "https://user@example.org/", "https:///x", "x"]
)
def test_where_events_may_be_sent(address: str) -> None:
    with pytest.raises(UsageError):
        events.check_address(address)
