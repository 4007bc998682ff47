"""A copy is compared with its scan as a viewer shows both, page by page; what is not alike is never signed.

A page of the copy is drawn unless it is proven to show the same: it holds one picture, byte for byte that of the scan, of which
reading the scan found that a viewer shows just this (``PageReading.embedded``). What both drawings cost: docs/benchmarks.md, Comparing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pikepdf

from pipeline.intake.pdf import open_pdf
from pipeline.model import PageReading, Picture, Scan
from pipeline.pages.balanced import balanced
from pipeline.pages.fingerprint import fingerprint
from pipeline.pages.likeness import LOOK, alike, small, unpack
from pipeline.pages.unpacked import unpacked
from pipeline.pages.viewer import Viewing
from pipeline.pixels import reduced

_LARGE = 8
"""How much larger than a look a page is drawn whose small drawing differs: about 300 dpi for A4."""

Area = tuple[float, float, float, float]
"""(left, bottom, right, top) in points of a page."""


def unlike(
    copy: Path,
    scan: Scan,
    pages: Sequence[PageReading],
    sizes: Sequence[tuple[float, float]],
    *,
    rendered: frozenset[int] = frozenset(),
    strip: float = 0.0,
    marks: Sequence[Area] = (),
) -> list[int]:
    """Numbers of the pages of a PDF scan that look otherwise in the copy; ``sizes`` are those of the upright pages in points.

    Pages that were ``rendered`` differ from a small drawing by hairlines. Page 1 of the copy is higher by ``strip`` points, and our own ``marks`` stand on it. Raises Damaged, TooLarge, TakesTooLong
    when either cannot be drawn.
    """
    found = []
    same = _same_pictures(copy, pages)
    doubtful = [n for n, reading in enumerate(pages) if not reading.refused and n not in same]
    for place, drawn in _drawn(copy, doubtful, sizes[0], strip):
        reading, (_, height) = pages[place], sizes[place]
        turns = -reading.quarter_turns
        look = np.ascontiguousarray(np.rot90(_look(scan, reading), turns))
        above = round(strip * drawn.shape[0] / (height + strip)) if place == 0 else 0
        ignored = _covered(look, height, marks) if place == 0 else None
        is_drawn = reading.number in rendered
        if alike(drawn[above:], look, ignored, drawn=is_drawn):
            continue
        if is_drawn:
            # Tiles of a pattern are rounded to whole pixels: drawn large, both have them at the same places.
            large = np.ascontiguousarray(np.rot90(_shown(scan, reading, _LARGE * LOOK), turns))
            if alike(drawn[above:], small(large, look.shape), ignored, drawn=True):
                continue
        found.append(reading.number)
    return found


def _look(scan: Scan, reading: PageReading) -> Picture:
    if reading.look:
        return unpack(reading.look)
    return reduced(_shown(scan, reading, 2 * LOOK), 2)


def _shown(scan: Scan, reading: PageReading, side: int) -> Picture:
    """The page of the scan as a viewer draws it, its longer side of so many pixels."""
    with (
        open_pdf(scan.path) as pdf,
        balanced(scan.path, pdf, reading.number) as drawn_from,
        unpacked(drawn_from, pdf, reading.number) as easily,
    ):
        (shown,) = Viewing(easily.path, easily.number, side=side).pictures()
    return shown


def _same_pictures(copy: Path, pages: Sequence[PageReading]) -> set[int]:
    """Places of the pages of the copy that hold nothing visible but the very picture that a viewer shows of the scan."""
    if not any(reading.embedded for reading in pages):
        return set()
    with pikepdf.open(copy) as pdf:
        return {
            place
            for place, (reading, page) in enumerate(zip(pages, pdf.pages, strict=True))
            if reading.embedded and [*map(fingerprint, _drawings(page))] == [reading.embedded]
        }


def _drawings(page: pikepdf.Page) -> list[pikepdf.Object]:
    return [drawing for _, drawing in page.obj.Resources.XObject.items()]


def _drawn(
    copy: Path, places: Sequence[int], first: tuple[float, float], strip: float
) -> Iterator[tuple[int, Picture]]:
    """Some pages of the copy, the first one at the scale that it has without its strip."""
    for place in places:
        side = 2 * LOOK
        if place == 0 and strip:
            side = round(side * max(first[0], first[1] + strip) / max(first))
        with pikepdf.open(copy) as pdf, unpacked(copy, pdf, place + 1) as easily:
            (look,) = Viewing(easily.path, easily.number, side=side).looks()
        yield place, look


def _covered(look: Picture, height: float, marks: Sequence[Area]) -> Picture:
    """The pixels of a look, of a page ``height`` points high, on which marks stand, and two around them."""
    scale = look.shape[0] / height
    mask = np.zeros(look.shape[:2], np.uint8)
    for left, bottom, right, top in marks:
        x0, x1 = int(left * scale) - 2, int(right * scale) + 3
        y0, y1 = int((height - top) * scale) - 2, int((height - bottom) * scale) + 3
        mask[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = 1
    return mask
