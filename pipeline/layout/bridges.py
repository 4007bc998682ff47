"""Letters of two lines that ran together, in print set tight or out of focus: they would make one line of both.

They are told by the letters beside them, some of which stand on the upper line and some on the lower one, before there are lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components

_TALL = 2.0
"""Least height of two letters that touch, in x-heights."""

_NEAR, _EACH = 6.0, 2
"""How far the letters beside reach, in x-heights, and how many of them stand on each line at least."""

FOOT, TAIL, BODY, PITCH = 0.5, 0.8, 0.6, 0.9
"""How far above and below its line the lower letter ends, how much of the upper one stands above its foot, and how far the two
lines are apart at least, in x-heights."""


def find_bridges(parts: Components, letters: NDArray[np.intp], x_height: float) -> NDArray[np.bool_]:
    """Which of the letters of a group, sorted from left to right, belong to two lines."""
    found = np.zeros(len(letters), np.bool_)
    height, bottom = parts.height[letters], parts.bottom[letters]
    top, middle = parts.top[letters], (parts.left[letters] + parts.right[letters]) / 2
    left, low = parts.left[letters], height <= _TALL * x_height
    for i in np.flatnonzero(~low).tolist():
        first, behind = np.searchsorted(
            left, (middle[i] - 2 * _NEAR * x_height, middle[i] + _NEAR * x_height)
        )
        beside = slice(int(first), int(behind))
        feet = bottom[beside][low[beside] & (np.abs(middle[beside] - middle[i]) < _NEAR * x_height)]
        upper = (feet > top[i] + BODY * x_height) & (feet < bottom[i] - PITCH * x_height)
        lower = (bottom[i] - feet > -FOOT * x_height) & (bottom[i] - feet < TAIL * x_height)
        found[i] = min(int(upper.sum()), int(lower.sum())) >= _EACH
    return found
