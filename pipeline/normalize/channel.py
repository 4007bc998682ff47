"""A noisy channel: which phrase of a lexicon a text is, as a recogniser gave it, or that it is none of them.

A phrase costs the negative logarithm of its share, and what every letter of it was read as costs what ``data/confusions.json``
counted (``python -m bench.fields --confusions``), all in nats. Seals lie over the beginnings of titles, so a beginning may be
lost or be something else altogether. Against all phrases stands that the text is what it seems: words of the language,
each as likely as words are. No threshold is set anywhere: the likelier wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from heapq import nlargest
from importlib.resources import files
from math import exp, inf, log
from unicodedata import normalize

from rapidfuzz.distance import Levenshtein

from pipeline.language.syllables import is_syllable
from schemas.vietnamese import fold, key, nfc, spelling_key

_COVERED, _TORN, _LOST, _STRAY = 2.5, 5.0, 0.3, 1.0
"""Nats of a beginning that a seal hides or makes something else, of each letter lost there, and of each read instead."""

_UNMARKED = 5.0
"""Nats of a text of which all marks are lost."""

_HALF, _MORE = 0.6, 4
"""Share of a phrase that may be lost so, and how many letters more may be read instead."""

_WORD, _ENDING, _NO_WORD = 6.0, 2.0, 2.5
"""Nats of a word of the language, of one that many titles end with, and of each letter of something that is none."""

_OUTSIDE = 0.13
"""Chance (0–1) that a text is in no lexicon."""

_COMPARED, _LONGEST = 8, 60
"""Phrases that are compared letter by letter: those with the likest letters; and letters of a text that may be one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase, its cost in nats, and the chance (0–1) that it is the right one, all others and none at all considered."""

    phrase: str
    nats: float
    chance: float


Lexicon = Callable[[], Mapping[str, float]]
"""Phrases in capitals (NFC) and their shares: a table of ``schemas.lexicon``."""


def match(text: str, lexicon: Lexicon, *, torn: bool = True) -> Match | None:
    """The phrase that ``text`` most likely is; None where it is likelier something else, or one of several.

    ``torn``: its beginning may lie under a seal.

    >>> from schemas.lexicon import offices
    >>> [found and found.phrase for found in (match("4 PHÙ TỊCH", offices), match("TỊCH", offices), match("PHỤ LỤC", offices))]
    ['CHỦ TỊCH', 'CHỦ TỊCH', None]
    """
    first = next(iter(candidates(text, lexicon, torn=torn)), None)
    return first if first and first.chance > 0.5 else None


@lru_cache(maxsize=4096)
def candidates(text: str, lexicon: Lexicon, *, torn: bool = True) -> tuple[Match, ...]:
    """The phrases that ``text`` may be, the likeliest first; empty where it is too short or too long to be one."""
    return _weighed(_bare(text), lexicon(), torn=torn)


@lru_cache(maxsize=4096)
def nearest(text: str, names: tuple[str, ...], outside: float = _OUTSIDE) -> Match | None:
    """Which of some names, each as likely as any other, ``text`` is, however its marks and letters were read.

    With the letters of one it is that one, the first with these marks; else None where it is likelier something else, or one of
    several. ``outside``: the chance (0–1) of a name that is not among them.

    >>> names = ("Quảng Nam", "Quảng Ngãi")
    >>> [found and found.phrase for found in (nearest("Quảng Nøãi", names), nearest("Long Thành", names))]
    ['Quảng Ngãi', None]
    """
    alike = [name for name in names if key(name) == key(text)]
    if alike:
        exact = (name for name in alike if spelling_key(name) == spelling_key(text))
        return Match(next(exact, alike[0]), 0.0, 1.0)
    capitals = {_bare(name): name for name in names}
    shares = {name: (1 - outside) / len(capitals) for name in capitals}
    first = next(iter(_weighed(_bare(text), shares, torn=False, outside=outside)), None)
    return replace(first, phrase=capitals[first.phrase]) if first and first.chance > 0.5 else None


def _weighed(
    read: str, phrases: Mapping[str, float], *, torn: bool, outside: float = _OUTSIDE
) -> tuple[Match, ...]:
    if read in phrases:
        return (Match(read, -log(phrases[read]), 1.0),)
    if not phrases or not 2 < len(read) <= _LONGEST:
        return ()
    found = sorted(
        (_cost(phrase, read, _HALF if torn else 0.0) - log(phrases[phrase]), phrase)
        for phrase in _likest(fold(read), phrases)
    )
    least = found[0][0]
    all_of_them = sum(exp(least - nats) for nats, _ in found) + exp(least - _as_it_is(read, outside))
    return tuple(Match(phrase, nats, exp(least - nats) / all_of_them) for nats, phrase in found)


@lru_cache(maxsize=4096)
def reads(text: str, phrase: str) -> bool:
    """Whether ``text`` is likelier ``phrase``, read with faults, than words of its own; words that both share tell nothing.

    >>> reads("PHÓ CHẶN VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"), reads("GIẤY TIẾP NHẬN HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ")
    (True, False)
    """
    read, printed = _bare(text).split(), _bare(phrase).split()
    while read and printed and read[-1] == printed[-1]:
        read, printed = read[:-1], printed[:-1]
    while read and printed and read[0] == printed[0]:
        read, printed = read[1:], printed[1:]
    rest, wanted = " ".join(read), " ".join(printed)
    return rest == wanted or (0 < len(rest) <= _LONGEST and _cost(wanted, rest, 0.0) < _as_it_is(rest))


def _bare(text: str) -> str:
    return re.sub(r"^\W+|\W+$", "", " ".join(text.upper().split()))


def _likest(letters: str, phrases: Mapping[str, float]) -> list[str]:
    """The phrases whose letters, or whose last letters, are likest."""

    def likeness(phrase: str) -> float:
        whole = fold(phrase)
        end, other = whole[-len(letters) :], letters[-len(whole) :]
        begun = whole[: len(letters)]
        return max(
            Levenshtein.normalized_similarity(part, read)
            for part, read in ((whole, letters), (end, other), (begun, letters))
        )

    return nlargest(_COMPARED, phrases, key=likeness)


def _as_it_is(read: str, outside: float = _OUTSIDE) -> float:
    """What it costs that a text is none of the phrases."""
    words = ["".join(c for c in word if c.isalnum()) for word in read.split()]
    return sum(map(_word_cost, words)) - log(outside)


def _word_cost(word: str) -> float:
    if word in _ENDINGS:
        return _ENDING
    return _WORD if is_syllable(word) or word.isdigit() else max(_WORD, _NO_WORD * len(word))


_ENDINGS = frozenset({nfc("TRƯỞNG"), nfc("VIÊN")})
"""With which titles of every kind end: nobody lists them all (*ĐỒN TRƯỞNG*)."""


def _cost(phrase: str, read: str, half: float) -> float:
    """What it costs to read a phrase so; a text in which no letter bears a mark lost all of them for one cause."""
    cost = _way(phrase, read, half)
    if read.isascii() and not phrase.isascii():
        cost = min(cost, _UNMARKED + _way(fold(phrase).upper(), read, half))
    return cost


def _way(phrase: str, read: str, half: float) -> float:
    """The cheapest way from letters as printed to letters as read.

    A seal may lie over its beginning, a signature over its end.
    """
    lost, added = _classes()["lost"], _classes()["added"]
    above = [min(added * j, _TORN + _STRAY * j if half and j <= _MORE else inf) for j in range(len(read) + 1)]
    ended = inf
    for i, one in enumerate(phrase, 1):
        torn = _TORN + _LOST * i if i <= half * len(phrase) else inf
        row = [min(above[0] + lost, torn + _COVERED - _TORN)]
        for j, seen in enumerate(read, 1):
            changed = above[j - 1] if one == seen else above[j - 1] + _changed(one, seen)
            row.append(
                min(changed, above[j] + lost, row[-1] + added, torn + _STRAY * j if j <= i + _MORE else inf)
            )
        above = row
        left = len(phrase) - i
        if 0 < left <= half * len(phrase):
            ended = min(ended, row[-1] + _TORN + _COVERED + _LOST * left)
    return min(above[-1], ended)


@cache
def _changed(one: str, seen: str) -> float:
    """What it costs that a letter was read as another; the commonest fault is one of two marks dropped (Ố as Ó)."""
    if (known := _counted()["pairs"].get(one + seen)) is not None:
        return known
    if fold(one) != fold(seen):
        return _classes()["other"]
    dropped = set(normalize("NFD", seen)) < set(normalize("NFD", one))
    return _classes()["dropped" if dropped else "marks"]


@cache
def _counted() -> Mapping[str, Mapping[str, float]]:
    kept = files("pipeline.normalize").joinpath("data/confusions.json").read_text("utf-8")
    loaded: Mapping[str, Mapping[str, float]] = json.loads(kept)
    return loaded


def _classes() -> Mapping[str, float]:
    return _counted()["classes"]
