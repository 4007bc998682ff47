"""From settings to a store that was proved to work."""

from __future__ import annotations

from pathlib import Path

from schemas.errors import UsageError
from storage.stores.folder import FolderStore
from storage.stores.protocol import Store
from storage.stores.s3_options import S3Options


def open_copy(archive: Store, folder: Path) -> Store:
    """A folder for a second copy of an archive, made where it is missing; raises UsageError where one lies in the other."""
    if isinstance(archive, FolderStore):
        one, other = archive.root.resolve(), folder.resolve()
        if one != other and (one.is_relative_to(other) or other.is_relative_to(one)):
            raise UsageError(f"{folder}: a copy lies neither in the archive nor around it")
    return open_store(folder, create=True)


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
