"""Lines of the audit log: what one says, how it is chained to the one before it, and how it is written.

Each has a number and a digest over the line and the digest before it. Lines hold identifiers, never names or values of fields. A leap
of the clock is a line of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError

from schemas.errors import Corrupt, LogNotKept
from storage.index.database import INSERT, reading, writing
from storage.index.quick import Quick, last_rows
from storage.index.tables import audit, concerned
from storage.plain_json import loads

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


Line = tuple[int, str, str]
"""A line's number, the line, its digest."""


class Newest(NamedTuple):
    """The newest line."""

    sequence: int
    line: str
    digest: str
    day: str


@dataclass(slots=True)
class Pen:
    """The right to write lines: nobody else does meanwhile. ``newest`` is the line that the next one follows on."""

    connection: Connection
    newest: Newest | None
    written: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    """Day, line and digest of each, by its number."""

    def write(self, contents: Sequence[Mapping[str, Any]], moment: datetime, earliest: str = "") -> None:
        """Write lines after the newest one. A leap of the clock is noted by a line of its own.

        Lines count to the day of their moment, not to an earlier one than the line before (clocks differ), unless the clock
        leapt back: a clock that stood in another century for a minute does not decide the days that follow.
        """
        last, leap = self.newest, _leap(self.newest, moment)
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
            self.written[sequence] = day, line, digest
            object_id = content["object"] if "version" in content else None
            rows.append(
                {"sequence": sequence, "day": day, "line": line, "digest": digest, "object": object_id}
            )
        if rows:
            _store(self.connection, rows, _filed(enumerate(contents, sequence - len(rows) + 1)))
            self.newest = Newest(sequence, line, digest, day)


@contextlib.contextmanager
def appending(engine: Engine) -> Iterator[Pen]:
    """A transaction in which nobody else writes lines.

    What was written is read back: raises ``LogNotKept`` where the database dropped or changed it by itself, or refused it, whatever did
    so, and whether or not it stands there any more when somebody verifies the log.
    """
    try:
        with _appending(engine) as pen:
            yield pen
    except IntegrityError as error:  # our own lines break no constraint of ours
        raise LogNotKept(str(error.orig).splitlines()[0]) from error


@contextlib.contextmanager
def _appending(engine: Engine) -> Iterator[Pen]:
    if engine.dialect.name != "postgresql":
        with writing(engine) as connection:
            pen = Pen(connection, newest_of(connection))
            yield pen
            if pen.written:
                bounds = {"first": min(pen.written), "last": max(pen.written)}
                _require_kept(pen, _WRITTEN.rows(connection, bounds))
        return
    # Begins, waits for its turn and looks at the newest line in one message. When the block raises, the pool rolls back.
    with reading(engine) as connection:
        found = last_rows(connection, _BEGIN)
        pen = Pen(connection, Newest(*found[0]) if found else None)
        yield pen
        if not pen.written:
            last_rows(connection, "COMMIT")
            return
        # after the end, when also what the database puts off until then is done, and still in one message
        bounds = {"first": min(pen.written), "last": max(pen.written)}
        _require_kept(pen, last_rows(connection, _END.format(**bounds)))


def _require_kept(pen: Pen, found: Sequence[tuple[Any, ...]]) -> None:
    if {number: tuple(rest) for number, *rest in found} != pen.written:
        raise LogNotKept(f"lines {min(pen.written)} to {max(pen.written)}")


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


def altered(lines: Iterable[Line], digest: str) -> Iterator[int]:
    """The numbers of lines whose digest is not that of their text and of the line before; ``digest`` is that before the first."""
    for number, line, kept in lines:
        if chain(digest, line) != kept:
            yield number
        digest = kept


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
_END = "COMMIT; SELECT sequence, day, line, digest FROM audit WHERE sequence BETWEEN {first:d} AND {last:d}"
_WRITTEN = Quick(
    select(audit.c.sequence, audit.c.day, audit.c.line, audit.c.digest).where(
        audit.c.sequence.between(bindparam("first"), bindparam("last"))
    )
)
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
