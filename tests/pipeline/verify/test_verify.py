"""Certificates of all sorts, files of all sorts, and how it is told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from time_machine import travel

from pipeline.sign import Level, Pkcs12Signer, SignOptions, Trust, demo_certificate, demo_signer, sign_pdf
from pipeline.verify import Problem, Reason, Revocation, Verdict, Verification, verify_pdf
from schemas.errors import CertificateRefused, NotFound, Unreadable, UsageError
from tests.pki.harness import PASSWORD, Pki


def _signed(who: str, copy_pdf: Path, pki: Pki, target: Path, when: str = "2025-06-01T00:00:00Z") -> Path:
    """A B-B signature, made when the certificate was still good."""
    with travel(when):
        sign_pdf(copy_pdf, target, Pkcs12Signer(pki.pkcs12(who), PASSWORD))
    return target


def test_a_certificate_revoked_meanwhile(
    copy_pdf: Path, pki: Pki, trust: Trust, offline: Trust, tmp_path: Path
) -> None:
    """Without proof of time it counts as revoked; with a time-stamp from before, it was good."""
    path = _signed("revoked", copy_pdf, pki, tmp_path / "a.pdf")
    result = verify_pdf(path, trust)
    assert (result.verdict, result.signatures[0].reason) == (Verdict.INVALID, Reason.REVOKED)
    assert result.signatures[0].revocation is Revocation.REVOKED
    assert result.signatures[0].revoked_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert "đã bị thu hồi (từ ngày 01/01/2026)" in result.message_vi
    with travel("2025-06-01T00:00:00Z"):
        signer = Pkcs12Signer(pki.pkcs12("revoked"), PASSWORD)
        sign_pdf(copy_pdf, path, signer, SignOptions(Level.B_LTA, pki.tsa(), trust))
    assert verify_pdf(path, offline).verdict is Verdict.VALID
    assert verify_pdf(path, trust).verdict is Verdict.VALID


def test_a_certificate_revoked_before_the_proven_time(
    copy_pdf: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    with travel("2026-03-01T00:00:00Z"):
        sign_pdf(
            copy_pdf, path, Pkcs12Signer(pki.pkcs12("revoked"), PASSWORD), SignOptions(Level.B_T, pki.tsa())
        )
    assert verify_pdf(path, trust).signatures[0].reason is Reason.REVOKED


def test_expired(copy_pdf: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    path = _signed("expired", copy_pdf, pki, tmp_path / "a.pdf", "2023-06-01T00:00:00Z")
    signature = verify_pdf(path, trust).signatures[0]
    assert (signature.verdict, signature.reason, signature.intact) == (Verdict.UNPROVEN, Reason.EXPIRED, True)
    assert (
        verify_pdf(path, Trust((pki.root,), at=datetime(2023, 7, 1, tzinfo=UTC))).signatures[0].reason
        is not Reason.EXPIRED
    )


def test_untrusted(copy_pdf: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    path = _signed("stranger", copy_pdf, pki, tmp_path / "a.pdf")
    signature = verify_pdf(path, trust).signatures[0]
    assert (signature.reason, signature.trusted, signature.intact) == (Reason.UNTRUSTED, False, True)
    assert verify_pdf(path).signatures[0].reason is Reason.UNTRUSTED


def test_revocation_is_never_soft(
    copy_pdf: Path, pki: Pki, trust: Trust, offline: Trust, tmp_path: Path
) -> None:
    path = _signed("norev", copy_pdf, pki, tmp_path / "a.pdf")
    assert verify_pdf(path, trust).signatures[0].reason is Reason.REVOCATION_UNKNOWN
    path = _signed("officer", copy_pdf, pki, tmp_path / "b.pdf")
    signature = verify_pdf(path, offline).signatures[0]
    assert (signature.reason, signature.trusted) == (Reason.REVOCATION_UNKNOWN, True)
    pki.down.update({"/sohoa/ocsp", "/sohoa/crls"})
    assert verify_pdf(path, trust).signatures[0].reason is Reason.REVOCATION_UNKNOWN


def test_wrong_usage(
    copy_pdf: Path, pki: Pki, trust: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.sign.sign.may_sign", lambda *_: True)
    path = _signed("wrong-usage", copy_pdf, pki, tmp_path / "a.pdf")
    assert verify_pdf(path, trust).signatures[0].reason is Reason.WRONG_USAGE


@pytest.mark.parametrize(
    ("purpose", "allowed"),
    [
        *((other, False) for other in ("tls", "client", "code", "ocsp", "stamp", "land")),
        *((ours, True) for ours in ("email", "document", "any")),
    ],
)
def test_certificates_for_other_purposes(
    purpose: str,
    allowed: bool,
    copy_pdf: Path,
    pki: Pki,
    trust: Trust,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither ours to sign with, nor anybody's to be believed (RFC 5280, 4.2.1.12; RFC 9336)."""
    signer = Pkcs12Signer(pki.pkcs12(f"for-{purpose}"), PASSWORD)
    path = tmp_path / "a.pdf"
    if not allowed:
        with pytest.raises(CertificateRefused):
            sign_pdf(copy_pdf, path, signer)
        monkeypatch.setattr("pipeline.sign.sign.may_sign", lambda *_: True)
    sign_pdf(copy_pdf, path, signer)
    signature = verify_pdf(path, trust).signatures[0]
    expected = (Verdict.VALID, Reason.OK) if allowed else (Verdict.UNPROVEN, Reason.WRONG_USAGE)
    assert (signature.verdict, signature.reason) == expected
    of_the_land = replace(trust, purposes=frozenset({"1.3.6.1.4.1.55555.1.2"}))
    assert (verify_pdf(path, of_the_land).verdict is Verdict.VALID) == (allowed or purpose == "land")


