"""Words of a value that are no Vietnamese, or that never stood where they stand: signs that it was read wrong."""

from __future__ import annotations

import re

from pipeline.extract.head.subject import mark_of_subject
from pipeline.language.neighbours import has_known_rival
from pipeline.language.syllables import is_syllable
from schemas.gazetteer import TYPES, is_word_of_place
from schemas.values import Kind
from schemas.vietnamese import fold

#: Kinds whose values are written out in Vietnamese words; a list is full of initials.
WORDED = frozenset({Kind.TEXT, Kind.TITLE, Kind.ADDRESS, Kind.AGENCY})
_FLOWING = frozenset({Kind.TEXT, Kind.TITLE})
_LONGEST = 7
"""Letters of the longest syllables (*NGHIÊNG*) and abbreviations."""

_WORDS = re.compile(r"[^\W_]+(?:[-.,][^\W_]+|-(?=\s))*")
_GLUED_SIGN = re.compile(r"[^\w\s.,;:/()\-–%\"'“”‘’+&²³º](?=[^\W\d_])")
_RUNS = re.compile(r"[^\W\d_]+(?:\s[^\W\d_]+)*")


def odd_words(text: str, kind: Kind) -> int:
    """How many words are unlikely: no Vietnamese syllable, number or known abbreviation (``V/v``), or with unlikely diacritics.

    Unlikely are diacritics that a word bears nowhere else beside the same neighbours (texts of law); names are left out.
    """
    text = text[mark_of_subject(text) :]
    words = _WORDS.findall(text)
    if text.isupper() and any(len(word) > _LONGEST and not is_syllable(word) for word in words):
        return 0  # the foreign name of a firm
    strange = sum(map(out_of_place, _RUNS.findall(text))) if kind in _FLOWING else 0
    strange += len(_GLUED_SIGN.findall(text))
    return strange + sum(
        not (
            any(c.isdigit() for c in word)
            or (word.isupper() and _may_be_initials(word, kind) and not _are_glued(word))
            or is_syllable(word)
            or word == "Q"  # quyền: acting
            or (len(word) > 1 and is_word_of_place(word))
        )
        for word in words
    )


#: Two initials of which names of agencies and titles are full; others of two consonants are what is left of a word (*CH*).
_TWO = frozenset("TP TX TT TW VP KT TM TL TH MN GD QS XD QL ĐT KH CN NN HĐ KV ND".split())


def _may_be_initials(word: str, kind: Kind) -> bool:
    left_over = len(word) == 2 and kind in {Kind.TITLE, Kind.AGENCY} and not set(fold(word)) & set("aeiouy")
    return 1 < len(word) <= _LONGEST and (not left_over or word in _TWO)


def _are_glued(word: str) -> bool:
    """Two syllables without their blank (*MINHANH*), each of three letters and more, where it is none itself."""
    return not is_syllable(word) and any(
        is_syllable(word[:at]) and is_syllable(word[at:]) for at in range(3, len(word) - 2)
    )


_UNITS = frozenset(word for unit in (*TYPES, "Phòng") for word in unit.lower().split())
"""Words that stand beside any other in names of agencies."""


def out_of_place(run: str) -> int:
    """Words between two signs that bear other marks wherever else they stand beside their neighbours; names left out."""
    words = run.split()
    around = ["", *(word.lower() for word in words), ""]
    return sum(
        has_known_rival(*around[at : at + 3])
        for at, word in enumerate(words)
        if (at == 0 or not word.istitle() or run.isupper()) and word.lower() not in _UNITS
    )
