"""A services of its own for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings
from tests.storage.servers import free_port, run


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Embedded archive and index, demo key."""
    monkeypatch.chdir(tmp_path)
    return Services(load_settings(workers=2))


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """The address of a real Prefect server, on SQLite."""
    folder = Path(tempfile.mkdtemp(prefix="sohoa-prefect-"))
    try:
        yield run("prefect", "start", str(folder), str(free_port(1)))
    finally:
        run("prefect", "stop", str(folder))
        shutil.rmtree(folder, ignore_errors=True)
