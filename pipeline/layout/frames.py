"""The frame of a stamp (*công văn đến*) that was set askew across the print: its lines go, letters that they cross stay.

A stamp is never as level as the page, so its frame is no rule; it runs through the head of the paper and makes one blot of
the letters that it touches. Its upright sides give it away: print has no thin upright line as high as several letters.
The ink of stamps is grainy, so a line is told by how much of it is there, not by being unbroken.
"""

from __future__ import annotations

import math
from itertools import permutations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import find_components
from pipeline.layout.masks import Mask
from schemas.geometry import Box

_SIDE = 6.0
"""x-heights that an upright side of a frame is high at least: more than two letters above each other."""

_LENGTH = 8.0
"""The same of its level sides: over this length it leaves the foot of any line of print."""

_THERE = 0.75
"""Share of a line that must be ink."""

_BESIDE = 0.4
"""Most of what lies beside an upright side that may be ink: the stems of a large title are thick."""

_JOINED = 0.5
"""Least share of the way between two sides on which a level line must run."""

_TILTS = (-7.5, -6.0, -4.5, -3.0, -1.5, 1.5, 3.0, 4.5, 6.0, 7.5)
"""Degrees by which a stamp may rise to the right, near enough for a side to be found."""

_COARSE = 3
"""Pixels to one of the copy on which sides are sought."""


def find_frame(mask: Mask, x_height: float) -> Mask | None:
    """The lines of the largest frame, 0/1, without the letters that they cross; None where there is none.

    ``mask`` is the ink (height, width) without level rules.
    """
    coarse = _reduced(mask)
    boxes = ((_box(_turned(coarse, tilt), x_height / _COARSE), tilt) for tilt in _TILTS)
    found = [(box.area, tilt, box) for box, tilt in boxes if box]
    if not found:
        return None
    _, about, box = max(found, key=lambda one: one[0])
    left, top, right, bottom = _around(box, mask, about, x_height)
    part = np.ascontiguousarray(mask[top:bottom, left:right])
    frame = np.zeros_like(mask)
    frame[top:bottom, left:right] = _lines(part, x_height, _tilt(part, x_height, about))
    return frame


def _box(mask: Mask, x_height: float) -> Box | None:
    """The largest box between two upright sides that a level one joins; None where there is none."""
    upright = _sides(mask, x_height)
    if np.count_nonzero(upright) < 2:
        return None
    near = np.asarray(cv2.dilate(upright, np.ones((5, 3), np.uint8)), np.uint8)
    parts = find_components(near)
    sides = [
        Box(*map(float, corners))
        for corners in zip(parts.left, parts.top, parts.right, parts.bottom, strict=True)
    ]
    boxes = [
        Box(a.left, min(a.top, b.top), b.right, max(a.bottom, b.bottom))
        for a, b in permutations(sides, 2)
        if b.left - a.right > _SIDE * x_height and min(a.bottom, b.bottom) > max(a.top, b.top)
    ]
    if not boxes:
        return None
    level = _sides(np.ascontiguousarray(mask.T), x_height).T
    return max(
        (box for box in boxes if _joined(level, box, x_height)), key=lambda box: box.area, default=None
    )


def _joined(level: Mask, box: Box, x_height: float) -> bool:
    """Whether level lines join the sides of a box above, below or between them."""
    reach = round(_SIDE * x_height)
    rows = slice(max(int(box.top) - reach, 0), int(box.bottom) + reach)
    return bool(level[rows, int(box.left) : int(box.right)].any(axis=0).mean() > _JOINED)


def _around(box: Box, mask: Mask, tilt: float, x_height: float) -> tuple[int, int, int, int]:
    """The part of the page around a box of the turned copy: left, top, right, bottom in pixels of the page."""
    height, width = (size // _COARSE for size in mask.shape)
    back = cv2.invertAffineTransform(_turn(width, height, tilt))
    corners = np.array([(x, y, 1) for x in (box.left, box.right) for y in (box.top, box.bottom)])
    x, y = (back @ corners.T) * _COARSE
    room = _SIDE * x_height
    left, top = max(int(x.min() - room), 0), max(int(y.min() - room), 0)
    return left, top, int(x.max() + room), int(y.max() + room)


def _reduced(mask: Mask) -> Mask:
    """A copy in which a pixel is ink where any of its pixels is."""
    height, width = (size // _COARSE * _COARSE for size in mask.shape)
    rows = mask[:height:_COARSE] | mask[1:height:_COARSE] | mask[2:height:_COARSE]
    return np.asarray(rows[:, :width:_COARSE] | rows[:, 1:width:_COARSE] | rows[:, 2:width:_COARSE], np.uint8)


def _turn(width: int, height: int, tilt: float) -> NDArray[np.float64]:
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -tilt, 1), np.float64)


def _turned(mask: Mask, tilt: float) -> Mask:
    """The mask turned so that a frame of this tilt is level."""
    height, width = mask.shape
    turn = _turn(width, height, tilt)
    return np.asarray(cv2.warpAffine(mask, turn, (width, height), flags=cv2.INTER_NEAREST), np.uint8)


def _sides(mask: Mask, x_height: float) -> Mask:
    """The middles of thin upright lines."""
    long = round(_SIDE * x_height)
    column = np.asarray(cv2.boxFilter(mask, cv2.CV_8U, (1, long), normalize=False), np.uint8)
    aside = round(0.5 * x_height)
    thin = np.zeros_like(mask)
    near = column[:, aside:-aside]
    there, beside = (
        math.ceil(_THERE * long),
        math.ceil(_BESIDE * long),
    )  # whole numbers are compared ten times as fast
    clear = (column[:, : -2 * aside] < beside) & (column[:, 2 * aside :] < beside)
    thin[:, aside:-aside] = (near >= there) & clear
    return thin


def _tilt(mask: Mask, x_height: float, about: float) -> float:
    """The tilt in degrees, to a quarter of one."""
    tilts = about + np.arange(-1.25, 1.5, 0.25)
    return float(max(tilts, key=lambda tilt: int(_sides(_turned(mask, float(tilt)), x_height).sum())))


def _lines(mask: Mask, x_height: float, tilt: float) -> Mask:
    """Thin lines of this tilt, up and across, but for pixels on both sides of which print goes on."""
    height, width = mask.shape
    level = _turned(mask, tilt)
    upright = np.asarray(_across(np.ascontiguousarray(level.T), x_height, _SIDE).T, np.uint8)
    lines = _across(level, x_height, _LENGTH) | upright
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(lines, _turn(width, height, tilt), (width, height), flags=flags)
    return np.asarray(cv2.dilate(back, np.ones((3, 3), np.uint8)), np.uint8)


def _across(mask: Mask, x_height: float, length: float) -> Mask:
    """Level lines of a level picture, three rows to each, without what stands through them."""
    long, thick = round(length * x_height), max(round(0.4 * x_height), 4)
    grown = np.asarray(cv2.dilate(mask, np.ones((3, 1), np.uint8)), np.uint8)
    row = cv2.boxFilter(grown, cv2.CV_16S, (long, 1), normalize=False)
    there = (row >= _THERE * long).astype(np.uint8)
    line = grown & np.asarray(cv2.dilate(there, np.ones((1, long), np.uint8)), np.uint8)
    rest = mask & (1 - line)
    through = np.asarray(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((2 * thick, 1), np.uint8)), np.uint8)
    return line & (1 - through)
