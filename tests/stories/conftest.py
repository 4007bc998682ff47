"""Stories run twice: on one PC with everything embedded, and on PostgreSQL and Ceph."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings
from tests.storage.conftest import ceph, postgresql  # noqa: F401 - fixtures that these stories use too
from tests.storage.servers import KEYS
from tests.stories.people import Counter

TODAY = date(2026, 11, 28)


@pytest.fixture(params=["embedded", pytest.param("servers", marks=[pytest.mark.server, pytest.mark.slow])])
def services(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """An agency's archive and index."""
    monkeypatch.chdir(tmp_path)
    given: dict[str, object] = {"agency": "UBND phường Bến Nghé"}
    if request.param == "servers":
        given |= _servers(request, monkeypatch)
    made = Services(load_settings(**given))
    yield made
    made.index.close()


@pytest.fixture
def counter(services: Services) -> Counter:
    """A counter where papers are handed in."""
    return Counter(services)


def _servers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    import psycopg

    from flows.settings.storing import S3Settings
    from storage.archive import Archive
    from storage.stores.opening import open_store
    from storage.stores.s3_options import Protection

    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    options = request.getfixturevalue("ceph").bucket(Protection.PLAIN)
    server: str = request.getfixturevalue("postgresql")
    name = f"story_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**8}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    Archive(open_store(options), create=True)
    return {
        "archive": {
            "s3": {name: getattr(options, name) for name in S3Settings.model_fields if hasattr(options, name)}
        },
        "index": {"url": server.rpartition("/")[0] + f"/{name}"},
    }
