"""What an officer's values make of a record: the new record, what changed, and what contradicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.papers import about
from pipeline.extract.checks.crosscheck import cross_check
from pipeline.normalize.tidying import Value
from pipeline.record import make_record
from pipeline.typed import read_typed
from schemas.documents import document_type, field_specs
from schemas.errors import InvalidValue, UsageError
from schemas.records import Check, Field, Method, Record
from schemas.values import Kind
from storage.model import Change

_NOTHING: Mapping[str, str] = {}
_ABSENT = {
    "blank": Check(name="blank", passed=True),
    "illegible": Check(name="illegible", passed=False, reason="not legible, as an officer found"),
}


@dataclass(frozen=True, slots=True)
class Corrected:
    """``contradictions`` are the fields whose given values fail a check, each with why."""

    record: Record
    changes: tuple[Change, ...] = ()
    contradictions: tuple[tuple[str, str], ...] = ()


def corrected(record: Record, values: Mapping[str, str], absent: Mapping[str, str] = _NOTHING) -> Corrected:
    """The record with these values, as an officer gives them: sure, but still checked against one another.

    An empty value removes the field. ``absent`` says of fields why they have no value: ``blank`` (not on the paper) or
    ``illegible``; the answer is kept. A subject that a clerk named, and not the paper, stays. Raises UsageError for a
    field that the type does not have, InvalidValue for texts that are no values of their fields' kinds, as a whole.
    """
    if not values and not absent:
        return Corrected(record)
    kinds = {field.name: field.kind for field in field_specs(document_type(record.type))}
    fields = dict(record.fields)
    wrong: list[tuple[str, Kind]] = []
    for name, text in values.items():
        if name not in kinds:
            raise UsageError(f"{record.type} has no field {name}; it has {', '.join(kinds)}")
        before = fields.pop(name, None)
        if not text.strip():
            continue
        value = read_typed(kinds[name], text)
        if value is None:
            wrong.append((name, kinds[name]))
        else:
            fields[name] = _given(value, text, before)
    if wrong:
        raise InvalidValue.of(wrong)
    for name, answer in absent.items():
        if name not in kinds or answer not in _ABSENT:
            raise UsageError(f"{name}={answer}: name a field of {record.type}, and blank or illegible")
        fields[name] = _without_value(answer, record.fields.get(name))
    fields = _checked_anew(record, fields)
    made = make_record(record.type, fields, record.state)
    if record.subject.id != make_record(record.type, record.fields).subject.id:
        made = about(made, record.subject.id)
    changes = tuple(
        Change(field=name, before=_value(record.fields.get(name)), after=_value(fields.get(name)))
        for name in (*values, *absent)
        if _value(record.fields.get(name)) != _value(fields.get(name))
    )
    against = tuple(
        (name, check.reason or check.name)
        for name in values
        if name in fields
        for check in fields[name].checks
        if not check.passed
    )
    return Corrected(made, changes, against)


def _given(value: Value, text: str, before: Field | None) -> Field:
    return Field(
        value=value.value,
        text=text,
        confidence=1.0,
        page=before.page if before else None,
        box=before.box if before else None,
        method=Method.REVIEWER,
        checks=(*value.checks, Check(name="reviewed", passed=True)),
    )


def _without_value(answer: str, before: Field | None) -> Field:
    return Field(
        value=None,
        confidence=1.0,
        page=before.page if before else None,
        box=before.box if before else None,
        method=Method.REVIEWER,
        checks=(_ABSENT[answer],),
    )


def _checked_anew(record: Record, fields: Mapping[str, Field]) -> dict[str, Field]:
    """The checks between fields, made again; values stay as they were given, whatever a check would rather read."""
    model = document_type(record.type)
    before = {name: _names(field) for name, field in cross_check(model, _bare(record.fields)).items()}
    now = cross_check(model, _bare(fields))
    return {
        name: replace(
            field,
            checks=(
                *(check for check in field.checks if check.name not in before.get(name, set())),
                *(now[name].checks if name in now else ()),
            ),
        )
        for name, field in fields.items()
    }


def _bare(fields: Mapping[str, Field]) -> dict[str, Field]:
    return {name: replace(field, checks=()) for name, field in fields.items() if field.value is not None}


def _names(field: Field) -> set[str]:
    return {check.name for check in field.checks}


def _value(field: Field | None) -> str | int | float | bool | list[str] | None:
    return field.value if field else None
