"""The audit log: who looked at or changed what, when, from where, and for what purpose.

Lines are kept in the database of the index, each with a number and a digest over the line and the digest before it. When a
day is over its lines go into the archive with a signed head (``storage/audit_days.py``). Lines hold identifiers, never names
or values of fields. Besides what people do, the log notes every version that the archive makes (``register``), and leaps
of the clock.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, insert, select, text

from schemas.errors import Corrupt
from storage.archive import Archive
from storage.index.database import INSERT, reading, writing
from storage.index.quick import Quick, last_rows
from storage.index.tables import audit, concerned
from storage.plain_json import loads
from storage.seals import Tip

GENESIS = hashlib.sha256(b"sohoa audit log").hexdigest()
"""What stands before the first line."""

BACK = timedelta(hours=1)
"""Clocks of several machines differ; a line that is older than the one before it by more tells of a leap back."""

FORTH = timedelta(days=30)
"""No office is without a line for so long; a longer time between two lines is noted as a leap."""

NO_LINE = "audit log: what stands in a line is none (sohoa verify --audit tells which)"

_LONGEST = 2000
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody did: the action (``view``, ``confirm``…), its object, from which address, for what purpose."""

    actor: str
    action: str
    object: str
    origin: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Version:
    """The newest version of an object as the log knows it, and when it was noted."""

    number: int
    digest: str
    at: datetime


Line = tuple[int, str, str]
"""A line's number, the line, its digest."""


class Newest(NamedTuple):
    """The newest line."""

    sequence: int
    line: str
    digest: str
    day: str


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
            with appending(self.engine) as (connection, last):
                write_lines(connection, last, [content_of(look) for look in looks], moment, earliest)
            return
        mine = _Look([content_of(look) for look in looks])
        self._waiting.append(mine)
        with self._writing:
            if not mine.written:
                self._write(mine)

    def _write(self, mine: _Look) -> None:
        """Write what waits in one transaction. Where that fails, each thread tries its own again: its look is no longer among them."""
        together = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if mine not in together:
            together.insert(0, mine)
        contents = [content for one in together for content in one.contents]
        with appending(self.engine) as (connection, last):
            write_lines(connection, last, contents, datetime.now(UTC))
        for one in together:
            one.written = True

    def register(self, object_id: str, number: int, digest: str) -> None:
        """Note a version that the archive made, with its digest (``storage.seals.version_digests``)."""
        noted = {
            **content_of(Access("sohoa", "version", object_id, "", "")),
            "version": number,
            "digest": digest,
        }
        with appending(self.engine) as (connection, last):
            write_lines(connection, last, [noted], datetime.now(UTC))

    def registered(self, object_id: str) -> Version | None:
        """The newest version of an object that was noted."""
        noted = self.noted(object_id)
        return noted[max(noted)] if noted else None

    def noted(self, object_id: str) -> dict[int, Version]:
        """Every version of an object that was noted, by its number, as it was noted last."""
        chosen = select(audit.c.line).where(audit.c.object == object_id).order_by(audit.c.sequence)
        with reading(self.engine) as connection:
            found = [_version(line) for line in connection.scalars(chosen)]
        return {version.number: version for version in found}

    def noted_under(self, prefix: str) -> list[str]:
        """The ids of objects that begin so and of which something was noted."""
        under = (audit.c.object >= prefix) & (audit.c.object < prefix[:-1] + chr(ord(prefix[-1]) + 1))
        with reading(self.engine) as connection:
            return list(connection.scalars(select(audit.c.object.distinct()).where(under)))

    def all_registered(self) -> dict[str, Version]:
        """The newest version of every object that was noted."""
        chosen = select(audit.c.object, audit.c.line).where(audit.c.object.is_not(None))
        newest: dict[str, Version] = {}
        with reading(self.engine) as connection:
            for row in connection.execute(chosen.order_by(audit.c.sequence)):
                newest[row.object] = _newer(newest.get(row.object), row.line)
        return newest

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
                yield told(line)

    def about(self, ids: Sequence[str], *, most: int) -> list[dict[str, Any]]:
        """The newest lines that concern one of these documents, the newest first."""
        numbers = select(concerned.c.sequence).where(concerned.c.document.in_(ids)).distinct()
        newest = numbers.order_by(concerned.c.sequence.desc()).limit(most)
        chosen = select(audit.c.line).where(audit.c.sequence.in_(newest))
        with reading(self.engine) as connection:
            lines = connection.scalars(chosen.order_by(audit.c.sequence.desc()))
            return [told(line) for line in lines]

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


@contextlib.contextmanager
def appending(engine: Engine) -> Iterator[tuple[Connection, Newest | None]]:
    """A transaction in which nobody else writes lines; gives the connection and the newest line."""
    if engine.dialect.name != "postgresql":
        with writing(engine) as connection:
            yield connection, newest_of(connection)
        return
    # Begins, waits for its turn and looks at the newest line in one message. When the block raises, the pool rolls back.
    with reading(engine) as connection:
        found = last_rows(connection, _BEGIN)
        yield connection, Newest(*found[0]) if found else None
        last_rows(connection, "COMMIT")


