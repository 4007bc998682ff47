"""Secrets belong to the services of a call: callers in one process do not sign with each other's keys."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.keys.signers import signatories_of
from flows.services import Services
from flows.settings import load_settings, with_secret
from flows.signatures.signing import Signing, sign_or_wait
from pipeline.verify import verify_pdf
from schemas.errors import PinMissing, WrongPin
from tests.pki import softhsm
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import Pki

__all__ = ["_running", "copy_pdf", "pki"]

CALLERS = {"canbo1": ("officer", "314159", "Lê Thị Mẫu"), "canbo2": ("officer-rsa", "271828", "Trần Văn Mẫu")}


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory, _running: Pki) -> softhsm.SoftHsm:
    made = softhsm.SoftHsm.start(tmp_path_factory.mktemp("hsm"))
    for number, (token, (who, pin, _)) in enumerate(CALLERS.items(), 1):
        made.add_token(token, pin)
        made.add_key(token, _running, who, bytes([number]), pin)
    return made


def _services(token: str, pin: str | None) -> Services:
    signer = {"kind": "pkcs11", "module": str(softhsm.MODULE), "token": token}
    settings = load_settings(signer=signer)
    return Services(settings if pin is None else with_secret(settings, "signer", "pin", pin))


def test_two_callers_with_two_tokens(hsm: softhsm.SoftHsm, copy_pdf: Path, tmp_path: Path) -> None:
    """At the same time, several copies each; and a third caller, who typed nothing, has nobody's PIN."""
    services = {token: _services(token, pin) for token, (_, pin, _) in CALLERS.items()}

    def sign(job: tuple[str, int]) -> tuple[str, Signing, Path]:
        token, number = job
        pdf = tmp_path / f"{token}-{number}.pdf"
        pdf.write_bytes(copy_pdf.read_bytes())
        return token, sign_or_wait(pdf, services[token]), pdf

    with ThreadPoolExecutor(4) as threads:
        for token, done, pdf in threads.map(sign, [(token, n) for n in range(3) for token in CALLERS]):
            assert done.signed_by == ("signer",)
            assert [one.signer for one in verify_pdf(pdf).signatures] == [CALLERS[token][2]]
    pdf = tmp_path / "third.pdf"
    pdf.write_bytes(copy_pdf.read_bytes())
    assert isinstance(sign_or_wait(pdf, _services("canbo1", None)).missing, PinMissing)
    assert isinstance(sign_or_wait(pdf, _services("canbo1", "271828")).missing, WrongPin)


def test_one_time_passwords_are_asked_by_whom_they_were_given(tmp_path: Path) -> None:
    asked: list[str] = []

    def asker(name: str) -> object:
        return lambda whose: asked.append(f"{name}: {whose}") or "000000"

    settings = load_settings(
        signer={"kind": "csc", "url": "https://sign.example.invalid", "credential": "c1"}
    )
    for name in ("one", "two"):
        (signatory,) = signatories_of(settings, asker(name))  # type: ignore[arg-type]
        signatory.signer._otp()  # type: ignore[attr-defined]
    assert asked == ["one: c1", "two: c1"]
    (signatory,) = signatories_of(settings)
    assert signatory.signer._otp is None  # type: ignore[attr-defined]
