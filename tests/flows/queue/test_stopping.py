"""A run that is asked to end by the system or by Ctrl-C, whatever it is just doing."""

from __future__ import annotations

import signal
import threading

import pytest

from flows.queue.patience import Stop
from flows.queue.stopping import stopping


class Guarded(Stop):
    """Asking takes a lock, as it does in earnest, which the main thread may hold."""

    lock = threading.Lock()
    done = threading.Event()

    def ask(self) -> None:
        assert self.lock.acquire(timeout=20)
        super().ask()
        self.lock.release()
        self.done.set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_heard_while_the_main_thread_holds_what_asking_takes(number: signal.Signals) -> None:
    stop = Guarded()
    stop.done.clear()
    with stopping(stop):
        with stop.lock:
            signal.raise_signal(number)
            assert stop.interrupted
            assert not stop.asked
        assert stop.done.wait(20)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
