"""Where refused files go: whole, under a name that nothing else has, with the reason beside them.

A file's name in quarantine carries the digest of its content, so that two files of one name never meet, and its folders
are kept. Nothing is ever overwritten. The order survives a power cut between any two steps: copy, sync, give the copy its
name, and only then remove the original. Repeated, it finds what is there.
"""

from __future__ import annotations

import hashlib
import os
import stat
import uuid
from contextlib import suppress
from pathlib import Path

from flows.outcome import Fault
from flows.whole_file import PART, sync_folder
from schemas.plain import on_one_line

_BLOCK = 1 << 20
_NAME = 255
"""Bytes that a file's name may have."""
_REASON = ".ly-do.txt"


def put_away(
    path: Path, folder: Path, fault: Fault, source: str, below: str = "", *, name: str = ""
) -> Path | None:
    """Move a refused file into ``folder``, below the folders that it came from; gives where it lies now.

    ``name`` is what it is called, where that is not the name under which it lies.

    None when it stays where it is, since it is no plain file (a link) or is being written to. Raises OSError; the
    original is whole then.
    """
    target = folder / below
    target.mkdir(parents=True, exist_ok=True)
    part = target / f".{uuid.uuid4().hex}{PART}"
    try:
        copied = _copy(path, part)
        if copied is None:
            return None
        digest, before = copied
        kept = _publish(part, target, name or path.name, digest)
        _write_reason(kept, fault, source)
        sync_folder(target)
    finally:
        part.unlink(missing_ok=True)
    if _state(path) != before:
        return kept  # somebody wrote to it since: that is another file, which stays
    path.unlink()
    sync_folder(path.parent)
    return kept


def forget_scan(folder: Path, sha256: str) -> int:
    """Remove what lies in quarantine of a scan, and the reasons beside it: by the name that it has there, and its bytes; how many."""
    gone = 0
    for kept in folder.rglob(f"*.{sha256[:16]}*") if folder.is_dir() else ():
        with suppress(OSError):
            if stat.S_ISREG(kept.lstat().st_mode) and _digest(kept) == sha256:
                kept.with_name(_fitting(kept.name, _REASON)).unlink(missing_ok=True)
                kept.unlink()
                gone += 1
    return gone


def _copy(path: Path, part: Path) -> tuple[str, tuple[int, ...]] | None:
    """Copy and sync; the digest of what was copied, and the state of the original. No link is followed."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as source, part.open("xb") as copy:
        before = _facts(os.fstat(source.fileno()))
        while block := source.read(_BLOCK):
            digest.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
        times = os.fstat(source.fileno())
    os.utime(part, ns=(times.st_atime_ns, times.st_mtime_ns))
    return None if _facts(times) != before else (digest.hexdigest(), before)


def _publish(part: Path, folder: Path, name: str, digest: str) -> Path:
    """Give the copy its name, in one step that fails where the name is taken."""
    for length in (16, 64):
        target = folder / _named(name, digest[:length])
        try:
            _link(part, target)
        except FileExistsError:
            if _digest(target) != digest:
                continue
        return target
    raise FileExistsError(target)


def _link(part: Path, target: Path) -> None:
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # a share without hard links: take the name first
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        part.replace(target)


def _write_reason(kept: Path, fault: Fault, source: str) -> None:
    """The reason beside the file, for whoever finds it; one that is there stays."""
    text = f"{fault.message_vi}\n{fault.hint_vi}\n{fault.code}: {fault.message}\n{fault.hint}\n{on_one_line(source)}\n"
    data = text.encode(errors="replace")
    reason = kept.with_name(_fitting(kept.name, _REASON))
    with suppress(FileExistsError), reason.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _named(name: str, digest: str) -> str:
    """``0001.pdf`` → ``0001.3f2a….pdf``."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name of bytes that are no UTF-8 stays as it is
    return _fitting(stem, f".{digest}{suffix[:20]}")


def _fitting(stem: str, suffix: str) -> str:
    """Both together, the stem cut where a file system would refuse the length."""
    room = _NAME - len(os.fsencode(suffix)) - len(_REASON)
    while len(os.fsencode(stem)) > room:
        stem = stem[:-1]
    return stem + suffix


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        return _facts(path.lstat())
    except OSError:
        return None


def _facts(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
