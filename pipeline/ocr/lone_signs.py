"""Signs that stand alone, of which the recogniser makes little: dashes, told by their shape; letters and digits with dirt beside them.

A speck two letters away joins a letter that has no neighbours, as its mark would: then the strip is mostly white, and is read as noise.
Of others, thin as a 1, the networks see nothing without more white around. Such lines are read once more, their letters alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.lines import Lines, TextLine
from pipeline.layout.marks import NOBODY
from pipeline.ocr.recogniser import RawWord

_FEW = 3
"""Letters of a line that is read once more whatever stands beside them; one of more where dirt was taken off."""

_MOST = 14
"""Letters of such a line at the most: of longer ones dirt spoils a word and no more."""

_SOLID, _ROUND = 0.68, 0.6
"""How full of ink a speck is that is as high as a letter, and how wide for its height: no letter is a disc."""

_LETTER = 0.55
"""Height of a letter, in x-heights."""

_OVER = 0.15
"""How far beyond the box of its letters what broke off them may lie, in x-heights."""

WHITE = 0.6
"""White at the ends of such a line, in x-heights."""

SURE, LIKELY = 0.9, 0.5
"""Confidence in a dash of which shape and place leave little doubt, and in one that is worn or that a speck touches."""


def as_words(parts: Components, dashes: NDArray[np.intp], sure: float) -> tuple[RawWord, ...]:
    """Each of these components as a word of its own, of so much confidence."""
    return tuple(RawWord("-", parts.box(dashes[i : i + 1]), sure) for i in range(len(dashes)))


def without_dirt(
    parts: Components, found: Lines, doubtful: Sequence[int], x_height: float
) -> tuple[list[int], Lines]:
    """Those of some ``doubtful`` lines that hold a few letters, or more and dirt; and all lines, those without what lies beside their letters."""
    high = (parts.height >= _LETTER * x_height) & ~_is_speck(parts, x_height)
    owner, lines = found.owner.copy(), list(found.lines)
    few = []
    for index in doubtful:
        own = np.flatnonzero(found.owner == index)
        letters = own[high[own]]
        if not 0 < len(letters) <= _MOST:
            continue
        left, right = parts.left[letters].min(), parts.right[letters].max()
        top, bottom = parts.top[letters].min(), parts.bottom[letters].max()
        beyond = _OVER * x_height
        beside = (parts.right[own] > right + beyond) | (parts.left[own] < left - beyond)
        beside |= (parts.bottom[own] > bottom + beyond) | (parts.top[own] < top - beyond)
        if len(letters) <= _FEW or beside.any():
            few.append(index)
        if beside.any():
            owner[own[beside]] = NOBODY
            box = parts.box(own[~beside])
            left, top, right, bottom = box.as_list()
            lines[index] = TextLine(left, top, right, bottom, found.lines[index].baseline)
    return few, Lines(tuple(lines), owner)


def _is_speck(parts: Components, x_height: float) -> NDArray[np.bool_]:
    """Which parts are discs lower than any letter with its foot and its head."""
    width, height = parts.width, parts.height
    low = height <= x_height
    return low & (width >= _ROUND * height) & (parts.area >= _SOLID * width * height)
