"""Memory for long files: ``sohoa digitize`` of PDF files of more and more pages, the most that all its processes hold.

``python -m bench.memory [--pages N …] [--workers N] [--stack]``: one report of so many pages, or with ``--stack`` a paper on each
page. ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from bench.backlog import BIN, Cost, measured
from bench.document import write_section
from bench.long_pdf import LINES, write_long_pdf


def digitized(scan: Path, workers: int) -> Cost:
    """``sohoa digitize`` into an empty home."""
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home) / "sohoa.toml"
        settings.write_text(f'home = "{home}/home"\nworkers = {workers}\n')
        settings.chmod(0o600)
        cost = measured([str(BIN / "sohoa"), "--config", str(settings), "digitize", str(scan)])
        if not any((Path(home) / "home" / "archive").rglob("document-*.pdf")):
            raise RuntimeError("it was not archived")
        return cost


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[50, 500, 2000])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--lines", type=int, default=LINES, help="of text on a page")
    parser.add_argument("--stack", action="store_true", help="a paper on each page instead of one report")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        del os.environ[name]
    lines = [
        f"{given.workers} workers, seed {given.seed}, {'a paper on each page' if given.stack else f'{given.lines} lines on a page'}.",
        "",
        "| pages | memory at most, MB | cpu seconds a page |",
        "|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for pages in given.pages:
            scan = Path(folder) / f"{pages}.pdf"
            write_long_pdf(scan, pages, given.seed, stack=given.stack, lines=given.lines)
            cost = digitized(scan, given.workers)
            lines.append(f"| {pages} | {cost.memory / 1e6:.0f} | {cost.cpu / pages:.2f} |")
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        write_section("Memory", "\n".join(lines))


if __name__ == "__main__":
    main()
