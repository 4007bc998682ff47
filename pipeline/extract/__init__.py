"""From the pages of one paper to its record: labels, layout and codes give fields, checks decide how far to trust them."""

from __future__ import annotations

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
from pipeline.extract.trust.caps import capped_confidence
from pipeline.extract.trust.evidence import FieldClass, Figures, field_class, with_agreement
from pipeline.model import PageReading
from pipeline.record import make_record
from pipeline.separators import SEPARATOR
from schemas.documents import Document, FieldSpec, Layout, Position, document_type, field_specs
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
        name: replace(field, confidence=capped_confidence(field, *figures[name]))
        if name in figures
        else field
        for name, field in fields.items()
    }
    return make_record(type, weighed)


def gather(
    model: type[Document], pages: Sequence[PageReading]
) -> tuple[dict[str, Field], dict[str, tuple[FieldClass, Figures]]]:
    """All fields, compared with each other, and the evidence by which those are weighed that no check failed.

    What a code says, and what failed a check, bears its final confidence already.
    """
    read = sheets(pages)
    spots = spot_spans(read, model.form.signer, model.form.titles) if _uses_spots(field_specs(model)) else {}
    spans = _spans(model, read, spots)
    shown = {span.page for span in spans.values()}
    by_number = {page.number: page for page in pages if page.number in shown}
    fields: dict[str, Field] = {}
    figures: dict[str, Figures] = {}
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
    if head.signer in fields:
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
