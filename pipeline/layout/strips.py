"""Strips: each line of a page cut out, set level and brought to the recogniser's own height.

Tesseract's layout analysis is where most of its errors on good pages come from, and much of its time goes. We find the
lines, and hand over pictures of single lines with nothing on them that belongs to another one. Each is as high as the
network's input, so that nothing is scaled twice, and its letters have the size at which the network reads best.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, Ints
from pipeline.layout.lines import Lines, TextLine
from pipeline.layout.masks import Mask, share_below
from pipeline.model import Picture
from schemas.geometry import Box

PAPER = 255

HEIGHT = 36
"""Rows of a strip: what the networks of Tesseract's Vietnamese models take in."""

_UP, _DOWN = 2.4, 0.6
"""Room above and below the baseline, in x-heights of the line: stacked marks on capitals, descenders.

Less room makes letters larger and reading dearer, more makes errors; tuned with ``bench/reading``.
"""


_WHITE = 0.25
"""White at the ends of a strip, in x-heights: of more full stops are made up, of none the last sign is lost."""

_ABOVE, _BELOW = 0.75, 0.35
"""How far marks rise above the letters of a line, and dots stand below them, in heights of its letters."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One line: its picture for the recogniser, grey (HEIGHT, width) uint8, and the way back to the page.

    ``ink`` is the level line at the scale of the page, 0/1 (rows, columns), whose first pixel lies at ``left``, ``top``
    on the page, but for the bend of ``baseline``. Its letters stand on row ``foot`` of it.
    """

    picture: Picture
    ink: Mask
    left: int
    top: int
    baseline: tuple[float, float, float] | None
    foot: float = 0.0

    def boxes(self, spans: Sequence[tuple[float, float]]) -> list[Box]:
        """Boxes on the page, in pixels, of words that the recogniser saw at these columns of ``picture``.

        The recogniser knows about where a word begins, and its ends at times lie words away: the white before the next
        word is where it ends, and how high it is the ink says.
        """
        scale = self.ink.shape[1] / self.picture.shape[1]
        columns = np.asarray(self.ink.any(axis=0))
        cuts = [0]
        for (_, end), (start, _) in pairwise(spans):
            cuts.append(_cut(columns, min(end, start) * scale, start * scale, self.ink.shape[0] / 9))
        cuts.append(len(columns))
        return [self._box(columns, start, max(end, start + 1)) for start, end in pairwise(cuts)]

    def box(self, start: int, end: int) -> Box:
        """The box on the page of the ink in these columns."""
        return self._box(np.asarray(self.ink.any(axis=0)), start, end)

    def _box(self, columns: NDArray[np.bool_], start: int, end: int) -> Box:
        """The same where it is known which of all columns hold ink."""
        ink = self.ink[:, start:end]
        across, down = np.flatnonzero(columns[start:end]), np.flatnonzero(ink.any(axis=1))
        left, right = (int(across[0]), int(across[-1]) + 1) if len(across) else (0, end - start)
        top, bottom = (int(down[0]), int(down[-1]) + 1) if len(down) else (0, ink.shape[0])
        left, right = left + start + self.left, right + start + self.left
        shift = 0.0
        if self.baseline is not None:
            shift = float(_bend(self.baseline, np.array([(left + right) / 2]), self.left)[0])
        return Box(left, self.top + top + shift, right, self.top + bottom + shift)


def cut_strips(
    picture: Picture, parts: Components, lines: Lines, x_height: float, white: float = _WHITE
) -> tuple[Strip, ...]:
    """Cut all lines out of a grey page (height, width); ``x_height`` of the page in pixels, ``white`` at either end in the same."""
    pad = max(round(white * x_height), 2)
    return tuple(_strip(picture, parts, lines, index, x_height, pad) for index in range(len(lines.lines)))


