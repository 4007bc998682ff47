"""A house of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.house import House
from flows.settings import load_settings


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Embedded archive and index, demo key."""
    monkeypatch.chdir(tmp_path)
    return House(load_settings(workers=2))
