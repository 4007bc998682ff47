"""``python -m bench.fields.typeset [--papers DIR] [--seed N]``: papers that Chromium set (``fixtures.typeset``), scanned, read, judged.

What passes on the drawings of our own typesetter is tried on another's: each paper goes through each of ``CAPTURES``. Fields are
counted exact, wrong and sure; characters free of order. Scans and what was read stay in ``--out``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.metrics import cer_order_free
from fixtures.generator import Capture, scan_papers, write_scan
from fixtures.generator.layers import with_layers
from fixtures.generator.model import Paper
from fixtures.generator.scan import Scan
from fixtures.generator.scanner.capture import phone, plan
from fixtures.typeset import PAPERS, browser, set_paper
from pipeline.intake import take_in
from pipeline.papers.assemble import assemble
from pipeline.read import read_scan_page
from schemas.quality import is_sure
from schemas.records import UNKNOWN


def _fax(rng: Random) -> Capture:
    return next(drawn for drawn in iter(lambda: plan(rng, "medium"), None) if drawn.mode == "bw")


CAPTURES: Mapping[str, Callable[[Random], Capture]] = {
    "light": lambda rng: plan(rng, "light"),
    "medium": lambda rng: plan(rng, "medium"),
    "phone": phone,
    "fax": _fax,
    "stamped": lambda rng: plan(rng, "light"),
    "received": lambda rng: plan(rng, "medium"),
    "urgent": lambda rng: plan(rng, "light"),
}
"""How a paper is scanned."""

LAYERS: Mapping[str, Sequence[str]] = {
    "stamped": ("name_stamp",),
    "received": ("touching_received_stamp", "edge_line"),
    "urgent": ("box_stamp", "touching_received_stamp"),
}
"""What offices added to a paper before it was scanned so."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one scan of one paper gave: (field, truth, value, confidence, sure), whether the type is right, edits and characters."""

    name: str
    capture: str
    type: tuple[str, str]
    fields: tuple[tuple[str, Any, Any, float, bool], ...]
    edits: int
    characters: int

    @property
    def exact(self) -> int:
        """Fields with the true value."""
        return sum(truth == value for _, truth, value, _, _ in self.fields)

    @property
    def wrong_and_sure(self) -> int:
        """Fields with another value that nobody would be asked to look at."""
        return sum(sure and truth != value for _, truth, value, _, sure in self.fields)


def scanned(paper: Paper, capture: str, seed: int) -> Scan:
    """One scan of the paper."""
    rng = Random(f"{capture}:{seed}")
    layered = with_layers(paper, LAYERS.get(capture, ()), rng)
    return scan_papers([layered], seed, "medium", CAPTURES[capture](rng))


def judge(path: Path) -> Judged:
    """Read one scan, with its truth beside it, and compare."""
    truth = json.loads(path.with_suffix(".json").read_text("utf-8"))
    document = truth["documents"][0]
    scan = take_in(path)
    pages = [read_scan_page(scan, page["number"]) for page in truth["pages"]]
    found = assemble(scan, pages).documents[0]
    text = "\n".join(page.text.text for page in pages)
    path.with_suffix(".txt").write_text(text, "utf-8")
    edits, characters = cer_order_free(
        [line["text"] for page in truth["pages"] for line in page["lines"]], text
    )
    fields = found.record.fields if document["type"] != UNKNOWN else {}
    names = [*document["fields"], *(name for name in fields if name not in document["fields"])]
    judged = []
    for name in names:
        field = fields.get(name) if found.type == document["type"] else None
        if name in document["handwritten"]:
            continue  # not judged
        if field or name in document["fields"]:
            sure = bool(field and is_sure(field))
            value, confidence = (field.value, field.confidence) if field else (None, 0.0)
            judged.append((name, document["fields"].get(name), value, confidence, sure))
    name, _, capture = path.stem.rpartition("~")
    return Judged(name, capture, (document["type"], found.type), tuple(judged), edits, characters)


def scans(papers: Path, captures: Sequence[str], seed: int, out: Path) -> Iterator[Path]:
    """Set and scan each paper in each way."""
    with browser() as running:
        for source in sorted(papers.glob("*.html")):
            for at, capture in enumerate(captures):
                paper = set_paper(running, source, Random(f"{source.stem}:{capture}:{seed}"))
                scan = scanned(paper, capture, seed * 1000 + at + sum(map(ord, source.stem)))
                suffix = "tif" if len(scan.pages) > 1 or not scan.pages[0].jpeg else "jpg"
                path = out / f"{source.stem}~{capture}.{suffix}"
                write_scan(scan, path)
                yield path


def table(results: Sequence[Judged]) -> str:
    """A row for each paper, for each way to scan, and for all."""
    rows = [
        "| paper | scans | type right | fields | exact | wrong and sure | order-free CER |",
        "|---|---|---|---|---|---|---|",
    ]
    groups = {each.name: [r for r in results if r.name == each.name] for each in results}
    groups |= {each.capture: [r for r in results if r.capture == each.capture] for each in results} | {
        "all": list(results)
    }
    for name, group in groups.items():
        fields, right = sum(len(r.fields) for r in group), sum(r.type[0] == r.type[1] for r in group)
        exact, sure = sum(r.exact for r in group), sum(r.wrong_and_sure for r in group)
        share = f"{100 * exact / fields:.1f} %" if fields else "–"
        cer = 100 * sum(r.edits for r in group) / max(sum(r.characters for r in group), 1)
        rows.append(f"| {name} | {len(group)} | {right} | {fields} | {share} | {sure} | {cer:.2f} % |")
    return "\n".join(rows)


def faults(results: Sequence[Judged]) -> str:
    """One line for each wrong field and type, those that are sure first."""
    lines = []
    for each in results:
        if each.type[0] != each.type[1]:
            lines.append(f"type  {each.name}~{each.capture}: {each.type[0]} as {each.type[1]}")
        for name, truth, value, confidence, sure in each.fields:
            if truth != value:
                mark = "SURE" if sure else "    "
                lines.append(
                    f"{mark}  {each.name}~{each.capture} {name}: {truth!r} as {value!r} ({confidence:.3f})"
                )
    return "\n".join(sorted(lines, key=lambda line: not line.startswith("SURE")))


def main() -> int:
    """Set, scan, read, judge."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    parser = argparse.ArgumentParser(prog="python -m bench.fields.typeset", description=__doc__)
    parser.add_argument("--papers", type=Path, default=PAPERS, help="folder of HTML files")
    parser.add_argument("--captures", nargs="+", default=list(CAPTURES), choices=CAPTURES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for scans and texts (default: a new one); scans there are not made anew",
    )
    arguments = parser.parse_args()
    out: Path = arguments.out or Path(tempfile.mkdtemp(prefix="sohoa-typeset-"))
    out.mkdir(parents=True, exist_ok=True)
    made = sorted(
        path.with_suffix(suffix)
        for path in out.glob("*~*.json")
        for suffix in (".jpg", ".tif")
        if path.with_suffix(suffix).exists()
    )
    todo = made or list(scans(arguments.papers, arguments.captures, arguments.seed, out))
    with ProcessPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(judge, todo))
    report = f"{table(results)}\n\n{faults(results)}\n\nScans and texts: {out}\n"
    (out / "report.txt").write_text(report, "utf-8")
    sys.stdout.write(report)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
