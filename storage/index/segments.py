"""The full text of PostgreSQL in segments by age, so that a million texts cost little more than ten thousand.

An inverted index that grows makes each insertion touch more and colder pages. ``words`` is therefore partitioned by
position, which follows the time of archiving: new texts go to the newest segment, whose index stays small and warm,
and questions are answered newest first. A segment's table is named after its lowest position (``words_0`` has all
before the second). Where texts come in no order (a rebuild from nothing) full segments are halved. Old segments
are merged (``merging``), since each one costs every question that reaches it.
"""

# ruff: noqa: S608 - the names of tables hold positions, which are numbers

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from schemas.errors import IndexUnreachable
from storage.index.database import reading, writing

SEGMENT = 30_000
"""Texts in the newest segment when the next one is begun; others are halved at twice as many."""

STORAGE = "toast_tuple_target = 128"
"""The vectors lie apart, so that the rows which an index points to are a few bytes each."""

LIKE = "INCLUDING ALL EXCLUDING INDEXES EXCLUDING CONSTRAINTS EXCLUDING COMMENTS"
"""What a new segment takes over from another: how vectors are stored and compressed."""

UNCOUNTED = "ALTER COLUMN vector SET STATISTICS 0"
"""No statistics of vectors: every plan would read them, and be the same."""

GIN = "USING gin (vector) WITH (gin_pending_list_limit = 512)"
"""A short list of what is not merged yet: each question reads all of it."""

LOCK = 7302103
"""The advisory lock of whoever changes which segments there are."""

MERGED = "merged"
"""The comment on a table that was merged: it may be large."""

KEPT = 60.0
"""Seconds for which a process remembers where segments begin; nothing is wrong when that has changed meanwhile."""

_SEGMENTS = """\
SELECT substr(relname, 7)::bigint AS low, greatest(pg_stat_get_live_tuples(oid), reltuples::bigint) AS texts,
       obj_description(oid, 'pg_class') = 'merged' AS merged
FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'words'::regclass ORDER BY low
"""

_remembered: WeakKeyDictionary[Engine, tuple[float, list[int]]] = WeakKeyDictionary()

logger = logging.getLogger("sohoa")


@dataclass(frozen=True, slots=True)
class Segment:
    """A partition of ``words``: its lowest position, about how many texts it has, whether it was merged."""

    low: int
    texts: int
    merged: bool


def segments(connection: Connection) -> list[Segment]:
    """All of them, the oldest first."""
    return [Segment(row.low, row.texts, bool(row.merged)) for row in connection.execute(text(_SEGMENTS))]


def lows(connection: Connection) -> list[int]:
    """The positions where segments begin, the newest first, as they are or were a minute ago."""
    at, known = _remembered.get(connection.engine, (0.0, []))
    if not known or time.monotonic() - at > KEPT:
        known = [segment.low for segment in reversed(segments(connection))]
        _remembered[connection.engine] = (time.monotonic(), known)
    return known


def recent(lows: Sequence[int]) -> int:
    """From which position on the two newest segments hold all: the last may just have begun."""
    return lows[:2][-1]


def make_room(engine: Engine) -> None:
    """Begin a new segment, or halve one, where it is time; gives way to whoever reads or does the same."""
    with reading(engine) as connection:
        found = segments(connection)
        top = found[-1].low
        full = (connection.scalar(text(f"SELECT count(*) FROM words_{top}")) or 0) > SEGMENT
    crowded = [one.low for one in found[:-1] if one.texts > 2 * SEGMENT and not one.merged]
    try:
        if full:
            _begin(engine, top)
        for low in crowded:
            _halve(engine, low)
    except (DBAPIError, IndexUnreachable):
        logger.debug(
            "no room made in the full text now", exc_info=True
        )  # somebody is at it; the next one does it


def _begin(engine: Engine, top: int) -> None:
    with writing(engine) as connection:
        if not _alone(connection, top):
            return
        connection.execute(text("LOCK TABLE ONLY words IN ACCESS EXCLUSIVE MODE"))
        last = connection.scalar(text(f"SELECT max(position) FROM words_{top}")) or 0
        detach(connection, top)
        attach(connection, top, last + 1)
        connection.execute(
            text(
                f"CREATE TABLE words_{last + 1} PARTITION OF words"
                f" FOR VALUES FROM ({last + 1}) TO (MAXVALUE) WITH ({STORAGE})"
            )
        )
        connection.execute(text(f"ALTER TABLE words_{last + 1} {UNCOUNTED}"))


def _halve(engine: Engine, low: int) -> None:
    """Readers wait only while the halves change places; writers wait for the copy and its index."""
    with writing(engine) as connection:
        if not _alone(connection, low):
            return
        connection.execute(text("LOCK TABLE words IN SHARE ROW EXCLUSIVE MODE"))
        high = min(one.low for one in segments(connection) if one.low > low)
        middle = connection.scalar(
            text(
                f"SELECT position FROM words_{low} ORDER BY position"
                f" OFFSET (SELECT count(*) / 2 FROM words_{low}) LIMIT 1"
            )
        )
        if middle is None or middle <= low:
            return
        half = f"words_{middle}"
        for statement in (
            f"CREATE TABLE {half} (LIKE words_{low} {LIKE}) WITH ({STORAGE})",
            f"ALTER TABLE {half} {UNCOUNTED}",
            f"INSERT INTO {half} SELECT * FROM words_{low} WHERE position >= {middle}",
            f"ALTER TABLE {half} ADD PRIMARY KEY (position)",
            f"CREATE INDEX ON {half} {GIN}",
        ):
            connection.execute(text(statement))
        detach(connection, low)
        connection.execute(text(f"DELETE FROM words_{low} WHERE position >= {middle}"))
        attach(connection, low, middle)
        attach(connection, middle, high)


def _alone(connection: Connection, low: int) -> bool:
    """Nobody else is at it, and what we wanted to do was not done in the meantime; waits two seconds for readers."""
    connection.execute(text("SET LOCAL lock_timeout = '2s'"))
    if not connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({LOCK})")):
        return False
    counted = connection.scalar(text(f"SELECT count(*) FROM words_{low}")) or 0
    top = segments(connection)[-1].low
    return int(counted) > (SEGMENT if low == top else 2 * SEGMENT)


def detach(connection: Connection, low: int) -> None:
    """Take a segment out of ``words``; its table stays."""
    connection.execute(text(f"ALTER TABLE words DETACH PARTITION words_{low}"))


def attach(connection: Connection, low: int, high: int) -> None:
    """Make the table of that name a segment."""
    connection.execute(
        text(
            f"ALTER TABLE words ATTACH PARTITION words_{low} FOR VALUES FROM ({low or 'MINVALUE'}) TO ({high})"
        )
    )
