"""The care of the archive: each part by itself, may be repeated, goes on where it was stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows import upkeep
from flows.digitize import digitize
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import Corrupt, TimeStampUnavailable
from tests.flows.signed_services import Filler, settings_for
from tests.homes import once
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import Pki
from tests.scans import write_scan

__all__ = ["_running", "copy_pdf", "pki"]


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would stand in Prefect's page."""
    told: list[str] = []

    def note(*, key: str, markdown: str, **_: Any) -> None:
        told.append(markdown)

    monkeypatch.setattr("flows.upkeep.create_markdown_artifact", note)
    return told


@pytest.fixture
def filled(services: Services, tmp_path: Path) -> Services:
    scan = write_scan(tmp_path / "a.png", ["Một"])
    assert once("one paper", services.home, lambda: digitize(scan, services).error) is None
    return services


def test_two_nights(pki: Pki, copy_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ids = Filler(copy_pdf, tmp_path).put(settings_for(pki, pki.tsa(1)), 2)
    monkeypatch.setenv("SOHOA_TRUST__ROOTS", json.dumps([str(pki.root)]))
    monkeypatch.setenv("SOHOA_TRUST__FETCH", "true")
    monkeypatch.setenv("SOHOA_TRUST__PRIVATE", "true")
    monkeypatch.setenv("SOHOA_WORKERS", "1")
    monkeypatch.setenv("SOHOA_SIGNER__TSA", "http://127.0.0.1:9/")
    with pytest.raises(TimeStampUnavailable):
        upkeep.renew.fn(within=4000)
    monkeypatch.setenv("SOHOA_SIGNER__TSA", pki.tsa("long"))
    assert upkeep.renew.fn(within=4000) == 2
    services = Services(load_settings())
    assert [len(services.archive.versions(document_id)) for document_id in ids] == [2, 2]


def test_fixity_goes_through_the_whole_and_finds_what_rotted(filled: Services, shown: list[str]) -> None:
    assert upkeep.fixity.fn().startswith("1 objects")
    pdf = next(path for path in (filled.home / "archive").rglob("*.pdf"))
    pdf.chmod(0o600)
    pdf.write_bytes(pdf.read_bytes()[:-1] + b"x")
    with pytest.raises(Corrupt):
        upkeep.fixity.fn()
    assert "\n- " in shown[-1]


def test_fixity_that_does_not_keep_up_says_so(filled: Services) -> None:
    note = filled.home / "upkeep" / "fixity.json"
    note.parent.mkdir(exist_ok=True)
    assert "tomorrow" in upkeep.fixity.fn(hours=-1.0)
    note.write_text(json.dumps({"last": (datetime.now(UTC) - timedelta(days=31)).isoformat()}))
    with pytest.raises(upkeep.Behind):
        upkeep.fixity.fn(hours=-1.0)
    assert upkeep.fixity.fn().startswith("1 objects")


def test_the_small_parts(filled: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    left, used = tmp_path / "scratch" / "sohoa-killed", tmp_path / "scratch" / "sohoa-used"
    for folder in (left, used):
        folder.mkdir(parents=True)
    os.utime(left, (1, 1))
    (filled.home / "uploads").mkdir()
    dead, written = (filled.home / "uploads" / name for name in (".dead.part", ".alive.part"))
    for part in (dead, written):
        part.write_bytes(b"half a scan")
    os.utime(dead, (1, 1))
    assert upkeep.clean.fn() == 2
    assert used.exists()
    assert not left.exists()
    assert written.exists()
    assert not dead.exists()
    assert upkeep.tidy.fn() == 1
    assert upkeep.sign.fn() == 0
    assert upkeep.retention_due.fn() == 0
    assert upkeep.audit.fn() == 0


def test_the_private_copy_of_a_killed_process_is_removed_after_a_day(
    filled: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that reads a scan is killed; what it leaves is the folder of its own copy, for this account only."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = (
        "import os, pathlib, signal, sys; from flows.work import own_place\n"
        "with own_place() as own:\n"
        "    own.write_bytes(b'a scan'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        env={**os.environ, "TMPDIR": str(scratch)},
        cwd=Path(__file__).parents[2],
        timeout=120,
    )
    (left,) = scratch.iterdir()
    assert left.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert upkeep.clean.fn() == 0, "it may be somebody's at work"
    os.utime(left, (1, 1))
    assert upkeep.clean.fn() == 1
    assert list(scratch.iterdir()) == []


def test_every_part_has_its_hour() -> None:
    assert len({part.flow.name for part in upkeep.PARTS}) == len(upkeep.PARTS)
    assert len({part.cron for part in upkeep.PARTS}) == len(upkeep.PARTS)
