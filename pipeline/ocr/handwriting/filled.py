"""What was written into a slot: read by the network for digits, and set against what the recogniser of print read there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.handwriting.numbers import Number, read_number
from pipeline.ocr.handwriting.printed import ABOVE, BELOW, LIGHT
from schemas.geometry import Box, union
from schemas.text import Word

DOUBTFUL = 0.6
"""Highest confidence of what was written by hand, or typed in digits nobody has seen: only a second source makes it sure."""

_LEGIBLE = 0.25
"""Least chance of each digit, below which the slot stays as the recogniser of print read it."""

_MARGIN = 0.05
"""The white beside print, in x-heights."""

SHIFT = 0.5
"""How far an edge is moved to the next column without ink, in x-heights."""

_SLASHES = "17"
"""Digits that a slash is taken for."""

MOST_DIGITS = 4
"""Most digits of a number."""


def read_slot(
    picture: Picture, line: Box, span: tuple[float, float], allowed: frozenset[str] | None, most: int
) -> Number | None:
    """The number between two columns of a line; None where it cannot be read."""
    rows = picture[max(round(line.top), 0) : round(line.bottom)]
    left = _at_white(rows, round(span[0] + _MARGIN * X_HEIGHT), -1)
    right = _at_white(rows, round(span[1] - _MARGIN * X_HEIGHT), 1)
    top, bottom = round(line.top - ABOVE * X_HEIGHT), round(line.bottom + BELOW * X_HEIGHT)
    left, top = max(left, 0), max(top, 0)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    if part.shape[1] < 0.4 * X_HEIGHT or part.shape[0] < X_HEIGHT:
        return None
    number = read_number(part, X_HEIGHT, allowed, most)
    if number is None or number.chance < _LEGIBLE:
        return None
    return replace(number, box=number.box.moved(left, top))


def _at_white(rows: Picture, x: int, step: int) -> int:
    """The edge of a slot moved out of a digit that it would cut, to the next column without ink; where none is near, as it was.

    How wide the print beside it is, is an estimate.
    """
    for column in range(x, x + step * round(SHIFT * X_HEIGHT), step):
        if 0 <= column < rows.shape[1] and rows.size and rows[:, column].min() > LIGHT:
            return column
    return x


def likelier(
    number: Number | None, inside: Sequence[Word], allowed: frozenset[str] | None = None
) -> Number | None:
    """The digits that print's recogniser read, where it is surer of them: print may be larger than the page's letters."""
    if number is None or len(inside) != 1:
        return number
    (read,) = inside
    fits = read.text in allowed if allowed else read.text.isdigit() and len(read.text) <= MOST_DIGITS
    if not fits or read.confidence <= number.chance:
        return number
    return replace(number, text=read.text, chance=read.confidence, box=read.box)


def longer(number: Number | None, inside: Sequence[Word]) -> Number | None:
    """Where print's recogniser read the same digits and more, which an edge cut off, these."""
    text = "".join(word.text for word in inside)
    if number is None or not text.isdigit() or not len(number.text) < len(text) <= MOST_DIGITS:
        return number
    if not (text.endswith(number.text) or text.startswith(number.text)):
        return number
    return replace(number, text=text, box=union((number.box, *(word.box for word in inside))))


def without_slash(number: Number | None, inside: Sequence[Word], sign: float) -> Number | None:
    """Where print's recogniser read the same digits and one less, and the last touches the sign, it is the sign's slash."""
    text = "".join(word.text for word in inside)
    if number is None or not text or number.text not in {f"{text}{stroke}" for stroke in _SLASHES}:
        return number
    if number.box.right < sign - SHIFT * X_HEIGHT:
        return number
    return replace(number, text=text, box=union(word.box for word in inside))


def written(number: Number, inside: Sequence[Word]) -> Word:
    """The number as a word; what print's recogniser made of it is kept beside it."""
    read = " ".join(word.text for word in inside) or None
    return Word(number.text, number.box, min(DOUBTFUL, number.chance), read)
