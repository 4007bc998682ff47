"""Links between letters: each to neighbours on its right that stand on its level."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.masks import Mask
from pipeline.layout.runs import Places

_AT_ONCE = 200_000
"""Pairs that are looked at together: some 10 MB."""

GAP = 1.6
"""Widest gap inside a line, in x-heights: more than a stretched blank, less than the space between two columns."""


def link(
    parts: Components, letters: NDArray[np.intp], x_height: float, walls: Mask | None
) -> list[NDArray[np.intp]]:
    """Groups of letters joined to neighbours on their right that share at least 45 % of the lower one's height."""
    leader = list(range(len(letters)))

    def root(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    left, right = parts.left[letters], parts.right[letters]
    top, bottom = parts.top[letters], parts.bottom[letters]
    height = bottom - top
    reach = np.searchsorted(left, right + GAP * x_height, "right")
    for one, other in pairs(np.arange(1, len(letters) + 1), reach):
        overlap = np.minimum(bottom[one], bottom[other]) - np.maximum(top[one], top[other])
        linked = overlap > 0.45 * np.minimum(height[one], height[other])
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
