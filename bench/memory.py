"""Memory for what is large: the most that all processes hold, for PDF files of more and more pages, and for a folder of many files.

``python -m bench.memory [--pages N …] [--workers N] [--stack]``: ``sohoa digitize`` of one report of so many pages, or with
``--stack`` of a paper on each page. ``--files N``: ``sohoa backlog`` of a folder of so many small files, listed to its end and then
worked on for ``--seconds``. ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

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


def worked_on(count: int, workers: int, seconds: int) -> tuple[Cost, int]:
    """``sohoa backlog`` of many small files, stopped after a while; and how many of them were through by then.

    Most are bytes that are no scan, one in a hundred is a small picture.
    """
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "in"
        for number in range(count):
            below = inbox / f"hộp {number // 1000:03}"
            if number % 1000 == 0:
                below.mkdir(parents=True)
            path = below / f"{number:06}.png"
            if number % 100:
                path.write_bytes(f"no scan {number}".encode())
            else:
                small = Image.new("L", (500, 200), 255)
                ImageDraw.Draw(small).text((20, 60), f"Giay {number}", 0, font_size=40)
                small.save(path, dpi=(150, 150))
        settings = Path(folder) / "sohoa.toml"
        settings.write_text(f'home = "{folder}/home"\nworkers = {workers}\n')
        settings.chmod(0o600)
        sohoa = [str(BIN / "sohoa"), "--config", str(settings)]
        cost = measured(["timeout", "-s", "INT", str(seconds), *sohoa, "backlog", str(inbox), "--json"])
        report = next((Path(folder) / "home" / "backlog").glob("*/report.json"))
        figures = json.loads(report.read_text(encoding="utf-8"))
        if figures["files"] != count:
            raise RuntimeError(f"{figures['files']} of {count} were listed")
        return cost, count - figures["left"]


def folders(given: argparse.Namespace) -> list[str]:
    """The table of folders."""
    lines = [
        f"{given.workers} workers, stopped after {given.seconds} s.",
        "",
        "| files | of them through | memory at most, MB | the largest process, MB | cpu seconds |",
        "|---|---|---|---|---|",
    ]
    for count in given.files:
        cost, through = worked_on(count, given.workers, given.seconds)
        lines.append(
            f"| {count} | {through} | {cost.memory / 1e6:.0f} | {cost.largest / 1e6:.0f} | {cost.cpu:.0f} |"
        )
    return lines


def long_files(given: argparse.Namespace) -> list[str]:
    """The table of long PDF files."""
    kind = "a paper on each page" if given.stack else f"{given.lines} lines on a page"
    lines = [
        f"{given.workers} workers, seed {given.seed}, {kind}.",
        "",
        "| pages | memory at most, MB | the largest process, MB | cpu seconds a page |",
        "|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for pages in given.pages:
            scan = Path(folder) / f"{pages}.pdf"
            write_long_pdf(scan, pages, given.seed, stack=given.stack, lines=given.lines)
            cost = digitized(scan, given.workers)
            lines.append(
                f"| {pages} | {cost.memory / 1e6:.0f} | {cost.largest / 1e6:.0f} | {cost.cpu / pages:.2f} |"
            )
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[50, 500, 2000])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--lines", type=int, default=LINES, help="of text on a page")
    parser.add_argument("--stack", action="store_true", help="a paper on each page instead of one report")
    parser.add_argument(
        "--files", type=int, nargs="+", default=[], help="measure folders of so many files instead"
    )
    parser.add_argument("--seconds", type=int, default=240, help="after which work on a folder is stopped")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        del os.environ[name]
    lines = folders(given) if given.files else long_files(given)
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        write_section("Memory of folders" if given.files else "Memory", "\n".join(lines), command="memory")


if __name__ == "__main__":
    main()
