"""Entries of tables that are one or two letters: in smaller type than the text, too low to be told from a mark by height, or broken.

A digit is nearly as high as the text's small letters. A small letter (the *x* of a list that is ticked) is lower still; a column of
them, all alike, each in a row of its own, is no dirt. Of worn print and of fax a digit falls into pieces, none of which is a letter, and
a 1 is no wider than a streak: together, or between white, they have the height of a digit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.links import pairs
from pipeline.layout.masks import Mask

_LOWEST, _NARROWEST = 0.78, 0.3
"""Height and width that a digit of the smallest type has at least, in x-heights of the page."""

_SMALL = 0.55
"""Height and width that a small letter of the smallest type has at least, in x-heights of the page."""

_COLUMN, _ASIDE, _ALIKE, _REACH = 3, 0.6, 0.3, 12.0
"""How many small letters make a column; how far aside of one another they stand, in x-heights; by what share their heights and widths
differ; how far one is from the next, in x-heights."""

_CRUMB = 0.15
"""How far what broke off a letter lies beyond it, in x-heights."""

_SPECK = 0.4
"""Longest side of a speck, which may lie anywhere, in x-heights."""

_FEW = 2

_DIGIT, _THIN, _WIDE = (1.15, 1.8), 0.2, 1.7
"""Heights of a digit or capital of the text, and widths of a thin 1 and of a capital, in x-heights of the page."""

_CRACK, _PIECES, _FULL, _MOST = 0.25, 8, 0.2, 3000
"""How wide a crack is, in x-heights; how many pieces a sign falls into, and the share of its box that they fill; of more parts than these the
page is noise."""

_WALL, _APART = 0.6, 1.0
"""White between a thin 1 and the nearest rule, of which it may be a piece, and between pieces and the nearest letter, in x-heights."""

_ROW = 4
"""Letters of a line that shows that there is a row here."""

_TABULAR = 2
"""Lines on a level that show a table: beside one alone pieces are those of a border or of a seal's rim."""

_LEVEL = 0.6
"""Share of the entry's height that lies on the level of its row."""

_CLEAR = 0.4
"""White above and below an entry, in x-heights; marks stand nearer to their letters."""


def entries(
    parts: Components,
    groups: Sequence[NDArray[np.intp]],
    lines: Sequence[NDArray[np.intp]],
    dropped: NDArray[np.bool_],
    x_height: float,
    walls: Mask | None,
) -> list[NDArray[np.intp]]:
    """Groups of a few parts that are no ``lines`` yet, stand on the level of one, and have white above and below.

    ``dropped`` parts are no pieces of anything; a thin sign beside one of the ``walls`` is a piece of that rule.
    """
    rows = [group for group in lines if len(group) >= _ROW]
    if not rows:
        return []
    free = ~dropped
    letters = np.concatenate(lines)
    free[letters] = False
    broken = [
        pieces
        for pieces in _broken(parts, np.flatnonzero(free), x_height)
        if _is_apart(parts, pieces, letters, x_height)
    ]
    top = np.array([parts.top[group].min() for group in rows])
    bottom = np.array([parts.bottom[group].max() for group in rows])
    broken = [pieces for pieces in broken if _rows_beside(parts, pieces, (top, bottom)) >= _TABULAR]
    known = {int(i) for group in (*lines, *broken) for i in group}
    few = [*broken, *(group for group in groups if len(group) <= _FEW and known.isdisjoint(group.tolist()))]
    if not few:
        return []
    standing = [group for group in few if _stands_in_row(parts, group, (top, bottom), letters, x_height)]
    if not standing:
        return []
    high = np.array([parts.bottom[group].max() - parts.top[group].min() for group in standing])
    wide = np.array([parts.right[group].max() - parts.left[group].min() for group in standing])
    digit = (high >= _LOWEST * x_height) & (wide >= _NARROWEST * x_height)
    tall = (high >= _DIGIT[0] * x_height) & (high <= _DIGIT[1] * x_height) & ~digit
    digit |= tall & [
        _is_apart(parts, group, letters, x_height)
        and _is_free(parts, group, walls, x_height)
        and _rows_beside(parts, group, (top, bottom)) >= _TABULAR
        for group in standing
    ]
    small = (high >= _SMALL * x_height) & (wide >= _SMALL * x_height)
    kept = digit | (small & _in_column(parts, standing, small, x_height))
    return [group for group, keep in zip(standing, kept, strict=True) if keep]


def _broken(parts: Components, free: NDArray[np.intp], x_height: float) -> list[NDArray[np.intp]]:
    """Pieces, close together, of which none is a letter and all together have the size of one."""
    found = clusters(parts, free, x_height)
    return [pieces for pieces in found if len(pieces) > 1 and _is_sign(parts, pieces, x_height)]


