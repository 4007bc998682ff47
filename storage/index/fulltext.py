"""Full text on both databases: FTS5 of SQLite, text vectors of PostgreSQL, over terms that we make ourselves.

The terms of a document are its folded words and its pairs of neighbours (``ho_kinh``), each once, and the marks by
which near-duplicates are found. Vietnamese writes its words as syllables apart, so phrases are what people search for;
as pairs they cost one look into the index instead of a look into every text. One table ``words`` beside ``documents``
with the same position, so that a change of state rewrites no text. Results come newest first, never by rank: the
engine can stop at the page's end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from sqlalchemy import BigInteger, ColumnClause, Connection, FromClause, bindparam, column, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger as Position
from sqlalchemy.types import Text

MOST_BYTES = 900_000
"""Bytes of one document's terms; PostgreSQL refuses vectors above 1 MB. Reached by some 500 full pages."""

POSITION: ColumnClause[int] = column("position", BigInteger)

LAST = 2**63 - 1
"""After every position."""

_INSERT = (
    "INSERT INTO words (position, vector)"
    " SELECT position, array_to_tsvector(string_to_array(terms, ' '))"
    " FROM unnest(:positions, :terms) AS new (position, terms)"
    " ON CONFLICT (position) DO UPDATE SET vector = excluded.vector"
)
"""All of a batch in one statement: PostgreSQL would plan it anew for each row."""

_MATCHING = "SELECT rowid AS position FROM words WHERE words MATCH :query AND rowid < :before"

_SEGMENT = (
    "(SELECT position FROM words WHERE vector @@ CAST(:query AS tsquery)"
    " AND position < :before{n} AND position >= :low{n} ORDER BY position DESC OFFSET 0)"
)

_RECENT = (
    "SELECT position FROM (SELECT position, vector FROM words WHERE position < :before AND position >= :low"
    " ORDER BY position DESC LIMIT :recent) AS recent WHERE vector @@ CAST(:query AS tsquery)"
)

_DELETE = {
    "sqlite": "DELETE FROM words WHERE rowid = :position",
    "postgresql": "DELETE FROM words WHERE position = :position",
}


def put(connection: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
    """Write the words and the marks (both separated by spaces) of documents, replacing what was there."""
    if not rows:
        return
    found = [(position, f"{terms(words)} {marks}".strip()) for position, words, marks in rows]
    if connection.dialect.name == "sqlite":
        statement = text("INSERT OR REPLACE INTO words (rowid, terms) VALUES (:position, :terms)")
        connection.execute(statement, [{"position": position, "terms": joined} for position, joined in found])
        return
    batch = text(_INSERT).bindparams(bindparam("positions", type_=ARRAY(Position)))
    batch = batch.bindparams(bindparam("terms", type_=ARRAY(Text)))
    connection.execute(batch, {"positions": [p for p, _ in found], "terms": [joined for _, joined in found]})


def delete(connection: Connection, positions: Sequence[int]) -> None:
    """Forget the words of documents."""
    if not positions:
        return
    statement = text(_DELETE[connection.dialect.name])
    connection.execute(statement, [{"position": position} for position in positions])


def tidy(connection: Connection) -> None:
    """Let the planner look at a sample of the tables."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA analysis_limit = 1000"))
    connection.execute(text("ANALYZE"))


def all_of(dialect: str, phrases: Sequence[Sequence[str]]) -> str:
    """The query, as the database wants it, for texts where all phrases occur."""
    wanted = dict.fromkeys(term for phrase in phrases for term in _of_phrase(phrase))
    return _query(dialect, wanted, " AND ", " & ")


def any_of(dialect: str, marks: Iterable[str]) -> str:
    """The query for texts that carry one of the marks."""
    return _query(dialect, marks, " OR ", " | ")


def hits(dialect: str, query: str, before: int, lows: Sequence[int] = (0,)) -> FromClause:
    """A table ``hits`` of the positions below ``before`` that the query matches.

    ``lows`` (PostgreSQL) are where its segments begin, the newest first: a segment is looked at only when those before
    it have too few, and the hits come in order. Any numbers that fall and cover what is wanted give the same hits.
    """
    if dialect == "sqlite":
        return text(_MATCHING).bindparams(query=query, before=before).columns(POSITION).subquery("hits")
    bound: dict[str, str | int] = {"query": query}
    parts = []
    for n, low in enumerate(low for low in lows if low < before):
        bound |= {f"before{n}": before, f"low{n}": low}
        parts.append(_SEGMENT.format(n=n))
        before = low
    return text(" UNION ALL ".join(parts)).bindparams(**bound).columns(POSITION).subquery("hits")


def recent_hits(query: str, before: int, low: int, recent: int) -> FromClause:
    """The same on PostgreSQL among so many of the newest texts from ``low`` on, looked through one by one."""
    found = text(_RECENT).bindparams(query=query, before=before, low=low, recent=recent)
    return found.columns(POSITION).subquery("hits")


def terms(words: str) -> str:
    """The terms of a text of folded words.

    >>> terms("ho kinh doanh kinh")
    'doanh ho kinh doanh_kinh ho_kinh kinh_doanh'
    """
    single = words.split()
    found = sorted(set(single)) + sorted({f"{one}_{next}" for one, next in pairwise(single)})
    joined = " ".join(found)
    return joined if len(joined) <= MOST_BYTES else joined[:MOST_BYTES].rpartition(" ")[0]


def _of_phrase(phrase: Sequence[str]) -> list[str]:
    return [f"{one}_{next}" for one, next in pairwise(phrase)] if len(phrase) > 1 else list(phrase)


def _query(dialect: str, wanted: Iterable[str], sqlite: str, postgresql: str) -> str:
    mark, joint = ('"', sqlite) if dialect == "sqlite" else ("'", postgresql)
    return joint.join(f"{mark}{term}{mark}" for term in wanted)
