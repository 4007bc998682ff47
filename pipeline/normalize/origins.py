"""The 54 ethnic groups (Decision 121-TCTK/PPCĐ of 1979) and nationalities, by every name that papers print."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from pipeline.normalize.channel import nearest
from schemas.lexicon import other_names, phrases
from schemas.vietnamese import key

ETHNIC_GROUPS, COUNTRIES = phrases("ethnic_groups"), phrases("countries")
"""Countries by their usual Vietnamese names; what is not among them is kept as printed, its check failed."""

_OUTSIDE = 0.01
"""Chance that what stands after *Dân tộc* or *Quốc tịch* is in neither list."""


def _found(text: str, table: str) -> tuple[str, float] | None:
    text = text.strip(" .,;:")
    if other := other_names(table).get(key(text)):
        return other, 1.0
    found = nearest(text, phrases(table), _OUTSIDE)
    if found is None:
        return None
    return found.phrase, found.chance * Levenshtein.normalized_similarity(key(found.phrase), key(text))


def find_ethnicity(text: str) -> tuple[str, float] | None:
    """The ethnic group and how alike it is (0–1): ``H'Mông`` and ``H'rê`` too; None where it is none.

    >>> find_ethnicity("Kinh."), find_ethnicity("Hre")
    (('Kinh', 1.0), ('Hrê', 1.0))
    """
    return _found(text, "ethnic_groups")


def find_nationality(text: str) -> tuple[str, float] | None:
    """The country and how alike it is (0–1); None where it is none.

    >>> find_nationality("Viet Nam"), find_nationality("VIỆT NAM")
    (('Việt Nam', 1.0), ('Việt Nam', 1.0))
    """
    return _found(text, "countries")
