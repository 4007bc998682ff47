"""Folds across a sheet: a pale line from edge to edge, which joins the letters of the row that it crosses.

No rule of a form reaches both edges, and none is so pale. What it darkens is made lighter by as much, so that letters on it stay.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Picture

_BANDS = 8
"""Parts of the sheet, from left to right, in each of which a fold must be."""

_DARKER, _DARKEST = 7, 110
"""Levels (0–255) by which a fold is darker than the paper above and below it, at least and at most."""

_AWAY, _DRIFT = 14, 10
"""Pixels from a fold to clean paper, and by which it may lie higher or lower from one part to the next; sheets are x-heights of 18."""


def without_folds(picture: Picture) -> Picture:
    """A grey page (height, width), level, whose folds are lightened; the same one where there is none."""
    height, width = picture.shape
    if height < 8 * _AWAY or width < 40 * _BANDS:
        return picture
    edges = np.linspace(0, width, _BANDS + 1).astype(int).tolist()
    shades = [_shade(picture[:, left:right:4]) for left, right in pairwise(edges)]
    rows = [np.flatnonzero((shade >= _DARKER) & (shade <= _DARKEST)) for shade in shades]
    mended = None
    for row in rows[0].tolist():
        path = _path(rows, row)
        if path is None:
            continue
        mended = picture.copy() if mended is None else mended
        _lighten(mended, path, edges)
        for place, shade in zip(path, shades, strict=True):
            shade[max(place - _AWAY // 2, 0) : place + _AWAY // 2 + 1] = 0  # once
    return picture if mended is None else mended


def _lighten(picture: Picture, path: list[int], edges: list[int]) -> None:
    """Lighten a fold that lies so in the middle of each part, from the one to the next, and beyond the outer ones to the edges of the sheet."""
    height, width = picture.shape
    across = np.arange(width)
    middle = (np.array(edges[:-1]) + edges[1:]) / 2
    inner = np.interp(across, middle, path)
    first, last = ((path[j] - path[i]) / (middle[j] - middle[i]) for i, j in ((0, 1), (-2, -1)))
    beyond = np.minimum(across - middle[0], 0) * first + np.maximum(across - middle[-1], 0) * last
    reach = np.arange(-_AWAY - _AWAY // 2, _AWAY + _AWAY // 2 + 1)
    rows = np.clip(np.rint(inner + beyond).astype(int) + reach[:, None], 0, height - 1)
    straight = picture[rows, across]
    for left, right in pairwise(edges):
        lighter = straight[:, left:right] + _shade(straight[:, left:right:4])[:, None]
        straight[:, left:right] = np.minimum(lighter, 255)
    picture[rows, across] = straight


def _shade(band: Picture) -> NDArray[np.int16]:
    """By how much most of each row is darker than the rows some way above and below."""
    level = np.partition(band, band.shape[1] // 2, axis=1)[:, band.shape[1] // 2].astype(np.int16)
    paper = np.minimum(np.roll(level, _AWAY), np.roll(level, -_AWAY))
    shade = np.maximum(paper - level, 0)
    shade[:_AWAY] = shade[-_AWAY:] = 0
    return np.asarray(shade, np.int16)


def _path(rows: list[NDArray[np.intp]], row: int) -> list[int] | None:
    """Where a fold that begins at ``row`` lies in each part; None where it ends."""
    path: list[int] = []
    for places in rows:
        if len(places) == 0:
            return None
        row = int(places[np.abs(places - (path[-1] if path else row)).argmin()])
        if path and abs(row - path[-1]) > _DRIFT:
            return None
        path.append(row)
    return path
