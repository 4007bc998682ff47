"""Documents that may be the same paper as another: candidates, to be judged by who knows papers."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.index import fulltext, segments
from storage.index.entry import Entry, marks_of
from storage.index.find import COLUMNS, joined
from storage.index.tables import documents

NEAR = 40
"""Most bits in which the perceptual hashes of two scans of one paper differ, of 256."""

MOST = 300
"""How many of the newest papers with a like look are compared."""


def near_duplicates(connection: Connection, entry: Entry) -> list[Entry]:
    """Other documents with numbers in common, with a like first page, or of the same type, number, subject and date.

    Oldest first. Like pages are looked for among the newest: papers of one form look alike, and a paper that is
    scanned twice mostly is so within days.
    """
    marks = marks_of(entry)
    numbers, look = [m for m in marks if m.startswith("_n")], [m for m in marks if m.startswith("_p")]
    found = _marked(connection, numbers, newest=False) if numbers else []
    if look:
        alike = _marked(connection, look, newest=True)
        found += [other for other in alike if distance(entry.perceptual_hash, other.perceptual_hash) <= NEAR]
    if entry.number_key and entry.issued_on:
        found += _same(connection, entry)
    candidates = {other.id: other for other in found}
    candidates.pop(entry.id, None)
    return sorted(candidates.values(), key=lambda other: other.position)


def distance(one: str | None, other: str | None) -> int:
    """Bits in which two perceptual hashes differ; 256 when one is missing."""
    return (int(one, 16) ^ int(other, 16)).bit_count() if one and other else 256


def _marked(connection: Connection, marks: list[str], *, newest: bool) -> list[Entry]:
    dialect, lows = connection.dialect.name, [0]
    if dialect == "postgresql":
        lows = segments.lows(connection)[: 2 if newest else None]
    hits = fulltext.hits(dialect, fulltext.any_of(dialect, marks), fulltext.LAST, lows)
    return [Entry(*row) for row in connection.execute(joined(dialect, hits, (), MOST))]


def _same(connection: Connection, entry: Entry) -> list[Entry]:
    same = select(*COLUMNS).where(
        documents.c.number_key == entry.number_key,
        documents.c.type == entry.type,
        documents.c.issued_on == entry.issued_on,
        documents.c.subject_id.is_not_distinct_from(entry.subject_id),
    )
    return [Entry(*row) for row in connection.execute(same.limit(MOST))]
