"""Entries of tables that are one or two letters in smaller type than the text: too low to be told from a mark by height.

A digit is nearly as high as the text's small letters. A small letter (the *x* of a list that is ticked) is lower still; a column of
them, all alike, each in a row of its own, is no dirt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components

_LOWEST, _NARROWEST = 0.85, 0.3
"""Height and width that a digit of the smallest type has at least, in x-heights of the page."""

_SMALL = 0.55
"""Height and width that a small letter of the smallest type has at least, in x-heights of the page."""

_COLUMN, _ASIDE, _ALIKE, _REACH = 3, 0.6, 0.3, 12.0
"""How many small letters make a column; how far aside of one another they stand, in x-heights; by what share their heights and widths
differ; how far one is from the next, in x-heights."""

_CRUMB = 0.15
"""How far what broke off a letter lies beyond it, in x-heights."""

_FEW = 2

_ROW = 4
"""Letters of a line that shows that there is a row here."""

_LEVEL = 0.6
"""Share of the entry's height that lies on the level of its row."""

_CLEAR = 0.4
"""White above and below an entry, in x-heights; marks stand nearer to their letters."""


def entries(
    parts: Components, groups: Sequence[NDArray[np.intp]], lines: Sequence[NDArray[np.intp]], x_height: float
) -> list[NDArray[np.intp]]:
    """Groups of one or two parts that are no ``lines`` yet, stand on the level of one, and have white above and below."""
    known = {int(group[0]) for group in lines}
    few = [group for group in groups if len(group) <= _FEW and int(group[0]) not in known]
    rows = [group for group in lines if len(group) >= _ROW]
    if not few or not rows:
        return []
    top = np.array([parts.top[group].min() for group in rows])
    bottom = np.array([parts.bottom[group].max() for group in rows])
    standing = [group for group in few if _stands_in_row(parts, group, (top, bottom), x_height)]
    if not standing:
        return []
    high = np.array([parts.bottom[group].max() - parts.top[group].min() for group in standing])
    wide = np.array([parts.right[group].max() - parts.left[group].min() for group in standing])
    digit = (high >= _LOWEST * x_height) & (wide >= _NARROWEST * x_height)
    small = (high >= _SMALL * x_height) & (wide >= _SMALL * x_height)
    kept = digit | (small & _in_column(parts, standing, small, x_height))
    return [group for group, keep in zip(standing, kept, strict=True) if keep]


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
    x_height: float,
) -> bool:
    """Whether a group is large enough for a letter, on the level of a row, and has white above and below."""
    left, right = parts.left[group].min(), parts.right[group].max()
    top, bottom = parts.top[group].min(), parts.bottom[group].max()
    if bottom - top < _SMALL * x_height or right - left < _NARROWEST * x_height:
        return False
    shared = np.minimum(rows[1], bottom) - np.maximum(rows[0], top)
    if shared.max() < _LEVEL * (bottom - top):
        return False
    clear = _CLEAR * x_height
    over = (parts.left < right) & (parts.right > left)
    near = over & (parts.bottom > top - clear) & (parts.top < bottom + clear)
    crumb = _CRUMB * x_height
    near &= (
        (parts.left < left - crumb)
        | (parts.right > right + crumb)
        | (parts.top < top - crumb)
        | (parts.bottom > bottom + crumb)
    )  # what lies within its own box broke off it
    return not near.any()
