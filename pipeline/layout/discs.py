"""Discs of dirt that touch letters: thicker than any stroke of the print.

Only lines that were hardly read are looked at: on worn print a clogged letter is as thick.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.lines import Lines, TextLine
from pipeline.layout.masks import Mask
from pipeline.model import Picture

_THICK = 2.2
"""Width of a disc in strokes of the print, and one pixel."""

_ROUND, _LARGEST = 1.5, 2.5
"""How often as long as wide what is so thick is at the most, and its longer side in x-heights."""

_MOST = 0.75
"""Share of a part that its disc has at the most; what has more is nothing else."""

_HUNG = 0.3
"""A line whose letters end so far above its baseline, in x-heights, stood on a disc."""

_SOFT = 2
"""Pixels of its soft edge."""


def without_discs(
    picture: Picture, parts: Components, found: Lines, some: Sequence[int], x_height: float
) -> tuple[list[int], Picture, Lines]:
    """Those of some lines on which discs lie; the grey picture without the discs; and all lines, as high as what is left of them."""
    lines, painted, touched = list(found.lines), picture, []
    kernel: Mask | None = None
    for index in some:
        own = np.flatnonzero(found.owner == index)
        tall = own[np.minimum(parts.width[own], parts.height[own]) >= x_height / 3]
        rests: list[tuple[int, int, int, int]] = []
        for part in tall.tolist():
            if kernel is None:
                kernel = _kernel(parts)
            if (disc := _disc(parts, part, kernel, x_height)) is None:
                continue
            window, mask = disc
            if painted is picture:
                painted = picture.copy()
            painted[window] = cv2.inpaint(painted[window], mask, _SOFT, cv2.INPAINT_TELEA)
            rest = (parts.labels[window] == part + 1) & (mask == 0)
            rests += [_box(rest, window)] if rest.any() else [(0, 0, 0, 0)]
            own = own[own != part]
        if rests:
            touched.append(index)
            lines[index] = _line(parts, own, rests, lines[index], x_height)
    return touched, painted, Lines(tuple(lines), found.owner)


def _kernel(parts: Components) -> Mask:
    """A disc that fits into no stroke of the print."""
    ink = (parts.labels > 0).view(np.uint8)
    all, inner = cv2.countNonZero(ink), cv2.countNonZero(cv2.erode(ink, np.ones((3, 3), np.uint8)))
    stroke = 2 * all / max(all - inner, 1)  # a pixel went from either side
    size = round(_THICK * stroke) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def _disc(
    parts: Components, part: int, kernel: Mask, x_height: float
) -> tuple[tuple[slice, slice], Mask] | None:
    """The disc on a part, with its soft edge, as a window of the page and a mask of it; None where there is none, or nothing else."""
    around = _SOFT + 1
    down = slice(max(int(parts.top[part]) - around, 0), int(parts.bottom[part]) + around)
    window = down, slice(max(int(parts.left[part]) - around, 0), int(parts.right[part]) + around)
    own = (parts.labels[window] == part + 1).astype(np.uint8)
    thick = np.asarray(cv2.morphologyEx(own, cv2.MORPH_OPEN, kernel), np.uint8)
    if not thick.any() or int(thick.sum()) > _MOST * int(own.sum()):
        return None
    rows, columns = np.flatnonzero(thick.any(axis=1)), np.flatnonzero(thick.any(axis=0))
    high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    if max(high, wide) > min(_ROUND * min(high, wide), _LARGEST * x_height):
        return None
    edge = np.ones((2 * _SOFT + 1, 2 * _SOFT + 1), np.uint8)
    return window, np.asarray(cv2.dilate(thick, edge), np.uint8)


def _box(rest: NDArray[np.bool_], window: tuple[slice, slice]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(rest.any(axis=1)), np.flatnonzero(rest.any(axis=0))
    top, left = window[0].start, window[1].start
    return left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1


def _line(
    parts: Components,
    own: NDArray[np.intp],
    rests: list[tuple[int, int, int, int]],
    line: TextLine,
    x_height: float,
) -> TextLine:
    boxes = [
        *zip(parts.left[own], parts.top[own], parts.right[own], parts.bottom[own], strict=True),
        *(rest for rest in rests if rest[2]),
    ]
    if not boxes:
        return line
    left, top, right, bottom = zip(*boxes, strict=True)
    foot = int(max(bottom))
    hung = foot < line.baseline_at((min(left) + max(right)) / 2) - _HUNG * x_height
    return TextLine(
        int(min(left)),
        int(min(top)),
        int(max(right)),
        foot,
        (float(foot), 0.0, 0.0) if hung else line.baseline,
    )
