"""Which side is up, where the feet of the letters do not tell: a few lines are read both ways, and the legible way is up.

Right where feet are few, as on the back of a card with its zone for machines. Tesseract's own detection of orientation
looks at single letters, takes digits and capitals upside down for others, and costs five times as much.
"""

from __future__ import annotations

import numpy as np

from pipeline.clean.measure import TYPICAL_X_HEIGHT, Overview
from pipeline.layout.components import faint_parts, find_components, no_print
from pipeline.layout.lines import find_lines
from pipeline.layout.masks import print_mask
from pipeline.layout.strips import cut_strips
from pipeline.model import Picture
from pipeline.ocr.lstm import lstm
from pipeline.ocr.recogniser import MODEL

_LINES, _LONGEST = 5, 500
"""So many lines are read, the fullest ones, and of each so many pixels of its strip: a dozen words."""

_LETTERS, _SURE = 3, 0.6
"""A word of so many letters, read with this confidence, was legible; an I or an O is so upside down too."""

_CLEARLY = 2
"""So many times more letters must be legible this way than upside down before a page is turned."""

_LEGIBLE, _PLAIN = 20, 60
"""So many legible letters tell that a page lies on this axis at all, and that the other axis need not be tried."""


def legible_turns(overview: Overview, x_height: float, turns: int) -> int | None:
    """The quarter turns clockwise (0–3) after which most of a page can be read; None where nothing can.

    ``turns`` are the likeliest, and tried first, with the opposite ones; ``x_height`` in pixels of the page, 0 where it is
    not known. Raises RecogniserMissing, PageTimeout.
    """
    size = x_height * overview.scale or TYPICAL_X_HEIGHT
    read: dict[int, int] = {}
    for axis in (turns, turns + 1):
        read |= {way % 4: _legible(overview.even, way, size) for way in (axis, axis + 2)}
        best, other, *_ = sorted(read, key=lambda way: (read[way], way == turns), reverse=True)
        if read[best] >= _PLAIN:
            break
    clearly = best == 0 or read[best] >= _CLEARLY * read[other]
    return best if read[best] >= _LEGIBLE and clearly else None


def _legible(grey: Picture, turns: int, x_height: float) -> int:
    """How many letters of a grey page can be read after some quarter turns clockwise."""
    upright = np.ascontiguousarray(np.rot90(grey, -turns))
    mask = print_mask(upright, x_height)
    parts = find_components(mask)
    # What shines through from the back lies otherwise.
    shining = no_print(parts, faint_parts(parts, upright, mask, x_height), x_height)
    found = find_lines(parts, x_height, np.zeros_like(mask), shining)
    fullest = np.argsort(-np.bincount(found.owner[found.owner >= 0], minlength=len(found.lines)))[:_LINES]
    strips = cut_strips(upright, parts, found.only(fullest), x_height)
    read = lstm([strip.picture[:, :_LONGEST] for strip in strips], MODEL)
    words = [word for line in read for word in line if word.confidence > _SURE]
    return sum(len(word.text) for word in words if len(word.text) >= _LETTERS)
