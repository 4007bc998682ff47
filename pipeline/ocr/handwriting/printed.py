"""What is print beside a slot and in it: where printed words end, and whether digits are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.layout.components import find_components
from pipeline.median import median
from pipeline.model import X_HEIGHT, Picture
from pipeline.typeface import text_width
from schemas.geometry import Box
from schemas.text import Word

_APART = 12.0
"""Widest slot, in x-heights."""

_LEVEL = 0.4
"""Share of the lower one's height that two parts of one line have in common."""

_PRINTED = 0.85
"""A number of printed digits, read with this confidence, is left as it is."""

_HIGHEST = 1.75
"""Printed digits are one and a half x-heights high; what is higher than this was written."""

_SAME = 0.3
"""How far, in x-heights, print on one line ends aside of other print."""

_EVEN = 0.12
"""Share of their height by which printed digits may begin and end aside of each other: round ones are higher, and a scan is coarse."""

_HANGING, _DESCENDER = frozenset("gpqyQ,"), 0.5
"""Letters of a sign that hang below the line (*QĐ-TTg*), and how far, in x-heights."""

ABOVE, BELOW = 0.9, 0.7
"""How far digits rise above their line and hang below it, in x-heights."""

LIGHT = 160
"""Level of a column or a row without ink."""

_EM = 2.08
"""The em of a number's line in x-heights of the page: 13 points beside a body of 14."""

_DIGIT = 0.8
"""A box wider than print by so many x-heights holds a digit."""

_NUMERAL = re.compile(r"\d+(?:\s?[-./]\s?\d+)*")
"""Digits, also a serial and its year (*12-2021*, *01/2004*, *15/ 2015*)."""


def follows(first: Box, second: Box) -> bool:
    """Whether a line goes on as another one, with no more than a slot between."""
    level = min(first.bottom, second.bottom) - max(first.top, second.top)
    near = -X_HEIGHT < second.left - first.right < _APART * X_HEIGHT
    return near and level > _LEVEL * min(first.height, second.height)


def parted(word: Word, at: int) -> tuple[list[Word], Word]:
    """A word cut behind its printed beginning, of which the width is known: that, if there is any, and the rest."""
    return _cut(word, at, word.box.left + printed_width(word, word.text[:at]))


def parted_from_right(word: Word, at: int) -> tuple[list[Word], Word]:
    """A word cut before its printed sign, of which the width is known; what was written before it has any."""
    return _cut(word, at, word.box.right - printed_width(word, word.text[at:]))


def _cut(word: Word, at: int, x: float) -> tuple[list[Word], Word]:
    if at <= 0:
        return [], word
    first = replace(word, text=word.text[:at], box=replace(word.box, right=x))
    return [first], replace(word, text=word.text[at:], box=replace(word.box, left=x))


def printed_left(word: Word) -> float:
    """Where a printed word begins of which the box holds a digit before it, too."""
    wide = word.box.width - text_width(word.text) / 1000 * _EM * X_HEIGHT
    return word.box.left + (wide if wide > _DIGIT * X_HEIGHT else 0.0)


def printed_width(word: Word, text: str) -> float:
    """How wide the printed part of a word is: as print of this size is, and no wider than its share of the word."""
    return min(
        text_width(text) / 1000 * _EM * X_HEIGHT, text_width(text) / text_width(word.text) * word.box.width
    )


def is_printed(words: Sequence[Word], least: float = _PRINTED) -> bool:
    """Whether a slot holds one number in print: digits as high as those of its line, and read with so much confidence."""
    if any(word.box.height > _HIGHEST * X_HEIGHT or word.confidence < least for word in words):
        return False
    return _NUMERAL.fullmatch(" ".join(word.text for word in words)) is not None


def as_high(picture: Picture, digits: Box, sign: Word) -> bool:
    """Whether the ink of digits reaches as far up and down as that of the sign behind them, but for letters that hang below the line."""
    ends, of_sign = (_ink_through(picture, box) for box in (digits, sign.box))
    if ends is None or of_sign is None:
        return False
    (top, bottom), (high, low) = ends, of_sign
    same = _SAME * X_HEIGHT
    hangs = _DESCENDER * X_HEIGHT if _HANGING.intersection(sign.text) else 0.0
    return abs(top - high) < same and -same < low - bottom < same + hangs


def are_level(picture: Picture, digits: Word) -> bool:
    """Whether each of several digits begins and ends on the same two rows, as printed ones do; a stroke between them may be higher."""
    rows = _ink_through(picture, digits.box)
    if rows is None:
        return False
    top, bottom = rows
    part = picture[top : bottom + 1, max(round(digits.box.left), 0) : round(digits.box.right)]
    parts = find_components((part < LIGHT).astype(np.uint8))
    high = parts.height > _LEVEL * len(part)
    many = sum(map(str.isdigit, digits.text))
    if many < 2 or high.sum() < many:
        return False
    aside = _EVEN * median(parts.height[high])
    ends = (parts.top[high], parts.bottom[high])
    level = np.all([np.abs(end - median(end)) <= aside for end in ends], axis=0)
    return int(level.sum()) >= many


def _ink_through(picture: Picture, box: Box) -> tuple[int, int] | None:
    """The first and last row of the ink that crosses the middle of a box: no rule above it and no line below belongs to it."""
    top = max(round(box.top - ABOVE * X_HEIGHT), 0)
    part = picture[top : round(box.bottom + BELOW * X_HEIGHT), max(round(box.left), 0) : round(box.right)]
    inked = np.append((part < LIGHT).any(axis=1), False)
    middle = round(box.centre[1]) - top
    if not inked[middle]:
        return None
    above = np.flatnonzero(~inked[:middle])
    return top + (int(above[-1]) + 1 if above.size else 0), top + middle + int(np.argmin(inked[middle:])) - 1
