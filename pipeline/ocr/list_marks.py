"""Marks before the items of a list: -, +, *, o, •, set apart from their item by a blank or a tab.

The recogniser runs a mark into the word behind it (``+Thẩm``), since the wide white beside it is not how law text is spaced, and has
no letter for a bullet. What the white and the shape of the first ink say decides. Specks are discs too: a small one, one before a word
alone, or one in the middle of a row, is a bullet only where there is another one above or below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.layout.masks import Mask
from pipeline.layout.strips import Strip
from pipeline.model import X_HEIGHT
from pipeline.ocr.recogniser import RawWord, Words
from schemas.geometry import Box

MARKS = frozenset("-–—+*•")
"""Signs that stand before the items of lists."""

BULLET = "•"

_GLUED = MARKS | {"o", "O"}
"""What is parted from the word that it was run into: a circle too, read as a letter."""

_WHITE = 0.75
"""Narrowest white between a mark and its item, in x-heights."""

_WIDEST = 1.4
"""A mark is no wider than this, in x-heights."""

_SMALLEST, _LARGEST = 0.3, 1.1
"""Sides of a bullet, in x-heights."""

_SQUARE, _SOLID, _FULL = 0.25, 0.7, 0.85
"""How far its sides may differ, of the longer one; share of its box that is ink: 0.79 of a disc, all of a square, less of any letter."""

_LEVEL = (0.2, 0.85)
"""How far above the baseline the middle of a bullet stands, in x-heights."""

_LARGE, _ITEM = 0.6, 2
"""Size of a bullet that needs no other, in x-heights, and words of its item."""

_ASIDE, _ALIKE = 0.6, 0.3
"""How far aside of each other two bullets of a list stand, in x-heights, and by what share of their size they differ."""

_SEEN = 0.9
"""Confidence in a bullet, of which the shape leaves little doubt."""


def with_list_mark(words: Words, strip: Strip) -> Words:
    """The words of a line, boxes on the page, with a mark at its beginning as a word of its own."""
    lead = _lead(strip.ink)
    if lead is None or not words or words[0].box.left > strip.left + lead[0]:
        return words
    first, ink = words[0], strip.ink[:, : lead[0]]
    box = strip.box(0, lead[0])
    bullet = replace(first, text=BULLET, confidence=_SEEN, symbols=(), readings=(), box=box)
    if first.box.right <= strip.left + lead[1]:  # the recogniser parted it
        disc = len(first.text) == 1 and _is_disc(ink, _FULL if first.text.isalnum() else _SOLID)
        return (*([bullet] if _is_level(ink, strip.foot) else []), *words[1:]) if disc else words
    glued = first.text[0] in _GLUED and len(first.text) > 1
    filled = _is_disc(ink, _SOLID) and _is_level(ink, strip.foot)
    if not glued and not filled:
        return words
    mark = bullet if filled else replace(first, text=first.text[0], symbols=first.symbols[:1], readings=())
    item = _without_sign(first) if glued else first
    return (
        mark if filled else replace(mark, box=replace(first.box, right=float(strip.left + lead[0]))),
        replace(item, box=replace(first.box, left=float(strip.left + lead[1]))),
        *words[1:],
    )


def without_specks(lines: Sequence[Words]) -> list[Words]:
    """The lines of a page without specks in front of them that were taken for bullets."""
    bullets = [words[0].box for words in lines if _begins_list(words)]
    ends = [words[-1].box for words in lines if words]
    return [
        words[1:] if _begins_list(words) and not _is_bullet(words, bullets, ends) else words
        for words in lines
    ]


def _begins_list(words: Words) -> bool:
    return len(words) > 1 and words[0].text == BULLET


def _is_bullet(words: Words, bullets: Sequence[Box], ends: Sequence[Box]) -> bool:
    """Whether a disc before a line is large, has an item behind it and nothing before it, or has others like it above or below.

    ``ends`` are the last words of all lines.
    """
    box = words[0].box
    first = not any(end.right < box.left and end.top < box.centre[1] < end.bottom for end in ends)
    if first and min(box.width, box.height) >= _LARGE * X_HEIGHT and len(words) > _ITEM:
        return True
    return any(
        other is not box
        and abs(other.left - box.left) <= _ASIDE * X_HEIGHT
        and abs(other.height - box.height) <= _ALIKE * box.height
        for other in bullets
    )


def is_mark(words: Words) -> bool:
    """Whether a line is one mark and nothing else."""
    return len(words) == 1 and set(words[0].text) <= MARKS


def _without_sign(word: RawWord) -> RawWord:
    """A word without its first sign, in all that it may have been."""
    sign = word.text[0]
    readings = tuple((text[1:], cost) for text, cost in word.readings if text[:1] == sign and len(text) > 1)
    return replace(word, text=word.text[1:], symbols=word.symbols[1:], readings=readings)


def _lead(ink: Mask) -> tuple[int, int] | None:
    """Where the first narrow ink of a line ends and, after wide white, the rest begins; None where a line begins otherwise."""
    columns = np.flatnonzero(ink.any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > _WHITE * X_HEIGHT)
    if len(gaps) == 0:
        return None
    end, start = int(columns[gaps[0]]) + 1, int(columns[gaps[0] + 1])
    return (end, start) if end - int(columns[0]) < _WIDEST * X_HEIGHT else None


def _is_disc(ink: Mask, least: float) -> bool:
    """Whether ink is a disc or a square, filled to so large a share of its box."""
    across, down = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    width, height = int(across[-1] - across[0]) + 1, int(down[-1] - down[0]) + 1
    longer, shorter = max(width, height), min(width, height)
    if not _SMALLEST * X_HEIGHT <= shorter <= longer <= _LARGEST * X_HEIGHT:
        return False
    return longer - shorter <= max(_SQUARE * longer, 2) and float(ink.sum()) >= least * width * height


def _is_level(ink: Mask, foot: float) -> bool:
    """Whether ink stands where the middle of small letters is, on row ``foot``."""
    down = np.flatnonzero(ink.any(axis=1))
    above = (foot - float(down[0] + down[-1] + 1) / 2) / X_HEIGHT
    return _LEVEL[0] <= above <= _LEVEL[1]
