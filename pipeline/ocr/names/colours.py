"""What is stamped on a page in colour, each colour by itself: a name that crosses the rim of a seal or the strokes of a pen of another one."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from pipeline.model import Page, Picture

_HUE = 16
"""Least difference (0–255) of two channels of ink that has a colour; a JPEG keeps half of what there is."""

_LEAST = 0.0005
"""Share of a page that has a colour at the least, to be worth a look."""

_PAPER = 255


def colours_of(scan: Picture, page: Page) -> Iterator[Picture]:
    """The working copy of a page with its red ink alone, then with its blue and violet ink alone; grey, print and other ink are paper.

    ``scan`` is the page as scanned. Nothing comes of a colour that is not there.
    """
    if scan.ndim != 3 or not page.inks:
        return
    height, width = page.picture.shape
    back = page.to_scan
    way = np.array([[back.a, back.b, back.c], [back.d, back.e, back.f]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    level = cv2.warpAffine(scan, way, (width, height), flags=flags, borderValue=(_PAPER,) * 3)
    red, green, blue = cv2.split(level)
    yield np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)
    for one, other in ((red, blue), (blue, red)):
        there = cv2.subtract(one, cv2.max(other, green) if one is red else other) > _HUE
        if there.mean() < _LEAST:
            continue
        near = cv2.dilate(there.astype(np.uint8), np.ones((3, 3), np.uint8))
        dark = cv2.min(other, green)
        yield np.asarray(np.where(near > 0, dark, np.uint8(_PAPER)), np.uint8)
