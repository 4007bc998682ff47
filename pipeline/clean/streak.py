"""Streaks of a feeder: a speck of dust on its glass draws a thin line down the whole sheet, through all print.

Taken for a rule it would cut every line of text in two. No rule of a form reaches the edge of the sheet; a streak does. Where the lid of the
scanner hides that edge, the sheet often lies askew, and its rules with it; a streak never does.
"""

from __future__ import annotations

from itertools import pairwise
from math import radians, tan

import numpy as np

from pipeline.model import Picture

_BANDS = 8
"""Parts of the sheet, from top to bottom, in each of which a streak must be."""

_DARKER = 12
"""Levels (0–255) by which a streak is darker than the paper beside it."""

_REACH = 2
"""Pixels to either side between which it is drawn over: more would eat the letters that it crosses."""

_DRIFT = 8
"""Pixels by which it may lie aside from one part to the next: a streak is upright, however askew the sheet went in."""

_EDGE = 0.02
"""Share of the sheet at its ends that no rule of a form reaches."""


def without_streaks(picture: Picture, skew: float = 0.0) -> Picture:
    """A grey page (height, width) whose streaks are drawn over from both sides; the same one where there is none.

    ``skew``: by how many degrees the print of the page is turned.
    """
    height, width = picture.shape
    if height < 40 * _BANDS or width < 8 * _REACH:
        return picture
    edges = np.linspace(0, height, _BANDS + 1).astype(int)
    parts = list(pairwise(edges.tolist()))
    middle_top, middle_bottom = parts[_BANDS // 2]
    if not len(_dark_columns(picture[middle_top:middle_bottom:4])):  # most pages
        return picture
    bands = [_dark_columns(picture[top:bottom:4]) for top, bottom in parts]
    rim = max(round(_EDGE * height), 8)
    ends = (_dark_columns(picture[:rim]), _dark_columns(picture[-rim:]))
    askew = abs(tan(radians(skew))) * height
    mended = None
    for column in bands[_BANDS // 2]:
        path = [place for band in bands if (place := _nearest(band, int(column))) is not None]
        if len(path) < _BANDS:
            continue
        reaches = any(
            _nearest(end, place) is not None for end, place in zip(ends, (path[0], path[-1]), strict=True)
        )
        if not (reaches or abs(path[-1] - path[0]) + _DRIFT < askew / 2):
            continue
        mended = picture.copy() if mended is None else mended
        for place, (top, bottom) in zip(path, parts, strict=True):
            _draw_over(mended[top:bottom], place)
    return picture if mended is None else mended


def _dark_columns(band: Picture) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Columns that are darker than those a little to their left and right, in most of their rows."""
    level = np.partition(band, len(band) // 2, axis=0)[len(band) // 2].astype(np.int16)
    beside = np.minimum(np.roll(level, _REACH), np.roll(level, -_REACH))
    dark = level < beside - _DARKER
    dark[:_REACH] = dark[-_REACH:] = False
    return np.flatnonzero(dark)


def _nearest(columns: np.ndarray[tuple[int], np.dtype[np.int64]], column: int) -> int | None:
    if len(columns) == 0:
        return None
    best = int(columns[np.abs(columns - column).argmin()])
    return best if abs(best - column) <= _DRIFT * _BANDS // 2 else None


def _draw_over(band: Picture, column: int) -> None:
    left, right = column - _REACH, column + _REACH
    share = np.linspace(0, 1, right - left + 1)[None, :]
    drawn = band[:, [left]] * (1 - share) + band[:, [right]] * share
    band[:, left : right + 1] = np.rint(drawn).astype(np.uint8)
