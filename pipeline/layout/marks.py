"""Marks, dots, commas and dashes: each joins the line whose letters it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.links import pairs

NOBODY = -1
"""The owner of what belongs to no line."""

_ASIDE = 2.2
"""How far beside its letter a mark may stand, in x-heights."""

_AWAY = 1.6
"""How far above or below, measured in what is usual there."""

_TAB, _IN_COLUMN, _COLUMN = 4.5, 0.4, 2
"""How far before its item the mark of a list stands, and how far apart the marks of one list begin, in x-heights; so many make a list."""

_NARROWEST, _WIDEST, _HIGHEST = 0.2, 1.4, 1.3
"""Least and most width and most height of such a mark, in x-heights."""


def adopt_marks(
    parts: Components,
    owner: NDArray[np.intp],
    baselines: Sequence[tuple[float, float, float]],
    x_height: float,
    dropped: NDArray[np.bool_],
) -> None:
    """Give each mark, dot and dash to the line of the letter that it most likely belongs to."""
    letters = np.flatnonzero(owner != NOBODY)
    if len(letters) == 0:
        return
    letters = letters[np.argsort(parts.left[letters], kind="stable")]
    lefts = parts.left[letters]
    widest = int(parts.width[letters].max())
    small = (owner == NOBODY) & ~dropped & (parts.height <= 3.4 * x_height) & (parts.width <= 7 * x_height)
    marks = np.flatnonzero(small)
    first = np.searchsorted(lefts, parts.left[marks] - _ASIDE * x_height - widest, "left")
    behind = np.searchsorted(lefts, parts.right[marks] + _ASIDE * x_height, "right")
    curves = np.array(baselines)
    for one, other in pairs(first, behind):
        mark, near = marks[one], letters[other]
        x = (parts.left[mark] + parts.right[mark]) / 2
        y = (parts.top[mark] + parts.bottom[mark]) / 2
        c0, c1, c2 = curves[owner[near]].T
        foot = c0 + c1 * x + c2 * x * x
        aside = np.maximum(parts.left[near] - parts.right[mark], parts.left[mark] - parts.right[near]).clip(0)
        above = np.minimum(parts.top[near], foot - x_height) - y
        away = np.maximum(above / 0.75, (y - foot) / 0.45).clip(0) / x_height
        cost = np.where((away < _AWAY) & (aside < _ASIDE * x_height), away + 0.35 * aside / x_height, np.inf)
        least = np.full(len(marks), np.inf)
        np.minimum.at(least, one, cost)
        best = np.flatnonzero((cost == least[one]) & np.isfinite(cost))[::-1]  # of equals the first one stays
        owner[mark[best]] = owner[near[best]]
    _adopt_list_marks(parts, owner, letters, curves, x_height, marks)


def _adopt_list_marks(
    parts: Components,
    owner: NDArray[np.intp],
    letters: NDArray[np.intp],
    curves: NDArray[np.float64],
    x_height: float,
    marks: NDArray[np.intp],
) -> None:
    """Give each mark that a tab parts from its item (a bullet, a dash) to the line of the item; one alone is a speck."""
    width, height = parts.width[marks], parts.height[marks]
    fits = (width >= _NARROWEST * x_height) & (width <= _WIDEST * x_height) & (height <= _HIGHEST * x_height)
    free = marks[fits & (owner[marks] == NOBODY)]
    place = np.searchsorted(parts.left[letters], parts.right[free], "left")
    begins = np.full(len(curves), np.iinfo(np.intp).max, np.intp)
    np.minimum.at(begins, owner[letters], parts.left[letters].astype(np.intp))
    found: list[tuple[int, int]] = []
    for mark, first in zip(free.tolist(), place.tolist(), strict=True):
        behind = np.searchsorted(parts.left[letters], parts.right[mark] + _TAB * x_height, "right")
        near = letters[first:behind]
        y = (parts.top[mark] + parts.bottom[mark]) / 2
        c0, c1, c2 = curves[owner[near]].T
        rise = c0 + c1 * parts.left[near] + c2 * parts.left[near].astype(np.float64) ** 2 - y
        on = near[(rise > 0) & (rise < _HIGHEST * x_height) & (parts.left[near] == begins[owner[near]])]
        if len(on):
            found.append((mark, int(owner[on[0]])))
    starts = parts.left[[mark for mark, _ in found]]
    for (mark, line), start in zip(found, starts.tolist(), strict=True):
        if int((np.abs(starts - start) <= _IN_COLUMN * x_height).sum()) >= _COLUMN:
            owner[mark] = line
