"""The PIN at a terminal: asked for once, before the work, and to be seen nowhere."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest

from flows.services import Services
from flows.settings import load_settings
from storage.audit_lines import Access
from tests.apps.conftest import Run
from tests.flows.signed_services import Filler
from tests.pki import csc, softhsm
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import Pki
from tests.scans import write_scan

__all__ = ["_running", "copy_pdf", "pki"]


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


def _typed(command: list[str], answer: str, one_time: str = "") -> tuple[int, str, list[bytes]]:
    """Run in a terminal and answer when a PIN is asked for, then a one-time password.

    Exit status, what was shown, what ``ps`` could show.
    """
    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    shown, seen = b"", []
    answers = {b"PIN": answer, b"OTP": one_time}
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.1)[0]:
            try:
                shown += os.read(master, 65536)
            except OSError:  # the other side is closed
                break
        for asked in [name for name in answers if name in shown]:
            time.sleep(0.2)  # the terminal must have stopped to echo
            os.write(master, f"{answers.pop(asked)}\n".encode())
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
    assert shown.count("(mã PIN)") == 1
    assert softhsm.PIN not in shown
    assert any(b"multiprocessing" in text for text in seen), "children were looked at, too"
    assert not any(softhsm.PIN.encode() in text for text in seen)
    kept = [path for path in (tmp_path / "sohoa-home").rglob("*") if path.is_file()]
    assert not any(softhsm.PIN.encode() in path.read_bytes() for path in kept)
    services = Services(load_settings())
    assert [services.archive.record(document_id).signed for document_id in services.archive.ids()] == [
        True,
        True,
    ]


def test_a_wrong_pin_at_a_terminal(scans: list[str]) -> None:
    status, shown, _ = _typed([sys.executable, "-m", "apps.cli", "digitize", *scans], "000000")
    assert status == 2
    assert shown.count("(mã PIN)") == 1
    assert "wrong_pin" in shown
    services = Services(load_settings())
    assert [services.archive.record(document_id).signed for document_id in services.archive.ids()] == [
        False,
        False,
    ]


def test_without_a_terminal_nobody_is_asked_and_the_copies_wait(scans: list[str], sohoa: Run) -> None:
    done = sohoa("digitize", "--json", *scans)
    assert done.status == 2
    assert {(line["status"], line["error"]["code"]) for line in done.lines} == {("archived", "pin_missing")}
    again = sohoa("digitize", "--json", *scans, SOHOA_SIGNER__PIN=softhsm.PIN)
    assert again.status == 0
    assert {line["status"] for line in again.lines} == {"duplicate"}


def _sohoa(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "apps.cli", *arguments]


def test_the_officer_is_asked_when_he_confirms_and_not_before(
    scans: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_SIGNER__WHEN", "confirmation")
    status, shown, _ = _typed(_sohoa("digitize", scans[0]), softhsm.PIN)
    assert (status, "(mã PIN)" in shown) == (0, False), shown
    (document_id,) = Services(load_settings()).archive.ids()
    for asked in (1, 0):
        status, shown, seen = _typed(_sohoa("confirm", document_id), softhsm.PIN)
        assert (status, shown.count("(mã PIN)")) == (0, asked), shown
        assert not any(softhsm.PIN.encode() in text for text in seen)
    assert Services(load_settings()).archive.record(document_id).signed_by == ("signer",)


def test_signing_from_a_phone_with_a_one_time_password(
    pki: Pki, copy_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (document_id,) = Filler(copy_pdf, tmp_path).put(load_settings(signer={"kind": "none"}))
    server = csc.start(pki)
    server.one_time = "online"
    for name, value in {"KIND": "csc", "URL": server.url, "WHEN": "confirmation"}.items():
        monkeypatch.setenv(f"SOHOA_SIGNER__{name}", value)
    status, shown, seen = _typed(_sohoa("confirm", document_id), csc.PIN, "000001")
    server.close()
    assert (status, shown.count("(mã PIN)"), shown.count("mã OTP")) == (0, 1, 1), shown
    assert server.sent == ["000001"]
    assert not any(csc.PIN.encode() in text for text in seen)
    assert Services(load_settings()).archive.record(document_id).signed_by == ("signer",)


def test_renewal_asks_only_where_something_is_to_be_signed(
    scans: list[str], pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        "SIGNER__TSA": pki.tsa(),
        "TRUST__ROOTS": json.dumps([str(pki.root)]),
        "TRUST__FETCH": "true",
        "TRUST__PRIVATE": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"SOHOA_{name}", value)
    status, shown, _ = _typed(_sohoa("archive", "renew"), softhsm.PIN)
    assert (status, "(mã PIN)" in shown) == (0, False), shown
    look = Access("canbo1", "view", "1", "canbo1@may-1", "")
    Services(load_settings()).audit.append(look, at=datetime.now(UTC) - timedelta(days=1))
    for asked in (1, 0):
        status, shown, _ = _typed(_sohoa("archive", "renew"), softhsm.PIN)
        assert (status, shown.count("(mã PIN)")) == (0, asked), shown
        assert f"{asked} days closed" in shown


def test_nobody_is_asked_for_a_pin_that_would_not_be_tried(scans: list[str], tmp_path: Path) -> None:
    hsm = softhsm.SoftHsm(tmp_path / "hsm")
    hsm.set_flags("con-dau", pkcs11.TokenFlag.USER_PIN_FINAL_TRY)
    status, shown, _ = _typed(_sohoa("digitize", scans[0]), softhsm.PIN)
    assert (status, "(mã PIN)" in shown, "pin_last_try" in shown) == (4, False, True), shown
    hsm.set_flags("con-dau", pkcs11.TokenFlag.USER_PIN_COUNT_LOW)
    status, shown, _ = _typed(_sohoa("digitize", scans[0]), softhsm.PIN)
    assert (status, shown.count("đã có lần nhập sai")) == (0, 1), shown


@pytest.mark.usefixtures("scans")
def test_doctor_tells_how_many_tries_are_left(sohoa: Run, tmp_path: Path) -> None:
    hsm = softhsm.SoftHsm(tmp_path / "hsm")
    for flag, state, words in (
        (pkcs11.TokenFlag.USER_PIN_COUNT_LOW, "warning", "a wrong PIN was entered"),
        (pkcs11.TokenFlag.USER_PIN_FINAL_TRY, "missing", "one PIN attempt"),
        (pkcs11.TokenFlag.USER_PIN_LOCKED, "missing", "is locked"),
    ):
        hsm.set_flags("con-dau", flag)
        (found,) = (line for line in sohoa("doctor", "--json").lines if line["part"] == "token")
        assert (found["state"], words in found["detail"]) == (state, True), found


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
