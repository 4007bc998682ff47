"""Pepper: the grain of a tinted ground that a 1-bit scan has turned to specks, thousands of them, between letters too.

Specks that stand alone tell it from print: marks, dots and broken strokes lie near letters. Where many stand alone, all
ink as small as they are goes, near letters as well; a lost dot costs less than a line full of specks.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, Ints
from pipeline.model import Picture

_SPECK = 0.03
"""Largest area of a speck in squares of the x-height: a dot of 13-point print is as large."""

_CLUMP, _LONG = 0.06, 0.4
"""The same of some that touch, which are told only where they stand alone, and their longer side in x-heights; a dash is longer."""

_ALONE = 1.0
"""How far from larger ink a speck stands alone, in x-heights: farther than any mark from its letter."""

_TILE, _MANY = 10.0, 18
"""So many specks alone in a tile with sides of so many x-heights are pepper; between broken print there are 17 (measured)."""

_BLACK = 150
"""Level (0–255) of the middle of a speck below which it is no paler than print; patterned grounds have pale ones."""

_STEP = 4
"""Pixels between the points at which nearness is looked up."""


def find_pepper(
    parts: Components, picture: Picture, drawn: NDArray[np.bool_], x_height: float
) -> NDArray[np.bool_]:
    """Which components of a grey picture with even light are pepper, where the print has ``x_height`` pixels.

    ``drawn`` ones are none: the dots of leaders stand alone too.
    """
    pepper = np.zeros(len(parts.left), np.bool_)
    small = parts.area < _SPECK * x_height * x_height
    specks = np.flatnonzero(small & ~drawn)
    if len(specks) < _MANY:
        return pepper
    x, y = (parts.left + parts.right) // 2, (parts.top + parts.bottom) // 2
    alone = _alone(parts, small, x[specks], y[specks], x_height) & (picture[y[specks], x[specks]] < _BLACK)
    side = round(_TILE * x_height)
    across, down = x // side, y // side
    tiles = np.zeros((int(down.max()) + 1, int(across.max()) + 1), np.intp)
    np.add.at(tiles, (down[specks][alone], across[specks][alone]), 1)
    if tiles.max() < _MANY:
        return pepper
    peppered = cv2.dilate((tiles >= _MANY).astype(np.uint8), np.ones((5, 5), np.uint8))[down, across] > 0
    pepper[specks] = peppered[specks]
    low = parts.area < _CLUMP * x_height * x_height
    short = np.maximum(parts.width, parts.height) <= _LONG * x_height
    clumps = np.flatnonzero(low & short & ~small & ~drawn & peppered)
    pepper[clumps] = _alone(parts, low, x[clumps], y[clumps], x_height)
    return pepper


def _alone(
    parts: Components, small: NDArray[np.bool_], x: Ints, y: Ints, x_height: float
) -> NDArray[np.bool_]:
    """Which places ``x``, ``y`` lie far from all that are not ``small``."""
    larger = np.concatenate([[False], ~small])[parts.labels[::_STEP, ::_STEP]].astype(np.uint8)
    reach = 2 * round(_ALONE * x_height / _STEP) + 1
    near = cv2.dilate(larger, np.ones((reach, reach), np.uint8))
    rows, columns = near.shape
    return np.asarray(
        near[np.minimum(y // _STEP, rows - 1), np.minimum(x // _STEP, columns - 1)] == 0, np.bool_
    )
