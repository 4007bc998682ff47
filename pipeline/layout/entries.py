"""Entries of tables that are one or two digits in smaller type than the text: too low to be told from a mark by height."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components

_LOWEST, _NARROWEST = 0.85, 0.3
"""Height and width that a digit of the smallest type has at least, in x-heights of the page."""

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
    return [group for group in few if _is_entry(parts, group, (top, bottom), x_height)]


def _is_entry(
    parts: Components,
    group: NDArray[np.intp],
    rows: tuple[NDArray[np.int32], NDArray[np.int32]],
    x_height: float,
) -> bool:
    left, right = parts.left[group].min(), parts.right[group].max()
    top, bottom = parts.top[group].min(), parts.bottom[group].max()
    if bottom - top < _LOWEST * x_height or right - left < _NARROWEST * x_height:
        return False
    shared = np.minimum(rows[1], bottom) - np.maximum(rows[0], top)
    if shared.max() < _LEVEL * (bottom - top):
        return False
    clear = _CLEAR * x_height
    over = (parts.left < right) & (parts.right > left)
    near = over & (parts.bottom > top - clear) & (parts.top < bottom + clear)
    near[group] = False
    return not near.any()
