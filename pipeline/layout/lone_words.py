"""Words of two letters without ascenders that are a line by themselves: as little ink as two specks, told by where they stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.pixels import at_share

ROW, EVEN = 4, 0.2
"""Fewest letters of a row, and how far from its foot they may stand, in x-heights."""

_FULL, _MARKED, _BARE = 0.85, 1.6, 0.4
"""Least and most height of a letter without ascender, its mark included; and up to which share of a line's letters, by height, they are such."""

_PITCH, _ASIDE, _INDENT, _REGULAR = 3.0, 0.6, 8.0, 0.5
"""How far below a line the next one's letters begin, how far aside of the margin or of its middle, how far the first line of a paragraph is
indented, and by how much the gaps above and below a line may differ, in x-heights."""


def is_lone_word(
    parts: Components, group: NDArray[np.intp], rows: list[NDArray[np.intp]], x_height: float
) -> bool:
    """Whether two letters without ascenders, as high as each other, are a line: they end a paragraph (*ai*, *ra*), or stand between two lines."""
    if len(group) != 2 or max(np.ptp(parts.top[group]), np.ptp(parts.bottom[group])) > EVEN * x_height:
        return False
    return _ends_paragraph(parts, group, rows, x_height) or _stands_between(parts, group, rows, x_height)


def _ends_paragraph(
    parts: Components, group: NDArray[np.intp], rows: list[NDArray[np.intp]], x_height: float
) -> bool:
    """Whether two letters stand where a line begins, below one of some rows."""
    if parts.height[group].min() < _FULL * x_height:
        return False
    left, top = int(parts.left[group].min()), int(parts.top[group].min())
    at_margin = follows = False
    for row in rows:
        first = row[np.argsort(parts.left[row])[:ROW]]
        aside = (int(parts.left[first[0]]) - left) / x_height
        below = (top - at_share(parts.bottom[first], 0.5)) / x_height
        at_margin |= abs(aside) <= _ASIDE
        follows |= 0 < below <= _PITCH and -_ASIDE <= aside <= _INDENT
    return at_margin and follows


def _stands_between(
    parts: Components, group: NDArray[np.intp], rows: list[NDArray[np.intp]], x_height: float
) -> bool:
    """Whether two letters stand in the middle between two of some rows, as far from the one as from the other.

    So does a word in a centred column that is too narrow for its lines. What is as high as its letters in smaller print will do.
    """
    middle = int(parts.left[group].min()) + int(parts.right[group].max())
    top, bottom = int(parts.top[group].min()), int(parts.bottom[group].max())
    above, below = list[float](), list[float]()
    for row in rows:
        centred = (
            abs(int(parts.left[row].min()) + int(parts.right[row].max()) - middle) <= 2 * _ASIDE * x_height
        )
        heights = parts.height[group] / min(at_share(parts.height[row], _BARE), x_height)
        if centred and heights.min() >= _FULL and heights.max() <= _MARKED:
            above.append((top - at_share(parts.bottom[row], 0.5)) / x_height)
            below.append((at_share(parts.top[row], 0.5) - bottom) / x_height)
    over, under = (min((gap for gap in gaps if gap > 0), default=np.inf) for gaps in (above, below))
    return max(over, under) <= _PITCH and abs(over - under) <= _REGULAR
