"""Where in a row a phrase may stand, in spite of lost tones, wrong letters and glued words."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.extract.rows import Row

_LOOKED_AT = 60
"""Likeness (0–100) from which a place is looked at; whoever asks decides by ``pipeline.normalize.channel``."""

Spot = tuple[int, int, float]
"""The first token, the one after the last, and how like the phrase they are (0–1)."""


def spots(phrase: str, row: Row) -> Iterable[Spot]:
    """Runs of whole tokens that may be the phrase (given by its ``key``), from left to right."""
    text, starts = _joined(row)
    begin = 0
    while len(text) - begin >= len(phrase) - 2:
        found = fuzz.partial_ratio_alignment(phrase, text[begin:], score_cutoff=_LOOKED_AT)
        if found is None:
            return
        if spot := _aligned(phrase, row, starts, begin + found.dest_start, begin + found.dest_end):
            yield spot
        begin += max(found.dest_end, 1)


def _joined(row: Row) -> tuple[str, list[int]]:
    """The keys of a row in one string, and where each token begins in it."""
    starts, total = [], 0
    for token in row.tokens:
        starts.append(total)
        total += len(token.key)
    return "".join(token.key for token in row.tokens), starts


def _aligned(phrase: str, row: Row, starts: list[int], begin: int, end: int) -> Spot | None:
    """The run of whole tokens nearest to the place found that is most like the phrase."""
    first = max((at for at, start in enumerate(starts) if start <= begin), default=0)
    last = max((at for at, start in enumerate(starts) if start < end), default=0)
    best: Spot | None = None
    for start in {max(first - 1, 0), first, first + 1}:
        for stop in {last - 1, last, last + 1}:
            if not 0 <= start <= stop < len(row.tokens) or not row.tokens[start].key:
                continue
            if any(token.text.endswith(":") for token in row.tokens[start:stop]):
                continue  # none goes on after a colon
            read = "".join(token.key for token in row.tokens[start : stop + 1])
            likeness = Levenshtein.normalized_similarity(phrase, read)
            if best is None or likeness > best[2]:
                best = (start, stop + 1, likeness)
    return best
