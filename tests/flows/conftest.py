"""A services of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Embedded archive and index, demo key."""
    monkeypatch.chdir(tmp_path)
    return Services(load_settings(workers=2))
