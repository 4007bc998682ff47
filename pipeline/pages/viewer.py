"""Pages of a PDF as a viewer shows them: poppler draws them, in a process of its own that time and memory are limited for.

What this shows is the truth about a page: nothing else may be read, and every copy is compared with it.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import numpy as np

from pipeline.limits import DEFAULT_LIMITS, Limits
from pipeline.model import Picture
from pipeline.pixels import reduced
from schemas.errors import Damaged, TakesTooLong, TooLarge, Unreachable

_WALL = 10
"""How many times longer than its share of cpu a drawing may last on a busy machine."""

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
        try:
            self._process = subprocess.Popen(
                ["pdftoppm", *size, *pages, "-cropbox", str(path.absolute())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
            )
        except FileNotFoundError as missing:
            raise Unreachable("pdftoppm, of poppler-utils, is not installed") from missing
        self._seconds = limits.seconds * (self._last - first + 1)
        with suppress(ProcessLookupError):  # done already
            resource.prlimit(self._process.pid, resource.RLIMIT_CPU, (self._seconds, self._seconds))
            resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))

    def __enter__(self) -> Viewing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def pictures(self) -> list[Picture]:
        """All pages, RGB, (height, width, 3). Raises Damaged, TooLarge, TakesTooLong."""
        with self:
            try:
                out, told = self._process.communicate(timeout=_WALL * self._seconds)
            except subprocess.TimeoutExpired as late:
                raise TakesTooLong(self._which()) from late
        found = _pictures(out)
        if len(found) == self._last - self._first + 1:
            return found
        if self._process.returncode in _KILLED_FOR_TIME:
            raise TakesTooLong(self._which())
        if b"ut of memory" in told or b"bad_alloc" in told or self._process.returncode < 0:
            raise TooLarge(f"{self._which()} cannot be drawn within {self._limits.memory:,} bytes of memory")
        raise Damaged(f"{self._which()} cannot be drawn")

    def looks(self) -> list[Picture]:
        """All pages at half the size, which takes out how a viewer rounds the places of strokes; raises as ``pictures``."""
        return [reduced(picture, 2) for picture in self.pictures()]

    def _which(self) -> str:
        return f"page {self._first}" if self._first == self._last else f"pages {self._first}–{self._last}"


def _pictures(data: bytes) -> list[Picture]:
    """PPM files (P6) one after the other."""
    found: list[Picture] = []
    position = 0
    while data.startswith(b"P6\n", position):
        size_at = position + 3
        end = data.index(b"\n", size_at)
        width, height = map(int, data[size_at:end].split())
        start = data.index(b"\n", end + 1) + 1
        position = start + width * height * 3
        if width * height == 0 or position > len(data):
            break
        pixels = np.frombuffer(data, np.uint8, width * height * 3, start)
        found.append(pixels.reshape(height, width, 3))
    return found
