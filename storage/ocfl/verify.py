"""Whether the bytes of an object are those of its manifest."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import BinaryIO

from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.ocfl.root import Root
from storage.stores.protocol import MissingKey, blocks


def verify(root: Root, inventory: inv.Inventory) -> list[str]:
    """Keys of content files whose bytes are missing or are not those of the manifest."""
    damaged = []
    for digest, path in inventory.manifest.items():
        key = f"{object_path(inventory.id)}/{path}"
        try:
            with closing(root.store.open(key)) as stream:
                if _digest(stream) != digest:
                    damaged.append(key)
        except MissingKey:
            damaged.append(key)
    return damaged


def _digest(stream: BinaryIO) -> str:
    hashed = hashlib.sha512()
    for block in blocks(stream):
        hashed.update(block)
    return hashed.hexdigest()
