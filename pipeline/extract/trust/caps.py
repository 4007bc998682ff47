"""What is never offered as sure, however well it was read: values of which print itself leaves more than one reading.

Each class of value has its signs of that. They cap the confidence that the fitted regression gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipeline.extract.trust.confidence import UNSEEN, confidence
from pipeline.extract.trust.evidence import FieldClass, Figures
from pipeline.extract.trust.odd_words import out_of_place
from pipeline.language.names import family_names, hardly_told_apart
from pipeline.language.syllables import is_syllable
from pipeline.normalize.agency_places import last_unit
from pipeline.normalize.document_numbers import find_document_number
from pipeline.normalize.people import is_of_names
from schemas.gazetteer import is_word_of_place
from schemas.records import Field


def capped_confidence(field: Field, of: FieldClass, figures: Figures) -> float:
    """The confidence (0–1) of a field that no check failed; below sure where a sign says that it may be read otherwise."""
    share = confidence(of, figures, valid=True)
    doubtful = any(sign(field, figures) for sign in _SIGNS.get(of, ()))
    return min(share, UNSEEN) if doubtful else share


Sign = Callable[[Field, Figures], bool]


def _counted_strokes(field: Field, _figures: Figures) -> bool:
    """``KV.XIII``, ``khóa XI``: as many strokes as there are cannot be told, nor whether two are an H."""
    return bool(_STROKES.search(str(field.value)))


_STROKES = re.compile(
    r"(?<![^\W_IVX])(?=[IVX]*I)[IVX]+(?![^\W_])|(?<!\w)X[IVX]*H[IVX]*(?!\w)"
    r"|(?:thứ|khóa|KHU VỰC)\s[IVX][A-Z]+\b"  # XIN: XIII
)


def _one_or_letter(field: Field, _figures: Figures) -> bool:
    """``QLDN1``: nor can a one be told from an I, nor that from an L (``DI 792722``)."""
    return bool(_MARK_STROKES.search(str(field.value)))


_MARK_STROKES = re.compile(r"/.*[^\W\d_]{2}[1I](?!\w)|^[A-ZĐ]?I\s?\d")


def _strange_issuer(field: Field, _figures: Figures) -> bool:
    """A number whose mark ends with letters that are no initials of the agency: *QĐ-BQLL*."""
    number = find_document_number(str(field.value))
    agrees = any(each.passed and each.name == "issuer_agrees" for each in field.checks)
    return number is not None and number.issuer is not None and not agrees


def _odd_word(_field: Field, figures: Figures) -> bool:
    """A word that is no Vietnamese."""
    return figures.odd > 0


def _glued(field: Field, _figures: Figures) -> bool:
    """A word that no syllable is and no abbreviation: two were read as one (*MINHLONG*), or a letter is wrong."""
    return any(
        len(word) > _ABBREVIATED and not is_syllable(word) and not is_word_of_place(word)
        for word in re.findall(r"[^\W\d_]+", str(field.value))
    )


def _out_of_place(field: Field, _figures: Figures) -> bool:
    """A word that bears other marks wherever else it stands beside its neighbours (*ĐIỆN LỰC MIỄN NAM*); not in a place that is known."""
    name = str(field.value)
    place = last_unit(name)
    return out_of_place(name[: len(name) - len(place)].strip() if place else name) > 0


_ABBREVIATED = 6
"""Letters of the longest abbreviations in names of agencies (*CCTHADS* stands in numbers)."""


def _without_zero(field: Field, _figures: Figures) -> bool:
    """*ngày 2 tháng 2*: the law asks for 02 (Decree 30/2020, annex I, for days before the tenth and the first two months)."""
    return bool(_WITHOUT_ZERO.search(field.text))


_WITHOUT_ZERO = re.compile(r"\bng\w{1,3}y\s\d\s|\bth\w{1,3}ng\s[12]\s")


def _between_two(_field: Field, figures: Figures) -> bool:
    """Repaired so much that it may be another of its list."""
    return figures.repaired > _BETWEEN and not figures.agreed


_BETWEEN = 0.15
"""How much (0–1) a word of a closed list was repaired, from which on it may be another of the list."""


def _rare_family(field: Field, _figures: Figures) -> bool:
    """It begins with no usual family name: no fault, but a mark may be lost."""
    return family_names().get(_words(field)[0].capitalize(), 0.0) < _USUAL


_USUAL = 2e-4
"""Share of people who bear a family name, from which on it is usual."""


def _unknown_syllable(field: Field, _figures: Figures) -> bool:
    return any(not is_of_names(word) for word in _words(field)[1:])


def _guessed(field: Field, _figures: Figures) -> bool:
    """A word of it was not read so."""
    return any(word not in field.text for word in _words(field)[1:])


def _has_rival(field: Field, figures: Figures) -> bool:
    """Another name with the same letters is much commoner, or two are as common (*Thùy, Thúy, Thủy*)."""
    toned = any(word.capitalize() in hardly_told_apart() for word in _words(field)[1:])
    return (figures.rival > _COMMONER or toned) and not figures.agreed


_COMMONER = 0.7
"""Tens by which another name with the same letters is much commoner."""


def _two_words(field: Field, figures: Figures) -> bool:
    """The third may be lost, and nothing says otherwise."""
    return len(_words(field)) < _WHOLE and not figures.agreed


def _two_words_signed(field: Field, _figures: Figures) -> bool:
    """The same under seal and pen, which other fields do not see."""
    return len(_words(field)) < _WHOLE


_WHOLE = 3
"""Words of nearly all names."""


def _covered(_field: Field, figures: Figures) -> bool:
    """A word was won by a vote under the seal."""
    return figures.corrected > 0


def _words(field: Field) -> list[str]:
    return str(field.value).split()


_OF_NAMES = (_rare_family, _unknown_syllable, _guessed, _has_rival)
_SIGNS: Mapping[FieldClass, tuple[Sign, ...]] = {
    FieldClass.CODE: (_counted_strokes, _one_or_letter, _strange_issuer),
    FieldClass.PLACE: (_counted_strokes, _odd_word),
    FieldClass.AGENCY: (_counted_strokes, _glued, _out_of_place),
    FieldClass.DATE: (_without_zero,),
    FieldClass.TEXT: (_counted_strokes, _odd_word),
    FieldClass.LISTED: (_between_two,),
    FieldClass.NAME: (*_OF_NAMES, _two_words),
    FieldClass.SIGNER: (*_OF_NAMES, _two_words_signed, _covered),
}
