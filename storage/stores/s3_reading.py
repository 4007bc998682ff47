"""Reading answers of an S3 server whose connection may break in the middle."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeVar

from storage.stores.s3_errors import translated

T = TypeVar("T")

READS = 3
"""How often a value is asked for again when the connection breaks while it is read."""


class Stream(io.RawIOBase):
    """A value of the server, its breaks translated. After a ``seek`` the server is asked for the rest from there.

    ``ask`` gives the answer that begins at a byte of the value; ``start`` is the first of them.
    """

    _answer: Any = None
    """None where it was never opened: Python closes it all the same."""

    def __init__(self, ask: Callable[[int], Any], name: str, start: int = 0) -> None:
        self._ask = ask
        self._name = name
        self._answer = ask(start)
        self._answer_at = self._at = start
        self._end = start + int(self._answer.headers["Content-Length"])

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte of the value; nothing is asked before somebody reads there."""
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        if at < 0:
            raise ValueError("negative place in a stream")
        self._at = at
        return self._at

    def readinto(self, buffer: Any) -> int:
        """As much as there is; a break is a ``StoreUnreachable``."""
        if self._at >= self._end:
            return 0
        if self._at != self._answer_at:
            self._give_back()
            self._answer = self._ask(self._at)
            self._answer_at = self._at
        with translated(self._name):
            data = self._answer.read(len(buffer))
        buffer[: len(data)] = data
        self._at = self._answer_at = self._at + len(data)
        return len(data)

    def close(self) -> None:
        """Give the connection back."""
        if not self.closed and self._answer is not None:
            self._give_back()
        super().close()

    def _give_back(self) -> None:
        self._answer.close()
        self._answer.release_conn()


def again(read: Callable[[], T]) -> T:
    """What ``read`` gives, called again when the connection breaks."""
    from urllib3.exceptions import ProtocolError

    for left in reversed(range(READS)):
        try:
            return read()
        except ProtocolError:
            if not left:
                raise
    raise AssertionError("unreachable")
