"""Pages read by the real pipeline, with their truth, kept on disk: reading is the expensive part.

What is kept is what goes into calibration, and which of it stands on the page in the end: lines that were read a second
time were judged more than once. So evidence and fit can be changed and measured without reading again; after a change to
what comes before them the folder has to be emptied.
"""

from __future__ import annotations

import gzip
import pickle
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.reading.corpus import REAL, real
from fixtures.generator import LEVELS, Level, make_scan
from fixtures.generator.scan import LAYOUTS
from pipeline.clean import clean_page
from pipeline.intake import take_in
from pipeline.model import Page, ScanPage
from pipeline.ocr import read_page
from pipeline.ocr.confidence import calibrated
from pipeline.ocr.evidence import evidence
from pipeline.ocr.recogniser import RawWord
from pipeline.pages import load_page
from schemas.geometry import Affine, Box
from schemas.text import Word

MOST_PAGES = 2
"""Pages read of one scan: further pages of a long paper say little that is new."""

FIT = (5101, 5102, 6101)
HELD_OUT = (6102,)
"""Seeds by what they are for. Held-out pages are looked at only after the coefficients are fixed."""

COMMON = "administrative_document"
"""The type that most papers are of; one more scan of it for each seed and level."""


Call = tuple[tuple[RawWord, ...], tuple[Word, ...]]
"""A line as it went into calibration: what the recogniser gave, and the decoded words."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A word on the page: its box, and its place among the calls."""

    box: Box
    call: int
    index: int


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page as it was read, and the truth; ``lines`` are the words that stand on it in the end.

    ``truth`` is the page's entry in the generator's truth, or None for a real scan, of which only ``typed`` is known:
    its lines in reading order.
    """

    name: str
    level: str
    calls: tuple[Call, ...]
    lines: tuple[tuple[Standing, ...], ...]
    to_scan: Affine
    truth: dict[str, Any] | None
    typed: tuple[str, ...] = ()


def page_read(
    page: Page, name: str, level: str, truth: dict[str, Any] | None, typed: tuple[str, ...] = ()
) -> PageRead:
    """Read a page by the pipeline, and listen in on what goes into calibration."""
    calls: list[Call] = []

    def listen(line: Sequence[RawWord], words: Sequence[Word]) -> list[tuple[float, ...]]:
        calls.append((tuple(line), tuple(words)))
        return evidence(line, words)

    with patch("pipeline.ocr.confidence.evidence", listen):
        text = read_page(page)
    # A second look moves words and says nothing of where they came from: text, size and confidence tell. Names that
    # were won by a vote came from no line, and their confidence is the vote's.
    heard = defaultdict(list)
    for number, (line, words) in enumerate(calls):
        for index, word in enumerate(calibrated(line, words)):
            heard[_mark(word)].append((number, index))
    lines = tuple(
        tuple(Standing(word.box, *heard[mark].pop(0)) for word in line.words if heard[mark := _mark(word)])
        for line in text.lines()
    )
    return PageRead(name, level, tuple(calls), lines, page.to_scan, truth, typed)


def _mark(word: Word) -> tuple[str, float, float, float]:
    return word.text, word.confidence, round(word.box.width, 3), round(word.box.height, 3)


def plan(seeds: Sequence[int]) -> list[tuple[str, int, Level]]:
    """Which scans to generate: (type, seed, level), all types at all levels, in the order of seeds."""
    jobs: list[tuple[str, int, Level]] = [
        (type, seed, level) for seed in seeds for type in LAYOUTS for level in LEVELS
    ]
    return jobs + [(COMMON, seed + 50, level) for seed in seeds for level in LEVELS]


def generated(seeds: Sequence[int], cache: Path) -> Iterator[PageRead]:
    """Pages of the planned scans, read now or taken from ``cache``."""
    for type, seed, level in plan(seeds):
        kept = cache / f"{type}-{level}-{seed}.pickle.gz"
        if not kept.exists():
            scan = make_scan(type, seed, level)
            pages = []
            for truth, picture in list(zip(scan.truth["pages"], scan.pages, strict=True))[:MOST_PAGES]:
                page = clean_page(ScanPage(truth["number"], picture.image, truth["dpi"]))
                pages.append(page_read(page, f"{type}-{level}-{seed}-{truth['number']}", level, truth))
            _keep(kept, pages)
        yield from _kept(kept)


def real_pages(folder: Path, cache: Path) -> Iterator[PageRead]:
    """First pages of real scans, each with its typed truth beside it as ``NAME.txt``."""
    for sample in real(folder):
        kept = cache / f"real-{sample.path.stem}.pickle.gz"
        if not kept.exists():
            page = clean_page(load_page(take_in(sample.path), 1))
            _keep(kept, [page_read(page, sample.path.stem, REAL, None, sample.lines)])
        yield from _kept(kept)


def _keep(path: Path, pages: list[PageRead]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_bytes(gzip.compress(pickle.dumps(pages), 3))
    partial.rename(path)


def _kept(path: Path) -> list[PageRead]:
    pages: list[PageRead] = pickle.loads(gzip.decompress(path.read_bytes()))
    return pages
