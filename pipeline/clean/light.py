"""Flatten the light: paper becomes white however it was lit, yellowed or photographed."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.clean.highlighter import marked, unmarked
from pipeline.layout.masks import shares_below
from pipeline.model import Picture
from pipeline.pixels import reduced

_EVEN = 243
"""Where the darkest paper is at least this light (0–255), there is nothing to flatten."""


def _ground(picture: Picture, x_height: float) -> Picture:
    small = reduced(picture, max(round(x_height / 4), 2))
    return np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8)), np.uint8)


def _smoothed(ground: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(ground, (0, 0), 5), np.uint8)


def flatten(picture: Picture, x_height: float) -> Picture:
    """Divide a grey or RGB page by the light of its paper, channel by channel, so that yellow paper becomes white too.

    A page that is even and white already is returned as it is; marks of a highlighter become paper.
    """
    return flattened(picture, x_height)[0]


def flattened(picture: Picture, x_height: float) -> tuple[Picture, float]:
    """The same, and the level (0–255) of the paper before: letters are closed over, half of the rest is darker."""
    ground = _ground(picture, x_height)
    if (marks := marked(ground)) is not None:
        picture = unmarked(picture, ground, marks)
        ground = _ground(picture, x_height)
    level = _smoothed(ground)
    darkest, middle = shares_below(level, 0.02, 0.5)
    if darkest >= _EVEN:
        return picture, middle
    size = (picture.shape[1], picture.shape[0])
    full = cv2.resize(np.maximum(level, 1), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(picture, full, scale=250), np.uint8), middle