def _cut(columns: NDArray[np.bool_], end: float, start: float, reach: float) -> int:
    """Where one word ends and the next begins: amid the widest white between them, or within ``reach`` pixels of that."""
    first = max(int(end - reach), 0)
    last = min(int(start + reach) + 1, len(columns))
    white = np.concatenate([[False], ~columns[first:last], [False]])
    edges = np.flatnonzero(np.diff(white))
    if len(edges) == 0:
        return round((end + start) / 2)
    widest = int(np.argmax(edges[1::2] - edges[::2]))
    return first + int(edges[2 * widest] + edges[2 * widest + 1]) // 2


def _strip(picture: Picture, parts: Components, lines: Lines, index: int, x_height: float, pad: int) -> Strip:
    """Cut one line out of the page with ``pad`` pixels around, straightened, without the ink of its neighbours."""
    line = lines.lines[index]
    left, right = max(line.left - pad, 0), min(line.right + pad, picture.shape[1])
    top, bottom = max(line.top - pad, 0), min(line.bottom + pad, picture.shape[0])
    strip = picture[top:bottom, left:right].copy()
    is_own = np.concatenate([[False], lines.owner == index])  # the paper has the label 0
    is_foreign = np.concatenate([[False], lines.owner != index])
    labels = parts.labels[top:bottom, left:right]
    own, foreign = is_own[labels], is_foreign[labels]
    lightest = share_below(strip[own], 0.9)
    if foreign.any():
        halo = max(round(x_height / 12), 1)
        near = cv2.dilate(own.view(np.uint8), np.ones((3, 3), np.uint8))
        grown = cv2.dilate(foreign.view(np.uint8), np.ones((2 * halo + 1, 2 * halo + 1), np.uint8))
        strip[(grown > 0) & (near == 0)] = PAPER
    baseline = line.baseline if _bent(line, x_height) else None
    if baseline is not None:
        strip, added_top = _straighten(strip, baseline, left)
        top -= added_top
    foot = line.baseline_at(left) - top
    letter = _letter_height(parts.height[lines.owner == index], x_height)
    if baseline is not None:  # the bend left room above and below
        first, last = _rows(parts, np.flatnonzero(lines.owner == index), baseline, left, x_height)
        first = max(min(first - top, math.floor(foot - _UP * letter)), 0)
        last = min(max(last - top, math.ceil(foot + _DOWN * letter)), strip.shape[0])
        strip, top, foot = strip[first:last], top + first, foot - first
    above = max(math.ceil(_UP * letter - foot), 0)
    below = max(math.ceil(foot + _DOWN * letter) - strip.shape[0], 0)
    roomy = cv2.copyMakeBorder(strip, above, below, 0, 0, cv2.BORDER_CONSTANT, value=(PAPER,))
    strip = np.asarray(roomy, np.uint8)
    ink = (strip <= lightest).astype(np.uint8)
    return Strip(sized(strip), ink, left, top - above, baseline, foot + above)


def _rows(
    parts: Components,
    own: NDArray[np.intp],
    baseline: tuple[float, float, float],
    left: int,
    x_height: float,
) -> tuple[int, int]:
    """The first and last row of the page that a line may reach once its bend is out: its letters, with room for their marks.

    Specks have no say.
    """
    letters = own[parts.height[own] >= 0.9 * x_height]
    letters = letters if len(letters) else own
    middle = (parts.left[letters] + parts.right[letters]) / 2
    bend = _bend(baseline, middle, left)
    size = float(np.sort(parts.height[letters])[len(letters) // 2])
    top, bottom = (parts.top[letters] - bend).min(), (parts.bottom[letters] - bend).max()
    return math.floor(top - _ABOVE * size), math.ceil(bottom + _BELOW * size)


def _letter_height(heights: Ints, x_height: float) -> float:
    """The x-height of one line in pixels, from the heights of its parts: never more than the page's, down to half of it."""
    letters = np.sort(heights[heights >= 0.4 * x_height])
    if len(letters) < 4:
        return x_height
    return min(max(float(letters[len(letters) // 3]), 0.55 * x_height), x_height)


def sized(line: Picture, height: int = HEIGHT) -> Picture:
    """The picture of a line so many pixels high."""
    scale = height / line.shape[0]
    if scale == 1:
        return line
    size = (max(round(line.shape[1] * scale), 1), height)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(line, size, interpolation=how), np.uint8)


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
