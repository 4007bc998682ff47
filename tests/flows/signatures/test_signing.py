"""Officer and seal, PINs, marks: what the settings say is what the copy carries."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import page as page_validation
import pkcs11
import pytest
import zxingcpp
from PIL import Image

from flows.digitize import Request, digitize
from flows.outcome import Status
from flows.services import Services
from flows.settings import load_settings
from pipeline.verify import Verdict, verify_pdf
from schemas.errors import ExitStatus, TokenLocked, WrongPin
from tests.pki import softhsm
from tests.pki.fixtures import _running, pki
from tests.pki.harness import PASSWORD, Pki
from tests.scans import write_scan

__all__ = ["_running", "pki"]

Make = Callable[..., Services]


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory, _running: Pki) -> softhsm.SoftHsm:
    hsm = softhsm.SoftHsm.start(tmp_path_factory.mktemp("hsm"))
    hsm.add_token("con-dau")
    hsm.add_key("con-dau", _running, "seal", b"\x01")
    return hsm


@pytest.fixture
def make(tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A services that trusts the PKI."""
    monkeypatch.chdir(tmp_path)
    trust = {"roots": [str(pki.root)], "fetch": True, "private": True}
    return lambda **more: Services(load_settings(trust=trust, **more))


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_scan(tmp_path / "giấy tờ.png", ["Xã An Bình", "Quyết định số 12"])


def _file(pki: Pki, who: str) -> dict[str, str]:
    return {"kind": "pkcs12", "file": str(pki.pkcs12(who)), "password": PASSWORD}


def _token(pin: str | None = softhsm.PIN) -> dict[str, Any]:
    return {"kind": "pkcs11", "module": str(softhsm.MODULE), "token": "con-dau", "pin": pin}


def _copy(services: Services, document_id: str, folder: Path) -> Path:
    path = folder / "copy.pdf"
    path.write_bytes(services.archive.get(document_id, "pdf"))
    return path


def test_the_officer_signs_and_the_agency_seals(
    make: Make, scan: Path, pki: Pki, hsm: softhsm.SoftHsm, tmp_path: Path
) -> None:
    services = make(signer={**_file(pki, "officer"), "level": "B-LTA", "tsa": pki.tsa()}, seal=_token())
    (document,) = digitize(scan, services).documents
    copy = _copy(services, document.id, tmp_path)
    result = verify_pdf(copy, services.trust)
    assert result.verdict is Verdict.VALID, result.message_en
    assert [(s.signer, s.level, s.kind) for s in result.signatures] == [
        ("Lê Thị Mẫu", "B-LTA", "signature"),
        ("UBND xã Thử Nghiệm", "B-LTA", "signature"),
        ("Thử nghiệm TSA đời 1", None, "timestamp"),
    ]
    for name in ("Lê Thị Mẫu", "UBND xã Thử Nghiệm"):
        assert name in result.message_vi
        assert name in result.message_en
    shown = subprocess.run(["pdfsig", "-nocert", str(copy)], capture_output=True, text=True, check=False)
    assert shown.stdout.count("Signature is Valid.") == 2
    assert "Common Name: Lê Thị Mẫu" in shown.stdout
    assert "Common Name: UBND xã Thử Nghiệm" in shown.stdout
    (signing,) = (e for e in services.archive.provenance(document.id) if "signature" in e.type)
    assert signing.tool == "pkcs12:officer.p12 + pkcs11:con-dau"
    assert signing.settings["protected_until"] == "2030-01-01T00:00:00+00:00"


def test_a_copy_carries_both_signatures_or_none(make: Make, scan: Path, pki: Pki, tmp_path: Path) -> None:
    officer = _file(pki, "officer")
    away = {**_file(pki, "seal"), "file": str(tmp_path / "away.p12")}
    outcome = digitize(scan, make(signer=officer, seal=away))
    assert (outcome.status, outcome.error and outcome.error.code) == (Status.ARCHIVED, "signer_unavailable")
    services = make(signer=officer, seal=_file(pki, "seal"))
    waiting = outcome.documents[0].id
    assert verify_pdf(_copy(services, waiting, tmp_path)).verdict is Verdict.UNSIGNED
    assert digitize(scan, services).status is Status.DUPLICATE
    assert [s.signer for s in verify_pdf(_copy(services, waiting, tmp_path)).signatures] == [
        "Lê Thị Mẫu",
        "UBND xã Thử Nghiệm",
    ]


def _words(pdf: Path) -> str:
    return " ".join(
        subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout.split()
    )


def _codes(pdf: Path) -> list[str]:
    done = subprocess.run(
        ["pdftoppm", "-r", "200", "-singlefile", "-png", pdf], capture_output=True, check=True
    )
    return [code.text for code in zxingcpp.read_barcodes(np.asarray(Image.open(io.BytesIO(done.stdout))))]


def test_marks_as_the_settings_say(make: Make, scan: Path, tmp_path: Path) -> None:
    services = make(
        agency="Ủy ban nhân dân xã An Bình",
        marks={"form": "SAO Y", "converter": "Đỗ Thị Ngọc Ánh", "qr": True, "system": "Một cửa xã"},
    )
    request = Request("000.00.01.H48-250117-0012", "034090001234", "birth_certificate", "1.001193")
    (document,) = digitize(scan, services, request).documents
    copy = _copy(services, document.id, tmp_path)
    words = _words(copy)
    for part in ("Ủy ban nhân dân xã An Bình SAO Y", "Người chuyển đổi: Đỗ Thị Ngọc Ánh", "+07:00"):
        assert part in words
    (code,) = _codes(copy)
    *fields, time = code.split("|")
    told = "000.00.01.H48-250117-0012|1.001193|034090001234|Giấy khai sinh|Một cửa xã"
    assert (fields, time[-6:]) == (told.split("|"), "+07:00")
    assert page_validation.is_pdf_compliant(copy, profile="2b")
    assert services.archive.dossier("000.00.01.H48-250117-0012").procedure == "1.001193"


