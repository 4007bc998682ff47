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
