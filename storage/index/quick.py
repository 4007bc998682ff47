"""Statements that each request asks: taken apart once, then handed to the driver. SQLAlchemy's way costs four times what the driver's does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, Executable, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from storage.index.database import INSERT

Values = Mapping[str, Any]
"""By the name of the parameter: what the driver takes as it is."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """For one kind of database: the text, what it is always asked with, the order of its parameters, which columns are truth values."""

    text: str
    always: Values
    order: tuple[str, ...] | None
    truths: tuple[int, ...]


class Quick:
    """A statement with parameters (``bindparam``) of plain values, or one for each kind of database."""

    def __init__(self, statement: Executable | Mapping[str, Executable]) -> None:
        self._statement = statement
        self._ready: dict[str, _Ready] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """The rows that it gives. Raises as ``Connection.execute`` does."""
        ready, found = self._run(connection, values)
        rows: list[tuple[Any, ...]] = found.fetchall()
        return [_with_truths(row, ready.truths) for row in rows] if ready.truths else rows

    def run(self, connection: Connection, values: Values) -> None:
        """Do it. Raises as ``Connection.execute`` does."""
        self._run(connection, values)

    def _run(self, connection: Connection, values: Values) -> tuple[_Ready, Any]:
        dialect = connection.dialect
        ready = self._ready.get(dialect.name) or self._ready.setdefault(
            dialect.name, self._taken_apart(dialect)
        )
        given = {**ready.always, **values}
        driver: Any = connection.connection.driver_connection
        try:
            if ready.order is not None:
                return ready, driver.execute(ready.text, [given[name] for name in ready.order])
            driver.prepare_threshold = 0  # kept at the server: one plan serves all values
            try:
                return ready, driver.execute(ready.text, given)
            finally:
                driver.prepare_threshold = None
        except dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemy_raises(connection, error) from error

    def _taken_apart(self, dialect: Dialect) -> _Ready:
        statement = self._statement
        chosen: Any = statement[dialect.name] if isinstance(statement, Mapping) else statement
        made: SQLCompiler = chosen.compile(dialect=dialect)
        columns = getattr(chosen, "selected_columns", ())
        return _Ready(
            text=str(made),
            always={name: value for name, value in made.params.items() if value is not None},
            order=tuple(made.positiontup or ()) if made.positional else None,
            truths=tuple(
                place
                for place, column in enumerate(columns)
                if dialect.name == "sqlite" and isinstance(column.type, Boolean)
            ),
        )


def _leave(insert: Any) -> Any:
    return insert.on_conflict_do_nothing()


class QuickInsert:
    """An insert into a table that says what to do about a row that is there; SQLAlchemy would compile it anew each time."""

    def __init__(self, table: Table, conflict: Callable[[Any], Any] = _leave) -> None:
        """``conflict`` adds that to the insert (``on_conflict_do_…``), without values; as it is given, what is there stays."""
        self._table, self._conflict = table, conflict
        self._ready: dict[tuple[str, ...], tuple[str, Sequence[str] | None]] = {}

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Insert rows that all have the same columns. Raises as ``Connection.execute`` does."""
        if not rows:
            return
        kind = (connection.dialect.name, *rows[0])
        text, order = self._ready.get(kind) or self._ready.setdefault(
            kind, self._compiled(connection, rows[0])
        )
        given = [dict(row) if order is None else tuple(row[name] for name in order) for row in rows]
        connection.exec_driver_sql(text, given if len(given) > 1 else given[0])

    def _compiled(self, connection: Connection, row: Values) -> tuple[str, Sequence[str] | None]:
        statement = self._conflict(INSERT[connection.dialect.name](self._table))
        made: SQLCompiler = statement.compile(dialect=connection.dialect, column_keys=list(row))
        return str(made), made.positiontup


def last_rows(connection: Connection, statements: str) -> list[tuple[Any, ...]]:
    """Send statements to PostgreSQL in one message; the rows of the last. Raises as ``Connection.execute`` does."""
    driver: Any = connection.connection.driver_connection
    try:
        cursor = driver.execute(statements, prepare=False)
        while cursor.nextset():
            pass
        found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_raises(connection, error) from error
    return found


def _with_truths(row: tuple[Any, ...], places: tuple[int, ...]) -> tuple[Any, ...]:
    """SQLite has numbers for them."""
    return tuple(
        bool(value) if place in places and value is not None else value for place, value in enumerate(row)
    )


def _as_sqlalchemy_raises(connection: Connection, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy tells it, without values; a connection that is gone is not given back to the pool."""
    dialect, driver = connection.dialect, connection.connection
    gone = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    told = DBAPIError.instance(
        None, None, error, dialect.loaded_dbapi.Error, connection_invalidated=gone, dialect=dialect
    )
    if gone:
        connection.invalidate(error)
    return told
