"""Dashes that stand alone in a cell: *none* in tables. Too low for letters, and too far from any to be a mark of theirs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.lines import Lines
from pipeline.layout.marks import NOBODY
from pipeline.layout.masks import Mask
from pipeline.pixels import at_share

_NARROWEST, _WIDEST, _HIGHEST = 0.3, 2.6, 0.35
"""Least and most width of a dash, and its most height, in x-heights: a hyphen of small type, an em dash of large."""

_USUAL, _HAIR = 0.36, 0.08
"""One narrower or lower than this, in x-heights, is a speck or a hair where its column has no other."""

_LONG, _FULL = 1.7, 0.6
"""How often as wide as high it is at the least, and how much of its box is ink."""

_STUMPY, _WORN = 1.1, 0.45
"""The same of one that stands in a column of dashes: pale, or broken by a coarse scan."""

_DIRTY, _COLUMN, _OFF = 0.75, 0.6, 0.25
"""Height of a dash and a speck that touch; how far aside of each other the dashes of a column stand, and how far off the level of most, in
x-heights."""

_LOWEST, _TOP = -0.3, 1.2
"""How far above the baseline of the next line of its row its middle lies, in x-heights of the page; sheets are bent."""

_ROW, _NEAR = 4, 12.0
"""Letters of a line that shows that there is a row, and how near one of fewer does, in x-heights: a sheet may be bent."""

_ASIDE, _ABOVE = 1.5, 0.5
"""White beside it, and above and below it, in x-heights: pieces of a broken rule lie on one level, dirt in clouds."""

_RULE = 0.2
"""How near a rule what is left of it lies, in x-heights."""

_SPECK, _DIRT = 0.5, 0.9
"""Longest side of a speck, which may lie anywhere, and of one that may lie beside a dash in a column of dashes, in x-heights."""


def lone_dashes(
    parts: Components, found: Lines, dropped: NDArray[np.bool_], rules: Mask, x_height: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which components are dashes that belong to no line, on the level of one, and which may be some in a column of such.

    ``dropped`` ones and pieces of ``rules`` are none.
    """
    width, height = parts.width, parts.height
    free = (
        (found.owner == NOBODY) & ~dropped & (width >= _NARROWEST * x_height) & (width <= _WIDEST * x_height)
    )
    low = free & (height <= _HIGHEST * x_height)
    ink = parts.area / (width * height)
    sure = low & (width >= _LONG * height) & (ink >= _FULL)
    dashes, above = _standing(parts, found, np.flatnonzero(sure), rules, (_LOWEST, _TOP), x_height)
    middle = (parts.left + parts.right) / 2
    usual = (width[dashes] >= _USUAL * x_height) & (height[dashes] >= _HAIR * x_height)
    kept = usual | _in_column(middle[dashes], middle[dashes[usual]], x_height)
    dashes, above = dashes[kept], above[kept]
    if len(dashes) == 0:
        return dashes, dashes
    worn = ~sure & (ink >= _WORN)
    likely = low & worn & (width >= _STUMPY * height)
    dirty = free & ~low & worn & (height <= _DIRTY * x_height)
    beside_dirt = sure & ~np.isin(np.arange(len(width)), dashes) & (width >= _USUAL * x_height)
    others = np.flatnonzero(likely | dirty | beside_dirt)
    others = others[_in_column(middle[others], middle[dashes], x_height)]
    others = others[[bool(low[part]) or _holds_dash(parts, part, x_height) for part in others.tolist()]]
    level = at_share(above, 0.5)
    levels = level - _OFF, level + _OFF
    return dashes, _standing(parts, found, others, rules, levels, x_height, beside_dirt)[0]


def _in_column(
    middles: NDArray[np.float64], others: NDArray[np.float64], x_height: float
) -> NDArray[np.bool_]:
    """Which of some parts stand above or below others, by the middles of both."""
    return np.asarray(
        (np.abs(middles[:, None] - others[None, :]) <= _COLUMN * x_height).any(axis=1), np.bool_
    )


def _holds_dash(parts: Components, part: int, x_height: float) -> bool:
    """Whether a part is low enough for a dash over such a width, beside a speck."""
    place = slice(parts.top[part], parts.bottom[part]), slice(parts.left[part], parts.right[part])
    own = parts.labels[place] == part + 1
    # Of each column, its ends and all between.
    extent = own.shape[0] - own.argmax(axis=0) - own[::-1].argmax(axis=0)
    low = np.concatenate([[False], extent <= _HIGHEST * x_height, [False]])
    edges = np.flatnonzero(np.diff(low.astype(np.int8)))
    return bool(np.diff(edges)[::2].max(initial=0) >= _NARROWEST * x_height)


def _standing(
    parts: Components,
    found: Lines,
    dashes: NDArray[np.intp],
    rules: Mask,
    levels: tuple[float, float],
    x_height: float,
    beside: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Those of some parts that stand alone, and on such a level above a row; and how far above, in x-heights.

    Some may stand ``beside`` dirt.
    """
    height = parts.height
    letters = np.flatnonzero((found.owner != NOBODY) & (height >= 0.55 * x_height))
    counts = np.bincount(found.owner[letters], minlength=len(found.lines))
    rows, counts = [found.lines[i] for i in np.flatnonzero(counts)], counts[counts > 0]
    left, right = np.array([line.left for line in rows]), np.array([line.right for line in rows])
    curves = np.array([line.baseline for line in rows]).reshape(-1, 3)
    kept: list[int] = []
    heights: list[float] = []
    for dash in dashes.tolist():
        middle = (parts.left[dash] + parts.right[dash]) / 2
        x = np.clip(middle, left, right)
        foot = curves[:, 0] + curves[:, 1] * x + curves[:, 2] * x * x
        above = (foot - (parts.top[dash] + parts.bottom[dash]) / 2) / x_height
        shows = (counts >= _ROW) | (np.abs(middle - x) <= _NEAR * x_height)
        near = above[shows & (above > levels[0]) & (above < levels[1])]
        dirt = beside is not None and bool(beside[dash])
        if len(near) and _is_alone(parts, dash, rules, x_height, dirt=dirt):
            kept.append(dash)
            heights.append(at_share(near, 0.5))
    return np.array(kept, np.intp), np.array(heights)


def _is_alone(parts: Components, dash: int, rules: Mask, x_height: float, *, dirt: bool) -> bool:
    """Whether a dash has white around, and no rule of which it is a piece; a letter's size of ``dirt`` may lie beside it."""
    aside, above, near_rule = (round(of * x_height) for of in (_ASIDE, _ABOVE, _RULE))
    left, right = int(parts.left[dash]), int(parts.right[dash])
    top, bottom = int(parts.top[dash]), int(parts.bottom[dash])
    level = slice(max(top - 1, 0), bottom + 1), slice(max(left - aside, 0), right + aside)
    over = slice(max(top - above, 0), bottom + above), slice(left, right)
    near = np.concatenate([parts.labels[level].ravel(), parts.labels[over].ravel()])
    near = near[(near > 0) & (near != dash + 1)] - 1
    speck = (_DIRT if dirt else _SPECK) * x_height
    large = (parts.width[near] > speck) | (parts.height[near] > speck)
    beside = slice(max(top - near_rule, 0), bottom + near_rule), level[1]
    return not rules[beside].any() and not large.any()
