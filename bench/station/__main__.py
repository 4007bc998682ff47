"""``python -m bench.station [--real FOLDER] [--scans N] [--plant N]``: prints tables; ``--write`` keeps them in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from bench.document import write_section
from bench.station import keys, planted, waiting
from tests.station.clerk import Clerk, truths
from tests.station.counter import PASSWORD, SIZE, Counter, chromium

FIXTURES = Path(__file__).parents[2] / "fixtures" / "scans"
_SLOW = 600_000


def main() -> int:
    """Measure and print; exit status 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python -m bench.station", description=__doc__)
    parser.add_argument("--real", type=Path, help="folder of real scans with their truth beside them")
    parser.add_argument("--scans", type=int, default=1000, help="at most so many scans of each kind")
    parser.add_argument("--plant", type=int, default=100, help="so many wrong values")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="keep the tables in docs/benchmarks.md")
    arguments = parser.parse_args()
    generated = list(_one_paper(FIXTURES))
    real = (
        [path for path in sorted(arguments.real.iterdir()) if path.suffix in {".jpg", ".png"}]
        if arguments.real
        else []
    )
    parts = []
    if arguments.scans:
        parts.append(_desk(generated[: arguments.scans], real[: arguments.scans]))
    if arguments.plant:
        parts.append(_planted(planted.plant(generated, arguments.plant, arguments.seed)))
    report = "\n\n".join(parts)
    sys.stdout.write(report + "\n")
    if arguments.write:
        write_section("Station", report)
    return 0


def _one_paper(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.suffix not in {".jpg", ".png", ".tif"}:
            continue
        told = json.loads(path.with_suffix(".json").read_text("utf-8"))
        if len(told["documents"]) == 1 and len(told["pages"]) <= 2:
            yield path


def _desk(generated: Sequence[Path], real: Sequence[Path]) -> str:
    """Each scan dropped on the desk of a running server, checked and confirmed by keyboard."""
    rows: list[tuple[bool, keys.Keys, float, float]] = []
    with tempfile.TemporaryDirectory(prefix="sohoa-station-") as place, sync_playwright() as playwright:
        counter = Counter(Path(place) / "home")
        counter.add_officer("canbo1", "Lê Thị Mẫu")
        with counter:
            browser = chromium(playwright)
            page = browser.new_page(base_url=counter.address, viewport={"width": SIZE[0], "height": SIZE[1]})
            page.set_default_timeout(_SLOW)
            expect.set_options(timeout=_SLOW)
            page.goto("/")
            page.fill("#name", "canbo1")
            page.fill("#password", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_selector("body[data-ready]")
            clerk = Clerk(page)
            for number, scan in enumerate((*generated, *real)):
                bare = waiting.tesseract(scan)
                ours = waiting.dropped(clerk, scan, f"000.00.01.H48-250117-{number:04}")
                one = keys.paper(clerk, scan, (truths(scan) or [{}])[0], usual=waiting.usual(scan))
                rows.append((scan in real, one, ours, bare))
                sys.stderr.write(f"{one} {ours:.1f} s, tesseract {bare:.1f} s\n")
            browser.close()
    kinds = [("generated", False), ("real", True)] if real else [("generated", False)]
    table = [
        "| scans | papers | keys a paper | keys for typing all | share | doubtful fields | put right | wrong and sure |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, kind in kinds:
        some = [one for is_real, one, _, _ in rows if is_real == kind]
        pressed, typed = sum(one.pressed for one in some), sum(one.typed for one in some)
        table.append(
            f"| {name} | {len(some)} | {pressed / len(some):.1f} | {typed / len(some):.0f} | {100 * pressed / typed:.1f} % |"
            f" {sum(one.doubtful for one in some)} | {sum(one.corrected for one in some)} | {sum(len(one.passed) for one in some)} |"
        )
    usual = [ours - bare for _, one, ours, bare in rows[1:] if one.usual]
    over = [ours - bare for _, _, ours, bare in rows[1:]]
    ratio = [ours / bare for _, _, ours, bare in rows[1:]]
    slow = (
        f"From dropping a scan to its fields on screen: {statistics.median(ratio):.2f} of what `tesseract` takes for the same file"
        f" (median of {len(over)}; {min(ratio):.2f} to {max(ratio):.2f}); {statistics.median(over):+.1f} s (worst {max(over):+.1f} s; at most +1 s is wanted:"
        f" {sum(one <= 1 for one in over)} of {len(over)}). Of these {len(usual)} are one page at 300 dpi, for which it is asked: worst {max(usual, default=0):+.1f} s,"
        f" {sum(one <= 1 for one in usual)} within 1 s. The first scan after the start of the server: {rows[0][2]:.1f} s, `tesseract` {rows[0][3]:.1f} s."
    )
    return "\n".join(table) + "\n\n" + slow


def _planted(found: Sequence[planted.Planted]) -> str:
    table = ["| planted in fields that were | wrong values | shown as doubtful |", "|---|---|---|"]
    for name, kind in (("sure", False), ("doubtful", True)):
        some = [one for one in found if one.doubtful_before == kind]
        table.append(f"| {name} | {len(some)} | {sum(one.shown for one in some)} |")
    missed = [f"`{one.type}.{one.field}`: {one.right} → {one.wrong}" for one in found if not one.shown]
    return "\n".join(table) + "\n\nNot shown: " + ("; ".join(missed) or "none") + "."


if __name__ == "__main__":
    raise SystemExit(main())
