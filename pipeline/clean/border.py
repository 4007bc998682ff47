"""Black around the paper and black paper: the dark lid of the scanner is painted white, a negative is turned around."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.layout.masks import share_below
from pipeline.model import Picture
from pipeline.pixels import reduced

_REDUCE = 8
_DARK = 0.45
"""Darker than this share of the paper, over whole patches of 8 × 8 pixels, is not print."""


_NEGATIVE, _LIGHTER = 90, 80
"""A page darker than this (0–255) in its middle may be a negative; its print is so many levels lighter."""

_SOLID, _WIDE = 0.02, 80
"""Share of a negative that light areas may cover which are wider than a stroke, the page's width by so much."""


def positive(picture: Picture) -> Picture:
    """A grey or RGB page as dark print on light paper: one that is light on dark is turned around, others are returned as is.

    Paper that lies on a dark table is no negative: what is light there is wider than the strokes of letters.
    """
    grey = picture if picture.ndim == 2 else picture[..., 1]
    some = grey[::2, ::2]
    middle = share_below(some, 0.5)
    if middle >= _NEGATIVE:
        return picture
    light = (some > middle + _LIGHTER).astype(np.uint8)
    side = max(some.shape[1] // _WIDE, 5)
    solid = cv2.erode(light, np.ones((side, side), np.uint8))
    if not light.any() or solid.mean() > _SOLID * light.size / some.size:
        return picture
    return np.asarray(255 - picture, np.uint8)


def whiten_border(picture: Picture) -> Picture:
    """Paint what is dark and touches the edge of a grey or RGB page white; a page without border is returned as is."""
    grey = picture if picture.ndim == 2 else picture[..., 1]
    height, width = grey.shape
    small = reduced(grey, _REDUCE)
    dark = (small < _DARK * share_below(small, 0.5)).astype(np.uint8)
    count, labels = cv2.connectedComponents(dark, connectivity=8)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    touching = np.bincount(edge, minlength=count)
    touching[0] = 0
    border = np.flatnonzero(touching >= 3)
    if len(border) == 0:
        return picture
    mask = cv2.dilate(np.isin(labels, border).astype(np.uint8), np.ones((3, 3), np.uint8))
    full = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.copyTo(np.full_like(picture, 255), full, picture.copy()), np.uint8)
