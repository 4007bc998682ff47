"""Gravestones: what is left of an object that was erased by order of the law.

A small file beside the objects (``extensions/sohoa-erased/``) with the object's id, the number of the order, the time and
the account that did it; no reason, no name. It is signed by the archive's seal key, so that nobody can pass a theft off as
an erasure, and travels with every copy of the archive.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from schemas.errors import Corrupt, StoreDenied
from storage.plain_json import loads, text_of
from storage.seals import SealKey
from storage.stores.protocol import MissingKey, Store

PLACE = "extensions/sohoa-erased/"

NOTED = "urn:sohoa:erased:"
"""The audit log notes each gravestone under this and the object's id: one that is taken away is missed."""


@dataclass(frozen=True, slots=True)
class Gravestone:
    """Which object was erased, by which order, when, by which account; whether all of it was taken away.

    ``removed`` is False where the object's bytes stay as noise because its key was destroyed.
    """

    object: str
    order: str
    at: datetime
    by: str
    removed: bool
    key: str = ""
    signature: str = ""

    @property
    def covered(self) -> bytes:
        """What the signature covers."""
        told = [self.object, self.order, self.at.astimezone(UTC).isoformat(), self.by, self.removed]
        return b"sohoa gravestone\n" + json.dumps(told, ensure_ascii=False).encode()

    def genuine(self, key: SealKey | None) -> bool:
        """Whether the archive's key signed it; without a key it is believed."""
        if key is None:
            return True
        try:
            return key.signed(self.key, base64.b64decode(self.signature), self.covered)
        except ValueError:
            return False


def place(object_id: str) -> str:
    """Where the gravestone of an object stands."""
    return f"{PLACE}{hashlib.sha256(object_id.encode()).hexdigest()}.json"


def put_gravestone(store: Store, stone: Gravestone, key: SealKey | None) -> None:
    """Set a gravestone; one that stands already stays."""
    signed = replace(
        stone,
        key=key.name if key else "",
        signature=base64.b64encode(key.private.sign(stone.covered)).decode() if key else "",
    )
    content = _content(signed)
    store.put_new(place(stone.object), (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def gravestone(store: Store, object_id: str) -> Gravestone | None:
    """The gravestone of an object, None when there is none; whoever reads it asks whether it is ``genuine``."""
    return read_gravestone(store, place(object_id))


def genuine_gravestone(store: Store, object_id: str, key: SealKey | None) -> Gravestone | None:
    """The gravestone of an object that the archive's key signed; None where there is none, or a forged one."""
    found = gravestone(store, object_id)
    return found if found is not None and found.genuine(key) else None


def read_gravestone(store: Store, key: str) -> Gravestone | None:
    """The gravestone that lies at a key, None for what is none, or that of an object whose place is elsewhere."""
    try:
        found = _parse(store.get(key))
    except (MissingKey, Corrupt, StoreDenied):  # a pipe, a link, a terabyte, what belongs to another account
        return None
    return found if found is not None and place(found.object) == key else None


def gravestones(store: Store) -> Iterator[Gravestone]:
    """All gravestones that can be read."""
    for stat in store.list(PLACE):
        found = read_gravestone(store, stat.key)
        if found is not None:
            yield found


def _content(stone: Gravestone) -> dict[str, Any]:
    return {
        "format": "sohoa-gravestone/1",
        "object": stone.object,
        "order": stone.order,
        "at": stone.at.astimezone(UTC).isoformat(),
        "by": stone.by,
        "removed": stone.removed,
        "key": stone.key,
        "signature": stone.signature,
    }


def _parse(data: bytes) -> Gravestone | None:
    """None also where the file says more than was signed: somebody added it."""
    try:
        told = loads(data)
        found = Gravestone(
            object=text_of(told["object"]),
            order=text_of(told["order"]),
            at=datetime.fromisoformat(told["at"]).astimezone(UTC),
            by=text_of(told["by"]),
            removed=bool(told["removed"]),
            key=str(told["key"]),
            signature=str(told["signature"]),
        )
        return found if told == _content(found) and _plain(found.signature) else None
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def _plain(signature: str) -> bool:
    """Whether Base64 is written as we write it: the last character has bits that say nothing."""
    return base64.b64encode(base64.b64decode(signature)).decode() == signature