def write_lines(
    connection: Connection,
    last: Newest | None,
    contents: Sequence[Mapping[str, Any]],
    moment: datetime,
    earliest: str = "",
) -> None:
    """Write lines after the newest one. A leap of the clock is noted by a line of its own.

    Lines count to the day of their moment, not to an earlier one than the line before (clocks differ), unless the clock
    leapt back: a clock that stood in another century for a minute does not decide the days that follow.
    """
    leap = _leap(last, moment)
    if leap is not None:
        contents = [content_of(Access("sohoa", "clock", "", "", leap)), *contents]
    back = leap is not None and last is not None and moment < _moment(last)
    day = max(f"{moment:%Y-%m-%d}", earliest, last.day if last and not back else "")
    sequence, digest = (last.sequence, last.digest) if last else (0, GENESIS)
    rows = []
    for content in contents:
        sequence += 1
        line = dump(sequence, moment, content)
        digest = chain(digest, line)
        object_id = content["object"] if "version" in content else None
        rows.append({"sequence": sequence, "day": day, "line": line, "digest": digest, "object": object_id})
    if rows:
        _store(connection, rows, _filed(enumerate(contents, sequence - len(rows) + 1)))


def file_under(connection: Connection, contents: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Note which documents lines (number, content) concern, so that what concerns one is found."""
    _store(connection, [], _filed(contents))


def _filed(contents: Iterable[tuple[int, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"document": one, "sequence": number} for number, content in contents for one in documents_of(content)
    ]


def _store(
    connection: Connection, lines: Sequence[Mapping[str, Any]], filed: Sequence[Mapping[str, Any]]
) -> None:
    if connection.dialect.name == "postgresql":  # takes all in one message
        told = {"lines": lines, "filed": filed}
        _STORE.run(connection, {name: json.dumps(rows, ensure_ascii=False) for name, rows in told.items()})
        return
    for insert_one, rows in ((_INSERT, lines), (_FILE, filed)):
        for row in rows:
            insert_one.run(connection, row)


def chain(before: str, line: str) -> str:
    """The digest of a line."""
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()


def dump(sequence: int, at: datetime, content: Mapping[str, Any]) -> str:
    """A line: JSON without anything that a terminal or a reader of lines takes for more than text."""
    whole = {"sequence": sequence, "at": at.isoformat(timespec="milliseconds"), **content}
    line = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def version_of(content: Mapping[str, Any]) -> str | None:
    """The id of the object whose version a line notes; None for all other lines."""
    return str(content["object"]) if "version" in content else None


def documents_of(content: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the documents that a line concerns; those that note versions are found by ``version_of``."""
    if "version" in content:
        return frozenset()
    named = {one.partition("/")[0] for one in str(content.get("object", "")).split()}
    return frozenset(one for one in named if _ID.fullmatch(one))


def content_of(look: Access) -> dict[str, Any]:
    """The fields of a log line as valid UTF-8: bytes of a file name that are not UTF-8 become question marks."""
    return {name: _text(value) for name, value in asdict(look).items()}


def _text(value: str) -> str:
    whole = value.encode("utf-8", "replace").decode()
    return whole if len(whole) <= _LONGEST else whole[:_LONGEST] + "…"


def _leap(last: Newest | None, moment: datetime) -> str | None:
    if last is None:
        return None
    before = _moment(last)
    if before - BACK <= moment <= before + FORTH:
        return None
    return f"{before.isoformat(timespec='seconds')} → {moment.isoformat(timespec='seconds')}"


def _moment(row: Newest) -> datetime:
    return time_of(told(row.line))


def newest_of(connection: Connection) -> Newest | None:
    """The newest line; None when there is none."""
    found = _NEWEST.rows(connection, {})
    return Newest(*found[0]) if found else None


_NEWEST_LINE = "SELECT sequence, line, digest, day FROM audit ORDER BY sequence DESC LIMIT 1"
_NEWEST = Quick(text(_NEWEST_LINE))
_BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock(7302102); {_NEWEST_LINE}"
_INSERT = Quick(insert(audit))
_FILE = Quick(INSERT["sqlite"](concerned).on_conflict_do_nothing())
_STORE = Quick(
    text(
        "WITH lines AS (INSERT INTO audit (sequence, day, line, digest, object) SELECT sequence, day, line, digest, object"
        " FROM json_to_recordset(CAST(:lines AS json)) AS rows (sequence bigint, day text, line text, digest text, object text))"
        " INSERT INTO concerned (document, sequence) SELECT document, sequence"
        " FROM json_to_recordset(CAST(:filed AS json)) AS rows (document text, sequence bigint) ON CONFLICT DO NOTHING"
    )
)
"""Made once: each look at a record asks them."""


def _newer(known: Version | None, line: str) -> Version:
    found = _version(line)
    return known if known and known.number > found.number else found


def _version(line: str) -> Version:
    content = told(line)
    try:
        return Version(int(content["version"]), str(content["digest"]), time_of(content))
    except (KeyError, TypeError, ValueError) as error:
        raise Corrupt(NO_LINE) from error


def told(line: str) -> dict[str, Any]:
    """What a line of the log says; raises ``Corrupt`` for what we did not write."""
    try:
        content = loads(line)
    except ValueError as error:
        raise Corrupt(NO_LINE) from error
    if not isinstance(content, dict):
        raise Corrupt(NO_LINE)
    return content


def time_of(content: Mapping[str, Any]) -> datetime:
    """When a line was written; raises ``Corrupt``."""
    try:
        return datetime.fromisoformat(content["at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Corrupt(NO_LINE) from error
