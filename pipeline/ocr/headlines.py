"""Titles set much larger than the text, as certificates have them (*BẰNG KHEN* of 38 points): no letters by their size, but in a row.

Lines are found among what is as large as letters of the page. What is larger, stands on one level and follows each other closely is
read in a copy in which it has the size of text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.cut import Cut
from pipeline.layout.marks import NOBODY
from pipeline.median import median
from pipeline.model import X_HEIGHT, Picture
from schemas.geometry import Box
from schemas.text import Line

_SMALLEST, _LARGEST = 2.4, 14.0
"""Height of such letters, in x-heights."""

_LETTERS, _GAP, _LEVEL, _ALIKE = 4, 1.3, 0.12, 0.6
"""So many letters make a row; widest gap between two, how far off one level their feet are, in their heights; and how much lower
than the higher of two the other is at the most."""

_ABOVE, _BELOW, _BESIDE = 0.6, 0.35, 0.5
"""Room for marks and tails around the letters, in their heights."""

_CAPITAL = 1.45 * X_HEIGHT
"""Height of a capital where the x-height is that of the text."""

_LEGIBLE = 0.6
"""Mean confidence of a row that is print and no drawing."""

Reader = Callable[[Picture], Sequence[Line]]


def with_headlines(picture: Picture, cut: Cut, lines: Sequence[Line], read: Reader) -> tuple[Line, ...]:
    """The lines of a ``picture`` with its headlines, in place of the pieces of them that were read; ``read`` reads a part of it.

    The picture is as it was before rules were taken out: the stem of so large a letter is as long as one.
    """
    read_anew = (line for row in _rows(cut) for line in _read(picture, cut.parts, row, read))
    found = [new for new in read_anew if not any(_is_surer(line, new) for line in lines)]
    kept = (line for line in lines if not any(_lies_in(line.box, headline.box) for headline in found))
    return (*kept, *found)


def _is_surer(line: Line, headline: Line) -> bool:
    """Whether a line in the place of a headline is print that was read well: lines that touch look like one of large letters."""
    return _lies_in(line.box, headline.box) and _mean(line) > _mean(headline) and len(line.text) > _LETTERS


def _mean(line: Line) -> float:
    return fmean(word.confidence for word in line.words)


def _lies_in(box: Box, other: Box) -> bool:
    return box.intersection(other).area > 0.5 * box.area


def _rows(cut: Cut) -> list[NDArray[np.intp]]:
    """Large parts that follow each other on one level, one of them at least in no line."""
    parts = cut.parts
    large = (parts.height > _SMALLEST * X_HEIGHT) & (parts.height < _LARGEST * X_HEIGHT)
    large &= (parts.width < 2 * parts.height) & ~cut.dropped
    alone = large & (cut.lines.owner == NOBODY)
    if np.count_nonzero(alone) == 0 or np.count_nonzero(large) < _LETTERS:
        return []
    rows: list[list[int]] = []
    for i in sorted(np.flatnonzero(large).tolist(), key=lambda i: int(parts.left[i])):
        row = next((row for row in rows if _follows(parts, row[-1], i)), None)
        rows.append([i]) if row is None else row.append(i)
    return [np.array(row, np.intp) for row in rows if len(row) >= _LETTERS and alone[row].any()]


def _follows(parts: Components, last: int, i: int) -> bool:
    low, high = sorted((int(parts.height[last]), int(parts.height[i])))
    level = abs(int(parts.bottom[last]) - int(parts.bottom[i])) < _LEVEL * high
    return level and low > _ALIKE * high and parts.left[i] - parts.right[last] < _GAP * high


def _read(picture: Picture, parts: Components, row: NDArray[np.intp], read: Reader) -> list[Line]:
    height = median(parts.height[row])
    left, right = parts.left[row].min() - _BESIDE * height, parts.right[row].max() + _BESIDE * height
    top, bottom = parts.top[row].min() - _ABOVE * height, parts.bottom[row].max() + _BELOW * height
    left, top = max(round(left), 0), max(round(top), 0)
    part = picture[top : round(bottom), left : round(right)]
    scale = _CAPITAL / height
    small = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    print_box = Box(
        float(parts.left[row].min()),
        float(parts.top[row].min()),
        float(parts.right[row].max()),
        float(parts.bottom[row].max()),
    )
    lines = (_enlarged(line, 1 / scale, left, top) for line in read(small))
    return [line for line in lines if _lies_in(line.box, _around(print_box, height)) and _is_print(line)]


def _around(box: Box, height: float) -> Box:
    """The box of a row with its marks and tails."""
    return replace(
        box,
        left=box.left - height,
        top=box.top - _ABOVE * height,
        right=box.right + height,
        bottom=box.bottom + _BELOW * height,
    )


def _is_print(line: Line) -> bool:
    letters = sum(map(str.isalpha, line.text))
    return letters >= _LETTERS and _mean(line) > _LEGIBLE


def _enlarged(line: Line, scale: float, right: float, down: float) -> Line:
    words = []
    for word in line.words:
        left, top, far, low = (
            side * scale for side in (word.box.left, word.box.top, word.box.right, word.box.bottom)
        )
        words.append(replace(word, box=Box(left + right, top + down, far + right, low + down)))
    return Line(tuple(words))
