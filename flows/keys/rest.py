"""A key or an authority that does not answer is not asked for each paper anew: it would cost a backlog its night."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from schemas.errors import SIGNING_AWAY, Unreachable

_VAIN = 3
_TIMES = 10
LONGEST = 100.0
"""Seconds after which everything is asked again."""


class Rest:
    """After three vain attempts in a row, for ten times as long as the last took, the next ones end at once with its reason.

    So a tenth of the time is lost at most, whether an authority refuses in a millisecond or is silent for ten seconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until, self._vain = 0.0, 0
        self._reason: Unreachable | None = None

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Try in this block; raises the reason of the last attempt where it is too early for another."""
        with self._lock:
            if self._reason is not None and monotonic() < self._until:
                raise type(self._reason)(self._reason.detail)
        began = monotonic()
        try:
            yield
        except SIGNING_AWAY as away:
            with self._lock:
                self._reason = away
                self._vain += 1
                if self._vain >= _VAIN:
                    self._until = monotonic() + min(_TIMES * (monotonic() - began), LONGEST)
            raise
        with self._lock:
            self._reason, self._vain = None, 0
