"""A scanner's hot folder: what is finished in it is claimed, whole, and put into the ledger before everything else.

The folder's own ``.sohoa`` holds a marker, by which a share that is not mounted is told from an empty one, and
``work/<uuid>``, where a claimed file lies until the archive has it. What is refused lies in ``Không nhận``, where the
scanner's user sees it, with its reason beside it. Nothing here deletes a file whose digest the archive did not confirm.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from flows.batches.batch import DIGITIZE
from flows.batches.sources import is_scan, root_of
from flows.outcome import Fault
from flows.quarantine import put_away
from flows.services import Services
from flows.whole_file import write_whole
from schemas.errors import SohoaError, SourceAway, UsageError
from storage.queue import COUNTER, DONE, FAILED, REFUSED, Job, NewJob

REFUSED_FOLDER = "Không nhận"
_OURS = ".sohoa"
_PARTIAL = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download", ".!ut")
_EMPTY = 30.0
"""Seconds after which a file that has nothing in it is taken to be finished."""


@dataclass
class HotFolder:
    """One folder that is watched. ``settle`` is for how many seconds a file must not have changed."""

    services: Services
    path: Path
    settle: float
    _seen: dict[str, tuple[tuple[int, ...], float]] = field(default_factory=dict)

    @property
    def batch(self) -> str:
        """The name of its jobs in the ledger."""
        return "watch-" + hashlib.sha256(os.fsencode(os.path.realpath(self.path))).hexdigest()[:16]

    @property
    def work(self) -> Path:
        """Where claimed files lie."""
        return self.path / _OURS / "work"

    @property
    def adopted(self) -> bool:
        """Whether it was watched before."""
        return self._marker_known().exists()

    def adopt(self, *, again: bool = False) -> None:
        """Mark the folder as ours on first use; ``again`` when another share was put in its place on purpose.

        Raises UsageError when it is not a folder that we can write to.
        """
        if self.adopted and not again:
            return
        if not self.path.is_dir():
            raise UsageError(f"{self.path} is no folder")
        marker = self.path / _OURS / "marker"
        try:
            self.work.mkdir(parents=True, exist_ok=True)
            if not marker.exists():
                write_whole(marker, secrets.token_hex(16).encode())
            known = self._marker_known()
            known.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(known, marker.read_bytes())
        except OSError as error:
            raise UsageError(f"{self.path}: {error.strerror}") from error

    def require(self) -> None:
        """Raise SourceAway unless the folder is the one that was adopted."""
        try:
            if (self.path / _OURS / "marker").read_text() == self._marker_known().read_text():
                return
        except OSError:
            pass
        raise SourceAway(str(self.path))

    def take(self) -> int:
        """Claim every file that is finished; how many. Raises SourceAway."""
        self.require()
        new: list[NewJob] = []
        present = set()
        try:
            for path, found in self._files():
                present.add(str(path))
                if self._is_finished(path, found):
                    job = self._claim(path)
                    if job is not None:
                        new.append(job)
        except OSError as error:
            raise SourceAway(str(self.path)) from error
        finally:  # what was claimed before the share went away
            self.services.queue.enqueue(new)
        self._seen = {name: seen for name, seen in self._seen.items() if name in present}
        return len(new)

    def tidy(self) -> None:
        """Finish what was begun: enqueue what was claimed and forgotten, clear what is archived. Raises SourceAway."""
        self.require()
        try:
            folders = sorted(self.work.iterdir()) if self.work.is_dir() else []
        except OSError as error:
            raise SourceAway(str(self.path)) from error
        for folder in folders:
            with suppress(OSError):
                self._tidy_one(folder)

    def _tidy_one(self, folder: Path) -> None:
        files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        if not files:
            folder.rmdir()
            return
        path = files[0]
        job = self.services.queue.get(self._key(folder))
        if job is None:
            self.services.queue.enqueue([self._job(path, self._below_of(folder))])
        elif job.state == DONE and not self.clear(job):
            self.services.queue.enqueue(
                [self._job(path, self._below_of(folder))]
            )  # it was still being written
        elif job.state in {REFUSED, FAILED}:
            error = (job.result or {}).get("error")
            fault = Fault(**error) if error else Fault.of(SohoaError(job.error or ""))
            put_away(path, self.path / REFUSED_FOLDER, fault, path.name, str(job.payload.get("below", "")))
            self.clear(job)

    def clear(self, job: Job) -> bool:
        """Remove a claimed file that is archived; whether nothing is left of it."""
        path = Path(str(job.payload["place"]))
        expected = (job.result or {}).get("sha256")
        try:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                    return False
            path.unlink()
        except FileNotFoundError:
            pass
        except OSError:  # its share is away: when it is back, what lies there is looked at again
            return True
        shutil.rmtree(path.parent, ignore_errors=True)
        return True

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Scans in the folder and below; links, hidden and unfinished names left alone."""
        folders = [self.path]
        while folders:
            try:
                with os.scandir(folders.pop()) as entries:
                    for entry in entries:
                        name = entry.name
                        if not is_scan(name) or name == REFUSED_FOLDER or name.lower().endswith(_PARTIAL):
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(Path(entry.path))
                        elif entry.is_file(follow_symlinks=False):
                            yield Path(entry.path), entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # moved while we looked
            except OSError as error:
                raise SourceAway(str(self.path)) from error

    def _is_finished(self, path: Path, found: os.stat_result) -> bool:
        """Whether size and time have stood still for long enough, by our clock: that of the share may differ."""
        state = (found.st_ino, found.st_size, found.st_mtime_ns)
        before, since = self._seen.get(str(path), (None, 0.0))
        now = monotonic()
        if before != state:
            self._seen[str(path)] = (state, now)
            return False
        return now - since >= (self.settle if found.st_size else max(self.settle, _EMPTY))

    def _claim(self, path: Path) -> NewJob | None:
        """Move the file to where only we look; None when somebody else was faster."""
        folder = self.work / secrets.token_hex(16)
        below = os.path.relpath(path.parent, self.path)
        below = "" if below == "." else below
        try:
            folder.mkdir(parents=True)
            if below:
                (folder / ".below").write_bytes(os.fsencode(below))
            path.rename(folder / path.name)
        except OSError:  # taken by another watcher, or still held open by the scanner
            shutil.rmtree(folder, ignore_errors=True) if not (folder / path.name).exists() else None
            return None
        return self._job(folder / path.name, below)

    def _job(self, path: Path, below: str) -> NewJob:
        found = path.lstat()
        payload: dict[str, Any] = {
            "source": str(Path(below, path.name)),
            "given": str(self.path.absolute() / below / path.name),
            "place": str(path.absolute()),
            "root": root_of(str(self.path)),
            "quarantine": str((self.path / REFUSED_FOLDER).absolute()),
            **({"below": below} if below else {}),
        }
        stamp = f"{found.st_size}.{found.st_mtime_ns}"
        return NewJob(self._key(path.parent), DIGITIZE, payload, self.batch, COUNTER, stamp)

    def _below_of(self, folder: Path) -> str:
        note = folder / ".below"
        return os.fsdecode(note.read_bytes()) if note.exists() else ""

    def _key(self, folder: Path) -> str:
        return f"{self.batch}/{folder.name}"

    def _marker_known(self) -> Path:
        return self.services.home / "watch" / self.batch
