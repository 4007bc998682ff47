"""The audit log: who looked at or changed what, when, from where, and for what purpose.

Lines are kept in the database of the index, each with a digest over the line and the digest before it. When a day is
over its lines go into the archive as an object of their own, with a head (last digest, number of lines) that is
signed; the signing function is given by the caller. Whoever removes, alters or reorders a line must forge every
signed head after it. Lines hold identifiers, never names or values of fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, insert, select, text

from schemas.errors import Corrupt, NotFoundInArchive
from storage.archive import Archive
from storage.index.database import reading, writing
from storage.index.tables import audit
from storage.model import Event

GENESIS = hashlib.sha256(b"sohoa audit log").hexdigest()
"""What stands before the first line."""

Sign = Callable[[bytes], bytes]
"""A detached signature (CMS) over these bytes."""

Check = Callable[[bytes, bytes], bool]
"""Whether the signature (second) is good for the bytes (first)."""

_PREFIX = "urn:sohoa:audit:"


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody did: the action (``view``, ``confirm``…), its object, from which address, for what purpose."""

    actor: str
    action: str
    object: str
    origin: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault in the log: the day, the line's number, and what is wrong."""

    day: str
    sequence: int
    fault: str


class AuditLog:
    """The log of one index and its archive."""

    def __init__(self, engine: Engine, archive: Archive) -> None:
        self.engine = engine
        self.archive = archive

    def append(self, *looks: Access, at: datetime | None = None) -> None:
        """Write lines; they are there before the call returns, in one order for all machines."""
        self._append(looks, (at or datetime.now(UTC)).astimezone(UTC), "")

    def _append(self, looks: Sequence[Access], moment: datetime, earliest: str) -> None:
        with writing(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(7302102)"))
            newest = (
                select(audit.c.sequence, audit.c.digest, audit.c.day)
                .order_by(audit.c.sequence.desc())
                .limit(1)
            )
            last = connection.execute(newest).one_or_none()
            sequence, digest = (last.sequence, last.digest) if last else (0, GENESIS)
            day = max(
                f"{moment:%Y-%m-%d}", earliest, last.day if last else ""
            )  # clocks differ: a day never comes back
            rows = []
            for look in looks:
                sequence += 1
                line = _line(sequence, moment, look)
                digest = chain(digest, line)
                rows.append({"sequence": sequence, "day": day, "line": line, "digest": digest})
            if rows:
                connection.execute(insert(audit), rows)

    def lines(self, *, day: date | None = None) -> Iterator[dict[str, Any]]:
        """The lines, of one day if it is named, the oldest first."""
        chosen = select(audit.c.line).order_by(audit.c.sequence)
        with reading(self.engine) as connection:
            for line in connection.scalars(chosen.where(audit.c.day == day.isoformat()) if day else chosen):
                yield json.loads(line)

    def count(self) -> int:
        """How many lines there are."""
        with reading(self.engine) as connection:
            return connection.scalar(select(func.count()).select_from(audit)) or 0

    def close_days(self, sign: Sign, *, today: date | None = None) -> list[str]:
        """Archive every day that is over and not archived yet, its head signed; the days."""
        today = today or datetime.now(UTC).date()
        closed = []
        for day in self.open_days(today=today):
            rows = self._rows(day)
            head = _head(day, rows)
            files = {"log.jsonl": _jsonl(rows), "head.json": head, "head.p7s": sign(head)}
            now = datetime.now(UTC)
            event = Event(type="ingestion", at=now, agent="sohoa", reason="daily head of the audit log")
            self.archive.objects.create(_PREFIX + day, files, (event,), now)
            closed.append(day)
        if closed:
            look = Access("sohoa", "close", _PREFIX + closed[-1], "", "daily head of the audit log")
            self._append([look], datetime.now(UTC), today.isoformat())
        return closed

    def open_days(self, *, today: date | None = None) -> list[str]:
        """The days that are over and not archived yet."""
        before = (today or datetime.now(UTC).date()).isoformat()
        past = select(audit.c.day).distinct().where(audit.c.day < before).order_by("day")
        with reading(self.engine) as connection:
            days = list(connection.scalars(past))
        return [day for day in days if not self.archive.objects.has(_PREFIX + day)]

    def verify(self, check: Check | None = None) -> list[Finding]:
        """Every fault of the log: the chain in the database, the archived days, their heads and signatures."""
        findings: list[Finding] = []
        digest, expected = GENESIS, 1
        closed = self._archived_days()
        for day in sorted({*self._days(), *closed}):
            rows = self._rows(day)
            if day not in closed and day < max(closed, default=""):
                findings.append(Finding(day, expected, "the day has no head, a later one has"))
            for sequence, line, kept in rows:
                if sequence != expected or json.loads(line).get("sequence") != sequence:
                    findings.append(Finding(day, expected, "a line is missing or out of order"))
                digest = chain(digest, line)
                if digest != kept:
                    findings.append(Finding(day, sequence, "a line was altered"))
                digest, expected = kept, sequence + 1
            findings += self._verify_day(day, rows, check)
        return findings

    def restore(self) -> int:
        """Bring the lines of archived days back into an empty database; how many."""
        restored = 0
        with writing(self.engine) as connection:
            if connection.scalar(select(func.count()).select_from(audit)):
                return 0
            for day in sorted(self._archived_days()):
                archived = self.archive.objects.get(_PREFIX + day, "log.jsonl").decode().splitlines()
                rows = [dict(zip(("digest", "line"), one.split(" ", 1), strict=True)) for one in archived]
                connection.execute(
                    insert(audit),
                    [{**row, "day": day, "sequence": json.loads(row["line"])["sequence"]} for row in rows],
                )
                restored += len(rows)
        return restored

    def _verify_day(
        self, day: str, rows: Sequence[tuple[int, str, str]], check: Check | None
    ) -> list[Finding]:
        start = rows[0][0] if rows else 0
        try:
            head = self.archive.objects.get(_PREFIX + day, "head.json")
            signature = self.archive.objects.get(_PREFIX + day, "head.p7s")
            log = self.archive.objects.get(_PREFIX + day, "log.jsonl")
        except NotFoundInArchive:
            return []  # a day that is not over, or not closed yet
        except Corrupt:
            return [Finding(day, start, "the archived log is damaged")]
        faults = []
        if check is not None and not check(head, signature):
            faults.append("the signature of the day's head is not good")
        if head != _head(day, rows):
            faults.append("the day's lines are not those that its head was signed for")
        if log != _jsonl(rows):
            faults.append("the database and the archived log differ")
        return [Finding(day, start, fault) for fault in faults]

    def _archived_days(self) -> list[str]:
        """Days that have a head: each since the first line is asked for, the whole archive only when there is none."""
        with reading(self.engine) as connection:
            first = connection.scalar(select(func.min(audit.c.day)))
        if first is None:
            return [id.removeprefix(_PREFIX) for id in self.archive.root.ids() if id.startswith(_PREFIX)]
        start, today = date.fromisoformat(first), datetime.now(UTC).date()
        days = [(start + timedelta(n)).isoformat() for n in range((today - start).days + 1)]
        return [day for day in days if self.archive.objects.has(_PREFIX + day)]

    def _days(self) -> list[str]:
        with reading(self.engine) as connection:
            return list(connection.scalars(select(audit.c.day).distinct()))

    def _rows(self, day: str) -> list[tuple[int, str, str]]:
        chosen = select(audit.c.sequence, audit.c.line, audit.c.digest).where(audit.c.day == day)
        with reading(self.engine) as connection:
            return [
                (row.sequence, row.line, row.digest)
                for row in connection.execute(chosen.order_by("sequence"))
            ]


def chain(before: str, line: str) -> str:
    """The digest of a line."""
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()


def _line(sequence: int, at: datetime, look: Access) -> str:
    content = {
        "sequence": sequence,
        "at": at.isoformat(timespec="milliseconds"),
        "actor": look.actor,
        "action": look.action,
        "object": look.object,
        "origin": look.origin,
        "purpose": look.purpose,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _head(day: str, rows: Sequence[tuple[int, str, str]]) -> bytes:
    content = {
        "day": day,
        "first": rows[0][0] if rows else None,
        "last": rows[-1][0] if rows else None,
        "lines": len(rows),
        "digest": rows[-1][2] if rows else None,
    }
    return (json.dumps(content, sort_keys=True) + "\n").encode()


def _jsonl(rows: Sequence[tuple[int, str, str]]) -> bytes:
    return "".join(f"{digest} {line}\n" for _, line, digest in rows).encode()
