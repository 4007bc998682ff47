"""``python -m bench.reading [--real DIR] [--seed N]``: prints the table; ``--write`` puts it into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from bench.document import write_section
from bench.reading.corpus import REAL, Sample, generated, real
from bench.reading.readers import READERS, Run, ours_together, tesseract_together, without_ghostscript
from bench.reading.report import Batch, batch_table, collect, table, worst_against
from fixtures.generator import LEVELS, TYPES


def main() -> int:
    """Run all readers on all samples, in turn, so that drift of the machine hits them alike."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=__doc__)
    parser.add_argument("--real", type=Path, help="folder of real scans, each with NAME.txt beside it")
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10**6), help="default: a fresh one"
    )
    parser.add_argument("--count", type=int, default=1, help="scans for each type and level (0: none)")
    parser.add_argument("--levels", nargs="+", default=list(LEVELS), choices=LEVELS)
    parser.add_argument("--types", nargs="+", default=list(TYPES), choices=TYPES)
    parser.add_argument("--readers", nargs="+", default=list(READERS), choices=list(READERS))
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    arguments = parser.parse_args()
    if "ocrmypdf" in arguments.readers and (missing := without_ghostscript()):
        parser.error(f"{missing}; or name other --readers")
    with tempfile.TemporaryDirectory() as folder:
        samples = list(real(arguments.real)) if arguments.real else []
        samples += generated(Path(folder), arguments.seed, arguments.count, arguments.levels, arguments.types)
        runs = [run for sample in samples for run in _read(sample, arguments.readers)]
        batches = [_batch(level, samples) for level in dict.fromkeys(sample.level for sample in samples)]
    report = [
        f"Seed {arguments.seed}; {sum(len(s.pages) for s in samples)} pages; one process each, cpu = user + sys.",
        "",
    ]
    report.append(table(collect(runs)))
    report += ["", "All scans of a level in one command, as a batch is read:", "", batch_table(batches)]
    if arguments.real:
        gap, name = worst_against(runs, REAL)
        report += ["", f"Real scan that reads worst against bare Tesseract: {name}, {gap:+.2f} points."]
    sys.stdout.write("\n".join(report) + "\n")
    if arguments.write:
        write_section("Reading", "\n".join(report))
    return 0


def _batch(level: str, samples: list[Sample]) -> Batch:
    """All scans of a level in one command each, ours and Tesseract's."""
    those = [sample for sample in samples if sample.level == level]
    pages = sum(len(sample.pages) for sample in those)
    return Batch(level, pages, ours_together(those), tesseract_together(those))


def _read(sample: Sample, readers: list[str]) -> list[tuple[Sample, str, Run]]:
    runs = []
    for name in readers:
        runs.append((sample, name, READERS[name](sample)))
        sys.stderr.write(f"{sample.path.name} {name} {runs[-1][2].cpu:.2f} s\n")
    return runs


if __name__ == "__main__":
    raise SystemExit(main())
