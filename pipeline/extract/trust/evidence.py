"""What speaks for and against a value: its words, its label, what was repaired, gaps, and the fields that agree with it.

All figures cost microseconds. ``confidence.py`` weighs them; ``bench.fields --fit`` finds the weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import log10, prod
from typing import NamedTuple

from pipeline.extract.rows import Row, Token, gap_before
from pipeline.extract.spans import Span
from pipeline.extract.trust.known_words import without_known, without_prescribed
from pipeline.extract.trust.odd_words import WORDED, odd_words
from pipeline.language.names import family_names, rival
from pipeline.normalize.people import is_family_name, repair_name
from pipeline.normalize.tidying import Value
from pipeline.normalize.titles import OFFICERS
from schemas.documents import Position
from schemas.lexicon import phrases as lexicon
from schemas.records import Check
from schemas.values import Kind


class FieldClass(StrEnum):
    """Kinds of value that fail in the same way."""

    NAME = "name"
    SIGNER = "signer"
    """The name under a signature, over which pen and seal may lie."""
    PLACE = "place"
    AGENCY = "agency"
    """In a head, where names take several lines."""
    TEXT = "text"
    OFFICE = "office"
    """The title of a signer, where it is one of the usual ones."""
    DATE = "date"
    LISTED = "listed"
    """One of a closed list, or with a check digit: nearly every fault of reading shows."""
    CODE = "code"
    FIGURE = "figure"


_CLASSES = {
    Kind.NAME: FieldClass.NAME,
    Kind.ADDRESS: FieldClass.PLACE,
    Kind.AGENCY: FieldClass.PLACE,
    Kind.TEXT: FieldClass.TEXT,
    Kind.TITLE: FieldClass.TEXT,
    Kind.LIST: FieldClass.TEXT,
    Kind.DATE: FieldClass.DATE,
    Kind.DATE_TIME: FieldClass.DATE,
    Kind.DATE_WORDS: FieldClass.DATE,
    Kind.YEAR: FieldClass.DATE,
    Kind.SEX: FieldClass.LISTED,
    Kind.ETHNICITY: FieldClass.LISTED,
    Kind.NATIONALITY: FieldClass.LISTED,
    Kind.TAX_CODE: FieldClass.LISTED,
    Kind.DECIMAL: FieldClass.FIGURE,
    Kind.MONEY: FieldClass.FIGURE,
    Kind.COUNT: FieldClass.FIGURE,
    Kind.PARCEL: FieldClass.FIGURE,
}

_LISTED_SPOTS = frozenset({Position.KIND, Position.URGENCY, Position.SIGNER_AUTHORITY})


class Figures(NamedTuple):
    """What is known of a value, in figures. Nines are of a chance: 0.99 gives 2."""

    weakest: float = 0.0
    """Nines of its least sure word."""
    together: float = 0.0
    """Nines of all its words being right."""
    label: float = 0.0
    """How much its label differs from the form's (0–1)."""
    repaired: float = 0.0
    """How much of it had to be repaired (0–1)."""
    corrected: float = 0.0
    """Words that the language model changed; 3 at most."""
    gap: float = 0.0
    """Widest blank inside a line beyond the usual, in heights of a word; 3 at most. A word may be lost there."""
    wrapped: float = 0.0
    """Further lines; 2 at most."""
    odd: float = 0.0
    """Words of a text or place that are no Vietnamese; 2 at most."""
    rival: float = 0.0
    """Tens by which another name with the same letters is commoner (*Hiền* than *Hiến*)."""
    agreed: float = 0.0
    """Other fields that confirm it; 2 at most."""


FIGURES = Figures._fields

AGAINST = frozenset({"label", "repaired", "corrected", "gap", "wrapped", "odd", "rival"})
"""The figures that can only speak against a value; the others can only speak for it."""

_LEGIBLE = 0.5
"""A word below this may have other letters, not only other marks."""

#: Checks of one field by another that hardly ever pass by chance.
_AGREEING = frozenset(
    {
        "words_agree",
        "digits_agree",
        "identifier_agrees",
        "issuer_agrees",
        "number_agrees",
        "agency_agrees",
        "print_agrees",
        "signature_agrees",
        "deputy_agrees",
        "office_agrees",
        "body_agrees",
        "text_agrees",
        "birthday",
    }
)


def field_class(kind: Kind, spot: Position = Position.LABEL, value: str = "") -> FieldClass:
    """The class that a kind of value, printed at this spot, belongs to."""
    if spot is Position.SIGNER_NAME:
        return FieldClass.SIGNER
    if spot is Position.SIGNER_TITLE and value.upper() in OFFICERS:
        return FieldClass.OFFICE
    if kind is Kind.AGENCY and spot is not Position.LABEL:
        return FieldClass.AGENCY
    if spot in _LISTED_SPOTS:
        return FieldClass.LISTED
    return _CLASSES.get(kind, FieldClass.CODE)


