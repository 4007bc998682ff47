"""The record of a paper: its fields, and what follows from them (subject, validity)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from schemas.documents import Document, document_types
from schemas.records import Field, Record, State, Subject, Validity


def make_record(type: str, fields: Mapping[str, Field], state: State = State.UNCONFIRMED) -> Record:
    """The record with subject and validity derived from its fields; made anew after each correction.

    A type that is not declared (``unknown``, a separator sheet) has no fields.
    """
    model = document_types().get(type)
    if model is None:
        return Record(type=type, fields={}, state=state)
    return Record(
        type=type,
        subject=_subject(model.form.subject, fields),
        subjects=_subjects(model, fields),
        fields=dict(fields),
        validity=_validity(model, fields),
        state=state,
    )


def _subject(names: tuple[str | None, str | None], fields: Mapping[str, Field]) -> Subject:
    values = [_text(fields.get(name or "")) for name in names]
    return Subject(id=values[0], name=values[1])


def _text(field: Field | None) -> str | None:
    return None if field is None or field.value is None else str(field.value)


def _subjects(model: type[Document], fields: Mapping[str, Field]) -> tuple[Subject, ...]:
    """All of them, where the form has several."""
    form = model.form
    found = [_subject(names, fields) for names in (form.subject, *form.other_subjects)]
    return tuple(one for one in found if one.id or one.name) if form.other_subjects else ()


def _day(field: Field | None) -> date | None:
    text = str(field.value)[:10] if field else ""
    return date.fromisoformat(text) if len(text) == 10 else None


def _validity(model: type[Document], fields: Mapping[str, Field]) -> Validity:
    """From the fields that the form names; the end from the form's months where no date is printed."""
    form = model.form
    start = _day(fields.get(form.valid_from or ""))
    end = _day(fields.get(form.valid_until or ""))
    if end is None and start and form.valid_months:
        month = start.month - 1 + form.valid_months
        first = date(start.year + month // 12, month % 12 + 1, 1)
        end = min(first + timedelta(days=start.day - 1), _last_of_month(first))
    return Validity(valid_from=start, valid_until=end)


def _last_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
