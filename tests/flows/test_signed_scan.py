"""Scans that were signed before they came: what their signatures are worth is told, the bytes stay, our copy lies beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.digitize import digitize
from flows.services import Services
from flows.settings import load_settings
from flows.work import ReadJob, work
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.sign import Pkcs12Signer, Trust, sign_pdf
from pipeline.verify import verify_pdf
from tests.pipeline.pdfa.drawn import paper, reading, scan_of
from tests.pipeline.verify.forgeries import UPDATES, updated
from tests.pki.fixtures import _running, pki
from tests.pki.harness import PASSWORD, Pki
from tests.scans import write_scan

__all__ = ["_running", "pki"]


@pytest.fixture
def scan(tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A paper that two people signed, elsewhere."""
    monkeypatch.chdir(tmp_path)
    image, text = paper(100)
    image.save(tmp_path / "paper.png", dpi=(100, 100))
    paper_scan = scan_of(tmp_path / "paper.png")
    path = tmp_path / "đã ký.pdf"
    write_pdfa(paper_scan, [reading(paper_scan, text)], path, PdfMetadata("Quyết định"))
    sign_pdf(path, path, Pkcs12Signer(pki.pkcs12("officer"), PASSWORD))
    sign_pdf(path, path, Pkcs12Signer(pki.pkcs12("seal"), PASSWORD))
    return path


def test_reading_tells_what_they_are_worth(scan: Path, pki: Pki) -> None:
    trusting = work(scan, ReadJob(trust=Trust((pki.root,), fetch=True, private=True))).signed
    assert trusting is not None
    assert trusting.verdict == "valid"
    assert [(s.signer, s.reason) for s in trusting.signatures] == [
        ("Lê Thị Mẫu", "ok"),
        ("UBND xã Thử Nghiệm", "ok"),
    ]
    unknown = work(scan, ReadJob()).signed
    assert unknown is not None
    assert {s.reason for s in unknown.signatures} == {"untrusted"}
    altered = bytearray(scan.read_bytes())
    place = altered.index(b"/ByteRange") - 200
    altered[place : place + 2] = b"  "
    scan.write_bytes(altered)
    told = work(scan, ReadJob(trust=Trust((pki.root,), fetch=True, private=True))).as_json()["signed"]
    assert told["verdict"] == "invalid"
    assert "KHÔNG hợp lệ" in told["clerk"]


def test_the_archive_keeps_the_scan_and_notes_the_verdict(scan: Path, pki: Pki, tmp_path: Path) -> None:
    services = Services(load_settings(trust={"roots": [str(pki.root)], "fetch": True, "private": True}))
    outcome = digitize(scan, services)
    assert outcome.error is None
    (document,) = outcome.documents
    assert services.archive.get(document.id, "scan") == scan.read_bytes()
    assert services.archive.record(document.id).scan.signed
    event = services.archive.provenance(document.id)[0]
    assert (event.type, event.outcome) == ("digital signature validation", "valid")
    assert event.settings == {"signatures": 2, "valid": 2, "reasons": "ok ok"}
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(services.archive.get(document.id, "pdf"))
    assert [s.demo for s in verify_pdf(copy).signatures] == [True], "our copy carries our signature only"


def test_a_scan_that_was_signed_and_then_changed(scan: Path, pki: Pki) -> None:
    """It is archived, whole, as what it is."""
    scan.write_bytes(updated(scan, UPDATES["turn_a_page"]))
    services = Services(load_settings(trust={"roots": [str(pki.root)], "fetch": True, "private": True}))
    outcome = digitize(scan, services)
    assert outcome.signed is not None
    assert (outcome.signed.verdict, outcome.signed.changed) == ("invalid", True)
    document, *_ = outcome.documents
    assert services.archive.get(document.id, "scan") == scan.read_bytes()
    event = services.archive.provenance(document.id)[0]
    assert (event.type, event.outcome) == ("digital signature validation", "signed, then changed")
    assert event.settings["reasons"] == "changed_after changed_after"


def test_a_scan_whose_signatures_are_hidden(scan: Path) -> None:
    scan.write_bytes(updated(scan, UPDATES["form_removed"]))
    signed = work(scan, ReadJob()).signed
    assert signed is not None
    assert (signed.verdict, signed.changed, signed.signatures) == ("invalid", True, ())
    assert "che giấu" in signed.message_vi


def test_an_unsigned_scan_says_nothing(tmp_path: Path) -> None:
    outcome = work(write_scan(tmp_path / "a.png", ["Một"]), ReadJob())
    assert outcome.signed is None
    assert outcome.as_json()["signed"] is None
