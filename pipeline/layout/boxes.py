"""Boxes for one sign each, as forms have them for numbers and crosses (□□□□): their lines go, or they are read as l, I and 1.

Such a box is lower than any rule is long. It is told by its two upright sides, which two level ones join at both ends, and by others
like it in a row with it: capitals whose serifs touch (HI) look like one too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.layout.masks import Mask
from pipeline.layout.runs import Places

_HIGH = (1.3, 4.0)
"""Height of a box in x-heights: higher ones have rules for sides."""

_WIDE = (0.8, 5.5)
"""Distance of its sides in x-heights."""

_THICK = 0.35
"""Of its lines, in x-heights."""

_OFF = 4
"""Pixels that the ends of its sides may lie apart."""

_DRAWN = 0.85
"""Share of its level sides that is ink."""

_FEWEST, _ALIKE, _PITCH = 4, 3, 1.9
"""So many boxes follow one another, as wide and as far apart as each other to so many pixels; their pitch is less than so many widths."""


@dataclass(slots=True)
class _Side:
    left: int
    right: int  # behind its last column
    top: int
    bottom: int


def find_boxes(mask: Mask, upright: tuple[Places, Places, Places], x_height: float) -> Mask | None:
    """The lines of boxes in a mask (0/1), None where there is none; ``upright`` are its runs, column by column."""
    column, top, bottom = upright
    fits = (bottom - top >= _HIGH[0] * x_height) & (bottom - top <= _HIGH[1] * x_height)
    sides = [
        side
        for side in _sides(column[fits].tolist(), top[fits].tolist(), bottom[fits].tolist())
        if side.right - side.left <= max(_THICK * x_height, 4)
    ]
    thick = max(round(_THICK * x_height / 2), 2)
    pairs = [pair for pair in _pairs(sides, x_height) if _joined(mask, *pair, thick)]
    boxes = [pair for pair in pairs if _in_a_row([other for other in pairs if _like(pair, other)])]
    if not boxes:
        return None
    found = np.zeros_like(mask)
    for one, other in boxes:
        for side in (one, other):
            found[side.top : side.bottom, side.left : side.right] = 1
        for edge in (min(one.top, other.top), min(one.bottom, other.bottom) - thick - 1):
            found[edge : edge + thick + 2, one.left : other.right] = 1
    return found


def _joined(mask: Mask, one: _Side, other: _Side, thick: int) -> bool:
    """Whether level lines join two sides at their upper and their lower ends."""
    edges = (max(one.top, other.top), min(one.bottom, other.bottom) - thick)
    level = (mask[edge : edge + thick, one.left : other.right] for edge in edges)
    return min(float(part.max(axis=0).mean()) for part in level) >= _DRAWN


def _in_a_row(boxes: list[tuple[_Side, _Side]]) -> bool:
    """Whether so many of some boxes, from left to right, follow one another at one pitch; others beside them are of their kind."""
    run = 0
    pitch = 0
    for (one, other), (following, _) in pairwise(boxes):
        before, pitch = pitch, following.left - one.left
        if pitch > _PITCH * (other.right - one.left):
            run = 0
        else:
            run = run + 1 if run and abs(pitch - before) <= _ALIKE else 1
        if run >= _FEWEST - 1:
            return True
    return False


def _like(pair: tuple[_Side, _Side], other: tuple[_Side, _Side]) -> bool:
    (left, right), (first, second) = pair, other
    wide = abs((right.left - left.left) - (second.left - first.left)) <= _ALIKE
    return wide and abs(left.top - first.top) <= _OFF and abs(left.bottom - first.bottom) <= _OFF


def _sides(columns: list[int], tops: list[int], bottoms: list[int]) -> list[_Side]:
    """Runs of neighbouring columns that begin and end at about the same height."""
    found: list[_Side] = []
    growing: list[_Side] = []
    for column, top, bottom in zip(columns, tops, bottoms, strict=True):
        growing = [side for side in growing if side.right >= column]
        for side in growing:
            if side.right == column and abs(side.top - top) <= _OFF and abs(side.bottom - bottom) <= _OFF:
                side.right, side.top, side.bottom = column + 1, min(side.top, top), max(side.bottom, bottom)
                break
        else:
            growing.append(_Side(column, column + 1, top, bottom))
            found.append(growing[-1])
    return found


def _pairs(sides: list[_Side], x_height: float) -> Iterator[tuple[_Side, _Side]]:
    """Each side with the next one to the right that is as high and level with it."""
    for place, one in enumerate(sides):
        for other in sides[place + 1 :]:
            apart = other.left - one.right
            if apart > _WIDE[1] * x_height:
                break
            if (
                apart >= _WIDE[0] * x_height
                and abs(one.top - other.top) <= _OFF
                and abs(one.bottom - other.bottom) <= _OFF
            ):
                yield one, other
                break
