"""Archive time-stamps carried on over two generations of time-stamping authorities."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from time_machine import travel

from pipeline.sign import Level, Pkcs12Signer, SignOptions, Trust, protected_until, renew_pdf, sign_pdf
from pipeline.verify import Reason, Verdict, verify_pdf
from schemas.errors import NotRenewable, TimeStampUnavailable, UsageError
from tests.pki.harness import Pki


@pytest.fixture
def kept(copy_pdf: Path, officer: Pkcs12Signer, pki: Pki, trust: Trust, tmp_path: Path) -> Path:
    """Signed B-LTA today."""
    path = tmp_path / "kept.pdf"
    with travel("2026-11-21T08:00:00Z"):
        sign_pdf(copy_pdf, path, officer, SignOptions(Level.B_LTA, pki.tsa(1), trust))
    return path


def test_two_generations(kept: Path, pki: Pki, trust: Trust, offline: Trust) -> None:
    assert protected_until(kept) == datetime(2030, 1, 1, tzinfo=UTC)
    with travel("2029-06-01T00:00:00Z"):
        renewed = renew_pdf(kept, kept, pki.tsa(2), trust)
    assert renewed.protected_until == datetime(2045, 1, 1, tzinfo=UTC)

    with travel("2040-01-01T00:00:00Z"):
        result = verify_pdf(kept, offline)
    assert result.verdict is Verdict.VALID, result.message_en
    assert [s.signer for s in result.signatures] == [
        "Lê Thị Mẫu",
        "Thử nghiệm TSA đời 1",
        "Thử nghiệm TSA đời 2",
    ]
    assert result.signatures[0].proven_time is not None
    assert result.signatures[0].proven_time.year == 2026
    assert result.signatures[0].level == Level.B_LTA


def test_without_renewal_it_cannot_be_proven_any_more(
    kept: Path, pki: Pki, trust: Trust, offline: Trust
) -> None:
    with travel("2029-12-01T00:00:00Z"):
        assert verify_pdf(kept, offline).verdict is Verdict.VALID
    with travel("2031-01-01T00:00:00Z"):
        result = verify_pdf(kept, offline)
        assert result.verdict is Verdict.UNPROVEN
        assert {s.reason for s in result.signatures} == {Reason.EXPIRED}
        assert all(s.intact for s in result.signatures)
        with pytest.raises(NotRenewable):
            renew_pdf(kept, kept, pki.tsa(2), trust)


def test_renewal_can_be_repeated_and_survives_a_dead_tsa(
    kept: Path, pki: Pki, trust: Trust, offline: Trust
) -> None:
    before = kept.read_bytes()
    with travel("2028-06-01T00:00:00Z"):
        pki.down.add("/sohoa/tsa/tsa-2")
        with pytest.raises(TimeStampUnavailable):
            renew_pdf(kept, kept, pki.tsa(2), trust)
        assert kept.read_bytes() == before
        assert [p.name for p in kept.parent.iterdir() if p.name.startswith(".")] == []
        pki.down.clear()
        renew_pdf(kept, kept, pki.tsa(2), trust)
        renew_pdf(kept, kept, pki.tsa(2), trust)
        result = verify_pdf(kept, offline)
    assert kept.read_bytes().startswith(before)
    assert (result.verdict, len(result.signatures)) == (Verdict.VALID, 4)


def test_what_cannot_be_renewed(
    copy_pdf: Path, officer: Pkcs12Signer, kept: Path, pki: Pki, trust: Trust, offline: Trust, tmp_path: Path
) -> None:
    sign_pdf(copy_pdf, tmp_path / "b.pdf", officer)
    assert protected_until(tmp_path / "b.pdf") is None
    with pytest.raises(NotRenewable):
        renew_pdf(tmp_path / "b.pdf", tmp_path / "c.pdf", pki.tsa(), trust)
    with pytest.raises(UsageError):
        renew_pdf(kept, kept, pki.tsa(), offline)
    altered = bytearray(kept.read_bytes())
    altered[200] ^= 1
    (tmp_path / "altered.pdf").write_bytes(altered)
    with pytest.raises(NotRenewable):
        renew_pdf(tmp_path / "altered.pdf", tmp_path / "d.pdf", pki.tsa(), trust)
    assert not (tmp_path / "d.pdf").exists()
