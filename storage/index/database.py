"""Opening the database of the index: SQLite in a file, or PostgreSQL; its tables made or brought up to date."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    InternalError,
    OperationalError,
)

from schemas.errors import (
    IndexDamaged,
    IndexNewer,
    IndexUnreachable,
    SohoaError,
    StoreDenied,
    StoreFull,
    UsageError,
)
from storage.index.tables import REVISION
from storage.stores.folder import private_folder

HEAD = "head"
"""The migration that opening goes to."""

_NOW: dict[str, Any] = {
    "sqlite": literal_column("((julianday('now') - 2440587.5) * 86400.0)"),
    "postgresql": literal_column("extract(epoch FROM clock_timestamp())"),
}

INSERT: dict[str, Any] = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}
"""By dialect: inserts that may say what to do ``on_conflict_do_…``; SQLAlchemy's own cannot."""

_BEGIN = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}
"""We say it ourselves: drivers would say it before every question."""

_DAMAGE = re.compile(
    r"^(no such (table|column)|table \S+ (has no column|already exists)|cannot modify \S+ because it is a view|file is not a database"
    r"|database disk image is malformed|malformed database schema|vtable constructor failed)"
)
"""What SQLite says where tables of ours are missing or are none, or the file is damaged."""

_DAMAGED = frozenset({"42P01", "42703", "42P07", "42809", "3F000", "XX001", "XX002"})
"""The same by PostgreSQL: undefined table or column, one that is there already, another kind, no schema, damaged data or index."""

POOL = 20
"""Connections that a process keeps to PostgreSQL, and as many more when all are busy."""

FRESH = 1.0
"""Seconds after its last use for which a connection is taken to be alive."""

WAIT = 30
"""Seconds to wait for another writer, or for a server to answer."""


def open_database(where: Path | str) -> Engine:
    """An engine on a SQLite file or a ``postgresql://`` address; raises ``IndexUnreachable``, ``IndexNewer``."""
    engine = _postgresql(where) if isinstance(where, str) else _sqlite(where)
    with reachable(engine), engine.connect() as connection:
        current = inspect(connection).has_table("alembic_version") and connection.scalar(
            text("SELECT version_num FROM alembic_version")
        )
    if current and current > REVISION:
        raise IndexNewer(f"{engine.url.render_as_string(hide_password=True)}: {current}, not {REVISION}")
    if current != REVISION:
        with reachable(engine):
            _migrate(engine)
    return engine


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for questions; a change is a transaction of its own."""
    with reachable(engine), engine.connect() as connection:
        yield connection


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction: all of it, or nothing when the block raises. On SQLite there is one at a time."""
    with reachable(engine), engine.begin() as connection:
        connection.exec_driver_sql(_BEGIN[engine.dialect.name])
        yield connection


@contextlib.contextmanager
def reachable(engine: Engine) -> Iterator[None]:
    """Turn the database's failures into ours. The message names the place, never the statement's values."""
    try:
        yield
    except DBAPIError as error:
        place = engine.url.render_as_string(hide_password=True)
        if what := _damage(error):
            raise IndexDamaged(f"{place}: {what}") from error
        if isinstance(error, DataError) and "NUL" in str(error.orig):
            raise UsageError("text holds a NUL character, which the database does not take") from error
        ours = type(error) not in (DatabaseError, OperationalError, InterfaceError, InternalError)
        if ours and not error.connection_invalidated:
            raise
        reason = str(error.orig).splitlines()[0] if error.orig else ""
        if "full" in reason or "No space" in reason:
            raise StoreFull(place) from error
        if "readonly" in reason or "read-only" in reason:
            raise StoreDenied(place) from error
        raise IndexUnreachable(f"{place}: {reason}") from error


def _damage(error: DBAPIError) -> str | None:
    """What the database misses or finds damaged; None where it is another failure. Names of tables and columns, no values."""
    told = str(error.orig).splitlines()[0] if str(error.orig) else ""
    return told if getattr(error.orig, "sqlstate", None) in _DAMAGED or _DAMAGE.search(told) else None


def wipe(engine: Engine) -> bool:
    """Write a SQLite file anew, so that nothing of rows that were replaced or removed is left in it; False while it is busy.

    PostgreSQL does so by itself (autovacuum).
    """
    if engine.dialect.name != "sqlite":
        return True
    try:
        with reading(engine) as connection:
            connection.exec_driver_sql("INSERT INTO words (words) VALUES ('optimize')")
            connection.exec_driver_sql("VACUUM")
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    except SohoaError:
        return False
    return not busy


def insert_into(connection: Connection, table: Table) -> Any:
    """An insert into a table that may say what to do about a row that is there."""
    return INSERT[connection.dialect.name](table)


def now(connection: Connection) -> float:
    """The time in Unix seconds by the database's clock: those of the workers do not matter."""
    return float(connection.scalar(select(_NOW[connection.dialect.name])) or 0)


_ENGINE = {"hide_parameters": True}
"""Faults of a database tell the statement, and not the personal data in it."""


def _sqlite(path: Path) -> Engine:
    try:
        private_folder(path.parent)
        # SQLite gives its journals the mode of the file: nobody else reads a line from the first on
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreDenied(str(path)) from error
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": WAIT, "check_same_thread": False}, **_ENGINE
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # ``_BEGIN``
        switch_to_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -65536")
        # pages; the default of 4 MB is less than one batch writes: each would wait until all of it is on the disk twice
        connection.execute("PRAGMA wal_autocheckpoint = 16000")
        connection.execute("PRAGMA mmap_size = 2147418112")

    return engine


def switch_to_wal(connection: Any) -> None:
    """The first switch of a new file fails at once, whatever the timeout, when another process is just doing it."""
    until = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _postgresql(address: str) -> Engine:
    import psycopg

    # Hits come in order, which nobody may disturb by working in parallel.
    settings = "-c jit=off -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"
    engine = create_engine(
        address.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=POOL,
        max_overflow=POOL,
        **_ENGINE,
        # else an INSERT tells -1 rows, whether it wrote its row or met another's
        execution_options={"preserve_rowcount": True},
        # A plan must know the words that are asked for: one for any words takes a hundred times as long for common ones.
        # ``storage.index.quick`` is for statements that one plan serves.
        connect_args={"connect_timeout": WAIT // 3, "options": settings, "prepare_threshold": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.autocommit = True  # ``_BEGIN``

    @event.listens_for(engine, "checkin")
    def given_back(_connection: Any, record: Any) -> None:
        record.info["at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def still_there(connection: Any, record: Any, _proxy: object) -> None:
        """One that lay unused is asked whether the server is still there; asking each time would double every question."""
        if time.monotonic() - record.info.get("at", 0.0) <= FRESH:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error  # the pool tries another

    return engine


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":  # two machines starting at once
            connection.execute(text("SELECT pg_advisory_xact_lock(7302101)"))
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
