"""What is put right after lists of names and titles, but for words that were read clearly: no list holds them all."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.rows import Token
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


def _is_clear(token: Token, bare: str) -> bool:
    return token.confidence >= _CLEAR and bare.isalpha() and is_syllable(bare)
