"""What is known of the print of a typewriter: all its letters are as wide, it has one dash, and its small letters look like its large ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log
from statistics import fmean, median

from pipeline.language.syllables import is_syllable
from pipeline.ocr.handwriting.filled import DOUBTFUL
from pipeline.typeface import text_width
from schemas.text import Line, Word

_LONG_WORD, _IN_A_LINE, _IN_ALL = 3, 3, 15
"""Letters of a word by which the face of a page is told, and so many of them in a line and on the page."""

_AS_EVEN = 0.75
"""Share of the unevenness of widths in Times below which letters are all as wide."""


def as_typed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a page; on one of a typewriter each dash is a hyphen, and a word that is large among small ones (*TỔ quốc*) is not."""
    if not _is_typed(lines):
        return tuple(lines)
    return tuple(Line(_in_case([_doubted(_hyphened(word)) for word in line.words])) for line in lines)


def _is_typed(lines: Sequence[Line]) -> bool:
    """Whether words are as wide as they have letters, better than as in Times, of which each letter has its own width."""
    by_letters, by_face = [], []
    for line in lines:
        words = [word for word in line.words if len(word.text) >= _LONG_WORD and word.text.isalpha()]
        if len(words) >= _IN_A_LINE:
            by_letters += _off([log(word.box.width / len(word.text)) for word in words])
            by_face += _off([log(word.box.width / text_width(word.text)) for word in words])
    return len(by_face) >= _IN_ALL and fmean(by_letters) < _AS_EVEN * fmean(by_face)


def _off(values: Sequence[float]) -> list[float]:
    middle = median(values)
    return [abs(value - middle) for value in values]


def _doubted(word: Word) -> Word:
    """Digits of a machine that no reader has seen are for a look: some cross the nought, in others *7* is like *1*."""
    digits = any(c.isdigit() for c in word.text)
    return replace(word, confidence=min(word.confidence, DOUBTFUL)) if digits else word


def _hyphened(word: Word) -> Word:
    return _changed(word, word.text.replace("–", "-").replace("—", "-"))


def _in_case(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of a line, each in one case: letters of one shape are told by their height alone, which differs from stroke to stroke."""
    found = []
    for at, word in enumerate(words):
        core = word.text.strip(_SIGNS)
        beside = [
            other.text.strip(_SIGNS) for other in (*words[max(at - 1, 0) : at], *words[at + 1 : at + 2])
        ]
        told = _one_case(core, beside)
        found.append(_changed(word, word.text.replace(core, told)) if told != core else word)
    return tuple(found)


_SIGNS = ".,;:()\"'“”-/"


def _one_case(core: str, beside: Sequence[str]) -> str:
    """A syllable as its first letter and its neighbours have it: *lậP*, *HỢp*; *BỘ* between small letters, where no mark means none of *UB*."""
    if len(core) < 2 or not core.isalpha() or not is_syllable(core.lower()):
        return core
    first, rest = core[0], core[1:]
    if not rest.islower() and not rest.isupper():
        return first + rest.lower()
    if rest.isupper() and first.islower():
        return core.lower()
    among_small = [word for word in beside if word.isalpha()]
    marked = not core.isascii()
    if core.isupper() and marked and among_small and all(word[1:].islower() for word in among_small):
        return core.capitalize()
    return core


def _changed(word: Word, text: str) -> Word:
    return word if text == word.text else replace(word, text=text, read=word.read or word.text)
