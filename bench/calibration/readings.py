"""Pages read by the real pipeline, with their truth, kept on disk: reading is the expensive part.

What is kept is what the recogniser said, line by line, before any of it is decoded. So decoding and confidence can be
changed and measured again without reading again; after a change to cleaning, layout or recogniser the folder has to be
emptied.
"""

from __future__ import annotations

import gzip
import pickle
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
from pipeline.ocr import decode, read_page
from pipeline.ocr.recogniser import RawWord
from pipeline.pages import load_page
from schemas.geometry import Affine

MOST_PAGES = 2
"""Pages read of one scan: further pages of a long paper say little that is new."""

FIT = (5101, 5102, 6101)
HELD_OUT = (6102,)
"""Seeds by what they are for. Held-out pages are looked at only after the coefficients are fixed."""

COMMON = "administrative_document"
"""The type that most papers are of; one more scan of it for each seed and level."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page: the lines as the recogniser gave them, and the truth.

    ``truth`` is the page's entry in the generator's truth, or None for a real scan, of which only ``typed`` is known:
    its lines in reading order.
    """

    name: str
    level: str
    lines: tuple[tuple[RawWord, ...], ...]
    to_scan: Affine
    truth: dict[str, Any] | None
    typed: tuple[str, ...] = ()


def raw_lines(page: Page) -> tuple[tuple[RawWord, ...], ...]:
    """Read a page by the pipeline, and listen in on what goes into decoding."""
    heard = []

    def listen(line: Sequence[RawWord]) -> Any:
        heard.append(tuple(line))
        return decode.decode(line)

    with patch("pipeline.ocr.page.decode", listen):
        read_page(page)
    return tuple(heard)


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
                name = f"{type}-{level}-{seed}-{truth['number']}"
                pages.append(PageRead(name, level, raw_lines(page), page.to_scan, truth))
            _keep(kept, pages)
        yield from _kept(kept)


def real_pages(folder: Path, cache: Path) -> Iterator[PageRead]:
    """First pages of real scans, each with its typed truth beside it as ``NAME.txt``."""
    for sample in real(folder):
        kept = cache / f"real-{sample.path.stem}.pickle.gz"
        if not kept.exists():
            page = clean_page(load_page(take_in(sample.path), 1))
            _keep(kept, [PageRead(sample.path.stem, REAL, raw_lines(page), page.to_scan, None, sample.lines)])
        yield from _kept(kept)


def _keep(path: Path, pages: list[PageRead]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_bytes(gzip.compress(pickle.dumps(pages), 3))
    partial.rename(path)


def _kept(path: Path) -> list[PageRead]:
    pages: list[PageRead] = pickle.loads(gzip.decompress(path.read_bytes()))
    return pages
