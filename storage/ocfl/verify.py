"""Whether the bytes of an object are those of its manifest."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import BinaryIO

from schemas.errors import Corrupt
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.ocfl.root import Root
from storage.stores.protocol import LARGEST, MissingKey, blocks, require_size


def verify(root: Root, inventory: inv.Inventory) -> list[str]:
    """Keys of content files whose bytes are missing or are not those of the manifest; what is larger than any is not read."""
    damaged = []
    for digest, path in inventory.manifest.items():
        key = f"{object_path(inventory.id)}/{path}"
        try:
            if root.store.near:
                found = root.store.stat(key)
                require_size(key, found.size if found else 0, LARGEST)
            with closing(root.store.open(key)) as stream:
                if _digest(key, stream) != digest:
                    damaged.append(key)
        except (MissingKey, Corrupt):
            damaged.append(key)
    return damaged


def _digest(key: str, stream: BinaryIO) -> str:
    hashed, size = hashlib.sha512(), 0
    for block in blocks(stream):
        size += len(block)
        require_size(key, size, LARGEST)
        hashed.update(block)
    return hashed.hexdigest()
