"""Dust on the glass: small round spots darker than any print near them.

On pale print the darkest ink nearby says what is ink (``pipeline.layout.masks``), so a black spot takes the letters around it away; others are
read as dashes, degrees and commas. A full stop is no darker than the letters of its line, and a bold word is no spot.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.layout.masks import ink_level, page_mask, share_below
from pipeline.model import X_HEIGHT, Picture

_DARKER = 1.3
"""How much more contrast a spot has at its core than the print of the page, and than any other ink near it."""

_LEAST, _MOST = 0.12, 1.8
"""Sides of a spot at its core, in x-heights."""

_ROUND, _FULL = 1.6, 0.6
"""How often as long as wide a spot is at the most, and the share of its box that it fills at the least."""

_AROUND, _RIM = 4.0, 0.17
"""How far from a spot other ink is looked at, and how wide its soft edge is, in x-heights."""

_PARTS = 1000
"""So many parts that are darker than most print are print of its own."""


def without_dust(grey: Picture) -> Picture:
    """A grey page (height, width) at reading size with such spots painted over by what is around them."""
    some = np.ascontiguousarray(grey[::2, ::2])
    paper, printed = share_below(some, 0.5), ink_level(some, page_mask(some))
    darkest = paper - _DARKER * (paper - printed)
    if darkest <= 0:
        return grey
    dark = np.asarray(cv2.threshold(grey, darkest, 1, cv2.THRESH_BINARY_INV)[1], np.uint8)
    if not dark.any():
        return grey
    spots = _spots(dark)
    soft, around = round(_RIM * X_HEIGHT), round(_AROUND * X_HEIGHT)
    edges = np.ones((2 * soft + 1, 2 * soft + 1), np.uint8)
    soft_spots = np.zeros_like(grey)
    for spot in spots:
        close = spot.window(soft)
        soft_spots[close] |= np.asarray(cv2.dilate(dark[close], edges), np.uint8)
    painted = grey
    for spot in spots:
        near, close = spot.window(around), spot.window(3 * soft)
        other = float(grey[near][soft_spots[near] == 0].min(initial=round(paper)))
        if paper - float(grey[spot.window(0)].min()) < _DARKER * (paper - other):
            continue
        painted = grey.copy() if painted is grey else painted
        painted[close] = cv2.inpaint(painted[close], soft_spots[close], soft, cv2.INPAINT_TELEA)
    return painted


@dataclass(frozen=True, slots=True)
class _Spot:
    """The box of a spot, in pixels."""

    left: int
    top: int
    width: int
    height: int

    def window(self, around: int) -> tuple[slice, slice]:
        """The rows and columns of it, and so many pixels around."""
        down = slice(max(self.top - around, 0), self.top + self.height + around)
        return down, slice(max(self.left - around, 0), self.left + self.width + around)


def _spots(dark: Picture) -> list[_Spot]:
    """Parts of a 0/1 mask, of which most is white, that are small and round; none where there are too many parts."""
    outlines = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    if len(outlines) > _PARTS:
        return []
    boxes = (_Spot(*cv2.boundingRect(outline)) for outline in outlines)
    return [spot for spot in boxes if _is_round(spot, dark)]


def _is_round(spot: _Spot, dark: Picture) -> bool:
    longer, shorter = max(spot.width, spot.height), min(spot.width, spot.height)
    if not _LEAST * X_HEIGHT <= shorter <= longer <= min(_MOST * X_HEIGHT, _ROUND * shorter + 1):
        return False
    return float(dark[spot.window(0)].mean()) >= _FULL
