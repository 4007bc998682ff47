"""Full text on both databases: FTS5 of SQLite, text vectors of PostgreSQL, over terms that we make ourselves.

The terms of a document are its folded words and its pairs of neighbours (``ho_kinh``), each once. Vietnamese writes
its words as syllables apart, so phrases are what people search for; as pairs they cost one look into the index
instead of a look into every text. One table ``words`` beside ``documents`` with the same position, so that a change
of state rewrites no text. Results come newest first, never by rank: the engine can stop at the page's end.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import BigInteger, ColumnClause, Connection, FromClause, column, text

MOST_BYTES = 900_000
"""Bytes of one document's terms; PostgreSQL refuses vectors above 1 MB. Reached by some 500 full pages."""

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE words USING fts5"
        "(terms, tokenize = \"ascii tokenchars '_'\", detail = none, columnsize = 0)",
    ),
    "postgresql": (
        # the vectors lie apart, so that the rows which an index points to are a few bytes each
        "CREATE TABLE words (position bigint PRIMARY KEY, vector tsvector NOT NULL) WITH (toast_tuple_target = 128)",
        "ALTER TABLE words ALTER COLUMN vector SET STATISTICS 1000",
        # a short list of what is not merged yet: each question reads all of it
        "CREATE INDEX words_vector ON words USING gin (vector) WITH (gin_pending_list_limit = 512)",
    ),
}

_UPSERT = {
    "sqlite": "INSERT OR REPLACE INTO words (rowid, terms) VALUES (:position, :terms)",
    "postgresql": (
        "INSERT INTO words (position, vector)"
        " VALUES (:position, array_to_tsvector(string_to_array(:terms, ' ')))"
        " ON CONFLICT (position) DO UPDATE SET vector = excluded.vector"
    ),
}

POSITION: ColumnClause[int] = column("position", BigInteger)

_ALL = {
    "sqlite": "SELECT rowid AS position FROM words WHERE words MATCH :query AND rowid < :before",
    "postgresql": (
        "WITH found AS MATERIALIZED"
        " (SELECT position FROM words WHERE vector @@ CAST(:query AS tsquery) AND position < :before)"
        " SELECT position FROM found ORDER BY position DESC OFFSET 0"
    ),
}

_RECENT = (
    "SELECT position FROM (SELECT position, vector FROM words WHERE position < :before"
    " ORDER BY position DESC LIMIT :recent) AS recent WHERE vector @@ CAST(:query AS tsquery)"
)

_DELETE = {
    "sqlite": "DELETE FROM words WHERE rowid = :position",
    "postgresql": "DELETE FROM words WHERE position = :position",
}


def put(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Write the words (separated by spaces) of documents, replacing what was there."""
    _many(connection, _UPSERT, [{"position": position, "terms": terms(words)} for position, words in rows])


def tidy(connection: Connection) -> None:
    """Merge what came in lately, and let the planner look at a sample of the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT gin_clean_pending_list('words_vector')"))
    else:
        connection.execute(text("PRAGMA analysis_limit = 1000"))
    connection.execute(text("ANALYZE"))


def delete(connection: Connection, positions: Sequence[int]) -> None:
    """Forget the words of documents."""
    _many(connection, _DELETE, [{"position": position} for position in positions])


def hits(
    dialect: str, phrases: Sequence[Sequence[str]], after: int | None, recent: int | None = None
) -> FromClause:
    """A table ``hits`` of the positions (below ``after``) where all phrases occur.

    With ``recent`` (PostgreSQL) only so many of the newest texts are looked through, one by one.
    """
    wanted = dict.fromkeys(term for phrase in phrases for term in _of_phrase(phrase))
    mark, joint = ('"', " AND ") if dialect == "sqlite" else ("'", " & ")
    query = joint.join(f"{mark}{term}{mark}" for term in wanted)
    before = 2**63 - 1 if after is None else after
    if recent is None:
        return text(_ALL[dialect]).bindparams(query=query, before=before).columns(POSITION).subquery("hits")
    asked = text(_RECENT).bindparams(query=query, before=before, recent=recent)
    return asked.columns(POSITION).subquery("hits")


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


def _many(connection: Connection, statements: dict[str, str], rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(text(statements[connection.dialect.name]), rows)
