"""What the operating system says, in our words."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from schemas.errors import Corrupt, StoreDenied, StoreFull, StoreUnreachable
from storage.stores.protocol import MissingKey

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_ROTTEN = {errno.EIO, errno.EBADMSG, errno.EUCLEAN}
"""A sector that cannot be read, or a file system that finds itself damaged there: one value is lost, not the disk."""
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}


@contextlib.contextmanager
def translated(name: str, key: str | None = None) -> Iterator[None]:
    """Turn an ``OSError`` into an ``Unreachable``; with ``key``, a missing file into ``MissingKey``.

    Without one it is the folder itself that is away, or none in which anybody can write (``/proc``).
    """
    try:
        yield
    except OSError as error:
        reason = f"{name}: {error.strerror}"
        if error.errno in _FULL:
            raise StoreFull(reason) from error
        if error.errno in _DENIED:
            raise StoreDenied(reason) from error
        if key and error.errno in _ROTTEN:
            raise Corrupt(f"{key}: {error.strerror}") from error
        if key and error.errno in _MISSING:
            raise MissingKey(key) from error
        raise StoreUnreachable(reason) from error
