"""What waits for an officer, besides what the index lists: scans that were refused, papers done today, one field of many papers."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.batches.batch import DIGITIZE
from flows.caller import Act, Caller
from flows.door import log, permit, refuse
from flows.reuse.kept import kept
from flows.services import Services
from schemas.days import VIETNAM
from schemas.documents import document_types, field_specs
from schemas.quality import is_sure
from schemas.records import Field, Record, State
from schemas.values import Kind
from storage.desk import Draft
from storage.index.entry import Entry
from storage.index.find import Query
from storage.queue import FAILED, REFUSED, Job

MOST = 200
"""Papers that are looked through for a sheet, and rows of a list."""

_SECOND = frozenset({Kind.DATE, Kind.PERSONAL_ID, Kind.OLD_ID})
"""Kinds that may be drawn for a second entry: a wrong digit in them looks as good as a right one."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One field of one paper on a sheet; ``revision`` is that of the paper's draft."""

    id: str
    version: int
    revision: int
    field: Field


def refused(services: Services, caller: Caller, batch: str | None = None) -> list[Job]:
    """Scans that were refused or given up, all or those of a batch, the newest first; each job's result names the reason."""
    permit(services, caller, Act.DIGITIZE)
    newest = deque(services.queue.jobs(batch=batch, kind=DIGITIZE, states=(REFUSED, FAILED)), MOST)
    return list(reversed(newest))


def done_today(services: Services, caller: Caller, now: datetime | None = None) -> list[Entry]:
    """Papers that were confirmed since midnight in Vietnam and are so still, the last one first; for officers only."""
    permit(services, caller, Act.FIND)
    if caller.policy is not None:
        refuse(services, caller, Act.FIND, why="today")
    moment = (now or datetime.now(UTC)).astimezone(VIETNAM)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    ids: list[str] = []
    for day in sorted({midnight.date(), midnight.date() + timedelta(days=1)}):
        ids += [
            str(line["object"])
            for line in services.audit.lines(day=day)
            if line["action"] == Act.CONFIRM and datetime.fromisoformat(str(line["at"])) >= midnight
        ]
    rows = [services.index.get(id) for id in dict.fromkeys(reversed(ids))]
    found = [row for row in rows if row is not None and row.state == State.CONFIRMED][:MOST]
    log(services, caller, Act.FIND, *(row.id for row in found))
    return found


def sheets(services: Services, caller: Caller) -> list[tuple[str, str, int]]:
    """Type, field and number of papers: what is doubtful in more than one unconfirmed paper, the most first."""
    counted: Counter[tuple[str, str]] = Counter()
    for record, row, draft in _unconfirmed(services, caller, None):
        counted.update(
            (record.type, name) for name, field in record.fields.items() if _open(name, field, row, draft)
        )
    return [(type, field, count) for (type, field), count in counted.most_common() if count > 1]


def sheet(services: Services, caller: Caller, type: str, name: str) -> list[SheetCell]:
    """The doubtful values of one field on the papers of one type, those without an answer in a draft."""
    found = []
    for record, row, draft in _unconfirmed(services, caller, type):
        field = record.fields.get(name)
        if field is not None and _open(name, field, row, draft) and field.box is not None:
            found.append(SheetCell(row.id, row.version, draft.revision if draft else 0, field))
    log(services, caller, Act.OPEN, *(cell.id for cell in found))
    return found


def second_entry(share: float, document_id: str, record: Record) -> tuple[str, ...]:
    """Fields of a paper that are to be typed without seeing what was read; the same ones whoever asks, however often."""
    model = document_types().get(record.type)
    if model is None or share <= 0:
        return ()
    kinds = {spec.name: spec.kind for spec in field_specs(model)}
    return tuple(
        name
        for name, field in record.fields.items()
        if kinds.get(name) in _SECOND and field.value is not None and _drawn(document_id, name) < share
    )


def _drawn(document_id: str, name: str) -> float:
    digest = hashlib.sha256(f"second entry {document_id} {name}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _open(name: str, field: Field, row: Entry, draft: Draft | None) -> bool:
    answered = draft is not None and draft.version == row.version and name in draft.answers
    return field.value is not None and not is_sure(field) and not answered


def _unconfirmed(
    services: Services, caller: Caller, type: str | None
) -> list[tuple[Record, Entry, Draft | None]]:
    """Unconfirmed papers that nobody else has open, with their drafts, which may be of an older version."""
    permit(services, caller, Act.CONFIRM)
    rows = services.index.find(Query(type=type, state=str(State.UNCONFIRMED), limit=MOST)).rows
    held = services.desk.claims([row.id for row in rows])
    free = {row.id: row for row in rows if row.id not in held or held[row.id].user == caller.actor}
    records, _ = kept(
        services, free.values()
    )  # what cannot be read is told where it is opened, and by ``archive check``
    return [(one.record, free[one.id], services.desk.draft(one.id)) for one in records]