def evidence(
    kind: Kind,
    span: Span,
    value: Value,
    *,
    names: bool = False,
    signed: bool = False,
    phrases: Sequence[str] = (),
) -> Figures:
    """The figures of a value read from ``span``; nothing agrees yet.

    ``names``: words count as they read where names stand, not as the language model corrected them. ``phrases``: wording
    that a law prescribes; what was read so word for word is no other wording.
    """
    told = telling(kind, span.tokens)
    if kind is Kind.NAME and len(told) > 1 and _is_known_family(span, told[0], signed):
        told = told[1:]  # put right whatever its marks, and counts as repaired
    if kind in _PLACED and value.likeness >= _KNOWN:
        told = without_prescribed(told) or told
    if kind is Kind.AGENCY or phrases:
        told = without_known(told, str(value.value), (*phrases, *_PHRASES_OF_AGENCIES))
    kept = frozenset(re.findall(r"\w+", str(value.value))) if names else frozenset()
    sure = [_believed(token, kept, names=names) for token in told] or [0.001]
    return Figures(
        weakest=_nines(min(sure)),
        together=_nines(prod(sure)),
        label=1 - span.likeness,
        repaired=1 - value.likeness,
        corrected=float(min(sum(token.corrected for token in told), 3)),
        gap=max((_gap(row) for row in span.rows), default=0.0),
        wrapped=float(min(len(span.rows) - 1, 2)),
        odd=float(min(odd_words(str(value.value), kind), 2)) if kind in WORDED else 0.0,
        rival=max(map(rival, str(value.value).split()[1:]), default=0.0) if kind is Kind.NAME else 0.0,
    )


#: What hundreds of agencies are called by; their marks are never others.
_PHRASES_OF_AGENCIES = (*(name for name in lexicon("departments") if " " in name), *lexicon("agency_phrases"))
_PLACED = frozenset({Kind.AGENCY, Kind.ADDRESS})
_KNOWN = 0.95
"""Likeness from which on the gazetteer knows every unit."""


def _is_known_family(span: Span, first: Token, signed: bool) -> bool:
    """Whether a name begins with a family name of which at most the marks are in doubt.

    A rare one must be legible, and so must that of a signer (``signed``): its beginning lies under the seal.
    """
    family = repair_name(span.as_read).split(maxsplit=1)[0]
    common = not signed and family_names().get(family.capitalize(), 0.0) >= _COMMON
    legible = not first.corrected and first.confidence >= (_LEGIBLE if common else _CLEAR)
    return legible and is_family_name(family)


_COMMON, _CLEAR = 0.005, 0.9
"""Share of people from which on a family name is common; a rarer one is believed from this confidence on."""


def _believed(token: Token, kept: frozenset[str], *, names: bool) -> float:
    """The confidence is that of the corrected word; where the word as read is kept instead, half is left at most."""
    chance = min(max(token.confidence, 0.001), 0.999)
    as_read = names and token.as_read != token.text and not kept.issuperset(re.findall(r"\w+", token.text))
    return min(chance, 0.5) if as_read else chance


def with_agreement(figures: Figures, checks: Iterable[Check]) -> Figures:
    """The same, after the fields of the record were compared."""
    agreed = sum(check.passed and check.name in _AGREEING for check in checks)
    return figures._replace(agreed=float(min(agreed, 2)))


def telling(kind: Kind, tokens: Sequence[Token]) -> list[Token]:
    """The words that the value came from: neither signs nor, where digits alone count, the words around them."""
    words = [token for token in tokens if token.key]
    of = field_class(kind)
    digits = [token for token in words if any(c.isdigit() for c in token.text)]
    if not digits or kind in {Kind.DATE_WORDS}:
        return words
    if of is FieldClass.FIGURE and kind is not Kind.MONEY:
        return words[: words.index(digits[0]) + 1]
    if of in {FieldClass.DATE, FieldClass.CODE} or kind is Kind.MONEY:
        return [token for token in words if token in digits or not _plain_word(token.text)]
    return words


def _plain_word(text: str) -> bool:
    return bool(re.fullmatch(r"[^\W\d_]+\W*", text))


def _nines(chance: float) -> float:
    return -log10(max(1 - chance, 0.001))


def _gap(row: Row) -> float:
    if len(row.tokens) < 2:
        return 0.0
    height = max(row.height, 1.0)
    widest = max(gap_before(row, at) for at in range(1, len(row.tokens))) / height
    return min(max(widest - 0.7, 0.0), 3.0)
