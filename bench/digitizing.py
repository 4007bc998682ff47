"""Digitizing, side by side: our ``sohoa digitize`` (signed PDF/A, archived, indexed) and OCRmyPDF on the same scans.

``python -m bench.digitizing [--real DIR] [--seed N] [--count N]``: each scan by a command of its own, then all of them in
one command, as a nightly batch does; cpu of all processes, as ratios. ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.document import write_section
from bench.reading.corpus import REAL, Sample, generated, real
from bench.reading.readers import Run, ocrmypdf, timed, without_ghostscript
from fixtures.generator import LEVELS, TYPES

SOHOA = str(Path(sys.executable).parent / "sohoa")


def digitized(paths: Sequence[Path], warm: Path) -> Run:
    """``sohoa digitize`` into an empty archive of a services that has its demo key; ``warm`` is digitized before, unmeasured."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOHOA_HOME"] = folder
        timed([SOHOA, "digitize", str(warm)])
        output, run = timed([SOHOA, "digitize", "--json", *map(str, paths)])
    kept = output.count('"status": "archived"')
    if kept != len(paths):
        raise RuntimeError(f"{kept} of {len(paths)} scans were archived")
    return run


def row(name: str, samples: Sequence[Sample], warm: Path) -> str:
    """One row of the table: cpu in seconds a page, and against OCRmyPDF."""
    paths = [sample.path for sample in samples]
    pages = sum(len(sample.pages) for sample in samples)
    peer = alone = 0.0
    for sample in samples:  # in turn, so that drift of the machine hits both alike
        peer += ocrmypdf(sample).cpu
        alone += digitized([sample.path], warm).cpu
    together = digitized(paths, warm).cpu
    cells = [f"{cost / pages:.2f}" for cost in (peer, alone, together)]
    return f"| {name} | {pages} | {' | '.join(cells)} | {alone / peer:.2f} | {together / peer:.2f} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.digitizing", description=__doc__)
    parser.add_argument("--real", type=Path, help="folder of real scans, each with NAME.txt beside it")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--count", type=int, default=1, help="scans for each type and level (0: none)")
    parser.add_argument("--levels", nargs="+", default=list(LEVELS), choices=LEVELS)
    parser.add_argument("--types", nargs="+", default=list(TYPES), choices=TYPES)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    if missing := without_ghostscript():
        parser.error(missing)
    with tempfile.TemporaryDirectory() as folder:
        warm = next(generated(Path(folder), given.seed - 1, 1, LEVELS[:1], TYPES[:1])).path
        groups = {REAL: list(real(given.real))} if given.real else {}
        for level in given.levels:
            groups[level] = list(generated(Path(folder), given.seed, given.count, [level], given.types))
        lines = [
            f"Seed {given.seed}. Cpu (user + sys) of all processes in seconds a page.",
            "",
            "| scans | pages | OCRmyPDF | ours, alone | ours, in one command | alone × | in one command × |",
            "|---|---|---|---|---|---|---|",
            *(row(name, samples, warm) for name, samples in groups.items() if samples),
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        write_section("Digitizing", "\n".join(lines))


if __name__ == "__main__":
    main()
