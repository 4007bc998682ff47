"""Blank pages: nothing is written on them, whatever shines through from the back, however dusty, holed or bordered.

What counts is ink as dark as print: letters that stand side by side, signs in rows and columns, or one mark as large as a signature or a stamp. Pale
letters count when their strokes are sharp: what shines through is pale and soft. Dust stands alone, holes are small, folds
and streaks are long and straight.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, find_components
from pipeline.layout.masks import Mask
from pipeline.model import Picture

_PALEST_INK = 60
"""How much darker than paper (0–255, paper at 250) faint print still is; the back of a sheet shines through with less."""

_PALEST_STROKE = 25
"""How much darker (0–255) than what lies within two pixels a sharp stroke is."""

_LETTER_MM = (1.0, 8.0)
"""Heights of letters, from 6-point print to headlines."""

_MARK_MM = (4.0, 8.0)
"""A mark counts by itself when its shorter and longer sides are at least this long."""

_HOLE_MM = 6.0
"""Diameter of punch holes (ISO 838)."""

_LINE_MM = 55.0
"""Straight lines longer than this are folds, streaks and rules; frames of stamps are shorter."""

_COLUMNS, _MOST_SIGNS = 3, 1500
"""Rows and columns, at least, of a table of single signs; of more parts than these the page is noise, or long found to be written on."""

_EDGE_MM = 3.0
"""What touches this margin is what the scanner saw beside the paper."""


def is_blank(even: Picture, dpi: float) -> bool:
    """Whether nothing is written on a grey page (height, width) with even light and ``dpi``; 150 dpi will do."""
    mm = 25.4 / dpi
    dark = (even < 250 - _PALEST_INK).astype(np.uint8)
    if _has_mark(dark, mm) or has_letters(dark, mm) or _has_columns(dark, mm):
        return False
    return not has_letters(_pale(even, dark), mm)


def _pale(even: Picture, dark: Mask) -> Mask:
    """Strokes that are pale but sharp, away from dark ones."""
    kernel = np.ones((5, 5), np.uint8)
    sharp = np.asarray(cv2.morphologyEx(even, cv2.MORPH_BLACKHAT, kernel), np.uint8) > _PALEST_STROKE
    return np.asarray(sharp & (cv2.dilate(dark, kernel) == 0), np.uint8)


def _has_mark(mask: Mask, mm: float) -> bool:
    """Whether strokes that lie within 2 mm of each other are as large as a signature or a stamp."""
    coarse = max(round(0.7 / mm), 1)
    height, width = mask.shape
    size = (max(width // coarse, 1), max(height // coarse, 1))
    small = cv2.resize(mask * np.uint8(255), size, interpolation=cv2.INTER_AREA)
    unit = mm * coarse
    inked = np.asarray((small > 40).astype(np.uint8), np.uint8)
    strokes = cv2.dilate(cv2.subtract(inked, _holes(inked, unit)), np.ones((3, 3), np.uint8))
    reach = max(round(_LINE_MM / unit), 1)
    for shape in ((1, reach), (reach, 1)):
        lines = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        strokes = cv2.subtract(strokes, cv2.dilate(lines, np.ones((3, 3), np.uint8)))
    joined = find_components(np.asarray(strokes, np.uint8))
    parts = joined.only(_inside(joined, small.shape, unit))
    sides = np.stack([parts.width, parts.height]) * unit - 2 * unit
    return bool(((sides.min(axis=0) >= _MARK_MM[0]) & (sides.max(axis=0) >= _MARK_MM[1])).any())


def _holes(inked: Mask, mm: float) -> Mask:
    """Filled spots of the size of a punch hole; pens and stamps leave none."""
    side = max(round(0.5 * _HOLE_MM / mm), 2)
    filled = np.asarray(cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)), np.uint8)
    parts = find_components(filled)
    small = np.flatnonzero(np.maximum(parts.width, parts.height) * mm <= 1.3 * _HOLE_MM) + 1
    return np.asarray(
        cv2.dilate(np.isin(parts.labels, small).astype(np.uint8), np.ones((5, 5), np.uint8)), np.uint8
    )


def _inside(parts: Components, shape: tuple[int, ...], mm: float) -> NDArray[np.bool_]:
    edge = _EDGE_MM / mm
    height, width = shape
    inside = (parts.left >= edge) & (parts.right <= width - edge)
    return np.asarray(inside & (parts.top >= edge) & (parts.bottom <= height - edge), np.bool_)


def has_letters(mask: Mask, mm: float, count: int = 3) -> bool:
    """Whether so many letters stand in a row, across the page or, on a page that lies on its side, along it; a pixel has ``mm``."""
    parts = find_components(mask)
    size = np.minimum(parts.width, parts.height) * mm
    letters = parts.only(
        _inside(parts, mask.shape, mm) & (size >= 0.3 * _LETTER_MM[0]) & (size <= _LETTER_MM[1])
    )
    across = _in_a_row(letters.left, letters.right, letters.top, letters.bottom, mm, count)
    return across or _in_a_row(letters.top, letters.bottom, letters.left, letters.right, mm, count)


def _has_columns(mask: Mask, mm: float) -> bool:
    """Whether single signs (x, 0, a dash) stand in rows and columns, as in a table that holds nothing else: dust never does."""
    parts = _letter_parts(mask, mm)
    if not _COLUMNS**2 <= len(parts.left) <= _MOST_SIGNS:
        return False
    sides = (parts.left, parts.right, parts.top, parts.bottom)
    left, right, top, bottom = (np.abs(side[:, None] - side[None]) for side in sides)
    off = 0.2 * np.minimum(*np.meshgrid(parts.height, parts.height))
    level = ((top <= off) & (bottom <= off)).sum(axis=1) >= _COLUMNS
    below = ((left <= off) & (right <= off)).sum(axis=1) >= _COLUMNS
    return int((level & below).sum()) >= _COLUMNS**2


def _letter_parts(mask: Mask, mm: float) -> Components:
    parts = find_components(mask)
    tall = parts.height * mm
    return parts.only(_inside(parts, mask.shape, mm) & (tall >= _LETTER_MM[0]) & (tall <= _LETTER_MM[1]))


def _in_a_row(
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    top: NDArray[np.int32],
    bottom: NDArray[np.int32],
    mm: float,
    count: int,
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
            if follows[place] >= count - 1:
                return True
    return False
