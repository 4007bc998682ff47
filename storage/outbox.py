"""What happened to records, in one order, to be told to other systems: ids only, never a value of a field.

An event is written in the transaction that writes the row of the index, so that there is no change without its event. Its id
follows from the document and its version (UUIDv5): an event that is written, or told, a second time is the same one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from time import time
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from storage.index.database import insert_into, reading, writing
from storage.index.entry import Entry
from storage.index.quick import QuickInsert
from storage.index.tables import documents, events, receivers

NAMESPACE = uuid.UUID("3c1d9f0e-7c0b-5f0e-8a55-5b0b9f4a7d21")
"""Of all ids of events; fixed for ever."""

LEASE = 120.0
"""Seconds for which one process tells a receiver, and no other does."""

_LOCK = 0x50A0E7
"""Of PostgreSQL: whoever writes events has it until the commit, so that their order is the order in which they are seen."""


class Kind(StrEnum):
    """What happened to a record."""

    ARCHIVED = "archived"
    CONFIRMED = "confirmed"
    SIGNED = "signed"
    CHANGED = "changed"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    ERASED = "erased"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Event:
    """``sequence`` orders all events; ``type`` is the document type; ``at`` is Unix seconds."""

    sequence: int
    id: str
    kind: Kind
    document: str
    version: int
    type: str
    at: float

    @property
    def time(self) -> str:
        """When, ISO 8601 in UTC."""
        return datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where an agency wants its events: ``done`` is the sequence up to which it was told, ``last`` the id of its last event."""

    agency: str
    url: str
    done: int
    last: str | None
    tries: int
    due: float


def event_id(document: str, version: int, kind: Kind) -> str:
    """The id of what a version of a document tells."""
    return str(uuid.uuid5(NAMESPACE, f"{document}/{version}/{kind}"))


def kind_of(before: Any | None, now: Entry) -> Kind:
    """What happened between the row that was there (``state``, ``signed``; None: none was) and the one that is."""
    if before is None:
        return Kind.ARCHIVED
    if before.state != now.state:
        return {
            "confirmed": Kind.CONFIRMED,
            "superseded": Kind.SUPERSEDED,
            "revoked": Kind.REVOKED,
        }.get(now.state, Kind.CHANGED)
    return Kind.SIGNED if now.signed and not before.signed else Kind.CHANGED


def note(connection: Connection, written: Sequence[Entry], known: Mapping[str, Any]) -> None:
    """Write the events of rows that were just written; ``known`` are the rows that were there before, by id."""
    now, values = time(), []
    for entry in written:
        before = known.get(entry.id)
        if before is None or entry.version > before.version:
            kind = kind_of(before, entry)
            values.append(_values(entry.id, entry.version, kind, entry.type, now))
    _write(connection, values)


def note_end(connection: Connection, document: str, kind: Kind) -> None:
    """Write that nothing is left of a document: it was erased, or is lost. Its row, which tells its type, is still there, or was told of."""
    row = select(documents.c.version, documents.c.type).where(documents.c.id == document)
    last = select(events.c.version, events.c.type).where(events.c.document == document)
    known = (
        connection.execute(row).one_or_none()
        or connection.execute(last.order_by(events.c.sequence.desc()).limit(1)).one_or_none()
    )
    if known is not None:
        _write(connection, [_values(document, known.version, kind, known.type, time())])


def _values(document: str, version: int, kind: Kind, type: str, at: float) -> dict[str, Any]:
    return {
        "id": event_id(document, version, kind),
        "kind": str(kind),
        "document": document,
        "version": version,
        "type": type,
        "at": at,
    }


def _write(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    if not values:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    _NOTE.run(connection, values)


_NOTE = QuickInsert(events)


class Outbox:
    """Events and their receivers in an opened database; may be shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def after(self, sequence: int, most: int = 100, types: Collection[str] | None = None) -> list[Event]:
        """The events that follow, in their order; of these document types only where they are named."""
        wanted = select(events).where(events.c.sequence > sequence).order_by(events.c.sequence).limit(most)
        if types is not None:
            wanted = wanted.where(events.c.type.in_(types))
        with reading(self.engine) as connection:
            return [_event(row) for row in connection.execute(wanted)]

    def sequence_of(self, id: str) -> int | None:
        """Where an event stands; None when there is none of this id (any more)."""
        with reading(self.engine) as connection:
            return connection.scalar(select(events.c.sequence).where(events.c.id == id))

    def forget(self, *, before: float) -> int:
        """Remove events that happened before that time; how many. The last one stays, so that numbers go on."""
        newest = select(func.max(events.c.sequence)).scalar_subquery()
        with writing(self.engine) as connection:
            gone = connection.execute(delete(events).where(events.c.at < before, events.c.sequence < newest))
            return gone.rowcount

    # -- receivers

    def subscribe(self, agency: str, url: str) -> None:
        """Tell an agency from now on at this address; what happened before stands in the feed."""
        with writing(self.engine) as connection:
            newest = connection.scalar(select(func.max(events.c.sequence))) or 0
            fresh = {"url": url, "tries": 0, "due": 0.0}
            new = insert_into(connection, receivers).values(agency=agency, done=newest, last=None, **fresh)
            connection.execute(new.on_conflict_do_update(index_elements=["agency"], set_=fresh))

    def unsubscribe(self, agency: str) -> None:
        """Tell an agency no more."""
        with writing(self.engine) as connection:
            connection.execute(delete(receivers).where(receivers.c.agency == agency))

    def receivers(self) -> list[Receiver]:
        """All receivers, by agency."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(receivers).order_by(receivers.c.agency))
            return [Receiver(*row) for row in rows]

    def take(self, agency: str) -> Receiver | None:
        """The receiver, for this process alone for a while; None when it is not due, or another process has it."""
        now = time()
        own = (receivers.c.agency == agency) & (receivers.c.due <= now)
        with writing(self.engine) as connection:
            if connection.execute(update(receivers).where(own).values(due=now + LEASE)).rowcount == 0:
                return None
            row = connection.execute(select(receivers).where(receivers.c.agency == agency)).one()
        return Receiver(*row)

    def told(self, agency: str, sequence: int, last: str) -> None:
        """Note up to where a receiver was told, and its last event; the next one is due."""
        self._set(agency, done=sequence, last=last, tries=0, due=time() + LEASE)

    def release(self, agency: str, done: int | None = None) -> None:
        """Let any process go on with a receiver; ``done``: up to where all was looked through."""
        self._set(agency, due=0.0, **({} if done is None else {"done": done}))

    def failed(self, agency: str, tries: int, due: float) -> None:
        """Note that a receiver did not take an event; when to try again."""
        self._set(agency, tries=tries, due=due)

    def _set(self, agency: str, **values: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(update(receivers).where(receivers.c.agency == agency).values(**values))


def _event(row: Any) -> Event:
    return Event(row.sequence, row.id, Kind(row.kind), row.document, row.version, row.type, row.at)
