"""The record of a paper with its four measures: *đúng* correct, *đủ* complete, *sạch* clean, *sống* alive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from pipeline.separators import SEPARATOR
from schemas.documents import Document, document_type, field_specs
from schemas.records import (
    UNKNOWN,
    Field,
    Measure,
    Method,
    Quality,
    Record,
    State,
    Subject,
    Validity,
)

SURE = 0.95
"""A field is offered as sure from this confidence on, when no check failed."""


def make_record(
    type: str,
    fields: Mapping[str, Field],
    state: State = State.UNCONFIRMED,
    *,
    today: date | None = None,
    duplicate_of: str | None = None,
) -> Record:
    """The record with subject, validity and quality derived from its fields; made anew after each correction.

    ``duplicate_of`` is the id of a near-duplicate, if one was found. Raises ``UnknownType``.
    """
    if type in {UNKNOWN, SEPARATOR}:
        unknown = Measure(met=False, reasons=(f"type: {type}",))
        none = Measure(met=True)
        clean = _clean({}, duplicate_of)
        return Record(
            type=type,
            fields={},
            state=state,
            quality=Quality(correct=unknown, complete=unknown, clean=clean, alive=none),
        )
    model = document_type(type)
    validity = _validity(model, fields)
    quality = Quality(
        correct=_correct(fields, state),
        complete=_complete(model, fields),
        clean=_clean(fields, duplicate_of),
        alive=_alive(validity, state, today or date.today()),  # noqa: DTZ011 - papers hold local days
    )
    return Record(
        type=type,
        subject=_subject(model.form.subject, fields),
        subjects=_subjects(model, fields),
        fields=dict(fields),
        validity=validity,
        state=state,
        quality=quality,
    )


def is_sure(field: Field) -> bool:
    """Offered to the clerk as sure: every check passed and the confidence is high enough."""
    return field.valid and field.confidence >= SURE


def _subject(names: tuple[str | None, str | None], fields: Mapping[str, Field]) -> Subject:
    values = [str(fields[name].value) if name and name in fields else None for name in names]
    return Subject(id=values[0], name=values[1])


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


def _correct(fields: Mapping[str, Field], state: State) -> Measure:
    """Every check passed, and a person or a code confirmed what was read with doubt."""
    reasons = [
        f"{name}: {check.reason or check.name}"
        for name, field in fields.items()
        for check in field.checks
        if not check.passed
    ]
    if state is not State.CONFIRMED:
        reasons += [
            f"{name}: doubtful"
            for name, field in fields.items()
            if field.valid and field.method is not Method.REVIEWER and not is_sure(field)
        ]
    return Measure(met=not reasons, reasons=tuple(reasons))


def _complete(model: type[Document], fields: Mapping[str, Field]) -> Measure:
    missing = [
        f"{each.name}: missing"
        for each in field_specs(model)
        if each.printed.required and each.name not in fields
    ]
    return Measure(met=not missing, reasons=tuple(missing))


def _clean(fields: Mapping[str, Field], duplicate_of: str | None) -> Measure:
    """All values have their normal form, and no other document says the same."""
    reasons = [
        f"{name}: not in its normal form"
        for name, field in fields.items()
        for check in field.checks
        if not check.passed
        and check.name in {"date", "gazetteer", "ethnicity", "nationality", "serial", "kind"}
    ]
    if duplicate_of:
        reasons.append(f"near-duplicate of {duplicate_of}")
    return Measure(met=not reasons, reasons=tuple(reasons))


def _alive(validity: Validity, state: State, today: date) -> Measure:
    reasons = []
    if state in {State.SUPERSEDED, State.REVOKED}:
        reasons.append(state.value)
    if validity.valid_until and validity.valid_until < today:
        reasons.append(f"expired on {validity.valid_until.isoformat()}")
    if validity.valid_from and validity.valid_from > today:
        reasons.append(f"in force only from {validity.valid_from.isoformat()}")
    return Measure(met=not reasons, reasons=tuple(reasons))
