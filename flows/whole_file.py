"""Files that are there whole or not at all, whenever the power fails."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PART = ".part"
"""What the names of files end with that are being written."""


@contextmanager
def new_file(folder: Path, mode: int = 0o666) -> Iterator[tuple[Path, BinaryIO]]:
    """A file of no name yet: whoever wrote it gives it one (``keep``); else it is gone afterwards. ``mode`` as the umask lets it."""
    part = folder / f".{secrets.token_hex(8)}{PART}"
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            yield part, out
    finally:
        part.unlink(missing_ok=True)


def keep(part: Path, out: BinaryIO, target: Path) -> None:
    """Give a new file its name once its bytes are on the disk; what had the name is replaced."""
    out.flush()
    os.fsync(out.fileno())
    part.replace(target)
    sync_folder(target.parent)


def write_whole(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a file in place of what is there; raises OSError, and what was there is there still."""
    with new_file(path.parent, mode) as (part, out):
        out.write(data)
        keep(part, out, path)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; some shares cannot be asked for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def forget_parts(folder: Path, before: float) -> int:
    """Remove files below a folder that a killed process began to write before that time; how many."""
    gone = 0
    for part in folder.rglob(f".*{PART}"):
        with suppress(OSError):
            if part.lstat().st_mtime < before:
                part.unlink()
                gone += 1
    return gone
