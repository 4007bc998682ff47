"""The inventory of an object: which bytes make up which version.

An inventory is immutable here; ``first`` and ``next_version`` make new ones. Content paths carry a piece of the
content's digest, so that two writers of different bytes can never write to the same key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from posixpath import splitext
from typing import Any

from schemas.errors import Corrupt
from storage.plain_json import dumps, loads, text_of

SPEC = "https://ocfl.io/1.1/spec/#inventory"
INVENTORY = "inventory.json"
SIDECAR = "inventory.json.sha512"
CONTENT = "content"

State = Mapping[str, str]
"""Logical path → sha512 (hex)."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version: when, by whom and why it was made, and what was in it."""

    number: int
    created: datetime
    message: str
    user: str
    state: State


@dataclass(frozen=True, slots=True)
class Inventory:
    """``manifest`` maps sha512 to the content path, ``sha256`` the content path to its SHA-256 (fixity block)."""

    id: str
    manifest: Mapping[str, str]
    sha256: Mapping[str, str]
    versions: tuple[Version, ...]

    @property
    def head(self) -> Version:
        """The newest version."""
        return self.versions[-1]

    def version(self, number: int | None) -> Version:
        """One version, the newest for ``None``; raises KeyError."""
        if number is None:
            return self.head
        if not 1 <= number <= len(self.versions):
            raise KeyError(number)
        return self.versions[number - 1]

    def to_bytes(self) -> bytes:
        """The JSON of ``inventory.json``; the same inventory always gives the same bytes."""
        document = {
            "id": self.id,
            "type": SPEC,
            "digestAlgorithm": "sha512",
            "head": f"v{self.head.number}",
            "contentDirectory": CONTENT,
            "manifest": {digest: [path] for digest, path in self.manifest.items()},
            "fixity": {"sha256": {digest: [path] for path, digest in self.sha256.items()}},
            "versions": {
                f"v{v.number}": {
                    "created": timestamp(v.created),
                    "message": v.message,
                    "user": {"name": v.user, "address": _address(v.user)},
                    "state": _by_digest(v.state),
                }
                for v in self.versions
            },
        }
        return dumps(document)


@dataclass(frozen=True, slots=True)
class Part:
    """What a new version holds under one logical path: its digests, and its size in bytes."""

    sha512: str
    sha256: str
    size: int


def first(object_id: str, parts: Mapping[str, Part], created: datetime, message: str, user: str) -> Inventory:
    """The inventory of a new object."""
    return next_version(Inventory(object_id, {}, {}, ()), parts, created, message, user)


def next_version(
    base: Inventory, parts: Mapping[str, Part], created: datetime, message: str, user: str
) -> Inventory:
    """The inventory with one more version: the last one's state with these parts put in or replaced.

    Raises ValueError for a message or user that ``parse`` would not take back.
    """
    number = len(base.versions) + 1
    manifest, sha256 = dict(base.manifest), dict(base.sha256)
    for name, part in parts.items():
        if part.sha512 not in manifest:
            path = f"v{number}/{CONTENT}/{_content_name(name, part.sha512)}"
            manifest[part.sha512] = path
            sha256[path] = part.sha256
    before: State = base.head.state if base.versions else {}
    state = {**before, **{name: part.sha512 for name, part in parts.items()}}
    version = Version(number, created.astimezone(UTC), text_of(message), text_of(user), state)
    return Inventory(base.id, manifest, sha256, (*base.versions, version))


def parse(data: bytes, where: str) -> Inventory:
    """Read an ``inventory.json`` of ours or of another OCFL client; raises ``Corrupt`` naming ``where``."""
    try:
        document: dict[str, Any] = loads(data, object_pairs_hook=_once)
        if document["digestAlgorithm"] != "sha512":
            raise Corrupt(f"{where}: digest algorithm is not sha512")
        versions = tuple(
            _version(number, document["versions"][f"v{number}"])
            for number in range(1, len(document["versions"]) + 1)
        )
        if not versions or document["head"] != f"v{len(versions)}":
            raise Corrupt(f"{where}: head is not the newest version")
        fixity = document.get("fixity", {}).get("sha256", {})
        manifest = {
            text_of(digest).lower(): text_of(paths[0]) for digest, paths in document["manifest"].items()
        }
        if any(_leads_out(path) for path in manifest.values()):
            raise Corrupt(f"{where}: a path that leads out of the object")
        if len(set(manifest.values())) != len(manifest):
            raise Corrupt(f"{where}: a file under two digests")
        return Inventory(
            id=text_of(document["id"]),
            manifest=manifest,
            sha256={text_of(path): text_of(digest) for digest, paths in fixity.items() for path in paths},
            versions=versions,
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise Corrupt(f"{where}: not an inventory") from error


def of_versions(inventory: Inventory) -> set[str]:
    """Where the inventories of single versions lie in an object, and their digests."""
    return {f"v{version.number}/{name}" for version in inventory.versions for name in (INVENTORY, SIDECAR)}


def as_written(data: bytes, inventory: Inventory) -> bool:
    """Whether an inventory says just what ``to_bytes`` writes, however it is laid out.

    Seals cover what versions hold, not what else a file may say that other software would believe: further keys and places, files that
    no version holds, another folder of content, digests of its own. What older releases of ours wrote in ``to_bytes`` must be as
    written, too.
    """
    used = {digest for version in inventory.versions for digest in version.state.values()}
    whole = set(inventory.sha256) == set(inventory.manifest.values()) and used == set(inventory.manifest)
    return whole and loads(data) == loads(inventory.to_bytes())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object without a key that stands twice: readers differ in which of them they take."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _leads_out(path: str) -> bool:
    """Whether a content path is not one inside of a version (OCFL 1.1, 3.5.2)."""
    parts = path.split("/")
    return (
        len(parts) < 3 or not re.fullmatch(r"v0*[1-9]\d*", parts[0]) or not {"", ".", ".."}.isdisjoint(parts)
    )


def timestamp(moment: datetime) -> str:
    """A moment as inventories write it: UTC, microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def sidecar(inventory: bytes) -> bytes:
    """The content of the sidecar of these inventory bytes."""
    return f"{hashlib.sha512(inventory).hexdigest()} {INVENTORY}\n".encode()


def _version(number: int, block: dict[str, Any]) -> Version:
    state = {
        text_of(path): text_of(digest).lower() for digest, paths in block["state"].items() for path in paths
    }
    created = datetime.fromisoformat(block["created"])
    created.astimezone(UTC)  # the first and the last year have moments that UTC does not have
    user = block.get("user", {}).get("name", "")
    return Version(number, created, text_of(block.get("message", "")), text_of(user), state)


def _by_digest(state: State) -> dict[str, list[str]]:
    inverted: dict[str, list[str]] = {}
    for path, digest in sorted(state.items()):
        inverted.setdefault(digest, []).append(path)
    return inverted


def _content_name(name: str, sha512: str) -> str:
    stem, suffix = splitext(name)
    return f"{stem}-{sha512[:16]}{suffix}"


def _address(user: str) -> str:
    """OCFL asks for a URI of the user; ours are names of accounts or of programs."""
    from urllib.parse import quote

    return f"urn:sohoa:agent:{quote(user, safe='')}"
