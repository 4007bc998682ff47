"""What speaks for and against a word that was read: figures from the recogniser, the language and the line around it.

All of it is known once a line is decoded and costs a few microseconds a word. ``confidence.py`` weighs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from math import log
from statistics import median

from pipeline.language.neighbours import known_syllables, surprise
from pipeline.language.syllables import is_syllable
from pipeline.ocr.recogniser import RawWord
from schemas.text import Word
from schemas.vietnamese import fold


class WordClass(StrEnum):
    """Words that fail in the same way."""

    WORD = "word"
    """A possible syllable in small letters."""
    NAME = "name"
    """A possible syllable with a capital at its head: a name, or the head of a sentence."""
    CAPITALS = "capitals"
    """A possible syllable in capitals."""
    FOREIGN = "foreign"
    """Letters that are no Vietnamese syllable."""
    NUMBER = "number"
    """Digits and signs: numbers, dates, amounts."""
    CODE = "code"
    """Letters with digits or signs between them, and abbreviations: 12/QĐ-UBND, TTHC."""
    SIGN = "sign"
    """Neither letter nor digit."""


FEATURES = (
    "doubt",  # 1 − raw confidence, in tenths up to one
    "doubt_root",  # the square root of all of it
    "margin",  # nats between first and second choice, of the symbol where they are nearest
    "unsupported",  # corrected to a letter that was not among the choices
    "surprise_left",  # nats, given the word before
    "surprise_right",  # nats of the word after, given this one
    "rival",  # nats by which the same letters with other marks would fit better between the neighbours
    "beside_number",  # a number beside a number: one number torn apart
    "punctuated",  # ends in a full stop, comma, colon, …
    "odd",  # share of signs that no typist uses
    "length",  # logarithm of the number of characters
    "pitch",  # deviation of the width of a character from the line's, logarithmic
    "nonsense",  # share of the other words of the line that could not be Vietnamese, nor numbers
    "alone",  # no other word in the line
    "first",
    "last",
)
"""Names of the figures that ``evidence`` gives, in order; most lie between −1 and 1.

Tried and left out, since pages not fitted on were judged no better with them: mean margin, corrected or not, height
against the line, blanks beside the word, doubt of the other words, never counted in law text, capitals inside a word.
"""

TYPED = frozenset(".,;:-–—+/()[]\"'“”‘’…%&*<>=°²³№§")
_AROUND = ".,;:-–—…/()[]\"'“”‘’ "
_FAR = 10.0
"""Nats from which on a second choice is no rival."""


def word_class(text: str) -> WordClass:
    """The class of a word by its letters; signs before and after it do not count."""
    core = text.strip(_AROUND)
    if not any(c.isalnum() for c in core):
        return WordClass.SIGN
    if not any(c.isalpha() for c in core):
        return WordClass.NUMBER
    if not core.isalpha():
        return WordClass.CODE
    if not is_syllable(core):
        return WordClass.CODE if core.isupper() and len(core) > 1 else WordClass.FOREIGN
    if core.isupper() and len(core) > 1:
        return WordClass.CAPITALS
    return WordClass.NAME if core[0].isupper() else WordClass.WORD


def evidence(line: Sequence[RawWord], words: Sequence[Word]) -> list[tuple[float, ...]]:
    """The figures for each word of a line, in the order of ``FEATURES``.

    ``words`` are the decoded words from left to right; each finds its raw word in ``line`` by its box.
    """
    raws = {raw.box: raw for raw in line}
    cores = [word.text.strip(_AROUND) for word in words]
    pitches = [word.box.width / max(len(word.text), 1) for word in words]
    pitch = median(pitches) if words else 0.0
    strange = [_strange(core) for core in cores]
    numbers = [any(c.isdigit() for c in core) and not any(c.isalpha() for c in core) for core in cores]
    last = len(words) - 1
    found: list[tuple[float, ...]] = []
    for i, word in enumerate(words):
        doubt = min(max(1.0 - word.confidence, 0.0), 1.0)
        beside = (i > 0 and numbers[i - 1]) or (i < last and numbers[i + 1])
        figures = (
            min(10 * doubt, 1.0),
            doubt**0.5,
            *_choices(raws.get(word.box), word),
            *_language(cores[i], words[i - 1] if i else None, word, words[i + 1] if i < last else None),
            float(numbers[i] and beside),
            float(word.text.endswith((".", ",", ";", ":", "/"))),
            sum(not (c.isalnum() or c in TYPED) for c in word.text) / max(len(word.text), 1),
            log(max(len(word.text), 1)),
            _deviation(pitches[i], pitch),
            (sum(strange) - strange[i]) / max(last, 1),
            float(last == 0),
            float(i == 0),
            float(i == last),
        )
        found.append(figures)
    return found


def _choices(raw: RawWord | None, word: Word) -> tuple[float, float]:
    """Margin, unsupported. Without choices the margin is taken to be middling, and a correction unsupported."""
    if raw is None or not raw.symbols:
        return 0.5, float(word.read is not None)
    margin = min(s[1][1] - s[0][1] if len(s) > 1 else _FAR for s in raw.symbols)
    unsupported = False
    if word.read is not None and len(raw.symbols) == len(word.text):
        unsupported = not all(any(t == c for t, _ in s) for c, s in zip(word.text, raw.symbols, strict=True))
    return min(margin, _FAR) / _FAR, float(unsupported)


def _language(core: str, left: Word | None, word: Word, right: Word | None) -> tuple[float, float, float]:
    """Surprise on the left, surprise on the right, rival; all 0 for what is not letters. Signs break the chain."""
    if not core.isalpha():
        return 0.0, 0.0, 0.0
    before = left.text.lower() if left and left.text.isalpha() and word.text.startswith(core) else None
    after = right.text.strip(_AROUND).lower() if right and right.text[:1].isalpha() else ""
    return _fit(before, core.lower(), after if after.isalpha() and word.text.endswith(core) else None)


@lru_cache(maxsize=16384)
def _fit(before: str | None, syllable: str, after: str | None) -> tuple[float, float, float]:
    own = surprise(before, syllable)
    follows = surprise(syllable, after) if after else 0.0
    best = own + follows + _FAR
    for cost, other in sorted((surprise(before, other), other) for other in _rivals(syllable)):
        if cost >= best:
            break  # those that come cannot be better, and to look up their neighbours is what takes time
        best = min(best, cost + (surprise(other, after) if after else 0.0))
    rival = min(own + follows - best, 1.5 * _FAR) / _FAR
    return min(own, 25.0) / 25, min(follows, 25.0) / 25, rival


@lru_cache(maxsize=1)
def _by_letters() -> tuple[dict[int, str], dict[str, list[str]]]:
    """How each letter looks without its marks, and the counted syllables by their letters without marks."""
    together = "\n".join(known_syllables())
    plain = str.maketrans({letter: fold(letter) for letter in set(together) - {"\n"}})
    found: dict[str, list[str]] = {}
    for syllable, bare in zip(together.split("\n"), together.translate(plain).split("\n"), strict=True):
        found.setdefault(bare, []).append(syllable)
    return plain, found


def _rivals(syllable: str) -> list[str]:
    """Other counted syllables that have the same letters but for the marks."""
    plain, found = _by_letters()
    return [other for other in found.get(syllable.translate(plain), ()) if other != syllable]


def _strange(core: str) -> float:
    plain = core.isalpha() and (is_syllable(core) or core.isupper())
    return float(not (plain or any(c.isdigit() for c in core)))


def _deviation(value: float, usual: float) -> float:
    if value <= 0 or usual <= 0:
        return 2.0
    return min(abs(log(value / usual)), 2.0)
