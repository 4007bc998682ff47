"""Words over which seal or pen lie: what covers a letter may hide its marks, and no reading of what is left can tell.

A stroke of a pen and the rim of a seal hang together over more than the height of a line; letters do not. So it is looked for
where such ink stands in the box of a word, in the picture with all its colours: what was lifted off took print with it at times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from pipeline.layout.masks import ink_mask
from pipeline.model import X_HEIGHT, Picture
from schemas.geometry import Box
from schemas.text import Line, Word

COVERED = 0.9
"""Confidence of a covered word at the most."""

_TALL = 3.4 * X_HEIGHT
"""Ink that hangs together over more than this is no letter."""

_AROUND = 2 * X_HEIGHT
"""Room around the ink that covers in which it is looked for."""

_SHARE = 0.004
"""Share of the box of a word from which on it is covered."""


def with_covered(lines: Sequence[Line], picture: Picture, covers: Sequence[Box]) -> tuple[Line, ...]:
    """The lines, no word surer than ``COVERED`` over which large ink lies; ``covers`` are boxes of such ink in ``picture``."""
    return tuple(_judged(line, picture, covers) for line in lines)


def _judged(line: Line, picture: Picture, covers: Sequence[Box]) -> Line:
    place = line.box
    near = [box for box in covers if box.intersection(place).area > 0]
    if not near:
        return line
    left, top, ink = _tall_ink(picture, line, near)
    return Line(tuple(_at_most(word, left, top, ink) for word in line.words))


def _at_most(word: Word, left: int, top: int, ink: Picture) -> Word:
    box = word.box.moved(-left, -top)
    part = ink[max(round(box.top), 0) : round(box.bottom), max(round(box.left), 0) : round(box.right)]
    covered = part.size > 0 and float(part.mean()) > _SHARE
    return replace(word, confidence=min(word.confidence, COVERED)) if covered else word


def _tall_ink(picture: Picture, line: Line, covers: Sequence[Box]) -> tuple[int, int, Picture]:
    """The ink over and around a line that hangs together over more than its height, 1 where it is, and where its part of the page begins."""
    height, width = picture.shape
    left = max(round(line.box.left - _AROUND), 0)
    right = min(round(line.box.right + _AROUND), width)
    top = max(round(min(line.box.top, *(box.top for box in covers)) - _AROUND), 0)
    bottom = min(round(max(line.box.bottom, *(box.bottom for box in covers)) + _AROUND), height)
    mask = ink_mask(picture[top:bottom, left:right])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    tall = stats[:, cv2.CC_STAT_HEIGHT] > _TALL
    tall[0] = False
    return left, top, np.asarray(tall[labels], np.uint8)
