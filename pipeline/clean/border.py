"""Black borders: the dark lid of the scanner around the paper is painted white before anything is measured."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.layout.masks import share_below
from pipeline.model import Picture
from pipeline.pixels import reduced

_REDUCE = 8
_DARK = 0.45
"""Darker than this share of the paper, over whole patches of 8 × 8 pixels, is not print."""


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
