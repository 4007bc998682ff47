"""Stores and databases for every test that asks: a folder and real servers, each started once in a run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from storage.archive import Archive
from storage.index.index import Index
from storage.stores.folder import FolderStore
from storage.stores.opening import open_store
from storage.stores.protocol import Store
from storage.stores.s3_options import Protection, S3Options
from tests.storage.office import Office
from tests.storage.samples import Clock
from tests.storage.servers import KEYS, Ceph, free_port, run

LATE = timedelta(minutes=5)

STORES = ["folder", *(f"s3-{protection}" for protection in Protection)]


@pytest.fixture(autouse=True)
def _one_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock stands back shortly before midnight, where a test would see two days; a server keeps its own clock."""
    now = datetime.now(UTC)
    late = (now + LATE).date() > now.date() and not {"ceph", "place"} & set(request.fixturenames)
    with time_machine.travel(now - LATE, tick=True) if late else nullcontext():
        yield


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def ceph() -> Iterator[Ceph]:
    folder = Path(tempfile.mkdtemp(prefix="sohoa-ceph-"))
    try:
        yield Ceph(folder, run("ceph", "start", str(folder), str(free_port())))
    finally:
        run("ceph", "stop", str(folder))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="sohoa-pg-"))
    try:
        yield run("postgresql", "start", str(folder), str(free_port(1)))
    finally:
        run("postgresql", "stop", str(folder))


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | S3Options:
    """Where a store can be opened, as often as a test likes."""
    if request.param == "folder":
        (tmp_path / "store").mkdir()
        return tmp_path / "store"
    ceph: Ceph = request.getfixturevalue("ceph")
    return ceph.bucket(Protection(request.param.removeprefix("s3-")))


@pytest.fixture
def store(place: Path | S3Options) -> Store:
    return open_store(place)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Empty, in a folder, with a clock that goes on at each look."""
    return Archive(FolderStore(tmp_path / "archive", create=True), create=True, clock=Clock())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """To be attacked."""
    return Office(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """An empty database."""
    if request.param == "sqlite":
        yield tmp_path / "index.sqlite"
        return
    with _empty_database(request) as address:
        yield address


@pytest.fixture
def postgresql_index(request: pytest.FixtureRequest) -> Iterator[Index]:
    """An index on an empty database of the server."""
    with _empty_database(request) as address:
        opened = Index(address)
        yield opened
        opened.close()


@contextmanager
def _empty_database(request: pytest.FixtureRequest) -> Iterator[str]:
    import psycopg

    server: str = request.getfixturevalue("postgresql")
    name = f"test_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**8}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def index(database: Path | str) -> Iterator[Index]:
    opened = Index(database)
    yield opened
    opened.close()


def fetch(store: Store, folder: Path) -> Path:
    """All of a store as plain files, as any S3 tool would fetch them."""
    shutil.rmtree(folder, ignore_errors=True)
    for stat in store.list():
        path = folder / stat.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(store.get(stat.key))
    return folder
