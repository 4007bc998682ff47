"""The full text of PostgreSQL in segments by age, so that a million texts cost no more than the newest thirty thousand.

An inverted index that grows makes each insertion touch more and colder pages. ``words`` is therefore partitioned by
position, which follows the time of archiving: new texts go to the newest segment, whose index stays small and warm,
and questions are answered newest first, mostly from the two newest. A segment's table is named after its lowest position
(``words_0`` has all before the second). Where texts come in no order (a rebuild from nothing) full segments are halved.
"""

# ruff: noqa: S608 - the names of tables hold positions, which are numbers

from __future__ import annotations

import logging

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from storage.index.database import reading, writing

SEGMENT = 30_000
"""Texts in the newest segment when the next one is begun; others are halved at twice as many."""

STORAGE = "toast_tuple_target = 128"
"""The vectors lie apart, so that the rows which an index points to are a few bytes each."""

GIN = "USING gin (vector) WITH (gin_pending_list_limit = 512)"
"""A short list of what is not merged yet: each question reads all of it."""

_LOCK = 7302103
_SEGMENTS = """\
SELECT substr(relname, 7)::bigint AS low, pg_stat_get_live_tuples(oid) AS texts
FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'words'::regclass ORDER BY low
"""

logger = logging.getLogger("sohoa")


def recent(connection: Connection) -> int:
    """From which position on the two newest segments hold all (0: from the first): the last may just have begun."""
    return int(connection.execute(text(_SEGMENTS)).all()[-2:][0].low)


def make_room(engine: Engine) -> None:
    """Begin a new segment, or halve one, where it is time; gives way to whoever reads or does the same."""
    with reading(engine) as connection:
        found = [(int(row.low), int(row.texts)) for row in connection.execute(text(_SEGMENTS))]
        top = found[-1][0]
        full = (connection.scalar(text(f"SELECT count(*) FROM words_{top}")) or 0) > SEGMENT
    crowded = [low for low, texts in found[:-1] if texts > 2 * SEGMENT]
    try:
        if full:
            _begin(engine, top)
        for low in crowded:
            _halve(engine, low)
    except DBAPIError:
        logger.debug(
            "no room made in the full text now", exc_info=True
        )  # somebody is at it; the next one does it


def _begin(engine: Engine, top: int) -> None:
    with writing(engine) as connection:
        if not _alone(connection, top):
            return
        connection.execute(text("LOCK TABLE words IN ACCESS EXCLUSIVE MODE"))
        last = connection.scalar(text(f"SELECT max(position) FROM words_{top}")) or 0
        _attach(connection, top, last + 1, detach=True)
        connection.execute(
            text(
                f"CREATE TABLE words_{last + 1} PARTITION OF words"
                f" FOR VALUES FROM ({last + 1}) TO (MAXVALUE) WITH ({STORAGE})"
            )
        )


def _halve(engine: Engine, low: int) -> None:
    """Readers wait only while the halves change places; writers wait for the copy and its index."""
    with writing(engine) as connection:
        if not _alone(connection, low):
            return
        connection.execute(text("LOCK TABLE words IN SHARE ROW EXCLUSIVE MODE"))
        high = min(row.low for row in connection.execute(text(_SEGMENTS)) if row.low > low)
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
            f"CREATE TABLE {half} (LIKE words INCLUDING STORAGE) WITH ({STORAGE})",
            f"INSERT INTO {half} SELECT * FROM words_{low} WHERE position >= {middle}",
            f"ALTER TABLE {half} ADD PRIMARY KEY (position)",
            f"CREATE INDEX ON {half} {GIN}",
            f"ALTER TABLE words DETACH PARTITION words_{low}",
            f"DELETE FROM words_{low} WHERE position >= {middle}",
        ):
            connection.execute(text(statement))
        _attach(connection, low, middle)
        _attach(connection, middle, high)


def _alone(connection: Connection, low: int) -> bool:
    """Nobody else is at it, and what we wanted to do was not done in the meantime; waits two seconds for readers."""
    connection.execute(text("SET LOCAL lock_timeout = '2s'"))
    if not connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")):
        return False
    counted = connection.scalar(text(f"SELECT count(*) FROM words_{low}")) or 0
    top = max(row.low for row in connection.execute(text(_SEGMENTS)))
    return int(counted) > (SEGMENT if low == top else 2 * SEGMENT)


def _attach(connection: Connection, low: int, high: int, *, detach: bool = False) -> None:
    if detach:
        connection.execute(text(f"ALTER TABLE words DETACH PARTITION words_{low}"))
    start = low or "MINVALUE"
    connection.execute(
        text(f"ALTER TABLE words ATTACH PARTITION words_{low} FOR VALUES FROM ({start}) TO ({high})")
    )
