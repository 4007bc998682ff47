"""Links between letters: each to neighbours on its right that stand on its level."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.masks import Mask
from pipeline.layout.runs import Places
from pipeline.median import median

_AT_ONCE = 200_000
"""Pairs that are looked at together: some 10 MB."""

GAP = 1.6
"""Widest gap inside a line, in x-heights: more than a stretched blank, less than the space between two columns."""

_TYPED_GAP, _PITCHES = 1.9, (1.1, 1.75)
"""The same for a typewriter, in pitches of its letters (a comma and a blank); and such pitches, in x-heights."""

_WITHIN, _NEAR, _EVEN = 0.6, 0.12, 0.7
"""Widest gap within a word, in x-heights; how near to the pitch letters stand, and the share of them that do, in print of one pitch."""

_EVERY, _ENOUGH = 4, 20
"""Letters of which one is looked at, and so many of them tell a pitch."""


def widest_gap(parts: Components, letters: NDArray[np.intp], x_height: float) -> float:
    """Widest gap inside a line, in pixels; ``letters`` are sorted from left to right.

    A typewriter moves on by one pitch for each letter, however narrow, so the blanks of its print are wide.
    """
    pitches = _steps(parts, letters, x_height)
    if len(pitches) >= _ENOUGH:
        pitch = median(pitches)
        even = float((np.abs(pitches - pitch) < _NEAR * pitch).mean()) >= _EVEN
        if even and _PITCHES[0] * x_height < pitch < _PITCHES[1] * x_height:
            return max(GAP * x_height, _TYPED_GAP * pitch)
    return GAP * x_height


def _steps(parts: Components, letters: NDArray[np.intp], x_height: float) -> NDArray[np.float64]:
    """How far the middle of the next letter of a word is from that of a letter, for some of them."""
    left, right = parts.left[letters], parts.right[letters]
    top, bottom = parts.top[letters], parts.bottom[letters]
    some = np.arange(0, len(letters), _EVERY)
    reach = np.searchsorted(left, right[some] + _WITHIN * x_height, "right")
    steps = np.full(len(some), np.inf)
    for number, other in pairs(some + 1, reach):
        one = some[number]
        shared = np.minimum(bottom[one], bottom[other]) - np.maximum(top[one], top[other])
        level = (shared > _LEVEL * np.minimum(bottom - top, x_height)[one]) & (left[other] >= right[one])
        step = (left[other] + right[other] - left[one] - right[one]) / 2
        np.minimum.at(steps, number[level], step[level])
    return np.asarray(steps[np.isfinite(steps)])


_LEVEL, _LINKED = 0.5, 0.45
"""Share of its height, or of the x-height, that a letter has in common with the next on its level; share of the lower one's height that
two letters have in common that are linked."""


def link(
    parts: Components, letters: NDArray[np.intp], gap: float, walls: Mask | None
) -> list[NDArray[np.intp]]:
    """Groups of letters joined to neighbours on their right, no farther than a ``gap`` (pixels), on its level."""
    leader = list(range(len(letters)))

    def root(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    left, right = parts.left[letters], parts.right[letters]
    top, bottom = parts.top[letters], parts.bottom[letters]
    height = bottom - top
    reach = np.searchsorted(left, right + gap, "right")
    for one, other in pairs(np.arange(1, len(letters) + 1), reach):
        overlap = np.minimum(bottom[one], bottom[other]) - np.maximum(top[one], top[other])
        linked = overlap > _LINKED * np.minimum(height[one], height[other])
        for i, j in zip(one[linked].tolist(), other[linked].tolist(), strict=True):
            middle = (max(top[i], top[j]) + min(bottom[i], bottom[j])) // 2
            if walls is None or not walled(walls, right[i], left[j], middle):
                leader[root(j)] = root(i)
    groups: dict[int, list[int]] = {}
    for i in range(len(letters)):
        groups.setdefault(root(i), []).append(int(letters[i]))
    return [np.array(group, np.intp) for group in groups.values()]


def walled(walls: Mask, from_x: int, to_x: int, y: int) -> bool:
    """Whether a vertical rule stands between two points of a row of pixels."""
    return bool(walls[y, from_x + 1 : to_x + 1].any())


def pairs(first: Places, behind: Places) -> Iterator[tuple[Places, Places]]:
    """Each of some things with each of those from its ``first`` to the one before its ``behind``, some at a time.

    A picture screened into dots has ten thousands of specks: all their pairs at once would fill the memory.
    """
    counts = np.maximum(behind - first, 0)
    before = np.cumsum(counts) - counts
    block = before // _AT_ONCE
    for number in np.flatnonzero(np.bincount(block)).tolist():
        start, end = np.searchsorted(block, [number, number + 1]).tolist()
        one = np.repeat(np.arange(start, end), counts[start:end])
        yield one, np.arange(len(one)) - (before[one] - before[start]) + first[one]
