"""Connected components of ink: the atoms of the page (letters, marks, dots, rules, specks)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Picture

Ints = NDArray[np.int32]
Mask = NDArray[np.uint8]

_SUSPICIOUS = 175
"""A threshold between ink and paper above this (0–255, paper at 250) has taken bleed-through for ink."""

_SHINING = 0.05
"""Share of the letters that must be faint for the back to be shining through; of print, 3 % are at most (measured)."""


_FAINT_LETTER, _FAINT_MARK = 0.38, 0.25
"""Shares of the contrast of dark letters below which a letter and a mark are no print (measured on pale cards)."""

_LEAST_CONTRAST = 30.0
"""Levels (0–255) by which pale print is darker than paper at least."""

_LEAST_INK = 20.0
"""The same of any ink."""

_GRAIN = 6.0
"""The same in quartiles of the paper's grain: four standard deviations."""

_CLASS = 8
"""So many parts of about one height may be print; fewer are pictures, codes, fingerprints."""

_SMALL_PRINT = 0.5
"""Smaller letters for each letter of the usual size from which they are print of its own, and not broken letters."""


@dataclass(frozen=True, slots=True)
class Components:
    """Components of a mask. Entry ``i`` of each array belongs to label ``i + 1``; right and bottom are exclusive."""

    labels: Ints
    left: Ints
    top: Ints
    right: Ints
    bottom: Ints
    area: Ints

    @property
    def width(self) -> Ints:
        """Widths in pixels."""
        return self.right - self.left

    @property
    def height(self) -> Ints:
        """Heights in pixels."""
        return self.bottom - self.top

    def only(self, kept: NDArray[np.bool_]) -> Components:
        """Some of the components; their labels stay, so entries and labels no longer correspond."""
        return Components(
            self.labels,
            self.left[kept],
            self.top[kept],
            self.right[kept],
            self.bottom[kept],
            self.area[kept],
        )


def ink_mask(picture: Picture) -> Mask:
    """1 where there is ink, 0 on paper, of a grey picture with even light (Otsu 1979)."""
    return np.asarray(cv2.threshold(picture, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1], np.uint8)


