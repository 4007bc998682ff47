"""From a scan's last byte in a hot folder to its fields in the index: seconds, beside the cpu of reading it.

``python -m bench.hot_folder [--count N] [--seed N]``: ``sohoa watch`` with its default settings, one scan after the other. Wanted on an
idle machine: at most 1.5 × cpu + 2 s. ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter, sleep

from bench.backlog import BIN
from bench.document import write_section
from bench.reading.corpus import generated
from fixtures.generator import LEVELS, TYPES
from flows.work import ReadJob, work
from storage.index.find import Query
from storage.index.index import Index

_LONGEST = 120.0


@contextmanager
def watching(home: Path, folder: Path) -> Iterator[Index]:
    """``sohoa watch`` on a folder; gives the index that it writes to."""
    settings = home / "sohoa.toml"
    settings.write_text(f'home = "{home}/home"\n')
    settings.chmod(0o600)
    nowhere = subprocess.DEVNULL
    command = [str(BIN / "sohoa"), "--config", str(settings), "watch", str(folder)]
    process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
    try:
        while not ((folder / ".sohoa" / "marker").exists() and (home / "home" / "index.sqlite").exists()):
            sleep(0.1)
        index = Index(home / "home" / "index.sqlite")
        yield index
        index.close()
    finally:
        process.terminate()
        process.wait()


def until_indexed(index: Index, scan: Path, folder: Path) -> float:
    """Put a scan into the folder; seconds from its last byte to its first row in the index."""
    digest = sha256(scan.read_bytes()).hexdigest()
    shutil.copyfile(scan, folder / scan.name)
    began = perf_counter()
    while perf_counter() - began < _LONGEST:
        if index.find(Query(scan_sha256=digest)).rows:
            return perf_counter() - began
        sleep(0.02)
    raise RuntimeError(f"{scan.name} never came into the index")


def cpu_of_reading(scan: Path) -> float:
    """Seconds of user and system time, of a process that has read before."""
    before = _used()
    work(scan, ReadJob())
    return _used() - before


def _used() -> float:
    return sum(one.ru_utime + one.ru_stime for one in (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.hot_folder", description=__doc__)
    parser.add_argument("--count", type=int, default=1, help="papers of each type")
    parser.add_argument("--level", default=LEVELS[0], choices=LEVELS)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        del os.environ[name]
    rows = []
    with tempfile.TemporaryDirectory() as place:
        scans, inbox = Path(place) / "scans", Path(place) / "in"
        scans.mkdir()
        inbox.mkdir()
        samples = list(generated(scans, given.seed, given.count, [given.level], TYPES))
        cpu_of_reading(samples[0].path)
        costs = [cpu_of_reading(sample.path) for sample in samples]
        with watching(Path(place), inbox) as index:
            warm = next(generated(Path(place), given.seed + 1000, 1, [given.level], TYPES[:1]))
            until_indexed(index, warm.path, inbox)
            for sample, cpu in zip(samples, costs, strict=True):
                rows.append((len(sample.pages), cpu, until_indexed(index, sample.path, inbox)))
    within = sum(seconds <= 1.5 * cpu + 2 for _, cpu, seconds in rows)
    over = [seconds - 1.5 * cpu for _, cpu, seconds in rows]
    lines = [
        f"{len(rows)} scans ({given.level}), seed {given.seed}, {os.cpu_count()} cores.",
        "",
        "| pages | cpu of reading, s | last byte to index, s | 1.5 × cpu + 2 s |",
        "|---|---|---|---|",
        *(f"| {pages} | {cpu:.2f} | {seconds:.2f} | {1.5 * cpu + 2:.2f} |" for pages, cpu, seconds in rows),
        "",
        f"{within} of {len(rows)} within; seconds beyond 1.5 × cpu: median {statistics.median(over):.2f}, worst {max(over):.2f}.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        write_section("Hot folder", "\n".join(lines), command="hot_folder")


if __name__ == "__main__":
    main()
