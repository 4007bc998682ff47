"""Merging old pieces of the full text into few, at night, while others read and write: each costs every question.

SQLite keeps its own segments and merges those of like size in small steps. On PostgreSQL ours (``segments``) are copied
and indexed in bulk, eight neighbours of like size at a time, and change places with the copy in a moment. What others
changed during the copy (a correction of an old paper) is recognised by the transactions that wrote it and copied
again. All is one transaction: killed, nothing has happened.
"""

# ruff: noqa: S608 - the names of tables hold positions, which are numbers

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from schemas.errors import IndexUnreachable
from storage.index.database import reading, writing
from storage.index.segments import (
    GIN,
    LIKE,
    LOCK,
    MERGED,
    SEGMENT,
    STORAGE,
    UNCOUNTED,
    Segment,
    attach,
    detach,
    segments,
)

MOST = 2_000_000
"""Texts in a merged segment; one so large takes half an hour of a core at night."""

FAN = 8
"""So many neighbours of like size become one: each text is copied once in eight times as many texts."""

WAIT = "10s"
"""For whoever reads or writes just now, before the copy takes the place of the segments."""

STEP = 500
"""Pages that SQLite merges in one transaction; other writers have their turn after each."""

logger = logging.getLogger("sohoa")


def merge(engine: Engine) -> None:
    """Merge what should be one; gives way to whoever does the same, and to a database that is busy."""
    if engine.dialect.name == "sqlite":
        _merge_steps(engine)
        return
    with reading(engine) as connection:
        chosen = groups(segments(connection))
    try:
        for group in chosen:
            with writing(engine) as connection:
                _merge_group(connection, group)
    except (DBAPIError, IndexUnreachable):
        logger.debug("segments of the full text not merged now", exc_info=True)


def _merge_steps(engine: Engine) -> None:
    changed = 2
    while changed > 1:  # one is the command's own
        with writing(engine) as connection:
            before = connection.scalar(text("SELECT total_changes()")) or 0
            connection.execute(text(f"INSERT INTO words (words, rank) VALUES ('merge', {STEP})"))
            changed = (connection.scalar(text("SELECT total_changes()")) or 0) - before


def groups(found: Sequence[Segment]) -> list[list[int]]:
    """Where the segments (the oldest first) begin that should be one, group by group.

    The two newest stay as they are: one grows, and most questions are answered from them.
    """
    chosen: list[list[int]] = []
    for _, like in groupby(found[:-2], key=lambda segment: _level(segment.texts)):
        run = list(like)
        for start in range(0, len(run) - FAN + 1, FAN):
            group = run[start : start + FAN]
            if sum(segment.texts for segment in group) <= MOST:
                chosen.append([segment.low for segment in group])
    return chosen


def _level(texts: int) -> int:
    """How often a segment of this size was merged: 0 below some three new ones, 1 below eight times that."""
    return max(0, round(math.log(max(texts, 1) / SEGMENT, FAN)))


def _merge_group(connection: Connection, group: Sequence[int]) -> None:
    def run(statement: str) -> None:
        connection.execute(text(statement))

    if not connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({LOCK + 1})")):
        return
    run("SET LOCAL maintenance_work_mem = '512MB'")
    since = connection.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::xid"))
    low = group[0]
    old = (
        "("
        + " UNION ALL ".join(f"SELECT position, vector, xmin FROM words_{one}" for one in group)
        + ") AS old"
    )
    changed = f"FROM {old} WHERE age(old.xmin) <= age('{since}'::xid)"
    for statement in (
        f"CREATE TABLE merging (LIKE words_{low} {LIKE}) WITH ({STORAGE})",
        f"ALTER TABLE merging {UNCOUNTED}",
        f"INSERT INTO merging SELECT position, vector FROM {old}",
        "ALTER TABLE merging ADD PRIMARY KEY (position)",
        f"CREATE INDEX ON merging {GIN}",
        f"COMMENT ON TABLE merging IS '{MERGED}'",
        "ANALYZE merging",
        f"SET LOCAL lock_timeout = '{WAIT}'",
        f"SELECT pg_advisory_xact_lock({LOCK})",
        "LOCK TABLE ONLY words IN ACCESS EXCLUSIVE MODE",
    ):
        run(statement)
    now = [segment.low for segment in segments(connection)]
    start = now.index(low)
    if now[start : start + len(group)] != list(group):  # one of them was halved meanwhile
        run("DROP TABLE merging")
        return
    run(f"DELETE FROM merging WHERE position IN (SELECT position {changed})")
    run(f"INSERT INTO merging SELECT position, vector {changed}")
    run(f"DELETE FROM merging WHERE NOT EXISTS (SELECT FROM {old} WHERE old.position = merging.position)")
    for one in group:
        detach(connection, one)
        run(f"DROP TABLE words_{one}")
    run(f"ALTER TABLE merging RENAME TO words_{low}")
    attach(connection, low, now[start + len(group)])
