"""How people are called in Viet Nam: family names and the syllables of middle and given names, with rough shares.

Family names and their shares, and middle and given names in three steps of frequency, from general knowledge, not from a
survey. A name that stands in no list is rare, not wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from math import inf, log, log10

from pipeline.language.syllables import is_syllable
from schemas.gazetteer import is_word_of_place
from schemas.vietnamese import fold, spelling_key

_NAMES, _FOREIGN_PLACE = 0.1, 1e-4
"""Share of the words with a capital that are parts of names; chance of one of the words in names of places that are no syllables."""

_RARE_FAMILY, _RARE_GIVEN, _FOREIGN = 3e-6, 2e-4, 2e-7
"""Chance of a syllable that stands in no list: as a family name, as another part of a name, as no syllable at all."""


@lru_cache(maxsize=1)
def family_names() -> Mapping[str, float]:
    """Family names, written with a capital, and the share of people who bear each."""
    return _shares("family")


@lru_cache(maxsize=1)
def given_names() -> Mapping[str, float]:
    """Syllables of middle and given names, written with a capital, and their shares."""
    return _shares("given")


@lru_cache(maxsize=1)
def _listed() -> Mapping[str, float]:
    both = (*family_names(), *given_names())
    return {name: max(family_names().get(name, 0.0), given_names().get(name, 0.0)) for name in both}


@lru_cache(maxsize=1)
def folded_names() -> frozenset[str]:
    """All listed names without marks, in small letters."""
    return frozenset(fold(name) for name in (*family_names(), *given_names()))


def chance(syllable: str, *, family: bool) -> float:
    """How likely a syllable (a capital first, NFC) is as a family name or as another part of a name."""
    shares = family_names() if family else given_names()
    rare = _RARE_FAMILY if family else _RARE_GIVEN
    return shares.get(syllable, rare if is_syllable(syllable) else _FOREIGN)


@lru_cache(maxsize=4096)
def surprise_as_name(word: str) -> float:
    """−ln P that a word with a capital (NFC) is this part of a person's name, or a foreign one of a place (*Yang*), in nats.

    Infinite for what stands in no list.
    """
    share = _listed().get(word.capitalize(), 0.0)
    if not share and not is_syllable(word) and is_word_of_place(word):
        share = _FOREIGN_PLACE
    return -log(_NAMES * share) if share else inf


def rival(syllable: str) -> float:
    """By how many tens the commonest given name with the same letters and other marks is commoner; 0 where none is.

    >>> rival("Hiến") > 0.6, rival("Hiền")
    (True, 0.0)
    """
    own = chance(syllable.capitalize(), family=False)
    return max(0.0, log10(max(_commonest_alike().get(fold(syllable), 0.0), own) / own))


@lru_cache(maxsize=1)
def hardly_told_apart() -> frozenset[str]:
    """Names (a capital first) of which three and more common ones have the same letters: *Thùy, Thúy, Thủy*."""
    alike: dict[str, set[str]] = {}
    for name, share in given_names().items():
        if share > _RARE_GIVEN * _COMMON:
            alike.setdefault(fold(name), set()).add(name)
    return frozenset(
        name for names in alike.values() if len({spelling_key(n) for n in names}) > 2 for name in names
    )


_COMMON = 5
"""Times as often as a name that stands in no list."""


@lru_cache(maxsize=1)
def _commonest_alike() -> Mapping[str, float]:
    best: dict[str, float] = {}
    for name, share in given_names().items():
        best[fold(name)] = max(share, best.get(fold(name), 0.0))
    return best


def _shares(kind: str) -> Mapping[str, float]:
    rows = files("pipeline.language").joinpath("data/names.tsv").read_text("utf-8").splitlines()
    parts = [row.split("\t") for row in rows]
    weights = {
        name: float(weight) for found, weight, names in parts if found == kind for name in names.split()
    }
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
