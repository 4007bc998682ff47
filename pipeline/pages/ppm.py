"""Pictures that a program writes one after the other into a pipe, as PPM (P6): one at a time, each within its time."""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Iterator

import numpy as np

from pipeline.model import Picture


def pictures_from(handle: int, seconds: float, most: int | None = None) -> Iterator[Picture]:
    """RGB, (height, width, 3), until the pipe ends; never more than one picture is in memory here.

    Raises TimeoutError when a picture takes longer than so many seconds, EOFError when it ends half-way, ValueError for
    what is no picture of three bytes a pixel, or has a side of more than ``most`` pixels.
    """
    pipe = _Pipe(handle, seconds)
    while head := pipe.line():
        if head != b"P6":
            raise ValueError("no PPM")
        width, height = map(int, pipe.line().split())
        if pipe.line() != b"255":
            raise ValueError("no PPM of one byte a colour")
        if min(width, height) <= 0:
            raise EOFError
        if most is not None and max(width, height) > most:
            raise ValueError(f"{width} × {height} pixels")
        yield np.frombuffer(pipe.exactly(width * height * 3), np.uint8).reshape(height, width, 3)
        pipe.rest()


class _Pipe:
    """Reads from a pipe, waiting no longer for a picture than it may take."""

    def __init__(self, handle: int, seconds: float) -> None:
        self._handle = handle
        self._seconds = seconds
        self._kept = bytearray()
        self._selector = selectors.PollSelector()  # has no file of its own that somebody would have to close
        self._selector.register(handle, selectors.EVENT_READ)
        self.rest()

    def rest(self) -> None:
        """The clock begins anew."""
        self._end = time.monotonic() + self._seconds

    def line(self) -> bytes:
        """Up to the next line end, without it; empty at the end."""
        while (at := self._kept.find(b"\n")) < 0:
            if not self._more(1 << 16):
                return b""
        line = bytes(self._kept[:at])
        del self._kept[: at + 1]
        return line

    def exactly(self, count: int) -> bytearray:
        """So many bytes."""
        while len(self._kept) < count:
            if not self._more(count - len(self._kept)):
                raise EOFError
        data, self._kept = self._kept[:count], self._kept[count:]
        return data

    def _more(self, count: int) -> bool:
        if not self._selector.select(max(self._end - time.monotonic(), 0)):
            raise TimeoutError
        data = os.read(self._handle, max(count, 1 << 16))
        self._kept += data
        return bool(data)
