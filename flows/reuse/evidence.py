"""What another office needs to trust a value: where it comes from, who confirmed it and in which role, when, from which paper.

The words follow the Core Criterion and Core Evidence Vocabulary (CCCEV 2.0) where it has one: evidence, its issuing date, what
it supports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flows.caller import ROLE
from flows.reuse.judge import issued_on
from schemas.documents import document_types, field_specs
from schemas.records import Field, State
from storage.model import ArchivedRecord, Event


class Source(StrEnum):
    """Where a value comes from. ``scan``: from the paper, whoever read it; ``declared``: the person says so."""

    REGISTER = "register"
    SCAN = "scan"
    DECLARED = "declared"


class Unavailable(StrEnum):
    """Why there is no value."""

    BLANK = "blank"
    ILLEGIBLE = "illegible"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one value. ``confirmed_by`` is the role of the officer, ``officer`` where it was not noted; None: nobody did."""

    source: Source
    confirmed_by: str | None
    issued: date | None
    last_updated: datetime
    unavailable_reason: Unavailable | None


def evidence_of(kept: ArchivedRecord, history: Sequence[Event]) -> Mapping[str, Evidence]:
    """The evidence of every value of a record; ``history`` are all of its events, the oldest first."""
    issued = issued_on(kept.record)
    last = None
    if kept.state is not State.UNCONFIRMED:
        last = next((event for event in reversed(history) if event.type == "confirmation"), None)
    found = {}
    for name, field in kept.record.fields.items():
        changed = next(
            (e for e in reversed(history) if any(change.field == name for change in e.changes)), None
        )
        by = changed if changed and (last is None or changed.at > last.at) else last
        found[name] = Evidence(
            Source.SCAN,
            _role(by) if by is not None else None,
            issued,
            changed.at if changed else kept.archived_at,
            _why_not(field),
        )
    return found


def unavailable(kept: ArchivedRecord, allowed: frozenset[str] | None) -> Mapping[str, Unavailable]:
    """Fields of the type that have no value in the record, and why; ``allowed`` are those that may be seen (None: all)."""
    model = document_types().get(kept.type)
    found = {name: why for name, field in kept.record.fields.items() if (why := _why_not(field))}
    for spec in field_specs(model) if model else ():
        if allowed is not None and spec.name not in allowed:
            found[spec.name] = Unavailable.NOT_ALLOWED
        elif spec.name not in kept.record.fields:
            found[spec.name] = Unavailable.NOT_FOUND
    return found


def _role(event: Event) -> str:
    return str(event.settings.get(ROLE) or "officer")


def _why_not(field: Field) -> Unavailable | None:
    if field.value is not None:
        return None
    blank = any(check.name == "blank" for check in field.checks)
    return Unavailable.BLANK if blank else Unavailable.ILLEGIBLE
