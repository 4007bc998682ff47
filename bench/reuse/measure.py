"""``python -m bench.reuse [--records 1000000] [--clients 50] [--pause 1] [--home FOLDER]``.

Fills an index on PostgreSQL with generated records (``bench.bulk``; ``--home`` keeps it, and may be that of ``bench.api``), archives the papers
of some people beside them, then lets clients ask for their procedures: each asks, waits for the answer, and pauses, as clerks do. Prints
a Markdown table: milliseconds on the wall, and of the processors in process and database, for the whole question: index, archive, form, log.
The peer is the same person's papers found in the index alone (``find`` by number), in the same run. Records that were read a moment ago
are kept in memory (``storage.recent``): the question is asked with them, and once more as if each paper were read for the first time.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import multiprocessing
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.api.__main__ import postgresql
from bench.api.clock import cpu
from bench.bulk import fill_quickly
from flows.caller import local_caller
from flows.reuse import ask, question
from flows.services import Services
from flows.settings import load_settings
from flows.settings.storing import IndexSettings
from storage import recent
from storage.index.find import Query
from tests.stories.people import Counter, birth, card, household, land, marriage

PEOPLE = 60
PROCEDURES = ("2.001583", "1.013225", "2.001263", "1.000894", "1.004873", "1.001193")
TODAY = date(2026, 11, 28)
_SEED = 7


@dataclass
class Taken:
    """What one process measured: milliseconds on the wall of each question, and of the processors in all."""

    wall: list[float] = field(default_factory=list)
    cpu: float = 0.0


def subject(number: int) -> str:
    """The number of one of the people."""
    return f"0793{number:08d}"


def opened(home: Path, where: str) -> Services:
    """The services on an index at this address."""
    return Services(load_settings(home=home, index=IndexSettings(url=where)))  # type: ignore[arg-type]


def prepare(services: Services) -> None:
    """The people's papers in index and archive."""
    if services.index.find(Query(subject=subject(PEOPLE - 1))).rows:
        return
    desk = Counter(services)
    for number in range(PEOPLE):
        who, name = subject(number), f"NGUYỄN THỊ BÉ {number}"
        desk.number = number * 10
        for type, values in (
            ("citizen_card", card(who, name)),
            ("birth_certificate", birth(who, name)),
            ("marriage_certificate", marriage(who, subject(number + PEOPLE), wife_name=name)),
            ("household_business_registration", household(who, name)),
            ("land_use_certificate", land(who, name)),
        ):
            desk.keeps(type, values)


def clients(
    home: Path,
    where: str,
    count: int,
    pause: float,
    seconds: float,
    seed: int,
    whole: bool,
    known: bool,
    out: multiprocessing.Queue[Taken],
) -> None:
    """Threads of one process that ask: the ``whole`` question, or the lookup alone."""
    if not known:
        recent.LARGEST = -1  # nothing is kept
    services, taken = opened(home, where), Taken()
    services.archive, services.index  # noqa: B018 - opened before the clock runs
    asking = _whole(services) if whole else _lookup(services)
    for number in range(20):  # to warm up
        asking(subject(number), PROCEDURES[number % len(PROCEDURES)])
    gc.collect()
    gc.freeze()  # as ``sohoa serve`` does
    begun, end = time.process_time(), time.monotonic() + seconds

    def one(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        time.sleep(chance.random() * pause)
        while time.monotonic() < end:
            who, code = subject(chance.randrange(PEOPLE)), chance.choice(PROCEDURES)
            start = time.perf_counter()
            asking(who, code)
            taken.wall.append((time.perf_counter() - start) * 1000)
            time.sleep(pause * chance.uniform(0.5, 1.5))  # people do not ask in step

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.cpu = (time.process_time() - begun) * 1000
    out.put(taken)


def _whole(services: Services) -> Callable[[str, str], object]:
    caller = local_caller("bench")
    return lambda who, code: ask(services, caller, question(services, code, who, today=TODAY))


def _lookup(services: Services) -> Callable[[str, str], object]:
    return lambda who, _: services.index.find(Query(subject=who))


def measured(
    given: argparse.Namespace, home: Path, where: str, database: int, *, whole: bool, known: bool = True
) -> str:
    """A line of the table."""
    context = multiprocessing.get_context("spawn")
    out: multiprocessing.Queue[Taken] = context.Queue()
    share, before = given.clients // given.workers, cpu(database)
    processes = [
        context.Process(
            target=clients, args=(home, where, share, given.pause, given.seconds, seed, whole, known, out)
        )
        for seed in range(given.workers)
    ]
    for process in processes:
        process.start()
    found = [out.get() for _ in processes]
    for process in processes:
        process.join()
    walls = [one for taken in found for one in taken.wall]
    each = sum(taken.cpu for taken in found) / len(walls)
    base = (cpu(database) - before) / len(walls)
    cut = statistics.quantiles(walls, n=100)
    median = statistics.median(walls)
    return f"{len(walls)} | {median:.1f} | {cut[94]:.1f} | {cut[98]:.1f} | {each + base:.2f} | {base:.2f} | {os.getloadavg()[0]:.1f}"


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument(
        "--pause",
        type=float,
        default=1.0,
        help="seconds between an answer and the next question, half more or less",
    )
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2, help="processes that answer")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = given.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sohoa-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        where, database = stack.enter_context(postgresql(folder / "postgresql", 5597))
        fill_quickly(where, given.records, _SEED)
        prepare(opened(folder / "home", where))
        print(
            f"{given.records:,} records, {given.clients} clients, pause {given.pause:g} s, {given.workers} processes\n"
        )
        print(
            "| | questions | median ms | p95 | p99 | cpu ms each | of it database | load |\n|---|---|---|---|---|---|---|---|"
        )
        for name, whole, known in (
            ("find by number alone", False, True),
            ("reuse, form, log: papers read a moment ago", True, True),
            ("the same: papers read for the first time", True, False),
        ):
            told = measured(given, folder / "home", where, database, whole=whole, known=known)
            print(f"| {name} | {told} |", flush=True)


if __name__ == "__main__":
    main()
