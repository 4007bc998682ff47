"""Words of which nothing but their letters need be read: those of prescribed phrases, and of what agencies are called everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.extract.rows import Token
from schemas.gazetteer import TYPES
from schemas.vietnamese import fold

#: What is put right whatever its marks, by its letters alone, in names of agencies and before those of units.
_PRESCRIBED = tuple(
    tuple(fold(phrase).split()) for phrase in ("ủy ban nhân dân", "hội đồng nhân dân", *TYPES)
)


def without_prescribed(tokens: list[Token]) -> list[Token]:
    """The words but for those of prescribed phrases: the names that stand after them are what may be wrong."""
    keys = [token.key for token in tokens]
    dropped = {
        at + inside
        for phrase in _PRESCRIBED
        for at in range(len(keys) - len(phrase) + 1)
        for inside in range(len(phrase))
        if tuple(keys[at : at + len(phrase)]) == phrase and at + len(phrase) < len(keys)
    }
    return [token for at, token in enumerate(tokens) if at not in dropped or token.confidence < _FAINT]


def without_known(tokens: list[Token], value: str, phrases: Iterable[str]) -> list[Token]:
    """The words but for those of known phrases of two words and more that ``value`` holds, marks and all.

    Where nothing else is left, the surest stays.
    """
    keys = [token.key for token in tokens]
    dropped: set[int] = set()
    upper = value.upper()
    for phrase in phrases:
        words = re.findall(r"\w+", fold(phrase))
        if len(words) < 2 or phrase.upper() not in upper:
            continue
        for at in range(len(keys) - len(words) + 1):
            if keys[at : at + len(words)] == words:
                dropped |= {at + inside for inside in range(len(words))}
    kept = [token for at, token in enumerate(tokens) if at not in dropped or token.confidence < _FAINT]
    return kept or [max(tokens, key=lambda token: token.confidence)] if tokens else tokens


_FAINT = 0.3
"""Below this a word may have other letters altogether."""
