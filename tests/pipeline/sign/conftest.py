"""A key infrastructure that runs, and a copy to sign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pki.fixtures import _running, copy_pdf, officer, offline, pki, seal, trust

__all__ = ["_running", "copy_pdf", "officer", "offline", "pki", "seal", "trust"]


@pytest.fixture
def source(copy_pdf: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy to sign; after each test it is as before, and nothing lies beside it."""
    folder = tmp_path / "work"
    folder.mkdir()
    path = folder / "copy.pdf"
    path.write_bytes(copy_pdf.read_bytes())
    yield path
    assert path.read_bytes() == copy_pdf.read_bytes()
    assert {p.name for p in folder.iterdir()} <= {"copy.pdf", "signed.pdf"}


@pytest.fixture
def target(source: Path) -> Path:
    return source.with_name("signed.pdf")
