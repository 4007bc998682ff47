"""Every level by every signer: what is in the file, and that independent validators agree."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import page as page_validation
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation, simulate_future_ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from time_machine import travel

from pipeline.sign import (
    CscService,
    CscSigner,
    Level,
    Pkcs11Signer,
    Pkcs12Signer,
    Signer,
    SignOptions,
    Trust,
    demo_signer,
    renew_pdf,
    sign_pdf,
)
from pipeline.verify import Verdict, verify_pdf
from tests.pki import csc, softhsm
from tests.pki.harness import PASSWORD, Pki

SIGNERS = ("pkcs12-ec", "pkcs12-rsa", "pkcs11-ec", "pkcs11-rsa", "csc-v1", "csc-v2")


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory, _running: Pki) -> softhsm.SoftHsm:
    hsm = softhsm.SoftHsm.start(tmp_path_factory.mktemp("hsm"))
    hsm.add_token("xa")
    hsm.add_key("xa", _running, "officer", b"\x01")
    hsm.add_key("xa", _running, "officer-rsa", b"\x02")
    return hsm


@pytest.fixture(scope="module")
def remote(_running: Pki) -> Iterator[csc.CscServer]:
    server = csc.start(_running)
    yield server
    server.close()


@pytest.fixture
def signer(request: pytest.FixtureRequest, pki: Pki) -> Signer:
    kind, _, variant = request.param.partition("-")
    who = "officer-rsa" if variant == "rsa" else "officer"
    if kind == "pkcs12":
        return Pkcs12Signer(pki.pkcs12(who), PASSWORD)
    if kind == "pkcs11":
        request.getfixturevalue("hsm")
        return Pkcs11Signer(softhsm.MODULE, softhsm.PIN, token="xa", key=who)
    service = CscService(request.getfixturevalue("remote").url, variant)
    return CscSigner(service, "sohoa/officer", pin=csc.PIN)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("signer", SIGNERS, indirect=True)
def test_every_level_by_every_signer(
    level: Level, signer: Signer, copy_pdf: Path, pki: Pki, trust: Trust, offline: Trust, tmp_path: Path
) -> None:
    target = tmp_path / "signed.pdf"
    done = sign_pdf(copy_pdf, target, signer, SignOptions(level, pki.tsa(), trust))
    assert (done.level, done.demo) == (level, False)

    result = verify_pdf(target, offline if level in {Level.B_LT, Level.B_LTA} else trust)
    assert result.verdict is Verdict.VALID, result.message_en
    signature = result.signatures[0]
    assert (signature.level, signature.intact, signature.trusted) == (level, True, True)
    assert (signature.proven_time is None) == (level is Level.B_B)
    assert target.read_bytes().startswith(copy_pdf.read_bytes()), "only incremental writes"
    agreed = subprocess.run(["pdfsig", str(target)], capture_output=True, text=True, check=False).stdout
    assert agreed.count("Signature is Valid.") == 1  # poppler does not look at document time-stamps


def test_pdfa_survives_signing(
    copy_pdf: Path, officer: Signer, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """What is left are two rules of the checker that no program can keep.

    That one ByteRange covers the file (a later increment cannot be covered), and that a stream's length is exact: it takes the
    last byte of validation data for a line end where that happens to be a carriage return.
    """
    from pikepdf.pdfa import validate_written

    for level in Level:
        target = tmp_path / f"{level}.pdf"
        sign_pdf(copy_pdf, target, officer, SignOptions(level, pki.tsa(), trust))
        broken = {failure.rule_id for failure in page_validation.validate_pdf(target, profile="2b").failures}
        later = {"PDFA2B-SIGNATURE-BYTERANGE-001", "PDFA2B-STREAM-LENGTH-001"}
        allowed = set() if level in {Level.B_B, Level.B_T} else later
        assert broken <= allowed
        assert verify_pdf(target).pdfa == "2B"
        report = validate_written(target, "2b")
        assert [str(finding) for finding in report.findings if finding.kind == "violation"] == []


def _spec(trust: Trust) -> PdfSignatureValidationSpec:
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            CertValidationPolicySpec(
                SimpleTrustManager.build(trust_roots=trust.root_certificates()),
                CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require")),
            ),
            RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        )
    )


def _ades(path: Path, trust: Trust, at: datetime | None = None, number: int = 0) -> object:
    """pyHanko's own long-term validation, now or simulated."""
    with path.open("rb") as file:
        signature = PdfFileReader(file).embedded_regular_signatures[number]
        signature.compute_integrity_info()
        spec = _spec(trust)
        if at is None:
            result = asyncio.run(ades_lta_validation(signature, spec))
        else:
            result = asyncio.run(simulate_future_ades_lta_validation(signature, spec, at))
        return result.ades_subindic


