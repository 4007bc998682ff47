"""``sohoa archive renew``, the real command in real processes, with a time-stamping authority that answers over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings
from tests.apps.conftest import Run
from tests.flows.signed_services import Filler, settings_for
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import Pki

__all__ = ["_running", "copy_pdf", "pki"]

SOON = ("--within", "4000")  # the first generation ends in 2030, the other in 2045


@pytest.fixture
def settings(pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    chosen = {
        "SOHOA_SIGNER__TSA": pki.tsa("long"),
        "SOHOA_TRUST__ROOTS": json.dumps([str(pki.root)]),
        "SOHOA_TRUST__FETCH": "true",
        "SOHOA_TRUST__PRIVATE": "true",
        "SOHOA_WORKERS": "2",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    return chosen


@pytest.mark.usefixtures("settings")
def test_killed_in_the_middle_and_repeated(sohoa: Run, pki: Pki, copy_pdf: Path, tmp_path: Path) -> None:
    filler = Filler(copy_pdf, tmp_path)
    ending = filler.put(settings_for(pki, pki.tsa(1)), 10)
    lasting = filler.put(settings_for(pki, pki.tsa("long")), 2)
    services = Services(load_settings())

    command = [sys.executable, "-m", "apps.cli", "archive", "renew", "--json", *SOON]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert (first["status"], first["version"], first["error"]) == ("renewed", 2, None)
    assert first["protected_until"].startswith("2045-01-01")
    half = {document_id: len(services.archive.versions(document_id)) for document_id in ending}
    assert set(half.values()) == {1, 2}, "killed in the middle"

    done = sohoa("archive", "renew", "--json", *SOON)
    assert done.status == 0, (done.err, done.out)
    renewed = {line["id"] for line in done.lines}
    left = {document_id for document_id, versions in half.items() if versions == 1}
    assert renewed <= left
    assert len(left - renewed) <= 2, (
        "each of two workers may have written one that its object did not name yet"
    )
    assert "still good" in done.err
    for document_id in ending:
        assert len(services.archive.versions(document_id)) == 2, "renewed once, not twice"
        row = services.index.get(document_id)
        assert row is not None
        assert row.version == 2
    assert {len(services.archive.versions(document_id)) for document_id in lasting} == {1}
    assert sohoa("archive", "renew", "--json", *SOON).lines == []

    told = sohoa("verify", ending[0], "--json")
    assert (told.status, told.lines[0]["verdict"]) == (0, "valid")
    assert told.lines[0]["signatures"][0]["level"] == "B-LTA"
    assert told.lines[0]["provable_until"].startswith("2045-01-01")
    assert "01/01/2045" in told.lines[0]["clerk"]
    assert sohoa("archive", "check", "--sample", 1).status == 0


@pytest.mark.usefixtures("settings")
def test_authority_away_ends_with_4_and_loses_nothing(
    sohoa: Run, pki: Pki, copy_pdf: Path, tmp_path: Path
) -> None:
    (document_id,) = Filler(copy_pdf, tmp_path).put(settings_for(pki, pki.tsa(1)))
    away = sohoa("archive", "renew", *SOON, SOHOA_SIGNER__TSA="http://127.0.0.1:9/")
    assert (away.status, "Traceback" in away.err) == (4, False)
    assert len(Services(load_settings()).archive.versions(document_id)) == 1
    back = sohoa("archive", "renew", *SOON)
    assert back.status == 0
    assert "1 documents renewed" in back.out


def test_without_an_authority_days_are_closed_all_the_same(sohoa: Run) -> None:
    done = sohoa("archive", "renew")
    assert (done.status, "days closed" in done.out, "signer.tsa" in done.err) == (0, True, True)


def test_what_is_lacking_in_the_settings_is_named(sohoa: Run) -> None:
    done = sohoa("archive", "renew", SOHOA_SIGNER__TSA="http://127.0.0.1:9/")
    assert (done.status, "set trust.roots, trust.fetch" in done.err) == (2, True)


def test_a_forged_day_of_the_log_is_told_with_what_to_do(sohoa: Run, tmp_path: Path) -> None:
    sohoa("find", "x")
    entries = Path(os.environ["SOHOA_HOME"]) / "archive" / "extensions" / "sohoa-audit"
    entries.mkdir(parents=True)
    (entries / "00000005-2099-01-01").write_text(f"{'0' * 64}\n")
    done = sohoa("archive", "renew")
    assert (done.status, "sohoa verify --audit" in done.err) == (1, True), done.err
    told = sohoa("verify", "--audit")
    assert told.status == 1
    assert "extensions/sohoa-audit/00000005-2099-01-01" in told.err
    assert "take it out of the archive" in told.err
    assert "line 0" not in told.err
