"""The audit log: who looked at or changed what, when, from where, and for what purpose.

Lines are kept in the database of the index (``storage/audit_lines.py``). When a day is over its lines go into the archive with a signed
head (``storage/audit_days.py``). Besides what people do, the log notes every version that the archive makes
(``storage/audit_versions.py``), and leaps of the clock.
"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from storage.archive import Archive
from storage.audit_lines import Access, Line, appending, content_of, newest_of, told
from storage.audit_versions import VersionNotes
from storage.index.database import reading
from storage.index.tables import audit, concerned
from storage.reasons import Reasons
from storage.seals import Tip


@dataclass(frozen=True, slots=True)
class Filed:
    """A line, and under what the database finds it: the object whose version it notes, the documents that it concerns."""

    number: int
    line: str
    object: str | None
    documents: frozenset[str]


@dataclass(slots=True, eq=False)
class _Look:
    """Lines that one thread waits for."""

    contents: list[dict[str, Any]]
    written: bool = False


class AuditLog:
    """The log of one index and its archive."""

    def __init__(self, engine: Engine, archive: Archive, witness: Path | None = None) -> None:
        """``witness`` is a file that notes the head of every day that is closed, best on storage of its own."""
        self.engine = engine
        self.archive = archive
        self.witness = witness
        self.reasons = Reasons(archive.vault)
        self.versions = VersionNotes(engine, archive, self.reasons)
        self._waiting: deque[_Look] = deque()
        self._writing = threading.Lock()

    def append(self, *looks: Access, at: datetime | None = None, earliest: str = "") -> None:
        """Write lines; they are there before the call returns, in one order for all machines.

        ``earliest`` is the first day (ISO 8601) that they may be counted to. Looks of several threads at the same time are
        written together: the first that may write takes along what waits, and each returns when its own are written.
        """
        if not looks:
            return
        if at is not None or earliest:
            moment = (at or datetime.now(UTC)).astimezone(UTC)
            with appending(self.engine) as pen:
                pen.write(self._contents(looks), moment, earliest)
            return
        mine = _Look(self._contents(looks))
        self._waiting.append(mine)
        with self._writing:
            if not mine.written:
                self._write(mine)

    def _contents(self, looks: Iterable[Access]) -> list[dict[str, Any]]:
        return [self.reasons.hidden(content_of(look)) for look in looks]

    def _write(self, mine: _Look) -> None:
        """Write what waits in one transaction. Where that fails, each thread tries its own again: its look is no longer among them."""
        together = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if mine not in together:
            together.insert(0, mine)
        contents = [content for one in together for content in one.contents]
        with appending(self.engine) as pen:
            pen.write(contents, datetime.now(UTC))
        for one in together:
            one.written = True

    def tip(self) -> Tip | None:
        """The newest line; None when there is none."""
        with reading(self.engine) as connection:
            newest = newest_of(connection)
        return Tip(newest.sequence, newest.digest) if newest else None

    def digest_of(self, sequence: int) -> str | None:
        """The digest of a line; None when it is not there."""
        with reading(self.engine) as connection:
            return connection.scalar(select(audit.c.digest).where(audit.c.sequence == sequence))

    def lines(
        self, *, day: date | None = None, until: date | None = None, versions: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The lines, the oldest first: of one ``day``, or of those from it to ``until``; those that note ``versions`` only when asked for."""
        chosen = select(audit.c.line).order_by(audit.c.sequence)
        if day is not None:
            last = (until or day).isoformat()
            chosen = chosen.where(audit.c.day >= day.isoformat(), audit.c.day <= last)
        if not versions:
            chosen = chosen.where(audit.c.object.is_(None))
        with reading(self.engine) as connection:
            for line in connection.scalars(chosen):
                yield self.reasons.shown(told(line))

    def about(self, ids: Sequence[str], *, most: int) -> list[dict[str, Any]]:
        """The newest lines that concern one of these documents, the newest first."""
        numbers = select(concerned.c.sequence).where(concerned.c.document.in_(ids)).distinct()
        newest = numbers.order_by(concerned.c.sequence.desc()).limit(most)
        chosen = select(audit.c.line).where(audit.c.sequence.in_(newest))
        with reading(self.engine) as connection:
            lines = connection.scalars(chosen.order_by(audit.c.sequence.desc()))
            return [self.reasons.shown(told(line)) for line in lines]

    def newest(self, most: int) -> Iterator[dict[str, Any]]:
        """The newest lines, the newest first; those that note versions left out."""
        chosen = select(audit.c.line).where(audit.c.object.is_(None)).order_by(audit.c.sequence.desc())
        with reading(self.engine) as connection:
            for line in connection.scalars(chosen.limit(most)):
                yield told(line)

    def count(self) -> int:
        """How many lines there are, those that note versions among them."""
        with reading(self.engine) as connection:
            return connection.scalar(select(func.count()).select_from(audit)) or 0

    def rows(self, first: int = 0, last: int | None = None) -> list[Line]:
        """The lines with these numbers, both ends included, as they are kept."""
        chosen = select(audit.c.sequence, audit.c.line, audit.c.digest).where(audit.c.sequence >= first)
        if last is not None:
            chosen = chosen.where(audit.c.sequence <= last)
        with reading(self.engine) as connection:
            return [(r.sequence, r.line, r.digest) for r in connection.execute(chosen.order_by("sequence"))]

    def days_of(self, first: int, last: int) -> set[str]:
        """The days that the lines with these numbers, both ends included, are counted to."""
        chosen = select(audit.c.day).where(audit.c.sequence >= first, audit.c.sequence <= last).distinct()
        with reading(self.engine) as connection:
            return set(connection.scalars(chosen))

    def filed(self) -> Iterator[Filed]:
        """All lines with what the database files them under."""
        both = audit.outerjoin(concerned, concerned.c.sequence == audit.c.sequence)
        columns = (audit.c.sequence, audit.c.line, audit.c.object, concerned.c.document)
        chosen = select(*columns).select_from(both).order_by(audit.c.sequence)
        with reading(self.engine) as connection:
            for (number, line, object_id), run in itertools.groupby(
                connection.execute(chosen), lambda row: tuple(row[:3])
            ):
                named = frozenset(row.document for row in run if row.document is not None)
                yield Filed(number, line, object_id, named)

    def days_from(self, first: int) -> list[tuple[str, int, int]]:
        """Each run of lines of one day from a line on, in the order of the lines: day, first and last number."""
        chosen = select(audit.c.sequence, audit.c.day).where(audit.c.sequence >= first)
        with reading(self.engine) as connection:
            found = connection.execute(chosen.order_by(audit.c.sequence)).all()
        runs = [[row.sequence for row in run] for _, run in itertools.groupby(found, lambda row: row.day)]
        days = [day for day, _ in itertools.groupby(found, lambda row: row.day)]
        return [(day, run[0], run[-1]) for day, run in zip(days, runs, strict=True)]