def test_lta_holds_today_and_in_thirty_years(
    copy_pdf: Path, officer: Signer, pki: Pki, trust: Trust, offline: Trust, tmp_path: Path
) -> None:
    target = tmp_path / "lta.pdf"
    sign_pdf(copy_pdf, target, officer, SignOptions(Level.B_LTA, pki.tsa(), trust))
    assert _ades(target, offline) is AdESPassed.OK
    assert _ades(target, offline, datetime(2056, 11, 21, tzinfo=UTC)) is AdESPassed.OK
    bare = tmp_path / "b.pdf"
    sign_pdf(copy_pdf, bare, officer)
    assert _ades(bare, offline, datetime(2056, 11, 21, tzinfo=UTC)) is not AdESPassed.OK


def test_officer_and_seal_one_after_the_other(
    copy_pdf: Path, officer: Signer, seal: Signer, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    target = tmp_path / "both.pdf"
    sign_pdf(copy_pdf, target, officer, SignOptions(Level.B_T, pki.tsa(), reason="Xác nhận"))
    assert (
        sign_pdf(target, target, seal, SignOptions(Level.B_LTA, pki.tsa(), trust)).field == "SohoaSignature2"
    )
    result = verify_pdf(target, trust)
    assert [s.signer for s in result.signatures if s.kind == "signature"] == [
        "Lê Thị Mẫu",
        "UBND xã Thử Nghiệm",
    ]
    assert result.verdict is Verdict.VALID, result.message_en
    assert result.signatures[0].changes == "signatures"


def test_a_signature_onto_a_copy_with_an_archive_time_stamp(
    copy_pdf: Path, officer: Signer, seal: Signer, pki: Pki, trust: Trust, offline: Trust, tmp_path: Path
) -> None:
    """Sealed for the archive, then signed by the officer: both hold today and in thirty years, also when renewed."""
    target, options = tmp_path / "both.pdf", SignOptions(Level.B_LTA, pki.tsa(), trust)
    sign_pdf(copy_pdf, target, seal, options)
    sealed = target.read_bytes()
    sign_pdf(target, target, officer, options)
    assert target.read_bytes().startswith(sealed)
    for number in (0, 1):
        assert _ades(target, offline, number=number) is AdESPassed.OK
        assert _ades(target, offline, datetime(2056, 11, 21, tzinfo=UTC), number) is AdESPassed.OK
    with travel("2029-06-01T00:00:00Z"):
        renew_pdf(target, target, pki.tsa(2), trust)
    with travel("2040-01-01T00:00:00Z"):
        result = verify_pdf(target, offline)
    assert result.verdict is Verdict.VALID, result.message_en
    assert [one.level for one in result.signatures if one.kind == "signature"] == [Level.B_LTA, Level.B_LTA]


def test_the_demo_key_is_marked_everywhere(copy_pdf: Path, tmp_path: Path) -> None:
    first, again = demo_signer(tmp_path / "home"), demo_signer(tmp_path / "home")
    assert sign_pdf(copy_pdf, tmp_path / "a.pdf", first).demo
    sign_pdf(tmp_path / "a.pdf", tmp_path / "a.pdf", again)
    result = verify_pdf(tmp_path / "a.pdf")
    assert result.verdict is Verdict.UNPROVEN
    assert {(s.demo, s.reason, s.intact) for s in result.signatures} == {(True, "demo", True)}
    assert len({s.serial for s in result.signatures}) == 1, "one key for one home"
    assert "THỬ NGHIỆM" in result.message_vi
    assert "DEMO" in result.message_en
    assert (
        "DEMO"
        in subprocess.run(
            ["pdfsig", str(tmp_path / "a.pdf")], capture_output=True, text=True, check=False
        ).stdout
    )
    other = demo_signer(tmp_path / "other")
    sign_pdf(copy_pdf, tmp_path / "b.pdf", other)
    assert verify_pdf(tmp_path / "b.pdf").signatures[0].serial != result.signatures[0].serial
    assert (tmp_path / "home" / "demo-signer.p12").stat().st_mode & 0o077 == 0


def test_signing_costs_no_more_than_the_signature(copy_pdf: Path, officer: Signer, tmp_path: Path) -> None:
    sign_pdf(copy_pdf, tmp_path / "a.pdf", officer)
    grown = (tmp_path / "a.pdf").stat().st_size - copy_pdf.stat().st_size
    assert grown < 25_000
    assert re.search(rb"/ByteRange", (tmp_path / "a.pdf").read_bytes()[copy_pdf.stat().st_size :])


def test_time_of_the_signature_is_that_of_the_clock(
    copy_pdf: Path, pki: Pki, trust: Trust, officer: Signer, tmp_path: Path
) -> None:
    with travel("2027-03-04T05:06:07Z"):
        sign_pdf(copy_pdf, tmp_path / "a.pdf", officer, SignOptions(Level.B_LTA, pki.tsa(), trust))
    with travel("2028-10-01T00:00:00Z"):
        result = verify_pdf(tmp_path / "a.pdf", Trust((pki.root,)))
    assert result.verdict is Verdict.VALID, result.message_en
    proven = result.signatures[0].proven_time
    assert proven is not None
    assert abs(proven - datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)) < timedelta(minutes=1)
