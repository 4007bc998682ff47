"""Where there is ink on a grey page: thresholds, and the levels that they are taken from."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Picture

Mask = NDArray[np.uint8]

_LEAST_CONTRAST = 30.0
"""Levels (0–255) by which pale print is darker than paper at least."""

_LEAST_INK = 20.0
"""The same of any ink."""

_GRAIN = 6.0
"""The same in quartiles of the paper's grain: four standard deviations."""


def ink_mask(picture: Picture) -> Mask:
    """1 where there is ink, 0 on paper, of a grey picture with even light (Otsu 1979)."""
    return np.asarray(cv2.threshold(picture, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1], np.uint8)


def page_mask(picture: Picture) -> Mask:
    """The same of a whole page, on which there may be hardly any ink.

    Otsu's threshold then falls into the grain of the paper; it is held below.
    """
    return _page_mask(picture, *_paper(picture))


def _page_mask(picture: Picture, paper: float, grain: float) -> Mask:
    threshold, dark = cv2.threshold(picture, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    lightest = paper - max(_LEAST_INK, _GRAIN * grain)
    if lightest < threshold <= paper + grain:  # with little ink Otsu's lies within the grain
        dark = cv2.threshold(picture, lightest, 1, cv2.THRESH_BINARY_INV)[1]
    return np.asarray(dark, np.uint8)


def print_mask(picture: Picture, x_height: float) -> Mask:
    """1 where there is ink of a grey picture with even light, pale and small print included; else 0.

    One threshold for a page lies between its paper and its darkest ink, codes and rules and headlines, and loses the
    thin strokes of pale print. So what is darker than halfway to the darkest ink within half an x-height is ink too,
    where that stands out from the grain of the paper (after Bernsen 1986).
    """
    paper, grain = _paper(picture)
    reach = 2 * round(0.6 * x_height) + 1
    darkest = cv2.erode(cv2.blur(picture, (3, 3)), np.ones((reach, reach), np.uint8))
    levels = np.arange(256)
    halfway = np.rint((levels + paper) / 2)
    halfway[levels > paper - max(_LEAST_CONTRAST, _GRAIN * grain)] = 0
    darker = cv2.compare(picture, cv2.LUT(darkest, halfway.astype(np.uint8)), cv2.CMP_LT)
    return _page_mask(picture, paper, grain) | (np.asarray(darker, np.uint8) & np.uint8(1))


def _paper(picture: Picture) -> tuple[float, float]:
    """The level of the paper, and how far its darker quarter lies below it: half of the paper is darker than its middle."""
    some = picture[::3, ::3]
    darker, middle = shares_below(some, 0.25, 0.5)
    if darker < middle / 2:  # no paper has such grain: a quarter of the page is painted black
        darker, middle = shares_below(some[some > middle / 2], 0.25, 0.5)
    return middle, middle - darker


def share_below(levels: Picture, share: float) -> float:
    """The level (0–255) that a share (0–1) of the pixels stays below; raises ValueError when there are none."""
    return shares_below(levels, share)[0]


def shares_below(levels: Picture, *shares: float) -> list[float]:
    """The level for each of the shares, of pixels that are counted once.

    What ``np.percentile`` gives, without the 40 ms that its first call costs in a process; of all channels together.
    """
    if levels.size == 0:
        raise ValueError("no pixels")
    counts = cv2.calcHist([np.ascontiguousarray(levels.reshape(len(levels), -1))], [0], None, [256], [0, 256])
    below = counts.ravel().cumsum(dtype=np.float64)
    return [float(place) for place in np.searchsorted(below, np.array(shares) * levels.size)]


def ink_level(picture: Picture, mask: Mask) -> float:
    """How dark the ink is at its core (0–255): what a tenth of the inked pixels stay below; 255 when there is none."""
    inked = picture[mask > 0]
    return share_below(inked, 0.1) if inked.size else 255.0
