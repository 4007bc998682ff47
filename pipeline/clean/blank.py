"""Blank pages: nothing is written on them, whatever shines through from the back, however dusty, holed or bordered.

What counts is ink as dark as print: letters that stand side by side, or one mark as large as a signature or a stamp. What
shines through is paler than that, dust stands alone, holes are round and filled, folds and streaks are thin and straight.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, Mask, find_components
from pipeline.model import Picture

_PALEST_INK = 60
"""How much darker than paper (0–255, paper at 250) faint print still is; the back of a sheet shines through with less."""

_LETTER_MM = (1.0, 8.0)
"""Heights of letters, from 6-point print to headlines."""

_MARK_MM = (4.0, 8.0)
"""A mark counts by itself when its shorter and longer sides are at least this long."""

_EDGE_MM = 3.0
"""What touches this margin is what the scanner saw beside the paper."""


def is_blank(even: Picture, dpi: float) -> bool:
    """Whether nothing is written on a grey page (height, width) with even light and ``dpi``; 150 dpi will do."""
    mask = (even < 250 - _PALEST_INK).astype(np.uint8)
    mm = 25.4 / dpi
    return not (_has_mark(mask, mm) or _has_letters(find_components(mask), mm, even.shape))


def _has_mark(mask: Mask, mm: float) -> bool:
    """Whether strokes that lie within 2 mm of each other are as large as a signature or a stamp."""
    coarse = max(round(0.7 / mm), 1)
    height, width = mask.shape
    size = (max(width // coarse, 1), max(height // coarse, 1))
    small = cv2.resize(mask * np.uint8(255), size, interpolation=cv2.INTER_AREA)
    strokes = cv2.dilate((small > 40).astype(np.uint8), np.ones((3, 3), np.uint8))
    joined = find_components(np.asarray(strokes, np.uint8))
    parts = joined.only(_inside(joined, small.shape, mm * coarse))
    sides = np.stack([parts.width, parts.height]) * mm * coarse - 2 * mm * coarse
    return bool(((sides.min(axis=0) >= _MARK_MM[0]) & (sides.max(axis=0) >= _MARK_MM[1])).any())


def _inside(parts: Components, shape: tuple[int, ...], mm: float) -> NDArray[np.bool_]:
    edge = _EDGE_MM / mm
    height, width = shape
    inside = (parts.left >= edge) & (parts.right <= width - edge)
    return np.asarray(inside & (parts.top >= edge) & (parts.bottom <= height - edge), np.bool_)


def _has_letters(parts: Components, mm: float, shape: tuple[int, ...]) -> bool:
    """Whether three letters stand in a row, across the page or, on a page that lies on its side, along it."""
    size = np.minimum(parts.width, parts.height) * mm
    letters = parts.only(_inside(parts, shape, mm) & (size >= 0.3 * _LETTER_MM[0]) & (size <= _LETTER_MM[1]))
    across = _in_a_row(letters.left, letters.right, letters.top, letters.bottom, mm)
    return across or _in_a_row(letters.top, letters.bottom, letters.left, letters.right, mm)


def _in_a_row(
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    top: NDArray[np.int32],
    bottom: NDArray[np.int32],
    mm: float,
) -> bool:
    tall = (bottom - top) * mm
    fits = (tall >= _LETTER_MM[0]) & (tall <= _LETTER_MM[1])
    order = np.flatnonzero(fits)[np.argsort(start[fits], kind="stable")]
    follows = np.zeros(len(order), np.intp)  # how many letters stand in a row before this one
    for place, this in enumerate(order):
        before = order[:place]
        high = np.minimum(bottom[before] - top[before], bottom[this] - top[this])
        level = np.minimum(bottom[before], bottom[this]) - np.maximum(top[before], top[this]) > 0.6 * high
        gap = start[this] - end[before]
        near = level & (gap < high) & (gap > -0.3 * high)
        if near.any():
            follows[place] = follows[:place][near].max() + 1
            if follows[place] >= 2:
                return True
    return False
