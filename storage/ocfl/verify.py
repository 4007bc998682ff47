"""Whether the bytes of an object are those of its manifest."""

from __future__ import annotations

import hashlib
import io
from contextlib import closing
from typing import BinaryIO

from schemas.errors import Corrupt
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.ocfl.root import Root
from storage.stores.protocol import MissingKey, blocks, require_size


def verify(root: Root, inventory: inv.Inventory) -> list[str]:
    """Keys of content files whose bytes are missing or are not those of the manifest; what is larger than any is not read."""
    damaged = []
    for digest, path in inventory.manifest.items():
        key = f"{object_path(inventory.id)}/{path}"
        try:
            with closing(root.store.open(key)) as stream:
                require_size(key, stream.seek(0, io.SEEK_END))
                stream.seek(0)
                if _digest(key, stream) != digest:
                    damaged.append(key)
        except (MissingKey, Corrupt):
            damaged.append(key)
    return damaged


def _digest(key: str, stream: BinaryIO) -> str:
    hashed, size = hashlib.sha512(), 0
    for block in blocks(stream):
        size += len(block)
        require_size(key, size)  # it may grow meanwhile
        hashed.update(block)
    return hashed.hexdigest()
