"""From settings to a store that was proved to work."""

from __future__ import annotations

from pathlib import Path

from storage.stores.folder import FolderStore
from storage.stores.protocol import Store
from storage.stores.s3_options import S3Options


def open_store(where: Path | S3Options, *, create: bool = False) -> Store:
    """A folder (made with ``create``) or a bucket, probed; raises an ``Unreachable`` that says what is amiss."""
    store: Store
    if isinstance(where, Path):
        store = FolderStore(where, create=create)
    else:
        from storage.stores.s3 import S3Store

        store = S3Store(where)
    store.probe()
    return store
