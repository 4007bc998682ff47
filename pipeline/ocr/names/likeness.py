"""How near a reading comes to a name: in letters, and in how wide it is printed."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

from pipeline.language.names import family_names
from pipeline.language.syllables import is_syllable
from pipeline.typeface import text_width
from schemas.vietnamese import fold

BLANK = 0.25
"""Width of a blank, in ems."""

_LOOKALIKES = tuple(
    frozenset(group)
    for group in ("mnhurñ", "gq89&6", "vyx", "ilt1fj|!", "ceo", "ao", "dđ", "nwm", "pb", "rt", "kh", "ij")
)


def letters_width(text: str) -> float:
    """How wide a word is printed in bold, in ems."""
    return text_width(text, bold=True) / 1000


def core(text: str) -> str:
    """A word without the signs around it."""
    start = next((i for i, c in enumerate(text) if c.isalpha()), len(text))
    end = next((i for i in range(len(text), 0, -1) if text[i - 1].isalpha()), start)
    return text[start:end]


def is_name_part(text: str) -> bool:
    """Whether a word is written as a part of a name: a capital, then small letters of a syllable, or a name as it is listed (*Ksor*)."""
    written = text[:1].isupper() and (len(text) == 1 or text[1:].islower())
    return written and (is_syllable(text) or text in family_names())


@lru_cache(maxsize=1 << 16)
def letters_away(read: str, word: str, *, noise: bool = True) -> float:
    """How far a reading is from a word, in letters; with ``noise``, what stands before the word costs little."""
    cost = [0.8 if c.isalnum() else 0.25 for c in read]
    row = [min(0.2 * i, 0.8) if noise else sum(cost[:i]) for i in range(len(read) + 1)]
    for letter in word:
        above = row
        row = [above[0] + 1.0]
        for i, seen in enumerate(read, 1):
            row.append(
                min(
                    above[i - 1] + _unlike(seen, letter),
                    above[i] + 1.0,
                    row[i - 1] + cost[i - 1],
                )
            )
    return row[-1]


@lru_cache(maxsize=1 << 14)
def _unlike(seen: str, letter: str) -> float:
    if seen == letter:
        return 0.0
    a, b = fold(seen), fold(letter)
    if a == b:
        return (0.25 if len(normalize("NFD", seen)) < len(normalize("NFD", letter)) else 0.45) + (
            0.1 if seen.islower() != letter.islower() else 0
        )
    if any(a in group and b in group for group in _LOOKALIKES):
        return 0.6
    return 1.0 if seen.isalpha() else 0.7
