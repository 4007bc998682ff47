"""A folder as a store.

A value is written to a file in a staging folder, read back and compared, flushed to the disk, and only then renamed
(or linked, where it must be new) to its place; then the folder itself is flushed. A whole tree is staged likewise and
arrives by one rename, so that it is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import os
import shutil
import stat as stat_module
import time
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from schemas.errors import Corrupt, StoreUnreachable
from storage.stores.folder_errors import translated
from storage.stores.protocol import Content, Lock, MissingKey, Stat, blocks, open_content, require_size

STAGING = "extensions/staging"
"""Where writes are prepared. OCFL reserves ``extensions``; readers of objects never look there."""

LONGEST_KEY = 1024
"""Bytes of the longest key, as S3 has it. A folder whose path is longer is listed as a file that nobody can read."""

_FLUSHERS = 4

ABANDONED_AFTER = 24 * 3600
"""Seconds after which a staged write has surely been left by a process that died."""


class FolderStore:
    """Values as files below one folder; keys are their paths.

    What is no plain file counts as missing, since nothing of the kind was written here: what a link leads to could be
    exchanged, and who reads a pipe (FIFO) waits for ever.
    """

    near = True

    def __init__(self, root: Path, *, create: bool = False) -> None:
        """``create`` makes the folder; without it a missing one (a disk not mounted) is an error."""
        self.root = root
        self._staging = root / STAGING
        self._real_root = os.path.realpath(root)
        with translated(str(root)):
            if create:
                private_folder(root)
            elif not root.is_dir():
                raise StoreUnreachable(str(root))

    @property
    def name(self) -> str:
        """The path."""
        return str(self.root)

    def put(self, key: str, content: Content, lock: Lock | None = None) -> None:  # noqa: ARG002
        """Write to a staged file, then rename over what was there. A folder knows no locks."""
        target = self._path(key)
        with translated(self.name, key), self._stage() as staged:
            _write(staged, content)
            _make_folders(target.parent)
            staged.replace(target)
            _flush(target.parent)

    def put_new(self, key: str, content: Content, lock: Lock | None = None) -> bool:  # noqa: ARG002
        """Write to a staged file, then link it to its name: the system lets only one succeed."""
        target = self._path(key)
        with translated(self.name), self._stage() as staged:
            if target.exists():
                return False
            _write(staged, content)
            _make_folders(target.parent)
            try:
                os.link(staged, target)
            except FileExistsError:
                return False
            _flush(target.parent)
        return True

    def put_tree(
        self,
        prefix: str,
        files: Iterable[tuple[str, Content]],
        decider: str,  # noqa: ARG002
        lock: Lock | None = None,  # noqa: ARG002
    ) -> bool:
        """Stage the whole tree, then rename it to its place; a folder that holds something is never replaced."""
        target = self._path(prefix)
        with translated(self.name), self._stage() as staged:
            tree = staged / target.relative_to(self.root)
            for name, content in files:
                path = tree / name
                private_folder(path.parent)
                _write(path, content, flush=False)
            _flush_tree(staged)
            return self._move_in(staged, target)

    def get(self, key: str) -> bytes:
        """The whole file."""
        with translated(self.name, key), self._opened(key) as stream:
            size = os.fstat(stream.fileno()).st_size
            require_size(key, size)
            return stream.read(size)  # no more, should it grow now: room is made for as much as is asked for

    def first(self, key: str) -> bytes:
        """The same as ``get``: what was put as new is never replaced here."""
        return self.get(key)

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """The open file, or the range in memory."""
        with translated(self.name, key):
            stream = self._opened(key)
            stream.seek(start)
            if length is None:
                return stream
            with stream:
                return io.BytesIO(stream.read(length))

    def stat(self, key: str) -> Stat | None:
        """Size and time of the file."""
        try:
            with translated(self.name, key):
                found = os.lstat(self._plain(key))
        except MissingKey:
            return None
        return _stat(key, found) if stat_module.S_ISREG(found.st_mode) else None

    def list(self, prefix: str = "", after: str = "") -> Iterator[Stat]:
        """Walk the folder in the order of keys, entering only what can match, and through no link."""
        start = prefix.rpartition("/")[0]
        gone = (MissingKey, FileNotFoundError, NotADirectoryError, IsADirectoryError)
        with translated(self.name), contextlib.suppress(*gone):
            if start:
                self._plain(start)
            yield from self._walk(start + "/" if start else "", prefix, after)

    def delete(self, key: str) -> None:
        """Remove the file, and the folders that it leaves empty."""
        path = self._path(key)
        with translated(self.name, key):
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self.root or not _remove_if_empty(folder):
                    break

    def locked(self, key: str) -> bool:  # noqa: ARG002
        """Never: a folder knows no locks."""
        return False

    def destroy(self, key: str) -> None:
        """The same as ``delete``: nothing else is kept. Snapshots of the file system are its administrator's affair."""
        self.delete(key)

    def extend(self, key: str, lock: Lock) -> None:
        """Nothing: a folder knows no locks."""

    def probe(self) -> None:
        """Write a file and take it away again; clear what dead processes left in staging."""
        if not self.root.is_dir():
            raise StoreUnreachable(self.name)
        with translated(self.name):
            with self._stage() as staged:
                _write(staged, b"probe")
            for left in self._staging.iterdir():
                with contextlib.suppress(FileNotFoundError):  # another process has just finished with it
                    if time.time() - left.stat().st_mtime > ABANDONED_AFTER:
                        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()

    def _path(self, key: str) -> Path:
        """Where to write. Raises ``Corrupt`` where a link would lead the write to another place, which no reader follows."""
        _require_key(key)
        place = self.root
        for part in key.split("/")[:-1]:
            place /= part
            if place.is_symlink():
                raise Corrupt(f"{key}: a link stands in the way")
        return self.root / key

    def _plain(self, key: str) -> str:
        """The path of a key on which no link lies; raises ``MissingKey``, and ``OSError`` where nothing is."""
        _require_key(key)
        place = self._real_root
        for part in key.split("/"):
            place = f"{place}/{part}"
            if stat_module.S_ISLNK(os.lstat(place).st_mode):
                raise MissingKey(key)
        return place

    def _opened(self, key: str) -> BinaryIO:
        """A plain file, opened without waiting for what it may be instead; raises ``MissingKey``."""
        try:
            handle = os.open(self._plain(key), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno == errno.ENXIO:  # a socket
                raise MissingKey(key) from error
            raise
        if not stat_module.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise MissingKey(key)
        return os.fdopen(handle, "rb")

    @contextlib.contextmanager
    def _stage(self) -> Iterator[Path]:
        if not self.root.is_dir():
            raise StoreUnreachable(self.name)
        private_folder(self._staging)
        staged = self._staging / uuid.uuid4().hex
        try:
            yield staged
        finally:
            if staged.is_dir():
                shutil.rmtree(staged, ignore_errors=True)
            else:
                staged.unlink(missing_ok=True)

    def _move_in(self, staged: Path, target: Path) -> bool:
        """Rename the topmost folder that is missing, so that no empty folder is ever seen on the way."""
        while True:
            missing = target
            while not missing.parent.is_dir():
                missing = missing.parent
            source = staged / missing.relative_to(self.root)
            try:
                source.rename(missing)
            except FileNotFoundError:
                if not source.is_dir():
                    raise
                continue  # somebody swept the parent folder away: make it too
            except OSError:
                if missing == target and target.is_dir():
                    if not self._holds_nothing(target):
                        return False
                    continue
                if not missing.is_dir():
                    raise
                continue  # somebody made the same parent folder first: go one deeper
            _flush(missing.parent)
            return True

    def _holds_nothing(self, target: Path) -> bool:
        """Remove a folder that holds folders only, which nobody lists and no writer of ours makes; False where it holds something."""
        if next(self._walk(f"{target.relative_to(self.root)}/", "", ""), None) is not None:
            return False
        for folder in sorted((one for one, _, _ in os.walk(target)), key=len, reverse=True):
            if not _remove_if_empty(Path(folder)):
                return False
        return True

    def _walk(self, folder: str, prefix: str, after: str) -> Iterator[Stat]:
        """Without recursion: who may write here makes folders in folders without end."""
        waiting = [self._entries(folder)]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
                continue
            key, entry = found
            with contextlib.suppress(FileNotFoundError):
                if key.endswith("/") and len(os.fsencode(key)) <= LONGEST_KEY:
                    may_match = key.startswith(prefix) or prefix.startswith(key)
                    if may_match and (key >= after or after.startswith(key)):
                        waiting.append(self._entries(key))
                elif key.startswith(prefix) and key > after:
                    yield _stat(key.rstrip("/"), entry.stat(follow_symlinks=False))

    def _entries(self, folder: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """What lies in a folder, in the order of keys; folders end in ``/``. Raises FileNotFoundError at once."""
        with os.scandir(self.root / folder) as found:
            keys = [
                (f"{folder}{entry.name}{'/' if entry.is_dir(follow_symlinks=False) else ''}", entry)
                for entry in found
            ]
        return iter(sorted(keys, key=lambda pair: pair[0]))


_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner only, whatever the umask says."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def _require_key(key: str) -> None:
    if not key or key.startswith("/") or not {"", ".", ".."}.isdisjoint(key.split("/")):
        raise ValueError(f"not a key: {key!r}")


def _stat(key: str, found: os.stat_result) -> Stat:
    seconds = min(max(found.st_mtime, 0), _LATEST)  # some file systems keep years that no calendar has
    linked = (found.st_dev, found.st_ino) if found.st_nlink > 1 else None
    return Stat(key, found.st_size, datetime.fromtimestamp(seconds, UTC), linked)


def _write(path: Path, content: Content, *, flush: bool = True) -> None:
    """Write and flush, then read back: what lies there is what was given."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open_content(content) as source, os.fdopen(handle, "wb") as target:
        for block in blocks(source):
            target.write(block)
        if flush:
            target.flush()
            os.fsync(target.fileno())
    with open_content(content) as given, path.open("rb") as written:
        if any(one != other for one, other in itertools.zip_longest(blocks(given), blocks(written))):
            raise Corrupt(path.name)


def _flush_tree(top: Path) -> None:
    """Flush all files and folders below, and the folder itself, side by side: the disk then writes its journal once, not for each."""
    found = [Path(folder, name) for folder, _, names in os.walk(top) for name in ("", *names)]
    with ThreadPoolExecutor(_FLUSHERS) as flushers:
        for _ in flushers.map(_flush, found):
            pass


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folders(folder: Path) -> None:
    if not folder.is_dir():
        private_folder(folder)
        for parent in folder.parents[:6]:
            _flush(parent)


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
