"""Whether two pictures of a page show the same, whatever the last pixel does.

A stroke may stand one pixel of the small look aside, since each way of drawing rounds in its own manner; so every pixel is
compared with the darkest and the lightest of its neighbours in the other picture.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from pipeline.model import Picture

LOOK = 480
"""Longer side of a look in pixels: 1.6 a millimetre of A4, where a word is five pixels wide and two high."""

_SHAPE = 0.02
"""How far the proportions of two pictures of one page may be apart."""

_LEVELS = 40
"""Levels (0–255, of each colour) that JPEG, profiles and the rims of strokes may change."""

_SHARE = 0.6
"""Of the contrast that both pictures have at a place: strokes thinner than a pixel come out paler or darker."""

_SPOT = 5
"""So many pixels that differ and touch are something to see: a mark of 2 × 2 mm, two letters."""

_QUALITY = 85


def pack(look: Picture) -> bytes:
    """A look for the journey between processes: 10–30 KB."""
    whole = [
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]  # colours as sharp as light
    done, data = cv2.imencode(".jpg", look[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, *whole])
    assert done
    return bytes(data)


def unpack(data: bytes) -> Picture:
    """The look, RGB."""
    found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(found[..., ::-1])


def small(picture: Picture, shape: tuple[int, ...]) -> Picture:
    """Reduced to the rows and columns of ``shape``, RGB; each pixel is the mean of those that it stands for."""
    colours = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    if picture.ndim == 2:
        return np.repeat(small_grey(picture, shape)[..., None], 3, axis=2)
    return np.asarray(cv2.resize(colours, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def small_grey(picture: Picture, shape: tuple[int, ...]) -> Picture:
    """The same of a grey picture."""
    return np.asarray(cv2.resize(picture, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def alike(one: Picture, look: Picture, ignored: Picture | None = None, *, drawn: bool = False) -> bool:
    """Whether a picture of any size shows what a look shows; ``ignored`` marks pixels of the look that do not count.

    ``drawn``: the picture was made by the viewer itself at another size, where hairlines and seams come out otherwise.
    """
    return difference(one, look, ignored, solid=drawn) < (1 if drawn else _SPOT)


def difference(one: Picture, look: Picture, ignored: Picture | None = None, *, solid: bool = False) -> float:
    """Pixels of the look in the largest spot that differs; infinite where the proportions do.

    ``solid`` counts the inner ones of spots only, so that lines of one or two pixels are none.
    """
    height, width = look.shape[:2]
    # A side is a whole number of pixels, so a narrow page may be off by one of them.
    if abs(one.shape[0] * width - one.shape[1] * height) > _SHAPE * one.shape[0] * width + max(one.shape[:2]):
        return float("inf")
    other = small(one, look.shape)
    low, high = _around(look)
    other_low, other_high = _around(other)
    outside = cv2.max(_beyond(other, low, high), _beyond(look, other_low, other_high)).astype(np.float32)
    contrast = cv2.min(cv2.subtract(high, low), cv2.subtract(other_high, other_low))
    spots: Any = (outside > _LEVELS + _SHARE * contrast).any(axis=2).astype(np.uint8)
    if ignored is not None:
        spots[ignored > 0] = 0
    if solid:
        spots = cv2.erode(spots, np.ones((3, 3), np.uint8))
    if not spots.any():
        return 0.0
    count, _, statistics, _ = cv2.connectedComponentsWithStats(spots, connectivity=8)
    return float(statistics[1:count, cv2.CC_STAT_AREA].max())


def _around(picture: Picture) -> tuple[Picture, Picture]:
    """The darkest and the lightest of each pixel and its neighbours."""
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.erode(picture, kernel), np.uint8), np.asarray(cv2.dilate(picture, kernel), np.uint8)


def _beyond(picture: Picture, low: Picture, high: Picture) -> Picture:
    return np.asarray(cv2.max(cv2.subtract(low, picture), cv2.subtract(picture, high)), np.uint8)
