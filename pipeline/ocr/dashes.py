"""Hyphen, en dash and em dash, told by how long they are: the recogniser takes one for the other, and for a tilde.

In Times New Roman and its like the ink of a hyphen is a quarter of an em long, that of an en dash half of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.typeface import text_width
from schemas.text import Word

_DASHES = frozenset("-–—−~_")

_HYPHEN, _EN_DASH = 0.37, 0.75
"""Longest ink of either, in ems of its line."""

_FLAT = 0.2
"""Highest ink of a dash, in ems; a box that is higher holds more than a dash."""

_LETTERS = 3
"""Letters of a line that tell its em."""


def with_dashes(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of a line with each dash that stands alone as the one that its length says; boxes in pixels."""
    if not any(word.text in _DASHES for word in words):
        return tuple(words)
    em = _em(words)
    return tuple(_told(word, em) if em and word.text in _DASHES else word for word in words)


def _em(words: Sequence[Word]) -> float:
    """The size of the type of a line in pixels, from the widths of its words; 0 where there are too few letters."""
    letters = [word for word in words if len(word.text) > 1 and word.text.isalpha()]
    if sum(len(word.text) for word in letters) < _LETTERS:
        return 0.0
    return 1000 * sum(word.box.width for word in letters) / sum(text_width(word.text) for word in letters)


def _told(word: Word, em: float) -> Word:
    if word.box.height > _FLAT * em:
        return word
    length = word.box.width / em
    text = "-" if length < _HYPHEN else "–" if length < _EN_DASH else "—"
    return word if text == word.text else replace(word, text=text, read=word.read or word.text)
