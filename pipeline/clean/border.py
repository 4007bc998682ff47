"""Black around the paper and black paper: the dark lid of the scanner is painted white, a negative is turned around."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.blank import has_letters
from pipeline.layout.masks import share_below
from pipeline.model import Picture
from pipeline.pixels import reduced

_REDUCE = 8
_DARK = 0.45
"""Darker than this share of the paper, over whole patches of 8 × 8 pixels, is not print."""

_LONG = 12
"""Patches along the edge from which on what is dark there, but narrower than a patch, is no letter that was cut off."""

_NEGATIVE, _LIGHTER = 90, 80
"""A page darker than this (0–255) in its middle may be a negative; its print is so many levels lighter."""

_TINTED = 150
"""So may one that is no darker than this, a coloured page with light print, unless it holds more of what is darker than of what is lighter."""

_SOLID, _WIDE = 0.02, 80
"""Share of a negative that light areas may cover which are wider than a stroke, the page's width by so much."""

_LETTERS, _IN_A_ROW = 9, 8
"""Patches across a large letter; so many letters in one row are print, which a lid or a table never is."""

_PAPER_MM = 210.0


def positive(picture: Picture) -> Picture:
    """A grey or RGB page as dark print on light paper: one that is light on dark is turned around, others are returned as is.

    Paper that lies on a dark table is no negative: what is light there is wider than the strokes of letters.
    """
    some = _grey(picture)[::2, ::2]
    middle = share_below(some, 0.5)
    if middle >= _TINTED:
        return picture
    light = (some > middle + _LIGHTER).astype(np.uint8)
    if middle >= _NEGATIVE and light.sum() <= (some < middle - _LIGHTER / 2).sum():
        return picture
    side = max(some.shape[1] // _WIDE, 5)
    solid = cv2.erode(light, np.ones((side, side), np.uint8))
    if not light.any() or solid.mean() > _SOLID * light.size / some.size:
        return picture
    return np.asarray(255 - picture, np.uint8)


def is_dark(picture: Picture) -> bool:
    """Whether most of a grey or RGB page is dark."""
    return share_below(_grey(picture)[::2, ::2], 0.5) < _NEGATIVE


def _grey(picture: Picture) -> Picture:
    return picture if picture.ndim == 2 else picture[..., 1]


def whiten_border(picture: Picture) -> Picture:
    """Paint what is dark and touches the edge of a grey or RGB page white; a page without border is returned as is.

    Where print stands on it, light on dark, it is no border but a part of the page, and turned around.
    """
    grey = _grey(picture)
    small = reduced(_with_edge(grey), _REDUCE)
    middle = share_below(small, 0.5)
    night = middle < _NEGATIVE  # most of it is dark; what is not may be a card on a table, and is left alone
    dark = (small < (middle + _LIGHTER / 2 if night else _DARK * middle)).astype(np.uint8)
    count, found = cv2.connectedComponents(dark, connectivity=8, ltype=cv2.CV_32S)
    labels = np.asarray(found, np.int32)
    thin, wide = _touching(labels, count), _touching(labels[1:-1, 1:-1], count)
    border = np.flatnonzero((thin >= _LONG) | (wide >= 3))
    if len(border) == 0:
        return picture
    touched = np.isin(labels, border).astype(np.uint8)
    mask = np.asarray(cv2.dilate(touched, np.ones((3, 3), np.uint8))[1:-1, 1:-1], np.uint8)
    with_print = _printed(grey, mask)
    if with_print is not None:
        picture = _laid_over(picture, 255 - picture, with_print)
        mask = np.asarray(cv2.subtract(mask, with_print), np.uint8)
    return picture if night or not mask.any() else _laid_over(picture, np.full_like(picture, 255), mask)


def _with_edge(grey: Picture) -> Picture:
    """A page with a patch more on each side, of what is at its edge: a border narrower than a patch is dark there."""
    height, width = grey.shape
    behind, below = _REDUCE - width % -_REDUCE, _REDUCE - height % -_REDUCE
    return np.asarray(
        cv2.copyMakeBorder(grey, _REDUCE, below, _REDUCE, behind, cv2.BORDER_REPLICATE), np.uint8
    )


def _touching(labels: NDArray[np.int32], count: int) -> NDArray[np.intp]:
    """How many patches of each component lie at the edge; 0 of the paper."""
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    touching = np.bincount(edge, minlength=count)
    touching[0] = 0
    return touching


def _laid_over(picture: Picture, other: Picture, mask: Picture) -> Picture:
    return np.asarray(cv2.copyTo(other, _full(mask, picture), picture.copy()), np.uint8)


def _full(mask: Picture, picture: Picture) -> Picture:
    """A mask of the page's size again; its last patches reach beyond the page."""
    size = (mask.shape[1] * _REDUCE, mask.shape[0] * _REDUCE)
    grown = cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(grown[: picture.shape[0], : picture.shape[1]], np.uint8)


def _printed(grey: Picture, mask: Picture) -> Picture | None:
    """Of what is dark at the edge (a mask, reduced), the areas on which a row of letters stands, letters and all; None without one."""
    kernel = np.ones((_LETTERS, _LETTERS), np.uint8)
    whole = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    wide = cv2.morphologyEx(whole, cv2.MORPH_OPEN, kernel)  # narrower than a letter is the rim of a lid
    if not wide.any():
        return None
    mm, found = _PAPER_MM / min(grey.shape), np.zeros_like(mask)
    light = np.asarray(grey) > float(grey[_full(mask, grey) > 0].mean()) + _LIGHTER
    count, labels = cv2.connectedComponents(whole, connectivity=8)
    for number in range(1, count):
        area = (labels == number).astype(np.uint8)
        strokes = (light & (_full(area, grey) > 0)).astype(np.uint8) if (wide & area).any() else area[:0]
        if strokes.any() and has_letters(strokes, mm, _IN_A_ROW):
            found |= area
    return found if found.any() else None
