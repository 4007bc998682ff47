"""A small language model: how likely one syllable follows another, from counts over law text."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files
from math import log

from pipeline.language.syllables import is_syllable
from schemas.vietnamese import fold

_PAIR, _SINGLE = 0.75, 0.25
"""Weights of pair and single counts."""

_POSSIBLE, _IMPOSSIBLE = 3e-7, 1e-11
"""Chance of a syllable that was never counted: one that the phonology allows, and one that it forbids."""


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, tuple[int, str]], int]:
    """Count of each syllable, its neighbours as `` syllable:count…``, and the sum of counts."""
    text = files("pipeline.language").joinpath("data/neighbours.tsv").read_text("utf-8")
    table = {}
    for row in text.splitlines():
        syllable, count, neighbours = row.split("\t")
        table[syllable] = (int(count), f" {neighbours}")
    return table, sum(count for count, _ in table.values())


def is_known(syllable: str) -> bool:
    """Whether the syllable (lower case, NFC) was counted at all."""
    return syllable in _table()[0]


def known_syllables() -> Collection[str]:
    """All syllables that were counted (lower case, NFC)."""
    return _table()[0].keys()


@lru_cache(maxsize=65536)
def seen_together(first: str, second: str) -> int:
    """How often ``second`` was counted right after ``first`` (lower case); 0 below the threshold of 8."""
    neighbours = _table()[0].get(first, (0, ""))[1]
    at = neighbours.find(
        f" {second}:"
    )  # a search in the unparsed text: parsing it all would cost more than reading
    if at < 0:
        return 0
    start = at + len(second) + 2
    end = neighbours.find(" ", start)
    return int(neighbours[start:] if end < 0 else neighbours[start:end])


@lru_cache(maxsize=65536)
def surprise(first: str | None, second: str) -> float:
    """−ln P(second | first) in nats; ``first`` is None at the start of a line or after a break."""
    table, total = _table()
    count = table.get(second, (0, ""))[0]
    chance = _SINGLE * count / total
    chance += _POSSIBLE if is_syllable(second) else _IMPOSSIBLE
    if first is not None and (seen := table.get(first, (0, ""))[0]):
        chance += _PAIR * seen_together(first, second) / seen
    elif first is None:
        chance += _PAIR * count / total
    return -log(chance)


_OFTEN = 20
"""Counts from which on a pair is well known."""


def has_known_rival(before: str, word: str, after: str) -> bool:
    """Whether a word was never seen beside its neighbours ("" where it has none), but one with other marks often was.

    All in lower case. *tuyến* before *chọn*: *tuyển chọn*.
    """
    if seen_together(before, word) or seen_together(word, after):
        return False
    return any(
        seen_together(before, other) >= _OFTEN or seen_together(other, after) >= _OFTEN
        for other in _alike().get(fold(word), ())
        if other != word
    )


@lru_cache(maxsize=1)
def _alike() -> dict[str, list[str]]:
    """The syllables that were counted, by their letters without marks."""
    found: dict[str, list[str]] = {}
    for syllable in known_syllables():
        found.setdefault(fold(syllable), []).append(syllable)
    return found
