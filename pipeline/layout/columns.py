"""Lines that run across two columns: small print stands closer than the size of its page allows for.

A gap that is wider than all others in its line, and behind which other lines near it begin as well, is no blank but where a
column begins. So it is on cards, between the date of expiry and the residence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components

_LEAST_GAP = 1.0
"""Narrowest gap at which a column may begin, in x-heights: small print stands closer than its page allows for."""

_COLUMN, _NEAR = 2, 10.0
"""So many other lines within so many x-heights tell by their left ends where a column begins."""

_WIDER = 1.5
"""How much wider than the next widest gap of its line such a gap is."""

_LEAST_SIDE = 5.0
"""How long either side of it is at the least, in x-heights: more than the number of an item."""

_SAME_PLACE = 0.4
"""How far apart lines may begin that begin at one place, in x-heights."""

_FEWEST = 8
"""A line of fewer gaps does not tell which of them is wide."""

Baselines = list[tuple[float, float, float]]
"""Of each line y = c0 + c1·x + c2·x²."""


def part_columns(
    parts: Components,
    owner: NDArray[np.intp],
    baselines: Baselines,
    x_height: float,
) -> tuple[NDArray[np.intp], Baselines]:
    """Give the ink after such gaps to lines of its own; ``owner`` is the index of each component's line, or negative."""
    members = [np.flatnonzero(owner == i) for i in range(len(baselines))]
    left = np.array([int(parts.left[m].min()) for m in members])
    foot = np.array([b[0] + b[1] * x + b[2] * x * x for b, x in zip(baselines, left, strict=True)])
    parted, fits = owner.copy(), list(baselines)
    for index, group in enumerate(members):
        at = _widest_gap(parts, group, x_height)
        if at is None:
            continue
        near = np.abs(foot - foot[index]) < _NEAR * x_height
        near[index] = False
        if int((near & (np.abs(left - at) < _SAME_PLACE * x_height)).sum()) < _COLUMN:
            continue
        right = group[parts.left[group] >= at]
        parted[right] = len(fits)
        fits.append(baselines[index])
    return parted, fits


def _widest_gap(parts: Components, group: NDArray[np.intp], x_height: float) -> int | None:
    """Where the ink after the widest gap of a line begins, if that is much wider than the others; else None."""
    order = group[np.argsort(parts.left[group], kind="stable")]
    starts = parts.left[order][1:]
    gaps = starts - np.maximum.accumulate(parts.right[order])[:-1]
    if len(gaps) < _FEWEST:
        return None
    widest = int(gaps.argmax())
    others = np.delete(gaps, widest).max()
    at = int(starts[widest])
    aside = min(at - int(parts.left[order[0]]), int(parts.right[group].max()) - at)
    clear = gaps[widest] > max(_WIDER * others, _LEAST_GAP * x_height)
    return at if clear and aside > _LEAST_SIDE * x_height else None