def test_weak_digest(copy_pdf: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner
    from pyhanko.sign.signers import sign_pdf as raw_sign

    signer = SimpleSigner.load_pkcs12(pki.pkcs12("officer-rsa"), passphrase=PASSWORD.encode())
    with copy_pdf.open("rb") as file, (tmp_path / "weak.pdf").open("w+b") as out:
        raw_sign(
            IncrementalPdfFileWriter(file),
            PdfSignatureMetadata("Weak", md_algorithm="sha1"),
            signer,
            output=out,
        )
    signature = verify_pdf(tmp_path / "weak.pdf", trust).signatures[0]
    assert (signature.verdict, signature.reason) == (Verdict.INVALID, Reason.WEAK_ALGORITHM)


def test_a_time_stamp_of_a_stranger(
    copy_pdf: Path, officer: Pkcs12Signer, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """The signature has a time-stamp, but the time-stamping CA cannot be checked: unproven time, and told so."""
    sign_pdf(copy_pdf, tmp_path / "a.pdf", officer, SignOptions(Level.B_T, pki.tsa()))
    pki.down.add("/sohoa/ocsp/tsa-ca")
    signature = verify_pdf(tmp_path / "a.pdf", trust).signatures[0]
    assert (signature.reason, signature.proven_time) == (Reason.BAD_TIME_STAMP, None)


def test_trusting_the_demo_key_in_a_trial(copy_pdf: Path, tmp_path: Path) -> None:
    sign_pdf(copy_pdf, tmp_path / "a.pdf", demo_signer(tmp_path / "home"))
    result = verify_pdf(tmp_path / "a.pdf", Trust((demo_certificate(tmp_path / "home"),)))
    assert (result.verdict, result.signatures[0].demo) == (Verdict.VALID, True)
    assert "THỬ NGHIỆM" in result.message_vi


def test_files_of_all_sorts(copy_pdf: Path, tmp_path: Path) -> None:
    assert verify_pdf(copy_pdf).verdict is Verdict.UNSIGNED
    assert verify_pdf(copy_pdf).pdfa == "2B"
    for data, problem, told in (
        (b"", Problem.NO_PDF, "không phải là PDF"),
        (b"text", Problem.NO_PDF, "không phải là PDF"),
        (b"%PDF-1.7", Problem.UNREADABLE, "bị hỏng"),
        (copy_pdf.read_bytes()[:500], Problem.UNREADABLE, "bị hỏng"),
    ):
        (tmp_path / "bad.pdf").write_bytes(data)
        result = verify_pdf(tmp_path / "bad.pdf")
        assert (result.verdict, result.problem) == (Verdict.INVALID, problem)
        assert told in result.message_vi
    with pytest.raises(NotFound):
        verify_pdf(tmp_path / "none.pdf")
    with pytest.raises(Unreadable):
        verify_pdf(tmp_path)
    (tmp_path / "no.pem").write_text("no certificate")
    with pytest.raises(UsageError):
        verify_pdf(copy_pdf, Trust((tmp_path / "no.pem",)))


def test_digest_that_somebody_keeps(copy_pdf: Path) -> None:
    digest = hashlib.sha256(copy_pdf.read_bytes()).hexdigest()
    assert verify_pdf(copy_pdf).digest_matches is None
    assert verify_pdf(copy_pdf, expected_sha256=digest.upper()).digest_matches is True
    other = verify_pdf(copy_pdf, expected_sha256="0" * 64)
    assert (other.digest_matches, other.ok) == (False, False)
    assert "KHÁC" in other.message_vi


def test_json_and_words(
    copy_pdf: Path, officer: Pkcs12Signer, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    sign_pdf(copy_pdf, tmp_path / "a.pdf", officer, SignOptions(Level.B_LTA, pki.tsa(), trust))
    result = verify_pdf(tmp_path / "a.pdf", trust)
    told = json.loads(result.model_dump_json())
    assert told["verdict"] == "valid"
    assert (
        told["signatures"][0] | {"level": "B-LTA", "reason": "ok", "signer": "Lê Thị Mẫu"}
        == told["signatures"][0]
    )
    assert "hợp lệ" in told["clerk"]
    assert "Lê Thị Mẫu" in told["operator"]
    assert isinstance(result, Verification)
    assert result.ok


@pytest.mark.parametrize(
    ("level", "until"),
    [
        (Level.B_B, "2030-01-01"),  # the officer's certificate
        (Level.B_T, "2030-01-01"),  # the same: nothing of its revocation is kept
        (Level.B_LT, "2045-01-01"),  # that of the time-stamp in the signature
        (Level.B_LTA, "2045-01-01"),  # that of the archive time-stamp
    ],
)
def test_until_when_it_can_be_proven(
    level: Level, until: str, copy_pdf: Path, officer: Pkcs12Signer, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    sign_pdf(copy_pdf, tmp_path / "a.pdf", officer, SignOptions(level, pki.tsa("long"), trust))
    result = verify_pdf(tmp_path / "a.pdf", trust)
    assert result.verdict is Verdict.VALID
    assert f"{result.provable_until:%Y-%m-%d}" == until
    assert f"Provable until {until}" in result.message_en
    year, month, day = until.split("-")
    assert f"còn chứng minh được đến ngày {day}/{month}/{year}" in result.message_vi
    if level is not Level.B_B:
        pki.down.update({"/sohoa/ocsp", "/sohoa/crls"})
    with travel(f"{int(year) - 1}-06-01T00:00:00Z"):
        held = verify_pdf(
            tmp_path / "a.pdf", Trust((pki.root,), fetch=level is Level.B_B, private=True)
        ).verdict
    assert (held is Verdict.VALID) == (level is not Level.B_T), "B-T still has to ask for revocation"


def test_what_cannot_be_proven_has_no_end(copy_pdf: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    path = _signed("stranger", copy_pdf, pki, tmp_path / "a.pdf")
    result = verify_pdf(path, trust)
    assert (result.provable_until, result.signatures[0].provable_until) == (None, None)


def test_a_copy_names_its_document_and_its_scan(tmp_path: Path) -> None:
    from pipeline.pdfa import PdfMetadata, write_pdfa
    from tests.pipeline.pdfa.drawn import paper, reading, scan_of

    image, text = paper(60)
    image.save(tmp_path / "scan.png", dpi=(60, 60))
    scan = scan_of(tmp_path / "scan.png")
    named = PdfMetadata("x", id="80da2e9b-a730-573d-acf6-31e46de3942d", source_sha256=scan.sha256)
    write_pdfa(scan, [reading(scan, text)], tmp_path / "copy.pdf", named)
    result = verify_pdf(tmp_path / "copy.pdf")
    assert (result.document_id, result.source_sha256) == (named.id, scan.sha256)
