"""Letters of two lines that touch: the foot or tail of one, the head or mark of the one below, in print set tight or stamped over print.

As one component both would go to one line, and the other would lack a letter.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipeline.layout.bridges import BODY, FOOT, PITCH, TAIL
from pipeline.layout.components import Components
from pipeline.layout.lines import TextLine
from pipeline.layout.links import GAP
from pipeline.layout.masks import Mask

_LEAST, _MOST = 1.6, 8.0
"""Height of letters of two or three lines that touch, in x-heights."""

_NARROW, _WIDE = 0.6, 6.0
"""Their width in the same: a stroke that crosses two lines is thinner, ink that is wider is a seal's or a signature's."""

_LONG = 12
"""Width of a line, in x-heights, that may go on with a word which touches others."""

_TOUCH = 0.45
"""Share of their width in which they touch at the most."""


def parted_letters(
    mask: Mask, parts: Components, lines: tuple[TextLine, ...], x_height: float
) -> Mask | None:
    """The mask (0/1) with letters of two lines cut apart where least ink joins them; None where none touch."""
    height, width = parts.height, parts.width
    tall = (height > _LEAST * x_height) & (height < _MOST * x_height)
    tall &= (width > _NARROW * x_height) & (width < _WIDE * x_height)
    cut = None
    for i in np.flatnonzero(tall).tolist():
        left, right = int(parts.left[i]), int(parts.right[i])
        top, bottom = int(parts.top[i]), int(parts.bottom[i])
        feet = sorted(
            line.baseline_at((left + right) / 2) for line in lines if _beside(line, left, right, x_height)
        )
        stood_on = [foot for foot in feet if top + BODY * x_height < foot < bottom + FOOT * x_height]
        if len(stood_on) < 2 or bottom - stood_on[-1] > TAIL * x_height:
            continue
        for upper, lower in pairwise(stood_on):
            if lower - upper < PITCH * x_height:
                continue
            start, end = round(upper), round(min(lower, bottom) - x_height)
            own = parts.labels[start : max(end, start + 2), left:right] == i + 1
            ink = own.sum(axis=1)
            place = int(ink.argmin())
            if 0 < ink[place] <= _TOUCH * (right - left):
                cut = mask.copy() if cut is None else cut
                cut[start + place, left:right][own[place]] = 0
    return cut


def _beside(line: TextLine, left: int, right: int, x_height: float) -> bool:
    """Whether letters between ``left`` and ``right`` may be of a line: amid it, or the next word of a long one."""
    width, middle = line.right - line.left, (left + right) / 2
    amid = line.left - x_height < middle < line.right + x_height
    next_to = line.left - GAP * x_height < right and left < line.right + GAP * x_height
    return amid or (next_to and width > _LONG * x_height)
