"""The PIN at a terminal: asked for once, before the work, and to be seen nowhere."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.house import House
from flows.settings import load_settings
from tests.apps.conftest import Run
from tests.pki import softhsm
from tests.pki.fixtures import _running, pki
from tests.pki.harness import Pki
from tests.scans import write_scan

__all__ = ["_running", "pki"]


@pytest.fixture
def scans(tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two scans, and settings with a token but without its PIN."""
    monkeypatch.chdir(tmp_path)
    hsm = softhsm.SoftHsm.start(tmp_path / "hsm")
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.folder / "softhsm2.conf"))
    hsm.add_token("con-dau")
    hsm.add_key("con-dau", pki, "seal", b"\x01")
    for name, value in {"KIND": "pkcs11", "MODULE": str(softhsm.MODULE), "TOKEN": "con-dau"}.items():
        monkeypatch.setenv(f"SOHOA_SIGNER__{name}", value)
    return [str(write_scan(tmp_path / f"{n}.png", [f"Trang {n}"])) for n in range(2)]


def _typed(command: list[str], answer: str) -> tuple[int, str, list[bytes]]:
    """Run in a terminal and answer when a PIN is asked for: exit status, what was shown, what ``ps`` could show."""
    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    shown, seen, answered = b"", [], False
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.1)[0]:
            try:
                shown += os.read(master, 65536)
            except OSError:  # the other side is closed
                break
        if b"PIN" in shown and not answered:
            time.sleep(0.2)  # the terminal must have stopped to echo
            os.write(master, f"{answer}\n".encode())
            answered = True
        seen += _command_lines(process.pid)
    os.close(master)
    return process.wait(), shown.decode(), seen


def _command_lines(session: int) -> list[bytes]:
    """Arguments and environment of every process of the session."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                found += [(entry / name).read_bytes() for name in ("cmdline", "environ")]
        except OSError:
            continue
    return found


def test_a_terminal_asks_once_and_shows_nothing(scans: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "apps.cli", "-v", "digitize", *scans]
    status, shown, seen = _typed(command, softhsm.PIN)
    assert status == 0, shown
    assert shown.count("mã PIN") == 1
    assert softhsm.PIN not in shown
    assert any(b"tesseract" in text for text in seen), "children were looked at, too"
    assert not any(softhsm.PIN.encode() in text for text in seen)
    kept = [path for path in (tmp_path / "sohoa-home").rglob("*") if path.is_file()]
    assert not any(softhsm.PIN.encode() in path.read_bytes() for path in kept)
    house = House(load_settings())
    assert [house.archive.record(document_id).signed for document_id in house.archive.ids()] == [True, True]


def test_a_wrong_pin_at_a_terminal(scans: list[str]) -> None:
    status, shown, _ = _typed([sys.executable, "-m", "apps.cli", "digitize", *scans], "000000")
    assert status == 2
    assert shown.count("mã PIN") == 1
    assert "wrong_pin" in shown
    house = House(load_settings())
    assert [house.archive.record(document_id).signed for document_id in house.archive.ids()] == [False, False]


def test_without_a_terminal_nobody_is_asked_and_the_copies_wait(scans: list[str], sohoa: Run) -> None:
    done = sohoa("digitize", "--json", *scans)
    assert done.status == 2
    assert {(line["status"], line["error"]["code"]) for line in done.lines} == {("archived", "pin_missing")}
    again = sohoa("digitize", "--json", *scans, SOHOA_SIGNER__PIN=softhsm.PIN)
    assert again.status == 0
    assert {line["status"] for line in again.lines} == {"duplicate"}


@pytest.mark.usefixtures("scans")
def test_doctor_looks_for_the_token_and_tries_no_pin(sohoa: Run, tmp_path: Path) -> None:
    there = {line["part"]: line for line in sohoa("doctor", "--json").lines}
    assert there["token"]["state"] == "ok"
    (tmp_path / "hsm" / "tokens").rename(tmp_path / "hsm" / "pulled")
    (tmp_path / "hsm" / "tokens").mkdir()
    away = sohoa("doctor", "--json")
    assert away.status == 4
    (found,) = (line for line in away.lines if line["part"] == "token")
    assert (found["state"], found["detail"]) == ("missing", "con-dau is not there")
