"""Connected components of ink: the atoms of the page (letters, marks, dots, rules, specks)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.masks import Mask, share_below
from pipeline.layout.runs import row_runs
from pipeline.model import Picture
from schemas.geometry import Box

Ints = NDArray[np.int32]

_SUSPICIOUS = 175
"""A threshold between ink and paper above this (0–255, paper at 250) has taken bleed-through for ink."""

_SHINING = 0.05
"""Share of the letters that must be faint for the back to be shining through; of print, 3 % are at most (measured)."""


_FAINT_LETTER, _FAINT_MARK = 0.38, 0.25
"""Shares of the contrast of dark letters below which a letter and a mark are no print (measured on pale cards)."""

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

    def box(self, own: NDArray[np.intp]) -> Box:
        """Around some of them, one at least; in pixels."""
        left, top = int(self.left[own].min()), int(self.top[own].min())
        return Box(left, top, int(self.right[own].max()), int(self.bottom[own].max()))

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


def faint_parts(parts: Components, picture: Picture, mask: Mask, x_height: float) -> NDArray[np.bool_]:
    """Which components are lighter than print of this page is: what shines through from the back is never as dark.

    However pale the toner and small the type, a letter has a core: its darkest pixel. What has there less than a share
    of the contrast of the page's darker letters is no print; marks, which are thinner, may have less than letters.
    Only where the threshold lies so high that it let such things in; else none is faint.
    """
    none = np.zeros(len(parts.left), np.bool_)
    inked = np.flatnonzero(mask.view(np.bool_))
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


def shines_through(parts: Components, faint: NDArray[np.bool_], x_height: float) -> bool:
    """Whether so many of the letters are faint that they must be those of the back."""
    letters = _letter_like(parts, x_height)
    return bool((faint & letters).sum() > _SHINING * letters.sum())


def no_print(parts: Components, faint: NDArray[np.bool_], x_height: float) -> NDArray[np.bool_]:
    """Which of the faint components are no print: all where letters shine through; else letters and specks only.

    The marks of small print are faint too, and must stay.
    """
    letters = _letter_like(parts, x_height)
    if shines_through(parts, faint, x_height):
        return faint
    return faint & (letters | (parts.area < 0.03 * x_height * x_height))


def _letter_like(parts: Components, x_height: float) -> NDArray[np.bool_]:
    tall = (parts.height > 0.55 * x_height) & (parts.height < 3.4 * x_height)
    return np.asarray(tall & (parts.width > 0.2 * x_height), np.bool_)


def find_components(mask: Mask) -> Components:
    """Find the 8-connected components of a 0/1 mask.

    Boxes and areas are taken from the runs of ink in each row, of which there are a hundredth as many as pixels: OpenCV's
    own statistics look at each pixel of the paper too, which costs four times as much.
    """
    labels = np.zeros(mask.shape, np.int32)
    inked = np.flatnonzero(mask.any(axis=1))
    rows = slice(int(inked[0]), int(inked[-1]) + 1) if inked.size else slice(0, 0)
    if inked.size:
        cv2.connectedComponents(mask[rows], labels[rows], connectivity=8, ltype=cv2.CV_32S)
    row, first, behind = row_runs(mask[rows])
    row += rows.start
    label = labels[row, first] - 1
    count = int(label.max(initial=-1)) + 1
    area = np.bincount(label, weights=behind - first, minlength=count)
    left, right = np.full(count, mask.shape[1], np.int32), np.zeros(count, np.int32)
    np.minimum.at(left, label, first.astype(np.int32))
    np.maximum.at(right, label, behind.astype(np.int32))
    top, bottom = np.empty(count, np.int32), np.empty(count, np.int32)
    top[label[::-1]] = row[::-1]  # of several values for one label the last one stays
    bottom[label] = row + 1
    return Components(labels, left, top, right, bottom, area.astype(np.int32))


_SHORTEST = 0.63
"""Height of bare letters as a share of that of capitals: 0.68 in Times, 0.73 in Arial, less a rounding."""


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
    # Capitals, digits, ascenders and marked vowels gather at 1.5 x-heights and may hold more ink than the bare letters, which
    # make a peak of their own; where there is none, what leads up to the higher one may be theirs.
    lower = np.arange(round(0.58 * tallest), tallest - 1)
    lower = lower[smooth[lower] > 0.3 * smooth[tallest]]
    peaks = lower[(smooth[lower] >= smooth[lower - 1]) & (smooth[lower] >= smooth[lower + 1])]
    peaks = peaks[peaks >= _SHORTEST * tallest]
    found = peaks if peaks.size else lower
    peak = int(found[smooth[found].argmax()]) if found.size else tallest
    near = np.arange(max(peak - 2, 0), peak + 3)
    return float((near * votes[near]).sum() / max(votes[near].sum(), 1e-9))
