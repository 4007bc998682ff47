"""A night's backlog, side by side: ``sohoa backlog`` (read, signed PDF/A, archive, index, report) and OCRmyPDF with ``xargs -P``.

``python -m bench.backlog [--count N] [--jobs N] [--seed N]``: the same folder of drawn papers, as many processes for both, and ours with
one; pages a minute, cpu a page, and the most memory that all processes had together. ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from bench.document import write_section
from bench.reading.corpus import generated
from bench.reading.readers import timed
from fixtures.generator import LEVELS, TYPES

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost: wall and cpu in seconds, memory in bytes (PSS of the whole tree, and of one process, at their most)."""

    wall: float
    cpu: float
    memory: int
    largest: int


def measured(command: list[str]) -> Cost:
    """Run a command and all that it starts."""
    end, most, largest = threading.Event(), [0], [0]
    mark = f"BENCHED={os.getpid()}"  # by which the processes of the command are known

    def look() -> None:
        while not end.wait(0.3):
            held = [_memory(process) for process in _processes(mark.encode())]
            most[0], largest[0] = max(most[0], sum(held)), max(largest[0], *held, 0)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        run = timed(["env", mark, *command])[1]
    finally:
        end.set()
        watcher.join()
    return Cost(run.wall, run.cpu, most[0], largest[0])


def _processes(mark: bytes) -> list[Path]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                found.append(process)
        except OSError:
            continue
    return found


def _memory(process: Path) -> int:
    """Its share of the memory, what it shares with others counted once among them."""
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def ours(inbox: Path, jobs: int, files: int) -> Cost:
    """``sohoa backlog`` into an empty home."""
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home) / "sohoa.toml"
        settings.write_text(f'home = "{home}/home"\nworkers = {jobs}\n')
        settings.chmod(0o600)
        cost = measured([str(BIN / "sohoa"), "--config", str(settings), "backlog", str(inbox)])
        kept = subprocess.run(
            [str(BIN / "sohoa"), "--config", str(settings), "find", "--json"], capture_output=True, check=True
        )
        if len(kept.stdout.splitlines()) < min(files, 20):
            raise RuntimeError("not everything was archived")
        return cost


def peer(inbox: Path, jobs: int, files: int) -> Cost:
    """OCRmyPDF, one process a file, as many at a time."""
    with tempfile.TemporaryDirectory() as out:
        options = "--deskew --rotate-pages --output-type pdfa -l vie --jobs 1 -q --image-dpi 300"
        each = f'{BIN}/ocrmypdf {options} "$0" "{out}/$(basename "$0").pdf"'
        pipe = f"find '{inbox}' -type f -print0 | xargs -0 -P {jobs} -n 1 sh -c '{each}'"
        cost = measured(["sh", "-c", pipe])
        made = len(list(Path(out).glob("*.pdf")))
        if made != files:
            raise RuntimeError(f"OCRmyPDF made {made} of {files}")
        return cost


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.backlog", description=__doc__)
    parser.add_argument("--count", type=int, default=2, help="papers of each type")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time, for both")
    parser.add_argument("--level", default=LEVELS[0], choices=LEVELS)
    parser.add_argument("--types", nargs="+", default=list(TYPES), choices=TYPES)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "in"
        inbox.mkdir()
        pages = 0
        for sample in generated(Path(folder), given.seed, given.count, [given.level], given.types):
            sample.path.rename(inbox / f"{pages:04}-{sample.path.name}")
            pages += len(sample.pages)
        files = len(list(inbox.iterdir()))
        single, own = ours(inbox, 1, files), ours(inbox, given.jobs, files)
        theirs = peer(inbox, given.jobs, files)
    rows = [
        f"| {name} | {60 * pages / cost.wall:.1f} | {cost.cpu / pages:.2f} | {cost.memory / 1e6:.0f} |"
        for name, cost in (
            ("OCRmyPDF with `xargs -P`", theirs),
            ("`sohoa backlog`", own),
            ("`sohoa backlog`, one process", single),
        )
    ]
    ratios = (theirs.wall / own.wall, own.cpu / theirs.cpu, own.memory / theirs.memory)
    table = [
        f"{files} files, {pages} pages ({given.level}), {given.jobs} processes at a time, seed {given.seed}.",
        "",
        "| | pages a minute | cpu seconds a page | memory at most, MB |",
        "|---|---|---|---|",
        *rows,
        f"| ratio to OCRmyPDF | {ratios[0]:.2f} × | {ratios[1]:.2f} × | {ratios[2]:.2f} × |",
        f"| ratio to one process | {single.wall / own.wall:.2f} × | {own.cpu / single.cpu:.2f} × | {own.memory / single.memory:.2f} × |",
    ]
    sys.stdout.write("\n".join(table) + "\n")
    if given.write:
        write_section("Backlog", "\n".join(table))


if __name__ == "__main__":
    main()
