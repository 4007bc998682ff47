"""Full text on both databases: FTS5 of SQLite, text vectors of PostgreSQL, over words that we folded ourselves.

One table ``words`` beside ``documents`` with the same position, so that a change of state rewrites no text. Results
come newest first, never by rank: the engine can stop at the page's end, also for words that every paper holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, TextClause, literal_column, table, text

WORDS = table("words")
"""For joins."""

CREATE = {
    "sqlite": ("CREATE VIRTUAL TABLE words USING fts5(folded, tokenize='ascii', columnsize=0)",),
    "postgresql": (
        "CREATE TABLE words (position bigint PRIMARY KEY, vector tsvector NOT NULL)",
        "CREATE INDEX words_vector ON words USING gin (vector) WITH (fastupdate = off)",
    ),
}

_UPSERT = {
    "sqlite": "INSERT OR REPLACE INTO words (rowid, folded) VALUES (:position, :words)",
    "postgresql": (
        "INSERT INTO words (position, vector) VALUES (:position, to_tsvector('simple', :words))"
        " ON CONFLICT (position) DO UPDATE SET vector = excluded.vector"
    ),
}

_DELETE = {
    "sqlite": "DELETE FROM words WHERE rowid = :position",
    "postgresql": "DELETE FROM words WHERE position = :position",
}


def put(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Write the words of documents, replacing what was there."""
    _many(connection, _UPSERT, [{"position": position, "words": words} for position, words in rows])


def delete(connection: Connection, positions: Sequence[int]) -> None:
    """Forget the words of documents."""
    _many(connection, _DELETE, [{"position": position} for position in positions])


def match(dialect: str, phrases: Sequence[Sequence[str]]) -> tuple[TextClause, ColumnElement[int]]:
    """A condition on ``words`` that all phrases occur, and the column of ``words`` that holds the position."""
    if dialect == "sqlite":
        query = " AND ".join('"' + " ".join(phrase) + '"' for phrase in phrases)
        return text("words MATCH :query").bindparams(query=query), literal_column("words.rowid")
    query = " & ".join("(" + " <-> ".join(phrase) + ")" for phrase in phrases)
    condition = text("words.vector @@ to_tsquery('simple', :query)").bindparams(query=query)
    return condition, literal_column("words.position")


def _many(connection: Connection, statements: dict[str, str], rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(text(statements[connection.dialect.name]), rows)
