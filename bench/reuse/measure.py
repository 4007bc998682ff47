"""``python -m bench.reuse [--records 1000000] [--clients 50] [--pause 1] [--home FOLDER]``.

Fills the index with generated records (``bench.archive_index``), archives the papers of some people beside them, then lets
clients ask for their procedures: each asks, waits for the answer, and pauses, as clerks do. Prints a Markdown table of
milliseconds on the wall, the whole question: index, archive, form, log. The peer is the same question put to the index alone
(``find`` by the person's number), in the same run. ``--home`` keeps the filled index for the next run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

from bench.archive_index import fill
from flows.caller import local_caller
from flows.reuse import ask, question
from flows.services import Services
from flows.settings import load_settings
from storage.index.find import Query
from tests.stories.people import Counter, birth, card, household, land, marriage

PEOPLE = 60
PROCEDURES = ("2.001583", "1.013225", "2.001263", "1.000894", "1.004873", "1.001193")
TODAY = date(2026, 11, 28)


def subject(number: int) -> str:
    """The number of one of the people."""
    return f"0793{number:08d}"


def prepare(home: Path, records: int) -> None:
    """The index with so many records, and the people's papers in index and archive."""
    fill(str(home / "index.sqlite"), records, 7)
    services = Services(load_settings(home=home))
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
    count: int,
    pause: float,
    seconds: float,
    seed: int,
    out: multiprocessing.Queue[list[tuple[float, float]]],
) -> None:
    """Threads of one process that ask; gives (question, lookup) in milliseconds for each."""
    services = Services(load_settings(home=home))
    taken: list[tuple[float, float]] = []
    end = time.monotonic() + seconds

    def one(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        time.sleep(chance.random() * pause)
        while time.monotonic() < end:
            who, code = subject(chance.randrange(PEOPLE)), chance.choice(PROCEDURES)
            begun = time.perf_counter()
            ask(services, local_caller("bench"), question(services, code, who, today=TODAY))
            middle = time.perf_counter()
            services.index.find(Query(subject=who))
            taken.append(((middle - begun) * 1000, (time.perf_counter() - middle) * 1000))
            time.sleep(pause)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put(taken)


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument(
        "--pause", type=float, default=1.0, help="seconds between an answer and the next question"
    )
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2, help="processes that answer")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        home = given.home or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        prepare(home, given.records)
        out: multiprocessing.Queue[list[tuple[float, float]]] = multiprocessing.get_context("spawn").Queue()
        shares = [given.clients // given.workers] * given.workers
        processes = [
            multiprocessing.get_context("spawn").Process(
                target=clients, args=(home, count, given.pause, given.seconds, seed, out)
            )
            for seed, count in enumerate(shares)
        ]
        for process in processes:
            process.start()
        taken = [one for _ in processes for one in out.get()]
        for process in processes:
            process.join()
    print(
        f"{given.records:,} records, {sum(shares)} clients, pause {given.pause:g} s, {given.workers} processes, load {os.getloadavg()[0]:.1f}\n"
    )
    print("| ms | questions | median | p95 | p99 |\n|---|---|---|---|---|")
    for name, values in (
        ("reuse, form, log", [one for one, _ in taken]),
        ("find by number alone", [one for _, one in taken]),
    ):
        cut = statistics.quantiles(values, n=100)
        print(f"| {name} | {len(values)} | {statistics.median(values):.1f} | {cut[94]:.1f} | {cut[98]:.1f} |")
    ratio = statistics.median(one for one, _ in taken) / statistics.median(one for _, one in taken)
    print(f"\nMedian of the whole question to that of the lookup alone: {ratio:.1f}")
