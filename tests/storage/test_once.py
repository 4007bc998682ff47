"""Keys of requests in work: held while their process lives, free soon after it died, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from storage.index.database import open_database, reading
from storage.index.tables import once as rows
from storage.once import Once

pytestmark = pytest.mark.server

SHORT = 1.0
"""Seconds for which the key of these tests lasts where nobody renews it."""


def hold(database: Path | str) -> None:
    assert Once(open_database(database), patience=SHORT).begin("key", "request") is None
    sleep(600)


def wait(until: Callable[[], bool]) -> None:
    end = monotonic() + 120
    while not until():
        assert monotonic() < end
        sleep(0.05)


def test_a_key_is_held_while_its_process_lives_and_is_free_when_it_died(database: Path | str) -> None:
    """However long the act takes: a signer may look for her phone."""
    engine = open_database(database)
    holder = multiprocessing.get_context("spawn").Process(target=hold, args=(database,))
    holder.start()

    def held_until() -> float:
        with reading(engine) as connection:
            return connection.scalar(select(rows.c.until)) or 0.0

    wait(lambda: held_until() > 0)
    first = held_until()
    wait(lambda: held_until() > first + 2 * SHORT)
    holder.kill()
    holder.join()
    once = Once(engine)
    wait(lambda: once.begin("key", "request") is None)
    engine.dispose()
