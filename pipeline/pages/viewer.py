"""Pages of a PDF as a viewer shows them: poppler draws them, in a process of its own that time and memory are limited for.

What this shows is the truth about a page: nothing else may be read, and every copy is compared with it.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from pipeline.intake.complaints import complain
from pipeline.limits import DEFAULT_LIMITS, Limits
from pipeline.model import Picture
from pipeline.pages.ppm import pictures_from
from pipeline.pixels import reduced
from schemas.errors import Damaged, TakesTooLong, TooLarge, Unreachable

_WALL = 10
"""How many times longer than its share of cpu a page may take on a busy machine."""

_CORRUPT, _TOLD = b"Corrupt JPEG data", 1 << 16
"""What libjpeg says of a picture, the first time, and how many bytes of what poppler says are looked at."""

_KILLED_FOR_TIME = {-signal.SIGXCPU, -signal.SIGKILL}


class Viewing:
    """Some pages being drawn; leave the ``with`` block, or take ``pictures``, and its process is gone.

    ``side`` is the longer side of each picture in pixels; else ``dpi`` (of units of 1/72 inch) tells their size.
    """

    def __init__(
        self,
        path: Path,
        first: int,
        last: int | None = None,
        *,
        side: int | None = None,
        dpi: float = 72,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._first, self._last, self._limits = first, last or first, limits
        size = ["-scale-to", str(side)] if side else ["-r", f"{dpi:.6f}"]
        pages = ["-f", str(first), "-l", str(self._last)]
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the block)
        try:
            self._process = subprocess.Popen(
                ["pdftoppm", "-q", *size, *pages, "-cropbox", str(path.absolute())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._told,
                env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
            )
        except FileNotFoundError as missing:
            raise Unreachable("pdftoppm, of poppler-utils, is not installed") from missing
        seconds = limits.seconds * (self._last - first + 1)
        with suppress(ProcessLookupError):  # done already
            resource.prlimit(self._process.pid, resource.RLIMIT_CPU, (seconds, seconds))
            resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))

    def __enter__(self) -> Viewing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._told.close()

    def pictures(self) -> Iterator[Picture]:
        """All pages, one after the other, RGB, (height, width, 3). Raises Damaged, TooLarge, TakesTooLong."""
        with self:
            assert self._process.stdout is not None
            count = 0
            try:
                for picture in pictures_from(self._process.stdout.fileno(), _WALL * self._limits.seconds):
                    count += 1
                    yield picture
            except TimeoutError as late:
                raise TakesTooLong(self._which()) from late
            except (EOFError, ValueError):
                pass  # why it ended half-way is told below
            if count < self._last - self._first + 1:
                self._raise_why()
            self._told.seek(0)
            if _CORRUPT in self._told.read(_TOLD):
                complain()

    def _raise_why(self) -> NoReturn:
        try:
            code = self._process.wait(_WALL * self._limits.seconds)
        except subprocess.TimeoutExpired as late:
            raise TakesTooLong(self._which()) from late
        self._told.seek(0)
        told = self._told.read()
        if code in _KILLED_FOR_TIME:
            raise TakesTooLong(self._which())
        if b"ut of memory" in told or b"bad_alloc" in told or code < 0:
            raise TooLarge(f"{self._which()} cannot be drawn within {self._limits.memory:,} bytes of memory")
        raise Damaged(f"{self._which()} cannot be drawn")

    def looks(self) -> Iterator[Picture]:
        """All pages at half the size, which takes out how a viewer rounds the places of strokes; raises as ``pictures``."""
        return (reduced(picture, 2) for picture in self.pictures())

    def _which(self) -> str:
        return f"page {self._first}" if self._first == self._last else f"pages {self._first}–{self._last}"
