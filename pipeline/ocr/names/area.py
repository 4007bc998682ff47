"""Which rows and columns may hold a name of which only a part was read: farther than its good words, to where pale ink ends."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.names.likeness import core
from pipeline.ocr.names.lines import LOST, good_words, is_family
from schemas.geometry import Box
from schemas.text import Line, Word

_ABOVE, _BELOW = 0.45, 0.35
_PALE = 10.0
"""Grey levels below paper that are ink of a name's ends."""

_FARTHEST, _SPACE = 10.0, 1.4
"""How far a name may go on in pale ink, and how wide the spaces between its words are at most, in x-heights."""


def area_of(line: Line, start: float | None, picture: Picture, *, stamped: bool) -> Box:
    """The rows and columns that may hold the name."""
    good = good_words(line)
    top = min(word.box.top for word in good) - _ABOVE * X_HEIGHT
    bottom = max(word.box.bottom for word in good) + _BELOW * X_HEIGHT
    left = line.box.left - X_HEIGHT
    if not is_family(core(good[0].text)):
        left = good[0].box.left - LOST * X_HEIGHT
    if start is not None and start < good[0].box.left + X_HEIGHT:
        left = start - 0.8 * X_HEIGHT
    left = min(left, _beginning(line, good[0]) - 0.8 * X_HEIGHT)
    height, width = picture.shape
    rows = slice(max(round(top), 0), min(round(bottom), height))
    ends = _ends(picture[rows], line.box.left, line.box.right)
    left = min(left, ends[0] - X_HEIGHT) if stamped else left
    return Box(
        max(round(left), 0), rows.start, min(round(max(line.box.right, ends[1]) + X_HEIGHT), width), rows.stop
    )


def _ends(strip: Picture, left: float, right: float) -> tuple[float, float]:
    """How far ink goes on from a line to both sides, pale as it may be: a stamp fades towards its ends."""
    soft = cv2.GaussianBlur(strip, (0, 0), 2.0)
    paper = float(np.percentile(soft, 80))
    inked = (soft < paper - _PALE).sum(axis=0) >= 3
    far, gap = round(_FARTHEST * X_HEIGHT), round(_SPACE * X_HEIGHT)
    start, end = max(round(left), 0), min(round(right), len(inked))
    after = np.flatnonzero(inked[end : end + far])
    before = np.flatnonzero(inked[max(start - far, 0) : start][::-1])
    return start - _unbroken(before, gap), end + _unbroken(after, gap)


def _unbroken(places: np.ndarray[tuple[int], np.dtype[np.intp]], gap: int) -> int:
    """How far places go on without a gap wider than this; 0 where the first lies farther."""
    steps = np.diff(places, prepend=-1)
    broken = np.flatnonzero(steps > gap)
    kept = places[: broken[0]] if len(broken) else places
    return int(kept[-1]) + 1 if len(kept) else 0


def _beginning(line: Line, good: Word) -> float:
    """Where the letters begin that stand close before a good word."""
    left = good.box.left
    for word in reversed(line.words[: line.words.index(good)]):
        if left - word.box.right < 0.6 * X_HEIGHT and any(c.isalnum() for c in word.text):
            left = word.box.left
    return left
