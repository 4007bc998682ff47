"""The tables of a new SQLite index, made by the migrations once in a run instead of once in each of a thousand tests.

What the migrations themselves do is proved in ``tests/storage``, on databases of older versions and on PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, inspect

from storage.index import database

_SHADOWS = ("words_data", "words_idx", "words_content", "words_config", "sqlite_sequence")
"""SQLite makes these with the full-text table."""

_migrate = database._migrate


def copy_tables(engine: Engine) -> None:
    """In place of the migrations, where they would start from nothing and go to the end; else they themselves."""
    if engine.dialect.name != "sqlite" or database.HEAD != "head":
        _migrate(engine)
        return
    with database.writing(engine) as connection:
        empty = not inspect(connection).get_table_names()
        for statement in _statements(_migrate) if empty else ():
            connection.exec_driver_sql(statement)
    if not empty:
        _migrate(engine)


@cache
def _statements(migrate: Callable[[Engine], None]) -> tuple[str, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite"
        engine = database._sqlite(path)
        migrate(engine)
        engine.dispose()
        with closing(sqlite3.connect(path)) as made:
            tables = made.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
            kept = [sql for name, sql in tables if name not in _SHADOWS]
            rows = [line for line in made.iterdump() if line.startswith('INSERT INTO "alembic_version"')]
            filled = [
                name
                for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if name not in (*_SHADOWS, "alembic_version")
                and made.execute(f'SELECT 1 FROM "{name}"').fetchone()
            ]
            merging = [
                f"INSERT INTO words (words, rank) VALUES ('{name}', {value})"
                for name, value in made.execute("SELECT k, v FROM words_config WHERE k <> 'version'")
            ]
    assert rows, "alembic notes the version"
    assert not filled, f"migrations fill {filled}: copy their rows too"
    return (*kept, *merging, *rows)
