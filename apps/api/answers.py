"""Records as the API answers them: models whose JSON is the contract."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from apps.presentation import doubts_of, reasons_of
from flows.record.opened import Opened
from flows.reuse.evidence import Evidence, Source, Unavailable
from schemas.quality import is_sure
from schemas.records import Field
from storage.index.entry import Entry
from storage.model import ArchivedRecord, Event

_HERE = "/api/v1/records"


class Row(BaseModel):
    """One paper of a list; ``due`` is the first appointed day of its dossiers, ``doubts`` how many fields a person should look at."""

    id: str
    version: int
    type: str
    state: str
    number: str | None
    title: str | None
    agency: str | None
    subject_id: str | None
    subject_name: str | None
    issued_on: str | None
    valid_from: str | None
    valid_until: str | None
    archived_at: str
    dossier: str | None
    source: str
    pages: int
    signed: bool
    duplicates: list[str]
    superseded_by: str | None
    doubts: int | None
    due: str | None


class RowPage(BaseModel):
    """A page of a list, the newest first; ``next`` is the token of the following page, null at the end."""

    records: list[Row]
    next: str | None


class Check(BaseModel):
    """One check of a value."""

    name: str
    passed: bool
    reason: str | None


class Place(BaseModel):
    """Where a value stands: the record, the page, the box in pixels of the page as a viewer shows it."""

    record: str
    page: int | None
    box: tuple[int, int, int, int] | None


class Value(BaseModel):
    """A value with its evidence.

    ``sure`` says that nobody need look at it again; ``doubts_vi`` why somebody should. ``confirmed_by`` is the role of the
    officer who confirmed or typed it, null: nobody did. ``issued`` is the day of the paper. A value that is null has an
    ``unavailable_reason``.
    """

    value: str | int | float | bool | list[str] | None
    text: str
    confidence: float
    sure: bool
    page: int | None
    box: tuple[int, int, int, int] | None
    method: str
    checks: list[Check]
    doubts_vi: list[str]
    doubts_en: list[str]
    source: Source
    confirmed_by: str | None
    issued: date | None
    last_updated: datetime
    evidence: Place
    unavailable_reason: Unavailable | None


class Links(BaseModel):
    """The readable, signed version of the record: values never travel without it."""

    signed_copy: str
    verification: str


class Measure(BaseModel):
    """One of the four measures, with its reasons when it is not met."""

    met: bool
    reasons: list[str]


class Record(BaseModel):
    """One paper: what it says, with evidence; where it stands; what is known of its scan and its signed copy.

    ``unavailable`` says of the type's fields without a value why there is none.
    """

    id: str
    version: int
    newest: int
    type: str
    type_confidence: float
    state: str
    reason: str | None
    subjects: list[dict[str, str | None]]
    fields: dict[str, Value]
    unavailable: dict[str, Unavailable]
    links: Links
    valid_from: date | None
    valid_until: date | None
    quality: dict[str, Measure]
    pages: list[int]
    dossier: str | None
    source: str
    scan_sha256: str
    archived_at: datetime
    signed: bool
    signed_by: list[str]
    pending_signatures: list[str]
    duplicates: list[str]
    supersedes: list[str]
    superseded_by: str | None
    regrouped: list[str]
    quality_flags: list[str]


class Change(BaseModel):
    """A value that an officer changed."""

    field: str
    before: str | int | float | bool | list[str] | None
    after: str | int | float | bool | list[str] | None


class HistoryLine(BaseModel):
    """One thing that happened to the paper: what, when, who, why, and the values that were changed."""

    type: str
    at: datetime
    agent: str
    tool: str | None
    reason: str | None
    outcome: str
    changes: list[Change]


def row(entry: Entry) -> Row:
    """A row of the index without its inner columns."""
    told = {name: getattr(entry, name) for name in Row.model_fields}
    return Row.model_validate({**told, "duplicates": entry.duplicates.split()})


def record(opened: Opened) -> Record:
    """The record with all of its fields."""
    kept, inner = opened.record, opened.record.record
    return Record(
        id=kept.id,
        version=opened.version,
        newest=opened.newest,
        type=kept.type,
        type_confidence=round(kept.type_confidence, 3),
        state=str(kept.state),
        reason=kept.reason,
        subjects=[asdict(one) for one in (inner.subjects or (inner.subject,)) if one.id or one.name],
        fields={name: _value(kept, field, opened.evidence[name]) for name, field in inner.fields.items()},
        unavailable=dict(opened.unavailable),
        links=Links(
            signed_copy=f"{_HERE}/{kept.id}/parts/pdf", verification=f"{_HERE}/{kept.id}/verification"
        ),
        valid_from=inner.validity.valid_from,
        valid_until=inner.validity.valid_until,
        quality={name: Measure.model_validate(each) for name, each in asdict(opened.quality).items()},
        pages=list(kept.pages),
        dossier=kept.dossier,
        source=kept.source,
        scan_sha256=kept.scan.sha256,
        archived_at=kept.archived_at,
        signed=kept.signed,
        signed_by=list(kept.signed_by),
        pending_signatures=list(kept.pending_signatures),
        duplicates=list(kept.links.duplicates),
        supersedes=list(kept.links.supersedes),
        superseded_by=kept.links.superseded_by,
        regrouped=list(kept.links.regrouped),
        quality_flags=list(kept.quality_flags),
    )


def _value(kept: ArchivedRecord, field: Field, known: Evidence) -> Value:
    return Value(
        value=field.value,
        text=field.text,
        confidence=round(field.confidence, 3),
        sure=is_sure(field),
        page=field.page,
        box=field.box,
        method=str(field.method),
        checks=[Check(**asdict(check)) for check in field.checks],
        doubts_vi=doubts_of(field),
        doubts_en=reasons_of(field),
        source=known.source,
        confirmed_by=known.confirmed_by,
        issued=known.issued,
        last_updated=known.last_updated,
        evidence=Place(record=kept.id, page=field.page, box=field.box),
        unavailable_reason=known.unavailable_reason,
    )


def history_line(event: Event) -> HistoryLine:
    """An event of the provenance."""
    told: dict[str, Any] = event.model_dump()
    return HistoryLine.model_validate({name: told[name] for name in HistoryLine.model_fields})