def test_no_marks_where_none_are_wanted(make: Make, scan: Path, tmp_path: Path) -> None:
    services = make(agency="Ủy ban nhân dân xã An Bình", marks={"text": "invisible"})
    (document,) = digitize(scan, services).documents
    copy = _copy(services, document.id, tmp_path)
    assert "+07:00" not in _words(copy)
    assert _codes(copy) == []


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The PINs that reach the token."""
    from pipeline.sign import token

    seen: list[str] = []
    log_in = token.log_in

    def watched(token: Any, pin: Any) -> Any:
        seen.append(pin)
        return log_in(token, pin)

    monkeypatch.setattr("pipeline.sign.pkcs11.log_in", watched)
    pkcs11.lib(str(softhsm.MODULE)).reinitialize()  # a process that has logged in is not asked again
    return seen


def test_a_wrong_pin_reaches_the_token_once_whatever_runs(
    make: Make, tmp_path: Path, hsm: softhsm.SoftHsm, tries: list[str]
) -> None:
    """Every run is another process to the token: what is remembered must outlive the signer."""
    scans = [write_scan(tmp_path / f"{n}.png", [f"Trang {n}"]) for n in range(2)]
    for _ in range(2):
        for scan in scans:
            outcome = digitize(scan, make(signer=_token("000000")))
            assert outcome.error is not None
            assert (outcome.error.code, outcome.error.status) == (WrongPin.code, ExitStatus.USAGE)
            assert "không thử lại" in outcome.error.message_vi
    assert tries == ["000000"]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "sohoa-home" / "refused-pins").iterdir())
    assert b"000000" not in kept
    assert digitize(scans[0], make(signer=_token("111111"))).error is not None
    assert digitize(scans[0], make(signer=_token())).error is None
    assert tries == ["000000", "111111", softhsm.PIN]
    services = make(signer=_token())
    assert digitize(scans[1], services).error is None
    assert all(services.archive.record(id).signed for id in services.archive.ids())


def test_the_pin_from_a_file(make: Make, scan: Path, tmp_path: Path, hsm: softhsm.SoftHsm) -> None:
    (tmp_path / "pin").write_text(f"{softhsm.PIN}\n")
    services = make(signer={**_token(None), "secret_file": str(tmp_path / "pin")})
    assert digitize(scan, services).error is None


def test_no_pin_at_all(make: Make, scan: Path, hsm: softhsm.SoftHsm) -> None:
    outcome = digitize(scan, make(signer=_token(None)))
    assert (outcome.status, outcome.error and outcome.error.code) == (Status.ARCHIVED, "pin_missing")


def test_a_locked_token(
    make: Make, scan: Path, hsm: softhsm.SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SoftHSM never locks itself, so the answer of a token that did is put in its mouth."""

    def locked(*_: object) -> None:
        raise pkcs11.PinLocked

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.sign.pkcs11.log_in", locked)
        outcome = digitize(scan, make(signer=_token()))
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code) == (Status.ARCHIVED, TokenLocked.code)
    assert outcome.error.message_vi.startswith("Thiết bị ký số đã bị khóa")
    services = make(signer=_token())
    assert digitize(scan, services).error is None, "unlocked by its issuer, it signs"
    assert services.archive.record(outcome.documents[0].id).signed


@pytest.mark.parametrize("down", ["/sohoa/tsa", "/sohoa/ocsp"])
def test_a_service_that_is_down_lets_a_batch_wait_and_the_same_command_signs_it(
    make: Make, tmp_path: Path, pki: Pki, down: str
) -> None:
    scans = [write_scan(tmp_path / f"{number}.png", [f"Quyết định số {number}"]) for number in (7, 8)]
    services = make(signer={**_file(pki, "officer"), "level": "B-LTA", "tsa": pki.tsa()})
    pki.down.update({down} if down.endswith("tsa") else {down, "/sohoa/crls"})
    waiting = [digitize(scan, services) for scan in scans]
    assert [outcome.status for outcome in waiting] == [Status.ARCHIVED, Status.ARCHIVED]
    codes = {outcome.error and outcome.error.code for outcome in waiting}
    assert codes == {"tsa_unavailable" if down.endswith("tsa") else "revocation_unavailable"}
    ids = [outcome.documents[0].id for outcome in waiting]
    assert not any(services.archive.record(id).signed for id in ids)

    pki.down.clear()
    assert [digitize(scan, services).status for scan in scans] == [Status.DUPLICATE, Status.DUPLICATE]
    assert all(services.archive.record(id).signed for id in ids)
    for id in ids:
        assert verify_pdf(_copy(services, id, tmp_path), services.trust).verdict is Verdict.VALID


def test_no_more_copies_are_signed_at_once_than_the_signer_has_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One session, somebody else's for the moment: the copy is signed when it is free again."""
    monkeypatch.setenv("SOHOA_SIGNER__AT_ONCE", "1")
    limited = Services(load_settings())
    assert limited.slots.take("signer", "another machine", of=1, seconds=3) == 0
    looked: list[int | None] = []
    take = limited.slots.take

    def watched(*arguments: Any, **more: Any) -> int | None:
        looked.append(take(*arguments, **more))
        return looked[-1]

    monkeypatch.setattr(limited.slots, "take", watched)
    assert digitize(write_scan(tmp_path / "a.png", ["Một"]), limited).error is None
    assert looked[-1] == 0
    assert limited.slots.taken("signer") == set()
