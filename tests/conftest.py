"""What all tests share: a quiet environment and a home of their own, so that nothing of the developer's is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from storage.index import database
from tests.prepared import copy_tables

settings.register_profile("untimed", deadline=None)  # how long a case takes is no property of the code
settings.load_profile("untimed")

os.environ.setdefault("OMP_THREAD_LIMIT", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

database._migrate = copy_tables


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "sohoa-home"))
