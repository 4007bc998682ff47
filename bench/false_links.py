"""How often different papers of one form are linked as the same one, what finding that costs, and how many rescans are found.

``python -m bench.false_links [--papers N] [--types TYPE…]``: filled forms of the fixture generator, letters misread as scanning does,
each archived and linked as ``digitize`` does; then some of them once more, misread otherwise. ``--write`` puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.document import write_section
from fixtures.generator import TYPES, make_paper
from flows.caller import local_caller
from flows.near_duplicates import link_near_duplicates
from flows.services import Services
from flows.settings.load import load_settings
from pipeline.extract import extract
from pipeline.model import PageReading
from pipeline.papers.duplicates import first_page_hash
from schemas.records import document_id
from schemas.text import Block, BlockKind, Line, PageText, Word
from storage.model import Deposit, ScanRef

FORMS = ("application_form", "birth_certificate", "residence_confirmation")
_MISREAD = {"ễ": "ê", "ờ": "ở", "ự": "ư", "1": "l", "0": "O", "h": "b", "n": "u"}
_SHARE = 0.004
"""Share of those letters that are misread: one character in some hundreds, as on generated pages of middling wear."""


def pages_of(type: str, seed: int, chance: random.Random) -> list[PageReading]:
    """One reading for each sheet of a paper: its words where they stand, some letters misread, all a few pixels aside."""
    pages = []
    for number, sheet in enumerate(make_paper(type, seed).sheets, start=1):
        right, down = chance.uniform(-30, 30), chance.uniform(-30, 30)
        lines = [
            Line(
                tuple(
                    Word(_read(word.text, chance), word.box.moved(right, down), 0.97) for word in line.words
                )
            )
            for line in sheet.lines
            if line.words
        ]
        text = PageText(number, *sheet.size, 300, (Block(BlockKind.OTHER, tuple(lines)),))
        pages.append(PageReading(number, *sheet.size, 300, 0, text))
    return pages


def _read(text: str, chance: random.Random) -> str:
    return "".join(_MISREAD[c] if c in _MISREAD and chance.random() < _SHARE else c for c in text)


def deposit(type: str, pages: Sequence[PageReading], serial: int) -> Deposit:
    """A paper as it is archived; scan and copy are stand-ins."""
    scan = f"scan {serial}".encode()
    sha256, numbers = hashlib.sha256(scan).hexdigest(), tuple(page.number for page in pages)
    return Deposit(
        id=document_id(sha256, numbers),
        scan_ref=ScanRef(sha256=sha256, name=f"{serial}.png", media_type="image/png", size=len(scan)),
        scan=scan,
        pdf=b"%PDF",
        alto=b"<alto/>",
        text="\f".join(page.text.text for page in pages),
        record=extract(type, pages),
        type_confidence=0.97,
        pages=numbers,
        source=f"{serial}.png",
        perceptual_hash=first_page_hash(page.text for page in pages),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """Papers that were linked with another one, and with the right one; cpu in milliseconds a paper of the first and last fifth."""

    papers: int
    false: int
    rescans: int
    found: int
    first: float
    last: float


def count(type: str, papers: int, seed: int, services: Services) -> Counted:
    """Archive and link so many different papers, then a tenth of them once more."""
    chance = random.Random(seed)
    ids: list[str] = []
    cost: list[float] = []
    false = found = 0
    for serial in range(papers + papers // 10):
        again = serial - papers
        drawn = seed + (again if again >= 0 else serial)
        id, links, seconds = _archived(deposit(type, pages_of(type, drawn, chance), serial), services)
        if again >= 0:
            found += links == (ids[again],)
            false += bool(set(links) - {ids[again]})
        else:
            ids.append(id)
            cost.append(seconds)
            false += bool(links)
    fifth = papers // 5
    ends = (1000 * sum(part) / fifth for part in (cost[:fifth], cost[-fifth:]))
    return Counted(papers, false, papers // 10, found, *ends)


def _archived(given: Deposit, services: Services) -> tuple[str, tuple[str, ...], float]:
    receipt = services.archive.put(given)
    services.index.add(receipt.record, receipt.version)
    start = time.process_time()
    kept = link_near_duplicates(services, local_caller(), receipt.record)
    return receipt.id, kept.links.duplicates, time.process_time() - start


def rows(types: Sequence[str], papers: int, seed: int) -> Iterator[str]:
    """The table."""
    yield "| form | papers | falsely linked | rescans found | cpu ms a paper, first fifth | last fifth |"
    yield "|---|---|---|---|---|---|"
    for type in types:
        with tempfile.TemporaryDirectory() as home:
            services = Services(load_settings(home=Path(home), signer={"kind": "none"}))
            one = count(type, papers, seed, services)
        yield (
            f"| {type} | {one.papers} | {one.false} | {one.found} of {one.rescans} | {one.first:.1f} | {one.last:.1f} |"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.false_links", description=__doc__)
    parser.add_argument("--papers", type=int, default=500, help="different papers of each form")
    parser.add_argument("--types", nargs="+", default=list(FORMS), choices=TYPES)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    lines = [f"Seed {given.seed}.", "", *rows(given.types, given.papers, given.seed)]
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        write_section("False links", "\n".join(lines))


if __name__ == "__main__":
    main()
