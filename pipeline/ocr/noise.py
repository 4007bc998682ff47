"""What the recogniser took for text and is none: streaks, the rims of seals, strokes of a signature.

A line goes when too little of it could be Vietnamese, a number or an abbreviation. Of a line that stays, only words made
of signs that no typist uses go, and only when they were read with little confidence: a doubtful word is better than
a lost one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.language.syllables import is_syllable
from schemas.text import Word

_LEAST_SHARE = 0.34
"""Share of a line's characters that must be plausible."""

_SURE = 0.85

_CERTAIN, _PIECE, _LONG = 0.95, 3, 6
"""Confidence and letters of a word that shows alone that its line is print; length of one that is no syllable."""

_LONGER, _LIKELY = 10, 0.6
"""The same of words run together in tight print: so many signs, the weakest of which is so sure, are no accident."""

_MANY, _HALF_SEEN = 16, 0.4
"""Letters and digits of a line that is too long to be a rim or a stroke, where they were read with so much confidence on the
whole: print so tight that no word of it is known (``PhòngNVVH,NVTDTT,XDNSVHGĐ``)."""

_NUMBER = re.compile(
    r"\d{6}|<{4}|@\w{3}|\d[/!|](?:\d{4}/)?[A-ZĐ][A-ZĐ\d]|\d/[A-ZĐ\d]{2,}-[A-ZĐ]{2}|\d-[A-ZĐ][A-ZĐa-z]{1,2}/[A-ZĐ]{2}|^/[A-ZĐ][A-ZĐa-z]{0,3}-[A-ZĐ]{2}"
)
"""No streak is ever taken for six digits in a row (identifiers, machine-readable zones) or for the number of a document
(``219/STP-LLTP``, ``3287/C06-TTDLDC``, ``36-HD/VPTW``), of which the recogniser is seldom sure."""

_NAMES = frozenset("YÝ")
"""Names of one letter: they may stand alone on the second line of a full name."""

_STROKES = "ˆ_`¬|"
"""What the recogniser makes of specks and rules; nobody types them."""

_LIKELY_DASH, _DASH_UP = 0.8, (0.22, 0.6)
"""Least confidence in a dash that stands amid the height of the word before it, and where that is, in its height from below."""

_CERTAIN_DASH = 0.95
"""Least confidence in a dash that ends a line; the end of a rule or of a leader looks like one."""

_LIKELY_COLON, _BLANK, _DOTS = 0.75, 0.8, (0.35, 0.9)
"""Least confidence in a colon by itself; most of the blank before it, and the least and most of its height, in heights of the word before."""

_SPECKS = frozenset(".,'\"‘’“”:;")
"""Signs that never stand alone."""

_LEADER = re.compile(r"\.{3,}:?$")

_TYPED = frozenset(".,;:-–—+/()[]\"'“”‘’…%&*@•<>=°²³№§")


def without_noise(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of a line without noise; empty when the whole line is noise."""
    total = sum(len(word.text) for word in words)
    meant = sum(len(word.text) for word in words if _plausible(word))
    certain = sum(map(_is_sure, words)) >= 2 or any(map(_is_certain, words))
    if total == 0 or (meant < _LEAST_SHARE * total and not certain and not _is_long_print(words)):
        return ()
    return tuple(word for word in words if not _scribble(word))


def _is_long_print(words: Sequence[Word]) -> bool:
    typed = [word for word in words if all(c.isalnum() or c in _TYPED for c in word.text)]
    letters = [sum(map(str.isalnum, word.text)) for word in typed]
    seen = sum(many * word.confidence for many, word in zip(letters, typed, strict=True))
    return sum(letters) >= _MANY and seen >= _HALF_SEEN * sum(letters)


def _is_sure(word: Word) -> bool:
    """Whether a word is a syllable that was read with confidence: two of them on a line are no accident."""
    return len(word.text) > 2 and word.confidence >= _SURE and is_syllable(word.text)


def _is_certain(word: Word) -> bool:
    """Whether one word alone shows that a line is print: a syllable, or a long string of letters and signs that are typed.

    The colon of a label counts as a letter: *Số:*.
    """
    letters = sum(map(str.isalpha, word.text)) + word.text.endswith(":")
    core = word.text.strip(".,;:-–—…/()[]\"'“”‘’ ")
    typed = all(c.isalnum() or c in _TYPED for c in word.text)
    known = is_syllable(core) or len(word.text) >= _LONG
    least = _LIKELY if len(word.text) >= _LONGER else _CERTAIN
    return word.confidence >= least and letters >= _PIECE and typed and known


def without_drawing(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without what was drawn and not written: ends of leaders, specks between and after words.

    A bullet stays before a word, a dash between words, one that ends a line (*2025 - / 2030*) where it is clearly seen, a colon that was
    set apart (*Kính gửi :*), and a degree behind a number.
    """
    written = [replace(word, text=_written(word.text)) for word in words]
    last = len(written) - 1
    return tuple(
        word
        for place, word in enumerate(written)
        if word.text
        and (word.text not in _SPECKS or (place > 0 and _is_colon(word, written[place - 1])))
        and not (word.text == "-" and place == last > 0 and _is_end_of_rule(word, written[place - 1]))
        and not (word.text == "•" and place == last > 0)
        and not (word.text == "°" and not written[place - 1].text[-1:].isdigit())
    )


def _is_colon(sign: Word, before: Word) -> bool:
    """Whether a colon stands one blank behind its word, as many typists set it: two dots, one above the other."""
    height = max(before.box.height, 1.0)
    near = 0 < sign.box.left - before.box.right < _BLANK * height
    tall = _DOTS[0] * height < sign.box.height < _DOTS[1] * height
    return sign.text == ":" and sign.confidence >= _LIKELY_COLON and near and tall


def _is_end_of_rule(dash: Word, before: Word) -> bool:
    """Whether a dash after the last word is none: less is enough where it stands as one does, close by and amid the letters' height."""
    height = max(before.box.height, 1.0)
    up = (before.box.bottom - dash.box.centre[1]) / height
    close = dash.box.left - before.box.right < height
    flat = 1.5 * dash.box.height < dash.box.width < height
    placed = close and flat and _DASH_UP[0] < up < _DASH_UP[1]
    return dash.confidence < (_LIKELY_DASH if placed else _CERTAIN_DASH)


def _written(text: str) -> str:
    """A word without strokes that nobody types and without the dots of a leader."""
    bare = text.strip(_STROKES)
    return bare if bare.lower().startswith("v.v") else _LEADER.sub("", bare)


def _plausible(word: Word) -> bool:
    core = word.text.strip(".,;:-–—…/()[]\"'“”‘’ ")
    if _NUMBER.search(word.text):
        return True
    if not core or not all(c.isalnum() or c in _TYPED for c in core):
        return False
    if core.isdigit():
        return word.confidence >= 0.3
    if core in _NAMES:
        return word.confidence >= 0.8
    parts = core.replace("-", "/").split("/")  # Nam/Nữ, or a speck between two words
    if len(core) > 1 and all(map(is_syllable, parts)):
        return word.confidence >= 0.25
    return len(core) > 1 and word.confidence >= 0.5


def _scribble(word: Word) -> bool:
    odd = sum(not (c.isalnum() or c in _TYPED) for c in word.text)
    if any(c.isalnum() for c in word.text):
        return word.confidence < 0.3 and 3 * odd >= len(word.text)
    bullet = word.text in {"-", "–", "—", "+", "*", "•"}
    return word.confidence < (0.2 if bullet else 0.6)