def page_mask(picture: Picture) -> Mask:
    """The same of a whole page, on which there may be hardly any ink.

    Otsu's threshold then falls into the grain of the paper; it is held below.
    """
    paper, grain = _paper(picture)
    threshold, dark = cv2.threshold(picture, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    lightest = paper - max(_LEAST_INK, _GRAIN * grain)
    if lightest < threshold < paper:
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
    halfway = np.asarray(cv2.addWeighted(darkest, 0.5, darkest, 0.0, 0.5 * paper), np.uint8)
    halfway[darkest > paper - max(_LEAST_CONTRAST, _GRAIN * grain)] = 0
    return page_mask(picture) | (picture < halfway).astype(np.uint8)


def _paper(picture: Picture) -> tuple[float, float]:
    """The level of the paper, and how far its darker quarter lies below it: half of the paper is darker than its middle."""
    some = picture[::3, ::3]
    middle = share_below(some, 0.5)
    return middle, middle - share_below(some, 0.25)


def share_below(levels: Picture, share: float) -> float:
    """The level (0–255) that a share (0–1) of the pixels stays below; raises ValueError when there are none.

    What ``np.percentile`` gives, without the 40 ms that its first call costs in a process.
    """
    if levels.size == 0:
        raise ValueError("no pixels")
    counts = np.cumsum(np.bincount(levels.ravel(), minlength=256))
    return float(np.searchsorted(counts, share * levels.size))


def ink_level(picture: Picture, mask: Mask) -> float:
    """How dark the ink is at its core (0–255): what a tenth of the inked pixels stay below; 255 when there is none."""
    inked = picture[mask > 0]
    return share_below(inked, 0.1) if inked.size else 255.0


def faint_parts(parts: Components, picture: Picture, mask: Mask, x_height: float) -> NDArray[np.bool_]:
    """Which components are lighter than print of this page is: what shines through from the back is never as dark.

    However pale the toner and small the type, a letter has a core: its darkest pixel. What has there less than a share
    of the contrast of the page's darker letters is no print; marks, which are thinner, may have less than letters.
    Only where the threshold lies so high that it let such things in; else none is faint.
    """
    none = np.zeros(len(parts.left), np.bool_)
    inked = np.flatnonzero(mask)
    levels = picture.ravel()[inked]
    if int(levels.max(initial=0)) <= _SUSPICIOUS:
        return none
    letters = _letter_like(parts, x_height)
    if not letters.any():
        return none
    core = np.full(len(none) + 1, 255, np.uint8)
    np.minimum.at(core, parts.labels.ravel()[inked], levels)
    paper = share_below(picture[::3, ::3], 0.5)
    contrast = paper - core[1:].astype(np.float64)
    usual = paper - share_below(core[1:][letters], 0.25)
    return np.asarray(contrast < np.where(letters, _FAINT_LETTER, _FAINT_MARK) * usual, np.bool_)


def no_print(parts: Components, faint: NDArray[np.bool_], x_height: float) -> NDArray[np.bool_]:
    """Which of the faint components are no print: all where letters shine through; else letters and specks only.

    The marks of small print are faint too, and must stay.
    """
    letters = _letter_like(parts, x_height)
    if (faint & letters).sum() > _SHINING * letters.sum():
        return faint
    return faint & (letters | (parts.area < 0.03 * x_height * x_height))


def _letter_like(parts: Components, x_height: float) -> NDArray[np.bool_]:
    tall = (parts.height > 0.55 * x_height) & (parts.height < 3.4 * x_height)
    return np.asarray(tall & (parts.width > 0.2 * x_height), np.bool_)


def find_components(mask: Mask) -> Components:
    """Find the 8-connected components of a 0/1 mask."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    left, top, width, height, area = (np.asarray(stats[1:, column], np.int32) for column in range(5))
    return Components(np.asarray(labels, np.int32), left, top, left + width, top + height, area)


def x_height(parts: Components, smallest: float = 5, largest: float = 160) -> float:
    """The height of lower-case letters in pixels: the height that holds most ink; 0 when there is no text.

    Flat and tall parts (rules, dashes), dots below ``smallest``, parts over ``largest`` pixels (seals, pictures) and
    heights that only a few parts have (codes, fingerprints) have no say. Where many letters are much smaller, as on
    cards, theirs is the height: large print is read at any size, small print only when it was not taken for specks.
    """
    height, width = parts.height, parts.width
    letters = (height >= smallest) & (height <= largest) & (width >= 3)
    letters &= (width <= 4 * height) & (height <= 5 * width)
    if int(letters.sum()) < 5:
        return 0.0
    heights, areas = height[letters], parts.area[letters]
    size = _fullest(heights, areas)
    small = (heights > 0.4 * size) & (heights < 0.72 * size)
    usual = (heights > 0.85 * size) & (heights < 1.8 * size)
    if small.sum() > _SMALL_PRINT * usual.sum() and small.sum() >= _CLASS:
        below = heights < 0.85 * size
        return _fullest(heights[below], areas[below])
    return size


def _fullest(heights: Ints, areas: Ints) -> float:
    """The height of the bare letters among parts of these heights and areas."""
    counts = np.bincount(heights, minlength=3)
    alike = np.convolve(counts, np.ones(5), "same")
    votes = np.bincount(heights, weights=areas, minlength=3)
    if alike.max() >= _CLASS:
        votes[alike < _CLASS] = 0
    votes = np.append(votes, (0.0, 0.0))
    smooth = np.convolve(votes, [0.25, 0.5, 1.0, 0.5, 0.25], "same")
    tallest = int(smooth.argmax())
    lower = smooth[round(0.58 * tallest) : tallest - 1]
    # Capitals, ascenders and marked vowels gather at 1.5 x-heights and may hold more ink than the bare letters.
    peak = (
        round(0.58 * tallest) + int(lower.argmax())
        if lower.size and lower.max() > 0.3 * smooth[tallest]
        else tallest
    )
    near = np.arange(max(peak - 2, 0), peak + 3)
    return float((near * votes[near]).sum() / max(votes[near].sum(), 1e-9))
