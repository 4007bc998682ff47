"""Keys, servers and files that fail: each fault has its name, the source is untouched, nothing half-made is left."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from pathlib import Path

import pytest

from pipeline.sign import (
    Level,
    Pkcs12Signer,
    Signer,
    SignOptions,
    Trust,
    demo_signer,
    sign_pdf,
)
from pipeline.verify import Verdict, verify_pdf
from schemas.errors import (
    CertificateRefused,
    Damaged,
    RevocationUnavailable,
    SignerUnavailable,
    TimeStampUnavailable,
    Unreachable,
    UsageError,
    WrongPin,
)
from tests.pki.harness import PASSWORD, Pki


def _down(url: str) -> str:
    return url.replace("tsa-1", "none")


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_tsa_down_then_up(
    level: Level, source: Path, target: Path, officer: Signer, pki: Pki, trust: Trust
) -> None:
    options = SignOptions(level, pki.tsa(), trust)
    pki.down.add("/sohoa/tsa")
    with pytest.raises(TimeStampUnavailable) as caught:
        sign_pdf(source, target, officer, options)
    assert isinstance(caught.value, Unreachable)
    assert not target.exists()
    pki.down.clear()
    sign_pdf(source, target, officer, options)
    assert verify_pdf(target, trust).verdict is Verdict.VALID


def test_tsa_that_does_not_listen_and_one_that_is_not_trusted(
    source: Path, target: Path, officer: Signer, pki: Pki
) -> None:
    with pytest.raises(TimeStampUnavailable):
        sign_pdf(source, target, officer, SignOptions(Level.B_T, "http://127.0.0.1:9/tsa", timeout=1))
    stranger = Trust((pki.stranger_root,), fetch=True, private=True)
    with pytest.raises(CertificateRefused):
        sign_pdf(source, target, officer, SignOptions(Level.B_LT, pki.tsa(), stranger))


def test_no_revocation_data_no_long_term_signature(
    source: Path, target: Path, officer: Signer, pki: Pki, trust: Trust
) -> None:
    """The trap of soft failing: B-LT must not come out without revocation data."""
    pki.down.update({"/sohoa/ocsp", "/sohoa/crls"})
    for level in (Level.B_LT, Level.B_LTA):
        with pytest.raises((RevocationUnavailable, TimeStampUnavailable)):
            sign_pdf(source, target, officer, SignOptions(level, pki.tsa(), trust))
    pki.down.clear()
    with pytest.raises(RevocationUnavailable):
        sign_pdf(
            source,
            target,
            Pkcs12Signer(pki.pkcs12("norev"), PASSWORD),
            SignOptions(Level.B_LT, pki.tsa(), trust),
        )
    pki.down.add("/sohoa/ocsp/issuing")
    sign_pdf(source, target, officer, SignOptions(Level.B_LT, pki.tsa(), trust))
    assert any("crls/issuing" in path for path in pki.asked), "the CRL stands in for OCSP"


@pytest.mark.parametrize("who", ["revoked", "expired", "wrong-usage", "stranger"])
def test_certificates_that_would_be_worth_nothing(
    who: str, source: Path, target: Path, pki: Pki, trust: Trust
) -> None:
    with pytest.raises(CertificateRefused) as caught:
        sign_pdf(
            source, target, Pkcs12Signer(pki.pkcs12(who), PASSWORD), SignOptions(Level.B_LT, pki.tsa(), trust)
        )
    assert "Người" not in str(caught.value), "no names in messages"


def test_options_that_do_not_fit(
    source: Path, target: Path, officer: Signer, pki: Pki, offline: Trust
) -> None:
    for options in (
        SignOptions(Level.B_T),
        SignOptions(Level.B_LT, pki.tsa()),
        SignOptions(Level.B_LTA, pki.tsa(), offline),
    ):
        with pytest.raises(UsageError):
            sign_pdf(source, target, officer, options)


def test_files_that_cannot_be_signed(officer: Signer, tmp_path: Path) -> None:
    for data in (
        b"",
        b"no PDF at all",
        b"%PDF-1.7\n1 0 obj\n<<",
        b"%PDF-1.7\ntrailer << /Root 1 0 R >>\n%%EOF",
    ):
        (tmp_path / "bad.pdf").write_bytes(data)
        with pytest.raises(Damaged):
            sign_pdf(tmp_path / "bad.pdf", tmp_path / "signed.pdf", officer)
        assert {p.name for p in tmp_path.iterdir()} == {"bad.pdf"}


def test_pkcs12_faults(source: Path, target: Path, pki: Pki, tmp_path: Path) -> None:
    with pytest.raises(WrongPin):
        sign_pdf(source, target, Pkcs12Signer(pki.pkcs12("officer"), "sai"))
    with pytest.raises(SignerUnavailable):
        sign_pdf(source, target, Pkcs12Signer(tmp_path / "none.p12"))


def test_target_in_place_keeps_the_old_file_when_signing_fails(
    source: Path, officer: Signer, pki: Pki
) -> None:
    pki.down.add("/sohoa/tsa")
    with pytest.raises(TimeStampUnavailable):
        sign_pdf(source, source, officer, SignOptions(Level.B_T, pki.tsa()))


def test_signing_works_inside_a_running_event_loop(source: Path, target: Path, officer: Signer) -> None:
    async def main() -> None:
        sign_pdf(source, target, officer)

    asyncio.run(main())
    assert verify_pdf(target).signatures[0].intact


def _demo(home: str) -> bytes:
    demo_signer(Path(home))
    return (Path(home) / "demo-signer.p12").read_bytes()


def test_processes_that_start_together_share_one_demo_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        keys = pool.map(_demo, [str(tmp_path / "home")] * 6)
    assert len(set(keys)) == 1
    assert [p.name for p in (tmp_path / "home").iterdir()] == ["demo-signer.p12"]


def test_threads_share_a_file_signer(source: Path, officer: Signer, tmp_path: Path) -> None:
    done: list[Path] = []

    def one(number: int) -> None:
        sign_pdf(source, tmp_path / f"{number}.pdf", officer)
        done.append(tmp_path / f"{number}.pdf")

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 8
    assert all(verify_pdf(path).signatures[0].intact for path in done)
