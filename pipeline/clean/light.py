"""Flatten the light: paper becomes white however it was lit, yellowed or photographed."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.model import Picture

_EVEN = 243
"""Where the darkest paper is at least this light (0–255), there is nothing to flatten."""


def paper_level(grey: Picture, x_height: float) -> Picture:
    """How light the paper is at each pixel (height, width): letters are closed over, the rest is smoothed."""
    reduce = max(round(x_height / 4), 2)
    height, width = grey.shape
    small = cv2.resize(
        grey, (max(width // reduce, 1), max(height // reduce, 1)), interpolation=cv2.INTER_AREA
    )
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    return np.asarray(cv2.GaussianBlur(closed, (0, 0), 5), np.uint8)


def flatten(grey: Picture, x_height: float) -> Picture:
    """Divide a grey page by the light of its paper; a page that is even already is returned as it is."""
    level = paper_level(grey, x_height)
    if np.percentile(level, 2) >= _EVEN:
        return grey
    full = cv2.resize(level, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(full, 1), scale=250), np.uint8)
