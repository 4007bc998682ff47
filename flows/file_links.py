"""Links to one file for some minutes, for programs that cannot send a token with it (a viewer, a download manager).

A link is a signed token (JWT, Ed25519, by the key that signs events); nothing is kept. Whoever has it looks in the name of who asked for it: each
use is allowed or refused as things are then, counted and logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import time
from typing import BinaryIO

import jwt

from flows import records
from flows.agencies import clients
from flows.agencies.events import event_key
from flows.caller import Caller
from flows.desk import accounts
from flows.services import Services
from schemas.errors import NotSignedIn
from storage.model import Part

HOLDS = 300
"""Seconds."""
_AUDIENCE, _ALGORITHM, _LONGEST = "sohoa-file", "EdDSA", 2000


@dataclass(frozen=True, slots=True)
class Link:
    """``token`` opens one part of one document until then (Unix seconds)."""

    token: str
    until: int


def link_to(services: Services, caller: Caller, document_id: str, part: Part) -> Link:
    """A link to a part that the caller may see; the look is logged. Raises as ``flows.records.stream`` does."""
    records.stream(services, caller, document_id, part).close()
    until = int(time()) + HOLDS
    told = {"aud": _AUDIENCE, "sub": caller.actor, "exp": until, "document": document_id, "part": str(part)}
    key = event_key(services)
    token = jwt.encode(
        {**told, "purpose": caller.purpose}, key.private, _ALGORITHM, {"kid": key.name, "typ": _AUDIENCE}
    )
    return Link(token, until)


def follow(services: Services, token: str, address: str) -> tuple[BinaryIO, str, Part]:
    """The file of a link, its document and part; the caller closes it. Raises NotSignedIn, and as ``flows.records.stream`` does."""
    try:
        if len(token) > _LONGEST:
            raise NotSignedIn
        told = jwt.decode(
            token,
            event_key(services).private.public_key(),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["exp", "aud", "sub"]},
        )
        part, document_id, purpose = Part(told["part"]), str(told["document"]), str(told["purpose"])
        caller = _caller(services, str(told["sub"]), address, purpose)
    except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
        raise NotSignedIn from error
    return records.stream(services, caller, document_id, part), document_id, part


def _caller(services: Services, actor: str, address: str, purpose: str) -> Caller:
    """Who asked for the link, with roles or policy of today. Raises NotSignedIn."""
    if actor.startswith(clients.ACTOR):
        agency = services.agencies.get(actor.removeprefix(clients.ACTOR))
        return clients.as_caller(agency, address, purpose)
    user = services.accounts.get(actor)
    if user is None or not user.active:
        raise NotSignedIn
    return accounts.caller_of(user, address, purpose)
