"""Telling agencies what happened to records that they may see: CloudEvents 1.0 with ids only, signed, in order, at least once.

An event is pushed for 24 hours, with longer and longer pauses; what is older stands in the feed (``GET /api/v1/events``) only, for 90 days. Each
names the agency's event ``before`` it: a receiver that misses one fetches it there.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import time
from typing import Any
from urllib.parse import urlsplit

import httpx
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from flows.agencies import scope
from flows.agencies.clients import policy_of
from flows.caller import Act, Caller
from flows.door import log, permit
from flows.services import Services
from schemas.errors import NotFoundInArchive, UsageError
from schemas.policies import Policy
from storage.outbox import Event, Kind, Receiver
from storage.seals import SealKey, fingerprint, load_key

LONGEST = 24 * 3600.0
"""Seconds for which an event is pushed."""
_FIRST, _MOST_PAUSE = 5.0, 3600.0
_TIMEOUT = 10.0
_HOLDS = timedelta(minutes=5)
_COVERED = ("@method", "@target-uri", "content-type", "content-digest")
TAG = "sohoa-event"
MEDIA = "application/cloudevents+json"

logger = logging.getLogger("sohoa")


@dataclass(frozen=True, slots=True)
class Told:
    """An event as one agency may see it; ``before`` is the id of the agency's event before it."""

    event: Event
    before: str | None
    dossier: str | None

    def as_json(self) -> dict[str, Any]:
        """A CloudEvent, version 1.0, in JSON: what happened in ``type``, to which record in ``subject``."""
        event = self.event
        data: dict[str, Any] = {"record": event.document, "version": event.version}
        if self.dossier:
            data["dossier"] = self.dossier
        told: dict[str, Any] = {
            "specversion": "1.0",
            "id": event.id,
            "source": "urn:sohoa:records",
            "type": f"vn.sohoa.record.{event.kind}.v1",
            "subject": event.document,
            "time": event.time,
            "datacontenttype": "application/json",
            "data": data,
        }
        return told | ({"before": self.before} if self.before else {})


def feed(services: Services, caller: Caller, after: str | None, most: int = 100) -> list[Told]:
    """The events that follow one, as the caller may see them. Raises NotAllowed, NotFoundInArchive for an event that is gone."""
    permit(services, caller, Act.FIND)
    start: int | None = 0
    if after is not None:
        start = services.outbox.sequence_of(after)
    if start is None:
        raise NotFoundInArchive("no such event (any more): begin without one")
    types = None if caller.policy is None else caller.policy.types.keys()
    looked = _looked_through(services, caller.policy, start, after, types)
    seen = (told for _, told in looked if told is not None)
    found = list(islice(seen, most))
    log(services, caller, Act.FIND, *dict.fromkeys(one.event.document for one in found))
    return found


def _looked_through(
    services: Services,
    policy: Policy | None,
    start: int,
    last: str | None,
    types: Collection[str] | None = None,
) -> Iterator[tuple[Event, Told | None]]:
    """All events after one, or those of some types; those that lie in a policy as they may be seen, each with the one before it."""
    while page := services.outbox.after(start, types=types):
        for event in page:
            told = _as_seen(services, policy, event, last)
            yield event, told
            if told is not None:
                last = event.id
        start = page[-1].sequence


def _as_seen(services: Services, policy: Policy | None, event: Event, before: str | None) -> Told | None:
    """The event as a policy lets it be seen, None where it lies outside."""
    if policy is not None and event.type not in policy.types:
        return None
    row = services.index.get(event.document)
    if row is None:  # erased, or lost: whoever may keep an answer of this type must know
        ended = event.kind in {Kind.ERASED, Kind.LOST}
        return Told(event, before, None) if ended or policy is None else None
    if policy is not None and not scope.sees(services, policy, row):
        return None
    return Told(event, before, row.dossier if policy is None or policy.whole(row.type) else None)


# -- pushing


