"""What is put right after lists of names and titles, but for words that were read clearly: no list holds them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.rows import Token
from pipeline.extract.spans import Span
from pipeline.language.names import chance
from pipeline.language.neighbours import is_known
from pipeline.language.syllables import is_syllable
from schemas.vietnamese import fold

_CLEAR = 0.9
"""A syllable read as surely as this is no other word with a wrong letter."""


def with_clear_words(title: str, tokens: Sequence[Token]) -> str:
    """A title put right after the known ones, but for words of other letters that were read clearly (*TRƯỞNG THỐNG KÊ*)."""
    words, read = title.split(), [token for token in tokens if token.key]
    if len(words) != len(read):
        return title
    return " ".join(
        token.text
        if fold(word) != fold(token.text) and _is_clear(token, token.text) and is_known(token.text.lower())
        else word
        for word, token in zip(words, read, strict=True)
    )


def with_clear_names(name: str, tokens: Sequence[Token]) -> str:
    """A name put right after the usual ones, but for given names that were read clearly: there are rare ones (*Dưỡng*)."""
    words, read = name.split(), [token for token in tokens if token.key]
    if len(words) != len(read):
        return name
    kept = [
        bare if _is_clear(token, bare := token.as_read.strip(_SIGNS)) else word
        for word, token in zip(words[1:], read[1:], strict=True)
    ]
    return " ".join((*words[:1], *kept))


_SIGNS = ".,;:'’\"-"


def as_named(span: Span) -> Span:
    """The words of a person's name; one that was put right is kept so where it is ten times as common there as what was read.

    The language model knows law, not names, but a mark too many (*Quảng* for *Quang*) makes a rare name of a common one.
    """
    rows, family = [], True
    for row in span.rows:
        tokens = []
        for token in row.tokens:
            read, right = (word.strip(_SIGNS).capitalize() for word in (token.as_read, token.text))
            commoner = chance(right, family=family) >= _COMMONER * chance(read, family=family)
            put_right = token.corrected and commoner and _is_clear(token, right)
            tokens.append(replace(token, as_read=token.text, confidence=_EITHER) if put_right else token)
            family = family and not token.key
        rows.append(replace(row, tokens=tuple(tokens)))
    return replace(span, rows=tuple(rows))


_COMMONER, _EITHER = 10.0, 0.5
"""Times as common; and the confidence in a word of which there are two readings."""


def _is_clear(token: Token, bare: str) -> bool:
    return token.confidence >= _CLEAR and bare.isalpha() and is_syllable(bare)
