"""White print on black: the head of a table, a box with a title. It is turned around, and read like any other."""

from __future__ import annotations

import numpy as np

from pipeline.layout.components import Components
from pipeline.model import Picture

_HIGH, _TALLEST, _LONG = 1.7, 12.0, 4.0
"""Height of a black box, between these, and its least length, in x-heights."""

_FULL, _HOLLOW = 0.55, 0.97
"""Share of the box that is black: less is drawn, more holds no print."""

_DARK = 127
"""Mean level (0–255) of a box that is black; a lighter one would be as dark as before once turned around."""


def turned_around(picture: Picture, parts: Components, x_height: float) -> Picture | None:
    """The grey picture with its black boxes made white and what stands in them black; None where there is none.

    A box that gets no lighter by it is a picture or grey, and stays.
    """
    size = parts.width * parts.height
    boxes = (parts.height > _HIGH * x_height) & (parts.height < _TALLEST * x_height)
    boxes &= (parts.width > _LONG * x_height) & (parts.area > _FULL * size) & (parts.area < _HOLLOW * size)
    turned = None
    for i in np.flatnonzero(boxes).tolist():
        window = (slice(parts.top[i], parts.bottom[i]), slice(parts.left[i], parts.right[i]))
        box = (picture if turned is None else turned)[window]
        if box.mean() < _DARK:
            turned = picture.copy() if turned is None else turned
            turned[window] = 255 - box
            _rim(turned[window])
    return turned


def _rim(box: Picture) -> None:
    """The edge of a box that was turned around, painted over: the soft edge of the black would stay as a frame."""
    edge = 3
    box[:edge] = box[-edge:] = 255
    box[:, :edge] = box[:, -edge:] = 255