def check_address(url: str) -> str:
    """The address of a receiver; raises UsageError where it is not ``https`` (or ``http`` on this machine)."""
    parts = urlsplit(url)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.username or parts.fragment or not parts.hostname:
        raise UsageError("the address of a receiver has no user and no fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise UsageError("a receiver is reached by https")
    return url


def event_key(services: Services) -> SealKey:
    """The key that signs events, Ed25519; made in the home on first use where the settings name none."""
    chosen = services.settings.api.event_key
    return load_key(chosen or services.home / "events.pem", create=chosen is None)


def public_keys(services: Services) -> dict[str, Any]:
    """What receivers check signatures with, as a JSON Web Key Set (RFC 7517)."""
    import jwt

    key = event_key(services)
    known = {fingerprint(one): one for one in (key.private.public_key(), *key.known)}
    told = {name: jwt.algorithms.OKPAlgorithm.to_jwk(one, as_dict=True) for name, one in known.items()}
    return {"keys": [{**one, "kid": name, "use": "sig", "alg": "EdDSA"} for name, one in told.items()]}


def deliver(services: Services, client: httpx.Client | None = None) -> int:
    """Tell every receiver that is due what it was not told yet; how many events were taken.

    A receiver that is away stops no other. The order of events is kept: the next one waits until one is taken, or too old.
    """
    waiting = services.outbox.receivers()
    if not waiting:
        return 0
    key, taken = event_key(services), 0
    with client or httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as calling:
        for one in waiting:
            receiver = services.outbox.take(one.agency)
            if receiver is not None:
                taken += _tell(services, calling, key, receiver)
    return taken


def _tell(services: Services, client: httpx.Client, key: SealKey, receiver: Receiver) -> int:
    """Tell one receiver all that it was not told; how many it took."""
    agency = services.agencies.get(receiver.agency)
    if agency is None or not agency.active:
        services.outbox.failed(receiver.agency, 0, time() + _MOST_PAUSE)
        return 0
    taken, policy, tries = 0, policy_of(agency), receiver.tries
    done = receiver.done
    for event, told in _looked_through(services, policy, done, receiver.last):
        done = event.sequence
        if told is None:
            continue
        if time() - event.at < LONGEST:
            if not _push(client, key, receiver.url, told):
                pause = min(_FIRST * 2**tries, _MOST_PAUSE)
                services.outbox.failed(receiver.agency, tries + 1, time() + pause)
                return taken
            taken, tries = taken + 1, 0
        services.outbox.told(receiver.agency, event.sequence, event.id)
    services.outbox.release(receiver.agency, done)
    return taken


def _push(client: httpx.Client, key: SealKey, url: str, told: Told) -> bool:
    """Whether the receiver took the event."""
    body = json.dumps(told.as_json(), ensure_ascii=False, separators=(",", ":")).encode()
    try:
        with client.stream("POST", url, content=body, headers=signed_headers(key, url, body)) as answer:
            return answer.is_success
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        logger.info("an event was not taken: %s", type(error).__name__)
        return False


@dataclass(slots=True)
class _Message:
    """What is signed, as the library reads a request."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class _Own(HTTPSignatureKeyResolver):
    """Our key, under its name."""

    def __init__(self, key: SealKey) -> None:
        self._key = key

    def resolve_private_key(self, _key_id: str) -> Any:
        """As the library asks."""
        return self._key.private

    def resolve_public_key(self, _key_id: str) -> Any:
        """As the library asks."""
        return self._key.private.public_key()


def signed_headers(key: SealKey, url: str, body: bytes) -> dict[str, str]:
    """The headers of an event: its digest (RFC 9530), and a signature (RFC 9421) that holds for five minutes."""
    now = datetime.now(UTC)
    message = _Message("POST", url, {"Content-Type": MEDIA}, body)
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Own(key))
    signer.sign(
        message,
        body=body,
        key_id=key.name,
        created=now,
        expires=now + _HOLDS,
        nonce=secrets.token_urlsafe(16),
        tag=TAG,
        label="sohoa",
        covered_component_ids=_COVERED,
    )
    return message.headers
