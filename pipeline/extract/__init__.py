"""From the pages of one paper to its record: labels, layout and codes give fields, checks decide how far to trust them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.extract.administrative import spot_spans, untitled_kind
from pipeline.extract.checks.authority import with_authority
from pipeline.extract.checks.crosscheck import cross_check
from pipeline.extract.checks.head import Head
from pipeline.extract.checks.named import compared_with_text
from pipeline.extract.codes.card import expiry_by_birthday
from pipeline.extract.codes.coded import coded_fields, merge_coded
from pipeline.extract.fields import make_field, signed_by
from pipeline.extract.forms.alone import value_alone
from pipeline.extract.forms.columns import label_spans
from pipeline.extract.rows import Sheet, sheets
from pipeline.extract.spans import Span, span_of
from pipeline.extract.trust.confidence import UNSEEN, confidence
from pipeline.extract.trust.evidence import FIGURES, FieldClass, field_class, with_agreement
from pipeline.language.names import family_names, hardly_told_apart
from pipeline.language.syllables import is_syllable
from pipeline.model import PageReading
from pipeline.normalize.document_numbers import find_document_number
from pipeline.normalize.people import is_family_name, is_given_name
from pipeline.record import make_record
from pipeline.separators import SEPARATOR
from schemas.documents import Document, FieldSpec, Layout, Position, document_type, field_specs
from schemas.gazetteer import is_word_of_place
from schemas.quality import SURE
from schemas.records import UNKNOWN, Field, Method, Record

__all__ = ["extract", "gather"]


def extract(type: str, pages: Sequence[PageReading]) -> Record:
    """The record of one paper of this type; raises ``UnknownType`` and, without pages, ValueError.

    Type ``unknown`` and separator sheets give a record without fields.
    """
    if not pages:
        raise ValueError("a paper has at least one page")
    if type in {UNKNOWN, SEPARATOR}:
        return make_record(type, {})
    fields, figures = gather(document_type(type), pages)
    weighed = {
        name: replace(field, confidence=_cap_confidence(field, *figures[name])) if name in figures else field
        for name, field in fields.items()
    }
    return make_record(type, weighed)


def _cap_confidence(field: Field, of: FieldClass, figures: tuple[float, ...]) -> float:
    """The confidence of a field. A name that begins with no usual family name is no fault, but is never sure.

    Nor is one with a syllable that is in no list of names (a mark may be lost), or that was guessed, or for which a much
    commoner name or two others as common have the same letters (*Thùy, Thúy, Thủy*); nor one of two words that nothing
    confirms (the third may be lost), nor that of a signer of which a word was won by a vote under the seal; nor what has strokes to count (``KV.XIII``, ``khóa XII``); nor a word that is near to two of a list; nor a text
    with a word that is no Vietnamese; nor a day or month of one digit that is written out without the zero before it.
    """
    share = confidence(of, figures, valid=True)
    value, figure = str(field.value), dict(zip(FIGURES, figures, strict=True))
    doubtful = {
        FieldClass.CODE: bool(_STROKES.search(value) or _MARK_STROKES.search(value))
        or _strange_issuer(field),
        FieldClass.PLACE: bool(_STROKES.search(value)) or figure["odd"] > 0,
        FieldClass.AGENCY: bool(_STROKES.search(value)) or _glued(value),
        FieldClass.DATE: bool(_WITHOUT_ZERO.search(field.text)),
        FieldClass.TEXT: bool(_STROKES.search(value)) or figure["odd"] > 0,
        FieldClass.LISTED: figure["repaired"] > _BETWEEN and not figure["agreed"],
    }
    if of in doubtful:
        return min(share, UNSEEN) if doubtful[of] else share
    if of not in {FieldClass.NAME, FieldClass.SIGNER}:
        return share
    words = value.split()
    rare = family_names().get(words[0].capitalize(), 0.0) < _USUAL
    unknown = any(not (is_given_name(word) or is_family_name(word)) for word in words[1:])
    guessed = any(word not in field.text for word in words[1:])
    covered = of is FieldClass.SIGNER and figure["corrected"] > 0
    short = len(words) < 3 and (of is FieldClass.SIGNER or not figure["agreed"])
    toned = any(word.capitalize() in hardly_told_apart() for word in words[1:])
    rivalled = (figure["rival"] > _COMMONER or toned) and not figure["agreed"]
    return min(share, UNSEEN) if rare or unknown or guessed or covered or short or rivalled else share


def _glued(agency: str) -> bool:
    """A word that no syllable is and no abbreviation: two were read as one (*MINHLONG*), or a letter is wrong."""
    return any(
        len(word) > _ABBREVIATED and not is_syllable(word) and not is_word_of_place(word)
        for word in re.findall(r"[^\W\d_]+", agency)
    )


_ABBREVIATED = 6
"""Letters of the longest abbreviations in names of agencies (*CCTHADS* stands in numbers)."""


def _strange_issuer(field: Field) -> bool:
    """A number whose mark ends with letters that are no initials of the agency: *QĐ-BQLL*."""
    number = find_document_number(str(field.value))
    agrees = any(each.passed and each.name == "issuer_agrees" for each in field.checks)
    return number is not None and number.issuer is not None and not agrees


def gather(
    model: type[Document], pages: Sequence[PageReading]
) -> tuple[dict[str, Field], dict[str, tuple[FieldClass, tuple[float, ...]]]]:
    """All fields, compared with each other, and the evidence by which those are weighed that no check failed.

    What a code says, and what failed a check, bears its final confidence already.
    """
    read = sheets(pages)
    spots = spot_spans(read, model.form.signer, model.form.titles) if _uses_spots(field_specs(model)) else {}
    spans = _spans(model, read, spots)
    shown = {span.page for span in spans.values()}
    by_number = {page.number: page for page in pages if page.number in shown}
    fields: dict[str, Field] = {}
    figures: dict[str, tuple[float, ...]] = {}
    for each in field_specs(model):
        if each.name in spans and (made := make_field(each, spans[each.name], by_number)):
            figures[each.name], fields[each.name] = made
    head, told = Head.of(model), model.form.relations
    if model.form.layout is Layout.ADMINISTRATIVE and head.kind not in fields and read:
        number = fields[head.number].value if head.number in fields else ""
        if untitled := untitled_kind(read, spots, str(number)):
            fields[head.kind] = untitled
    if told.signed_by in fields and (signed := spots.get(Position.SIGNER_NAME)):
        fields[told.signed_by] = signed_by(fields[told.signed_by], signed)
    if head.signer in fields and fields[head.signer].confidence < SURE:
        fields[head.signer] = compared_with_text(fields[head.signer], spans[head.signer], read)
    signs = spots.get(Position.SIGNER_AUTHORITY)
    fields = with_authority(fields, head, signs.beside if signs else "")
    merged = merge_coded(fields, coded_fields(model, pages))
    born, until = told.expires_on_birthday or ("", "")
    if (
        born in merged
        and until not in merged
        and (expiry := expiry_by_birthday(pages, str(merged[born].value)))
    ):
        merged[until] = expiry
    checked = cross_check(model, merged)
    weighed = {
        each.name: (
            field_class(each.kind, each.printed.spot, str(field.value)),
            with_agreement(figures[each.name], field.checks),
        )
        for each in field_specs(model)
        if each.name in figures and (field := checked[each.name]).valid and field.method not in _FINAL
    }
    return checked, weighed


#: ``KV.XIII``, ``khóa XI``: as many strokes as there are cannot be told, nor whether two are an H.
_STROKES = re.compile(
    r"(?<![^\W_IVX])(?=[IVX]*I)[IVX]+(?![^\W_])|(?<!\w)X[IVX]*H[IVX]*(?!\w)"
    r"|(?:thứ|khóa|KHU VỰC)\s[IVX][A-Z]+\b"  # XIN: XIII
)
#: ``QLDN1``: nor a one from an I, nor that from an L (``DI 792722``).
_MARK_STROKES = re.compile(r"/.*[^\W\d_]{2}[1I](?!\w)|^[A-ZĐ]?I\s?\d")
#: *ngày 2 tháng 2*: the law asks for 02 (Decree 30/2020, annex I, for days before the tenth and the first two months).
_WITHOUT_ZERO = re.compile(r"\bng\w{1,3}y\s\d\s|\bth\w{1,3}ng\s[12]\s")
_BETWEEN = 0.15
"""How much a word of a closed list was repaired, from which on it may be another of the list."""

_COMMONER = 0.7
"""Tens by which another name with the same letters is much commoner."""

_USUAL = 2e-4
"""Share of people who bear a family name, from which on it is usual."""

_FINAL = frozenset({Method.QR, Method.MRZ})


def _spans(model: type[Document], read: Sequence[Sheet], spots: Mapping[Position, Span]) -> dict[str, Span]:
    """Where each value stands: after its label where it has one, else at its spot."""
    fields = field_specs(model)
    spans = label_spans(model, read) if any(f.printed.labels for f in fields) and _is_form(model) else {}
    for each in fields:
        at = each.printed.spot
        if at is not Position.LABEL and at in spots and (each.name not in spans or at is Position.NUMBER):
            spans[each.name] = spots[at]
        if each.name not in spans and (alone := value_alone(each.kind, read)):
            spans[each.name] = alone
        if each.printed.with_parent and at in spots and Position.PARENT_AGENCY in spots:
            spans[each.name] = span_of((*spots[Position.PARENT_AGENCY].rows, *spots[at].rows)) or spots[at]
    return spans


def _is_form(model: type[Document]) -> bool:
    return model.form.layout is not Layout.ADMINISTRATIVE


def _uses_spots(fields: Sequence[FieldSpec]) -> bool:
    return any(each.printed.spot is not Position.LABEL for each in fields)
