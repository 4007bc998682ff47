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
    """The body of an answer, its breaks translated."""

    def __init__(self, response: Any, name: str) -> None:
        self._response = response
        self._name = name

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As much as there is; a break is a ``StoreUnreachable``."""
        with translated(self._name):
            data = self._response.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Give the connection back."""
        if not self.closed:
            self._response.close()
            self._response.release_conn()
        super().close()


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
