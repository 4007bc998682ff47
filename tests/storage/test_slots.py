"""Places in what is shared, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.index.index import Index
from storage.slots import Slots

pytestmark = pytest.mark.server


@pytest.fixture
def slots(index: Index) -> Slots:
    return Slots(index.engine)


def test_there_are_never_more_holders_than_places(slots: Slots) -> None:
    now = most = 0
    lock = threading.Lock()

    def use(_: int) -> None:
        nonlocal now, most
        with slots.held("signer", of=2, seconds=60):
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.02)
            with lock:
                now -= 1

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(use, range(12)))
    assert most == 2
    assert slots.taken("signer") == set()


def test_the_place_of_a_dead_holder_becomes_free(slots: Slots) -> None:
    assert slots.take("tsa", "dead", of=1, seconds=0.3) == 0
    assert slots.take("tsa", "w", of=1, seconds=60) is None
    assert slots.taken("t") == {"tsa"}
    time.sleep(0.4)
    assert slots.taken("t") == set()
    assert slots.take("tsa", "w", of=1, seconds=60) == 0
    assert not slots.renew("tsa", "dead", seconds=60)
    slots.give_back("tsa", "dead")
    assert slots.renew("tsa", "w", seconds=60)
    assert slots.forget() == 0


def test_without_a_limit_nothing_is_asked(slots: Slots) -> None:
    with slots.held("signer", of=None, seconds=60):
        assert slots.taken("") == set()
