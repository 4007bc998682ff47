"""The 54 ethnic groups (Decision 121-TCTK/PPCĐ of 1979) and nationalities, by every name that papers print."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import fuzz, process

from schemas.lexicon import other_names, phrases
from schemas.vietnamese import fold, spelling_key

ETHNIC_GROUPS, COUNTRIES = phrases("ethnic_groups"), phrases("countries")
"""Countries by their usual Vietnamese names; what is not among them is kept as printed, its check failed."""


@cache
def _folded(names: tuple[str, ...]) -> dict[str, str]:
    return {name: re.sub(r"[^a-z]", "", fold(name)) for name in names}


def _nearest(text: str, table: str, cutoff: float) -> tuple[str, float] | None:
    bare, names = re.sub(r"[^a-z]", "", fold(text)), phrases(table)
    if not bare:
        return None
    exact = [name for name in names if spelling_key(name) == spelling_key(text)]
    if exact:
        return exact[0], 1.0
    if other := other_names(table).get(bare):
        return other, 1.0
    best = process.extract(bare, _folded(names), scorer=fuzz.ratio, score_cutoff=cutoff, limit=2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][2], best[0][1] / 100


def find_ethnicity(text: str) -> tuple[str, float] | None:
    """The ethnic group and how alike it is (0–1): ``H'Mông`` and ``H'rê`` too; None where it is none.

    >>> find_ethnicity("Kinh."), find_ethnicity("Hre")
    (('Kinh', 1.0), ('Hrê', 1.0))
    """
    plain = text.strip(" .,;:")
    return _nearest(plain, "ethnic_groups", 70)


def find_nationality(text: str) -> tuple[str, float] | None:
    """The country and how alike it is (0–1); None where it is none.

    >>> find_nationality("Viet Nam"), find_nationality("VIỆT NAM")
    (('Việt Nam', 1.0), ('Việt Nam', 1.0))
    """
    return _nearest(text.strip(" .,;:"), "countries", 80)
