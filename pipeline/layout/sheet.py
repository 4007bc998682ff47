"""The sheet: all lines of a page laid out anew, one under the other, for the recogniser.

Tesseract's own layout analysis is where most of its errors on good pages come from, and much of its time goes. We hand
it a page that has no layout: every line straightened on its baseline, at an even distance from the next, with nothing
on it that belongs to another line. One process reads it as a single block, and every word finds its way back.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.lines import Lines, TextLine
from pipeline.model import Picture
from schemas.geometry import Box

PAPER = 255

_TALLEST = 30_000
"""Rows of a sheet; Tesseract refuses pictures of 32 768."""

SQUEEZE = 0.9
"""The sheet is set a tenth narrower: the recogniser errs no more, and has a tenth less to read (measured)."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one line lies on the sheet: its first row, and the origin of its strip on the page, in pixels."""

    line: int
    sheet_top: int
    page_left: int
    page_top: int
    baseline: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The picture for the recogniser, grey (height, width) uint8, and where each line lies on it."""

    picture: Picture
    margin: int
    placements: tuple[Placement, ...]

    def placement_at(self, y: float) -> Placement:
        """The line that a point at this height of the sheet belongs to."""
        tops = [placement.sheet_top for placement in self.placements]
        return self.placements[max(bisect_right(tops, y) - 1, 0)]

    def to_page(self, placement: Placement, box: Box) -> Box:
        """A box of the sheet in pixels of the page."""
        left = box.left / SQUEEZE - self.margin + placement.page_left
        right = box.right / SQUEEZE - self.margin + placement.page_left
        shift = 0.0
        if placement.baseline is not None:
            shift = _bend(placement.baseline, np.array([(left + right) / 2]), placement.page_left)[0]
        down = placement.page_top - placement.sheet_top + shift
        return Box(left, box.top + down, right, box.bottom + down)


def compose(picture: Picture, parts: Components, lines: Lines, x_height: float) -> tuple[Sheet, ...]:
    """Lay out the lines of a grey page (height, width) on sheets: one, unless noise gives thousands of lines."""
    margin, gap = round(2 * x_height), round(0.9 * x_height)
    sheets = []
    strips: list[tuple[Picture, Placement]] = []
    height = 2 * margin
    for index in range(len(lines.lines)):
        strip, placement = _strip(picture, parts, lines, index, x_height)
        if strips and height + strip.shape[0] + gap > _TALLEST:
            sheets.append(_sheet(strips, margin, gap, height))
            strips, height = [], 2 * margin
        strips.append((strip, placement))
        height += strip.shape[0] + gap
    if strips:
        sheets.append(_sheet(strips, margin, gap, height))
    return tuple(sheets)


def _sheet(strips: list[tuple[Picture, Placement]], margin: int, gap: int, height: int) -> Sheet:
    width = max(strip.shape[1] for strip, _ in strips) + 2 * margin
    sheet = np.full((height, width), PAPER, np.uint8)
    placements = []
    y = margin
    for strip, placement in strips:
        rows, columns = strip.shape
        sheet[y : y + rows, margin : margin + columns] = strip
        placements.append(replace(placement, sheet_top=y))
        y += rows + gap
    narrow = cv2.resize(sheet, (max(round(width * SQUEEZE), 1), height), interpolation=cv2.INTER_AREA)
    return Sheet(np.asarray(narrow, np.uint8), margin, tuple(placements))


def _strip(
    picture: Picture, parts: Components, lines: Lines, index: int, x_height: float
) -> tuple[Picture, Placement]:
    """Cut one line out of the page, straightened, without the ink of its neighbours."""
    line = lines.lines[index]
    pad = max(round(0.25 * x_height), 2)
    left, right = max(line.left - pad, 0), min(line.right + pad, picture.shape[1])
    top, bottom = max(line.top - pad, 0), min(line.bottom + pad, picture.shape[0])
    strip = picture[top:bottom, left:right].copy()
    labels = parts.labels[top:bottom, left:right]
    owner = np.append(lines.owner, index)[labels - 1]  # label 0, the paper, reads the appended last entry
    foreign = (owner != index).astype(np.uint8)
    if foreign.any():
        halo = max(round(x_height / 12), 1)
        own = cv2.dilate(((owner == index) & (labels > 0)).astype(np.uint8), np.ones((3, 3), np.uint8))
        grown = cv2.dilate(foreign, np.ones((2 * halo + 1, 2 * halo + 1), np.uint8))
        strip[(grown > 0) & (own == 0)] = PAPER
    baseline = line.baseline if _bent(line, x_height) else None
    if baseline is not None:
        strip, added_top = _straighten(strip, baseline, left)
        top -= added_top
    return strip, Placement(index, 0, left, top, baseline)


def _bent(line: TextLine, x_height: float) -> bool:
    x = np.linspace(line.left, line.right, 5)
    return bool(np.ptp(_bend(line.baseline, x, line.left)) > 0.12 * x_height)


def _bend(
    baseline: tuple[float, float, float], x: NDArray[np.floating[Any]], origin: float
) -> NDArray[np.floating[Any]]:
    """How far the baseline at ``x`` lies below the baseline at ``origin``, in pixels."""
    c0, c1, c2 = baseline
    return (c0 + c1 * x + c2 * x * x) - (c0 + c1 * origin + c2 * origin * origin)


def _straighten(strip: Picture, baseline: tuple[float, float, float], left: int) -> tuple[Picture, int]:
    """Shift each column so that the baseline lies level; also gives the rows that were added at the top."""
    rows, columns = strip.shape
    bend = _bend(baseline, np.arange(columns, dtype=np.float64) + left, left).astype(np.float32)
    added_top, added_bottom = int(np.ceil(max(bend.max(), 0))), int(np.ceil(max(-bend.min(), 0)))
    grown = cv2.copyMakeBorder(strip, added_top, added_bottom, 0, 0, cv2.BORDER_CONSTANT, value=(PAPER,))
    y = np.arange(rows + added_top + added_bottom, dtype=np.float32)[:, None] + bend[None, :]
    x = np.broadcast_to(np.arange(columns, dtype=np.float32), y.shape).copy()
    level = cv2.remap(grown, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(PAPER,))
    return np.asarray(level, np.uint8), added_top
