"""Whether the bytes of an object are those of its manifest, and its inventories those that were written."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Mapping
from contextlib import closing
from typing import BinaryIO

from schemas.errors import Corrupt, StoreDenied
from storage.ocfl import inventory as inv
from storage.ocfl.layout import DECLARED, OBJECT_DECLARATION, object_path
from storage.ocfl.pieces import newest_decided
from storage.ocfl.root import Root
from storage.seals import SEAL
from storage.stores.protocol import MissingKey, Stat, Store, blocks, require_size


def verify(root: Root, inventory: inv.Inventory, given_up: Collection[str] = ()) -> list[str]:
    """Keys of content files whose bytes are missing or are not those of the manifest; what is larger than any is not read.

    ``given_up`` are digests that nobody looks for any more: an administrator accepted that they are lost.
    """
    damaged = []
    for digest, path in inventory.manifest.items():
        if digest in given_up:
            continue
        key = f"{object_path(inventory.id)}/{path}"
        expected = (digest, inventory.sha256.get(path))
        try:
            with closing(root.store.open(key)) as stream:
                require_size(key, stream.seek(0, io.SEEK_END))
                stream.seek(0)
                if _digests(key, stream, expected) != expected:
                    damaged.append(key)
        except (MissingKey, Corrupt, StoreDenied):
            damaged.append(key)
    return damaged


def _digests(key: str, stream: BinaryIO, expected: tuple[str, str | None]) -> tuple[str, str | None]:
    """SHA-512 and, where one is expected, SHA-256: other software goes by either."""
    hashes, size = [hashlib.sha512()] + [hashlib.sha256()] * (expected[1] is not None), 0
    for block in blocks(stream):
        size += len(block)
        require_size(key, size)  # it may grow meanwhile
        for one in hashes:
            one.update(block)
    return hashes[0].hexdigest(), hashes[1].hexdigest() if len(hashes) > 1 else None


def rotten(store: Store, path: str, listing: Mapping[str, Stat]) -> list[str]:
    """The declaration, and inventories of the newest version and the root, that no writer left so; publishing writes them again.

    A writer that died leaves the root one version behind, or its sidecar; it never leaves other bytes.
    """
    number = newest_decided(listing)

    def told(name: str) -> bytes:
        try:
            return store.get(f"{path}/{name}")
        except Corrupt:  # larger than any
            return b""

    own = (f"v{n}/{inv.INVENTORY}" for n in (number - 1, number))
    known = {told(name) for name in own if name in listing} - {b""}
    sidecars = {inv.sidecar(data) for data in known}
    altered = []
    if OBJECT_DECLARATION in listing and told(OBJECT_DECLARATION) != DECLARED:
        altered.append(OBJECT_DECLARATION)
    if f"v{number}/{inv.SIDECAR}" in listing and told(f"v{number}/{inv.SIDECAR}") not in sidecars:
        altered.append(f"v{number}/{inv.INVENTORY}")
    elif number and inv.INVENTORY in listing and told(inv.INVENTORY) not in known:
        altered.append(inv.INVENTORY)
    elif number and inv.SIDECAR in listing and told(inv.SIDECAR) not in sidecars:
        altered.append(inv.SIDECAR)
    return altered


def broken_versions(
    store: Store, path: str, listing: Mapping[str, Stat], inventory: inv.Inventory
) -> list[str]:
    """Inventories of versions before the newest that do not agree with their sidecars, with it, or with what we write."""
    broken = []
    for version in inventory.versions[:-1]:
        key = f"v{version.number}/{inv.INVENTORY}"
        if key not in listing:
            continue  # OCFL only recommends them; other clients leave them out
        data = store.get(f"{path}/{key}")
        sidecar = f"v{version.number}/{inv.SIDECAR}"
        intact = sidecar in listing and store.get(f"{path}/{sidecar}") == inv.sidecar(data)
        older = inv.parse(data, path)
        agrees = older.versions == inventory.versions[: version.number] and (
            older.manifest.items() <= inventory.manifest.items()
            and older.sha256.items() <= inventory.sha256.items()
        )
        if not intact or not agrees or (SEAL in version.state and not inv.as_written(data, older)):
            broken.append(f"{path}/{key}")
    return broken
