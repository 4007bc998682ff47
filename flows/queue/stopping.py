"""Ctrl-C, and the system's wish that we end: once softly, twice at once."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from flows.queue.patience import Stop

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping(stop: Stop) -> Iterator[Stop]:
    """Let the first signal ask for an end after the files in hand, and a second one raise KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread hears signals
        return

    # A handler runs between any two steps of the main thread, which may just hold the lock that asking takes: it hands the word on,
    # to a queue that signals may put into.
    heard: SimpleQueue[bool] = SimpleQueue()

    def hear(number: int, frame: Any) -> None:  # noqa: ARG001
        if stop.interrupted:
            raise KeyboardInterrupt
        stop.interrupted = True
        heard.put(True)

    def ask() -> None:
        if heard.get():
            stop.ask()
            sys.stderr.write("\nEnding after the files in hand; once more ends at once.\n")

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    before = {number: signal.signal(number, hear) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        heard.put(False)
        asking.join()
