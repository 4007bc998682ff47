"""The four measures of a record: *đúng* correct, *đủ* complete, *sạch* clean, *sống* alive.

They are computed when somebody asks, from the fields, the state, the validity and today's date. They are never stored:
a stored verdict would be wrong after the next confirmation, and on the day after the paper's last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemas import days
from schemas.documents import document_types, field_specs
from schemas.records import Field, Method, Record, State, Validity

SURE = 0.95
"""A field is offered as sure from this confidence on, when no check failed."""

_NORMAL_FORMS = {"date", "gazetteer", "ethnicity", "nationality", "serial", "kind"}
"""Checks that a value fails when it does not have its normal form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One of the four measures, with its reasons when it is not met."""

    met: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """*Đúng, đủ, sạch, sống*: correct, complete, clean, alive."""

    correct: Measure
    complete: Measure
    clean: Measure
    alive: Measure


def quality_of(
    record: Record,
    *,
    duplicate_of: Sequence[str] = (),
    today: date | None = None,
    confirmed: bool | None = None,
    only: frozenset[str] | None = None,
) -> Quality:
    """The measures of a record as it stands; ``duplicate_of`` are ids of earlier scans of the same paper.

    ``confirmed``: whether an officer had confirmed it before it ended, for who knows its history. ``only``: the fields that whoever
    asks may see; of others nothing is told, neither that they are missing nor a day that they tell.

    A paper of a type that we do not know is neither correct nor complete: nobody can tell.
    """
    day = today or days.today()
    whole, record = record, _seen(record, only)
    known = record.type in document_types()
    unknown = (f"type: {record.type}",)
    return Quality(
        correct=_measure(_incorrect(record, confirmed) if known else unknown),
        complete=_measure(_missing(record, only) if known else unknown),
        clean=_measure((*_unclean(record), *(f"near-duplicate of {id}" for id in duplicate_of))),
        alive=_measure(_not_alive(whole, day, only)),
    )


def is_sure(field: Field) -> bool:
    """Whether the value may be offered without a mark: every check passed and the confidence is high enough.

    The one meaning of *sure*. Whatever is not is marked in the terminal and in pictures, told in JSON (``sure``), and
    keeps the record from being *correct*.
    """
    return field.valid and field.confidence >= SURE


def to_look_at(record: Record, only: frozenset[str] | None = None) -> tuple[str, ...]:
    """The fields that a person should look at: those that are not sure, and those that should be there and nobody found.

    These are the required ones, and those that are printed beside one that was found (``Relations.together``). ``only``: of these.
    """
    record = _seen(record, only)
    doubtful = tuple(name for name, field in record.fields.items() if not is_sure(field))
    if record.type not in document_types():
        return doubtful
    beside = (
        name
        for group in document_types()[record.type].form.relations.together
        if any(name in record.fields and record.fields[name].value is not None for name in group)
        for name in group
        if name not in record.fields and (only is None or name in only)
    )
    return tuple(dict.fromkeys((*doubtful, *_absent(record, only), *beside)))


def _seen(record: Record, only: frozenset[str] | None) -> Record:
    """The record without the fields that may not be seen."""
    if only is None:
        return record
    return replace(record, fields={name: field for name, field in record.fields.items() if name in only})


def _measure(reasons: Sequence[str]) -> Measure:
    return Measure(met=not reasons, reasons=tuple(reasons))


def _incorrect(record: Record, confirmed: bool | None) -> list[str]:
    """Checks that failed; and, until an officer has confirmed the record, what was read with doubt."""
    reasons = [
        f"{name}: {check.reason or check.name}"
        for name, field in record.fields.items()
        for check in field.checks
        if not check.passed
    ]
    if record.state is not State.CONFIRMED and not confirmed:
        reasons += [
            f"{name}: doubtful"
            for name, field in record.fields.items()
            if field.valid and field.method is not Method.REVIEWER and not is_sure(field)
        ]
    return reasons


def _missing(record: Record, only: frozenset[str] | None) -> list[str]:
    return [f"{name}: missing" for name in _absent(record, only)]


def _absent(record: Record, only: frozenset[str] | None) -> tuple[str, ...]:
    """Required fields that the record does not have."""
    specs = field_specs(document_types()[record.type])
    required = (spec.name for spec in specs if spec.printed.required)
    return tuple(name for name in required if name not in record.fields and (only is None or name in only))


def _unclean(record: Record) -> list[str]:
    return [
        f"{name}: not in its normal form"
        for name, field in record.fields.items()
        for check in field.checks
        if not check.passed and check.name in _NORMAL_FORMS
    ]


def _not_alive(record: Record, today: date, only: frozenset[str] | None) -> list[str]:
    validity, shown = record.validity, shown_validity(record, only)
    reasons = []
    if record.state in {State.SUPERSEDED, State.REVOKED}:
        reasons.append(str(record.state))
    if validity.valid_until and validity.valid_until < today:
        reasons.append(f"expired on {shown.valid_until.isoformat()}" if shown.valid_until else "expired")
    if validity.valid_from and validity.valid_from > today:
        later = (
            f"in force only from {shown.valid_from.isoformat()}" if shown.valid_from else "not in force yet"
        )
        reasons.append(later)
    return reasons


def shown_validity(record: Record, only: frozenset[str] | None) -> Validity:
    """From when until when the paper holds, as far as the fields may be seen that tell it."""
    model = document_types().get(record.type)
    if only is None or model is None:
        return record.validity if only is None else Validity()
    kept = record.validity
    return Validity(
        valid_from=kept.valid_from if model.form.telling_begin <= only else None,
        valid_until=kept.valid_until if model.form.telling_end <= only else None,
    )
