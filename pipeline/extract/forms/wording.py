"""Wording that a law prescribes for a field, put right where a word of it was read with doubt.

Only words change that differ from the prescribed one by their marks or one letter, and of which the reading itself is
unsure: who wrote something else keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.rows import Row, Token
from pipeline.extract.spans import Span
from pipeline.normalize.channel import reads
from schemas.vietnamese import key

_DOUBTED = 0.9


def as_prescribed(span: Span, phrases: Sequence[str]) -> Span:
    """The span with doubtful words of the phrases put right; the same span where nothing changed."""
    tokens = list(span.tokens)
    for phrase in sorted(phrases, key=len, reverse=True):
        words = phrase.split()
        keys = [key(word) for word in words]
        for at in range(len(tokens) - len(words) + 1):
            read = tokens[at : at + len(words)]
            if reads(" ".join(token.key for token in read), " ".join(keys)):
                tokens[at : at + len(words)] = [_put_right(t, w) for t, w in zip(read, words, strict=True)]
    if tokens == list(span.tokens):
        return span
    rows, start = [], 0
    for row in span.rows:
        rows.append(Row(row.page, tuple(tokens[start : start + len(row.tokens)])))
        start += len(row.tokens)
    return replace(span, rows=tuple(rows))


def _put_right(token: Token, word: str) -> Token:
    bare = token.text.strip(".,;:()")
    wanted = key(word)
    near = token.key == wanted or (len(wanted) > 2 and reads(token.key, wanted))
    if bare.lower() == word.lower() or not bare or not near or token.confidence >= _DOUBTED:
        return token
    cased = word[0].upper() + word[1:] if bare[0].isupper() and token.key == wanted else word
    text = token.text.replace(bare, cased)
    return replace(token, text=text, key=wanted, as_read=text)
