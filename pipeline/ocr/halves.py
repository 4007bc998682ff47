"""Lines that were read as noise though half of them is print: letters on the rim of a worn seal go on from a title on one level.

Such a line is cut at each of its wider gaps, and both halves are read. Of those that are surely print the longest stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.cut import Cut
from pipeline.layout.lines import Lines, line_of
from pipeline.layout.marks import NOBODY
from pipeline.layout.strips import Strip, cut_strips
from pipeline.model import X_HEIGHT
from pipeline.ocr.anew import placed, written
from pipeline.ocr.recogniser import Recogniser
from schemas.text import Line

_LETTER, _FEWEST, _HALF = 0.55, 7, 4
"""Height of a letter, in x-heights; letters of a line that is worth it, and of a half of it."""

_GAP, _MOST = 0.4, 24
"""Narrowest gap at which a line is cut, in x-heights; halves of a page that are read at the most."""

_SURE, _LETTERS = 0.9, 5
"""Confidence in the first and the last word of a half that is print, and letters in words read so surely."""


def read_halves(cut: Cut, noise: Iterable[int], recogniser: Recogniser) -> tuple[Line, ...]:
    """Of each line that is ``noise``, by its index, the longest half that is surely print."""
    halves = [(index, half) for index in noise for half in _halves(cut, index)][:_MOST]
    if not halves:
        return ()
    strips: list[Strip] = []
    for _, half in halves:
        owner = np.full(len(cut.parts.left), NOBODY, np.intp)
        owner[half] = 0
        alone = Lines((line_of(cut.parts, half, X_HEIGHT),), owner)
        strips += cut_strips(cut.picture, cut.parts, alone, X_HEIGHT)
    read = recogniser([strip.picture for strip in strips])
    best: dict[int, Line] = {}
    for (index, _), strip, words in zip(halves, strips, read, strict=True):
        line = written(placed(strip, words, cut))
        if line and _is_print(line) and len(line.text) > len(best[index].text if index in best else ""):
            best[index] = line
    return tuple(best.values())


def _is_print(line: Line) -> bool:
    """Whether a half begins and ends with words that were surely read, and most of its letters are in such: what is between them is print, too."""
    ends = min(line.words[0].confidence, line.words[-1].confidence) >= _SURE
    sure = sum(_letters(word.text) for word in line.words if word.confidence >= _SURE)
    return ends and sure >= _LETTERS and sure > _letters(line.text) / 2


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _halves(cut: Cut, index: int) -> Iterator[NDArray[np.intp]]:
    """The parts of a line to either side of each of its wider gaps."""
    parts, own = cut.parts, np.flatnonzero(cut.lines.owner == index)
    letters = own[parts.height[own] >= _LETTER * X_HEIGHT]
    if len(letters) < _FEWEST:
        return
    letters = letters[np.argsort(parts.left[letters], kind="stable")]
    reach = np.maximum.accumulate(parts.right[letters])
    gaps = parts.left[letters][1:] - reach[:-1]
    for at in np.flatnonzero(gaps >= _GAP * X_HEIGHT).tolist():
        edge = (reach[at] + parts.left[letters][at + 1]) / 2
        middle = (parts.left[own] + parts.right[own]) / 2
        for half, count in ((own[middle > edge], len(letters) - at - 1), (own[middle < edge], at + 1)):
            if count >= _HALF:
                yield half
