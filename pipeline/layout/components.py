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


def faint_parts(parts: Components, picture: Picture, mask: Mask) -> NDArray[np.bool_]:
    """Which components are lighter than ink of this page is: what shines through from the back is never as dark.

    Only where the threshold lies so high that it let such things in; else none is faint.
    """
    faint = np.zeros(len(parts.left), np.bool_)
    lightest = int(picture[mask > 0].max(initial=0))
    if lightest <= _SUSPICIOUS:
        return faint
    core = ink_level(picture, mask)
    strong = (mask > 0) & (picture < core + 0.65 * (lightest - core))
    dark = np.bincount(parts.labels[strong], minlength=len(faint) + 1)
    faint[:] = dark[1:] == 0
    return faint


def no_print(parts: Components, faint: NDArray[np.bool_], x_height: float) -> NDArray[np.bool_]:
    """Which of the faint components are no print: all where letters shine through; else specks only.

    The marks of small print are faint too, and must stay.
    """
    letters = (parts.height > 0.55 * x_height) & (parts.height < 3.4 * x_height)
    letters &= parts.width > 0.2 * x_height
    if (faint & letters).sum() > _SHINING * letters.sum():
        return faint
    return faint & (parts.area < 0.03 * x_height * x_height)


def find_components(mask: Mask) -> Components:
    """Find the 8-connected components of a 0/1 mask."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    left, top, width, height, area = (np.asarray(stats[1:, column], np.int32) for column in range(5))
    return Components(np.asarray(labels, np.int32), left, top, left + width, top + height, area)


def x_height(parts: Components, smallest: float = 5, largest: float = 160) -> float:
    """The height of lower-case letters in pixels: the height that holds most ink; 0 when there is no text.

    Flat and tall parts (rules, dashes), dots below ``smallest`` and parts over ``largest`` pixels (seals, pictures) have
    no say.
    """
    height, width = parts.height, parts.width
    letters = (height >= smallest) & (height <= largest) & (width >= 3)
    letters &= (width <= 4 * height) & (height <= 5 * width)
    if int(letters.sum()) < 5:
        return 0.0
    votes = np.bincount(height[letters], weights=parts.area[letters], minlength=round(largest) + 3)
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
