"""A copy is compared with its scan as a viewer shows both, page by page; what is not alike is never signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from pipeline.model import PageReading, Picture, Scan
from pipeline.pages.likeness import LOOK, alike, unpack
from pipeline.pages.viewer import Viewing

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
    shown = _shown(copy, len(pages), sizes[0], strip)
    for place, (reading, (_, height), drawn) in enumerate(zip(pages, sizes, shown, strict=True)):
        if reading.refused:
            continue
        look = np.ascontiguousarray(np.rot90(_look(scan, reading), -reading.quarter_turns))
        above = round(strip * drawn.shape[0] / (height + strip)) if place == 0 else 0
        ignored = _covered(look, height, marks) if place == 0 else None
        if not alike(drawn[above:], look, ignored, drawn=reading.number in rendered):
            found.append(reading.number)
    return found


def _look(scan: Scan, reading: PageReading) -> Picture:
    if reading.look:
        return unpack(reading.look)
    (look,) = Viewing(scan.path, reading.number, side=2 * LOOK).looks()
    return look


def _shown(copy: Path, count: int, first: tuple[float, float], strip: float) -> Iterator[Picture]:
    """The pages of the copy, the first one at the scale that it has without its strip."""
    start = 1
    if strip:
        side = 2 * LOOK * max(first[0], first[1] + strip) / max(first)
        yield from Viewing(copy, 1, side=round(side)).looks()
        start = 2
    if start <= count:
        yield from Viewing(copy, start, count, side=2 * LOOK).looks()


def _covered(look: Picture, height: float, marks: Sequence[Area]) -> Picture:
    """The pixels of a look, of a page ``height`` points high, on which marks stand, and two around them."""
    scale = look.shape[0] / height
    mask = np.zeros(look.shape[:2], np.uint8)
    for left, bottom, right, top in marks:
        x0, x1 = int(left * scale) - 2, int(right * scale) + 3
        y0, y1 = int((height - top) * scale) - 2, int((height - bottom) * scale) + 3
        mask[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = 1
    return mask
