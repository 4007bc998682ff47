"""Dashes that stand alone in a cell: *none* in tables. Too low for letters, and too far from any to be a mark of theirs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.lines import Lines
from pipeline.layout.marks import NOBODY
from pipeline.layout.masks import Mask

_NARROWEST, _WIDEST, _HIGHEST = 0.3, 2.6, 0.35
"""Least and most width of a dash, and its most height, in x-heights: a hyphen of small type, an em dash of large."""

_LONG, _FULL = 1.7, 0.6
"""How often as wide as high it is at the least, and how much of its box is ink."""

_LOWEST, _TOP = -0.3, 1.2
"""How far above the baseline of the next line of its row its middle lies, in x-heights of the page; sheets are bent."""

_ROW = 4
"""Letters of a line that shows that there is a row."""

_ASIDE, _ABOVE = 1.5, 0.5
"""White beside it, and above and below it, in x-heights: pieces of a broken rule lie on one level, dirt in clouds."""

_SPECK = 0.5
"""Longest side of a speck, which may lie anywhere, in x-heights."""


def lone_dashes(
    parts: Components, found: Lines, dropped: NDArray[np.bool_], rules: Mask, x_height: float
) -> NDArray[np.intp]:
    """Which components are dashes that belong to no line, on the level of one; ``dropped`` ones and pieces of ``rules`` are none."""
    width, height = parts.width, parts.height
    fits = (found.owner == NOBODY) & ~dropped & (height <= _HIGHEST * x_height)
    fits &= (width >= _NARROWEST * x_height) & (width <= _WIDEST * x_height) & (width >= _LONG * height)
    fits &= parts.area >= _FULL * width * height
    dashes = np.flatnonzero(fits)
    if len(dashes) == 0:
        return dashes
    letters = np.flatnonzero((found.owner != NOBODY) & (height >= 0.55 * x_height))
    counts = np.bincount(found.owner[letters], minlength=len(found.lines))
    rows = [line for line, count in zip(found.lines, counts.tolist(), strict=True) if count >= _ROW]
    left, right = np.array([line.left for line in rows]), np.array([line.right for line in rows])
    curves = np.array([line.baseline for line in rows]).reshape(-1, 3)
    kept: list[int] = []
    for dash in dashes.tolist():
        x = np.clip((parts.left[dash] + parts.right[dash]) / 2, left, right)
        foot = curves[:, 0] + curves[:, 1] * x + curves[:, 2] * x * x
        above = (foot - (parts.top[dash] + parts.bottom[dash]) / 2) / x_height
        if ((above > _LOWEST) & (above < _TOP)).any() and _is_alone(parts, dash, rules, x_height):
            kept.append(dash)
    return np.array(kept, np.intp)


def _is_alone(parts: Components, dash: int, rules: Mask, x_height: float) -> bool:
    aside, above = round(_ASIDE * x_height), round(_ABOVE * x_height)
    left, right = int(parts.left[dash]), int(parts.right[dash])
    top, bottom = int(parts.top[dash]), int(parts.bottom[dash])
    level = slice(max(top - 1, 0), bottom + 1), slice(max(left - aside, 0), right + aside)
    over = slice(max(top - above, 0), bottom + above), slice(left, right)
    near = np.concatenate([parts.labels[level].ravel(), parts.labels[over].ravel()])
    near = near[(near > 0) & (near != dash + 1)] - 1
    large = (parts.width[near] > _SPECK * x_height) | (parts.height[near] > _SPECK * x_height)
    return not rules[level].any() and not large.any()
