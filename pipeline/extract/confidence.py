"""How sure we are of a value: from its words, its label, what had to be repaired, and what its checks are worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.extract.rows import Token
from schemas.records import Check
from schemas.values import Kind

SURE = 0.95
"""From here on, with all checks passed, a value is offered to the clerk as sure."""

#: How much the doubt about words counts: less where the kind's own check excludes nearly every fault of reading, more
#: where no check sees a wrong tone. Set on generated scans of three levels so that what is sure is right (bench/fields).
_CHECKED = {
    Kind.TEXT: 2.0,
    Kind.LIST: 2.0,
    Kind.ADDRESS: 1.7,
    Kind.NAME: 1.1,
    Kind.DATE: 0.5,
    Kind.DATE_TIME: 0.6,
    Kind.DATE_WORDS: 0.5,
    Kind.YEAR: 0.6,
    Kind.SEX: 0.2,
    Kind.ETHNICITY: 0.2,
    Kind.NATIONALITY: 0.2,
    Kind.PERSONAL_ID: 1.3,
    Kind.SERIAL: 2.0,
    Kind.TAX_CODE: 0.2,
    Kind.DOSSIER_CODE: 0.5,
    Kind.PHONE: 0.8,
}


def word_confidence(tokens: Iterable[Token]) -> float:
    """One figure for the words of a value, 0–1: the weakest word counts most; signs without letters do not count."""
    values = sorted(token.confidence for token in tokens if token.key)
    if not values:
        return 0.0
    return 0.7 * values[0] + 0.3 * sum(values) / len(values)


def confidence(
    kind: Kind, tokens: Sequence[Token], label: float, likeness: float, checks: Iterable[Check]
) -> float:
    """0–1. A failed check never leaves a value sure."""
    words = word_confidence(tokens)
    doubt = (1 - words) * _CHECKED.get(kind, 1.0)
    sure: float = (1 - 0.5 * doubt) * (0.6 + 0.4 * label) * likeness**0.5
    if not all(check.passed for check in checks):
        sure *= 0.6
    return round(max(0.0, min(sure, 0.99)), 3)
