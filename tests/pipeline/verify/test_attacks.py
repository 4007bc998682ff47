"""Attacked files are reported as what they are; nothing forged is ever called valid."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import pem
from asn1crypto.x509 import Certificate

from pipeline.sign import Level, Pkcs12Signer, SignOptions, Trust, sign_pdf
from pipeline.verify import Changes, Problem, Reason, Verdict, verify_pdf
from tests.pipeline.verify import attacks
from tests.pki.harness import Pki

Attack = Callable[[Path, Path], Path]


@pytest.fixture(params=[Level.B_LT, Level.B_LTA])
def signed(
    request: pytest.FixtureRequest,
    copy_pdf: Path,
    officer: Pkcs12Signer,
    pki: Pki,
    trust: Trust,
    tmp_path: Path,
) -> Path:
    path = tmp_path / "signed.pdf"
    sign_pdf(copy_pdf, path, officer, SignOptions(request.param, pki.tsa(), trust))
    return path


@pytest.mark.parametrize("attack", attacks.CHANGED)
def test_changes_after_signing(attack: Attack, signed: Path, offline: Trust, tmp_path: Path) -> None:
    result = verify_pdf(attack(signed, tmp_path / "attacked.pdf"), offline)
    assert result.verdict is Verdict.INVALID
    for signature in result.signatures:
        assert (signature.reason, signature.changes) == (Reason.CHANGED_AFTER, Changes.NOT_PERMITTED)
        assert signature.intact, "the signed bytes themselves are untouched"
    assert "thay đổi trái phép" in result.message_vi


def test_signed_again_after_an_attack_the_first_signature_still_tells(
    signed: Path, seal: Pkcs12Signer, trust: Trust, tmp_path: Path
) -> None:
    attacked = attacks.text_added(signed, tmp_path / "attacked.pdf")
    sign_pdf(attacked, attacked, seal)
    result = verify_pdf(attacked, trust)
    assert result.verdict is Verdict.INVALID
    assert result.signatures[0].reason is Reason.CHANGED_AFTER
    assert result.signatures[-1].reason is Reason.OK


def test_resaved(signed: Path, offline: Trust, tmp_path: Path) -> None:
    result = verify_pdf(attacks.resaved(signed, tmp_path / "attacked.pdf"), offline)
    assert result.verdict is Verdict.INVALID
    assert result.signatures[0].reason in {Reason.ALTERED, Reason.PARTLY_COVERED}
    assert not result.signatures[0].intact


def test_ranges_forged(signed: Path, offline: Trust, tmp_path: Path) -> None:
    for attack in (attacks.signature_wrapped, attacks.range_shortened):
        result = verify_pdf(attack(signed, tmp_path / "attacked.pdf"), offline)
        assert result.verdict is Verdict.INVALID
        assert result.signatures == () or result.signatures[0].reason in {
            Reason.ALTERED,
            Reason.PARTLY_COVERED,
        }


def test_bytes_behind_the_end(signed: Path, offline: Trust, tmp_path: Path) -> None:
    result = verify_pdf(attacks.bytes_appended(signed, tmp_path / "attacked.pdf"), offline)
    assert (result.verdict, result.problem) == (Verdict.INVALID, Problem.APPENDED)
    assert "chèn thêm" in result.message_vi


def test_hidden_signature(signed: Path, offline: Trust, tmp_path: Path) -> None:
    result = verify_pdf(attacks.signature_field_hidden(signed, tmp_path / "attacked.pdf"), offline)
    assert (result.verdict, result.problem) == (Verdict.INVALID, Problem.HIDDEN_SIGNATURE)
    assert "che giấu" in result.message_vi


@pytest.mark.parametrize(
    ("level", "sample"),
    [(Level.B_B, 60), (Level.B_LTA, 20), pytest.param(Level.B_LTA, 60, marks=pytest.mark.slow)],
)
def test_every_flipped_byte_is_found(
    level: Level, sample: int, copy_pdf: Path, officer: Pkcs12Signer, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """A sample of places all over what is signed.

    What no signature covers does not count: the padding behind a signature in its hex string, the root among its
    certificates, and the certificates in the archive time-stamp, which the security store holds a second time.
    """
    path = tmp_path / "signed.pdf"
    sign_pdf(copy_pdf, path, officer, SignOptions(level, pki.tsa(), trust))
    data = path.read_bytes()
    assert verify_pdf(path, trust).ok
    contents = [match.span(1) for match in re.finditer(rb"/Contents <([0-9a-fA-F]*)>", data)]
    unsigned = [range(start + len(data[start:end].rstrip(b"0")), end) for start, end in contents]
    root = Certificate.load(pem.unarmor(pki.root.read_bytes())[2]).dump().hex().upper().encode()
    unsigned += [range(match.start(), match.end()) for match in re.finditer(root, data)]
    if level is Level.B_LTA:
        unsigned.append(range(*contents[-1]))
    covered = [
        sum(map(int, match.groups()[-2:]))
        for match in re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", data)
    ]
    places = {
        *range(0, max(covered), max(covered) // sample),
        *(p for start, _ in contents for p in range(start, start + 3000, 9000 // sample)),
    }
    for place in sorted(places):
        if any(place in blank for blank in unsigned):
            continue
        flipped = bytearray(data)
        flipped[place] ^= 0x01
        (tmp_path / "flipped.pdf").write_bytes(flipped)
        result = verify_pdf(tmp_path / "flipped.pdf", trust)
        assert not result.ok, f"byte {place} of {len(data)}: {data[place - 20 : place + 20]!r}"