def clusters(parts: Components, free: NDArray[np.intp], x_height: float) -> list[NDArray[np.intp]]:
    """Groups of a few of some parts, none larger than a letter, that lie close together; none where the page is noise."""
    free = free[np.maximum(parts.width[free], parts.height[free]) <= _DIGIT[1] * x_height]
    if not 0 < len(free) <= _MOST:
        return []
    free = free[np.argsort(parts.left[free], kind="stable")]
    gap = _CRACK * x_height
    reach = np.searchsorted(parts.left[free], parts.right[free] + gap, "right")
    group = np.arange(len(free))
    for one, other in pairs(np.arange(1, len(free) + 1), reach):
        a, b = free[one], free[other]
        near = np.maximum(parts.top[a], parts.top[b]) - np.minimum(parts.bottom[a], parts.bottom[b]) <= gap
        for i, j in zip(one[near].tolist(), other[near].tolist(), strict=True):
            if group[i] != group[j]:
                group[group == group[j]] = group[i]
    counts = np.bincount(group, minlength=len(free))
    return [free[group == each] for each in np.flatnonzero((counts > 0) & (counts <= _PIECES)).tolist()]


def _is_sign(parts: Components, pieces: NDArray[np.intp], x_height: float) -> bool:
    wide = int(parts.right[pieces].max() - parts.left[pieces].min())
    high = int(parts.bottom[pieces].max() - parts.top[pieces].min())
    size = (
        _DIGIT[0] * x_height <= high <= _DIGIT[1] * x_height and _THIN * x_height <= wide <= _WIDE * x_height
    )
    return size and int(parts.area[pieces].sum()) >= _FULL * wide * high


def _is_apart(parts: Components, group: NDArray[np.intp], letters: NDArray[np.intp], x_height: float) -> bool:
    """Whether there is white beside a group, where no letter of a line stands."""
    left, right = parts.left[group].min() - _APART * x_height, parts.right[group].max() + _APART * x_height
    top, bottom = parts.top[group].min(), parts.bottom[group].max()
    near = (parts.left[letters] < right) & (parts.right[letters] > left)
    near &= (parts.top[letters] < bottom) & (parts.bottom[letters] > top)
    return not near.any()


def _rows_beside(
    parts: Components, group: NDArray[np.intp], rows: tuple[NDArray[np.int32], NDArray[np.int32]]
) -> int:
    """How many lines stand on the level of a group."""
    top, bottom = parts.top[group].min(), parts.bottom[group].max()
    shared = np.minimum(rows[1], bottom) - np.maximum(rows[0], top)
    return int((shared >= _LEVEL * (bottom - top)).sum())


def _is_free(parts: Components, group: NDArray[np.intp], walls: Mask | None, x_height: float) -> bool:
    """Whether no upright rule is near, of which a thin sign might be a piece."""
    if walls is None:
        return True
    aside = round(_WALL * x_height)
    left, right = int(parts.left[group].min()), int(parts.right[group].max())
    level = slice(int(parts.top[group].min()), int(parts.bottom[group].max()))
    return not walls[level, max(left - aside, 0) : right + aside].any()


def _in_column(
    parts: Components, groups: Sequence[NDArray[np.intp]], small: NDArray[np.bool_], x_height: float
) -> NDArray[np.bool_]:
    """Which groups stand among others of their size one below the other, enough of them for a column."""
    boxes = np.array(
        [
            (parts.left[g].min(), parts.top[g].min(), parts.right[g].max(), parts.bottom[g].max())
            for g in groups
        ],
        float,
    )
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    found = np.zeros(len(groups), np.bool_)
    for one in np.flatnonzero(small):
        wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        alike = (np.abs(wide - wide[one]) <= _ALIKE * wide[one]) & (
            np.abs(high - high[one]) <= _ALIKE * high[one]
        )
        near = (np.abs(x - x[one]) <= _ASIDE * x_height) & (np.abs(y - y[one]) <= _REACH * x_height)
        found[one] = (alike & near).sum() >= _COLUMN
    return found


def _stands_in_row(
    parts: Components,
    group: NDArray[np.intp],
    rows: tuple[NDArray[np.int32], NDArray[np.int32]],
    letters: NDArray[np.intp],
    x_height: float,
) -> bool:
    """Whether a group is large enough for a letter, on the level of a row, and has white above and below."""
    left, right = parts.left[group].min(), parts.right[group].max()
    top, bottom = parts.top[group].min(), parts.bottom[group].max()
    if bottom - top < _SMALL * x_height or right - left < _THIN * x_height:
        return False
    shared = np.minimum(rows[1], bottom) - np.maximum(rows[0], top)
    if shared.max() < _LEVEL * (bottom - top):
        return False
    clear = round(_CLEAR * x_height)
    window = parts.labels[max(top - clear, 0) : bottom + clear, left:right]
    near = np.zeros(len(parts.left) + 1, np.bool_)
    near[window] = True  # by their ink: the box of the dark rim of a sheet holds all that is on it
    near = near[1:]
    if _is_apart(parts, group, letters, x_height) and _rows_beside(parts, group, rows) >= _TABULAR:
        near &= np.maximum(parts.width, parts.height) > _SPECK * x_height
    crumb = _CRUMB * x_height
    near &= (
        (parts.left < left - crumb)
        | (parts.right > right + crumb)
        | (parts.top < top - crumb)
        | (parts.bottom > bottom + crumb)
    )  # what lies within its own box broke off it
    return not near.any()
