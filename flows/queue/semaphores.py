"""Locks between processes on machines without ``/dev/shm``, where the system has none for Python (some containers, chroots).

A pipe holds one byte for each who may go on, as GNU make's job server does: to acquire is to read one, to release to write one.
"""

from __future__ import annotations

import os
import time
from multiprocessing import Pipe
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext


def forkserver() -> ForkServerContext:
    """How to start processes: with the system's locks where they can be made, else with these."""
    context = ForkServerContext()
    try:
        context.Lock()
    except OSError:
        return _WithPipes()
    return context


class PipeSemaphore:
    """What ``multiprocessing.BoundedSemaphore`` does, as far as its queues ask; is sent to a process when that is started."""

    def __init__(self, value: int) -> None:
        self._reader, self._writer = Pipe(duplex=False)
        os.set_blocking(self._reader.fileno(), False)
        os.write(self._writer.fileno(), b"." * value)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Wait until one may go on, at most so many seconds; whether it is so."""
        until = time.monotonic() + (timeout or 0)
        while True:
            try:
                return bool(os.read(self._reader.fileno(), 1))
            except BlockingIOError:
                left = None if timeout is None else until - time.monotonic()
                if not block or (left is not None and left <= 0):
                    return False
                wait([self._reader], left)

    def release(self) -> None:
        """Let one more go on."""
        os.write(self._writer.fileno(), b".")

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    @property
    def _semlock(self) -> PipeSemaphore:
        return self  # a queue asks it whether it is full

    def _is_zero(self) -> bool:
        return not wait([self._reader], 0)


class _WithPipes(ForkServerContext):
    def Lock(self) -> PipeSemaphore:  # type: ignore[override] # noqa: N802 - multiprocessing's names
        return PipeSemaphore(1)

    def BoundedSemaphore(self, value: int = 1) -> PipeSemaphore:  # type: ignore[override] # noqa: N802
        return PipeSemaphore(value)
