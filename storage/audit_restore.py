"""Bringing the audit log back into the index from the archive, after a database was lost or tampered with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage.audit import AuditLog
from storage.audit_days import listed, load, may_count_to, unlisted
from storage.audit_lines import (
    GENESIS,
    Access,
    Line,
    Pen,
    altered,
    appending,
    content_of,
    file_under,
    newest_of,
    time_of,
    told,
    version_of,
)
from storage.index.database import writing
from storage.index.tables import audit, concerned, metadata

_BATCH = 5000


def restore(log: AuditLog) -> int:
    """Put the lines of all archived days where they were; how many were missing or altered. May be repeated.

    Lines that the database holds and the archive does not are kept: those after the last archived day stay where they
    follow on it, all others are written anew behind it, each with the number that it had. Raises ``Corrupt`` where an
    archived day is damaged (``archive check --repair-from`` first). Tables of the log that somebody dropped are made anew.
    """
    with writing(log.engine) as connection:
        metadata.create_all(connection, [audit, concerned])
    archived = _archived(log)
    with appending(log.engine) as pen:
        connection = pen.connection
        kept = {row.sequence: row for row in connection.execute(select(audit))}
        lines = {line[0]: line for _, line in archived}
        wrong = {
            n
            for n, (_, text, digest) in lines.items()
            if n not in kept or (kept[n].line, kept[n].digest) != (text, digest)
        }
        last = max(lines, default=0)
        later = [row for n, row in sorted(kept.items()) if n > last]
        standing = later if _follows(lines.get(last, (0, "", GENESIS)), later) else []
        strangers = [
            row for n, row in sorted(kept.items()) if n <= last and (n not in lines or n in wrong)
        ] + ([] if standing else later)
        if wrong or strangers:
            connection.execute(delete(audit))
            connection.execute(delete(concerned))
            if archived:
                connection.execute(insert(audit), [_row(day, line) for day, line in archived])
            if standing:  # seals of documents name them by number and digest
                connection.execute(insert(audit), [dict(row._mapping) for row in standing])
            pen.newest = newest_of(connection)
            _write_again(pen, strangers, len(wrong))
    return len(wrong) + _file_anew(log, {line[0]: day for day, line in archived})


def _file_anew(log: AuditLog, days: Mapping[int, str]) -> int:
    """File every line under the object and the documents that it names, and the archived ones under their days.

    How many lines stood under another object or day.
    """
    moved = 0
    with appending(log.engine) as pen:
        connection = pen.connection
        connection.execute(delete(concerned))
        after, before = -1, ""
        following = select(audit).order_by(audit.c.sequence).limit(_BATCH)
        while rows := connection.execute(following.where(audit.c.sequence > after)).all():
            file_under(connection, [(row.sequence, told(row.line)) for row in rows])
            for row in rows:
                before = days.get(row.sequence) or _day_of(row, before)
                right = (before, version_of(told(row.line)))
                if (row.day, row.object) != right:
                    place = update(audit).where(audit.c.sequence == row.sequence)
                    connection.execute(place.values(day=right[0], object=right[1]))
                    moved += 1
            after = rows[-1].sequence
    return moved


def _day_of(row: Any, before: str) -> str:
    """The day of a line that is not archived: its own where that may be; else that of its moment, or of the line before it."""
    if may_count_to(row.day, row.line, begins=row.day != before):
        return str(row.day)
    return max(f"{time_of(told(row.line)):%Y-%m-%d}", before)


def _archived(log: AuditLog) -> list[tuple[str, Line]]:
    """Day and line of all that is archived, in order."""
    entries = listed(log.archive)
    days = [load(log.archive, entry.name) for entry in entries] if entries else unlisted(log.archive, None)
    return [(day.name.partition(".")[0], line) for day in days for line in day.lines()]


def _follows(last: Line, rows: list[Any]) -> bool:
    sequence, _, digest = last
    lines = [(row.sequence, row.line, row.digest) for row in rows]
    numbered = all(number == place for place, (number, _, _) in enumerate(lines, sequence + 1))
    return numbered and next(altered(lines, digest), None) is None


def _write_again(pen: Pen, strangers: list[Any], restored: int) -> None:
    """Behind the archived lines: what was restored, then the lines that have no other place."""
    purpose = f"{restored} lines restored from the archive, {len(strangers)} written anew"
    contents = [content_of(Access("sohoa", "restore", "audit", "", purpose))]
    for row in strangers:
        was = told(row.line)
        number, at = was.pop("sequence"), was.pop("at")
        contents.append({**was, "was": number, "noted_at": at})
    pen.write(contents, datetime.now(UTC))


def _row(day: str, line: Line) -> dict[str, Any]:
    sequence, text, digest = line
    return {
        "sequence": sequence,
        "day": day,
        "line": text,
        "digest": digest,
        "object": version_of(told(text)),
    }
