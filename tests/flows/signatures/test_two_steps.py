"""A key that is elsewhere: prepare, sign there, finish; across a restart, for a while, for one document as it is."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from flows import records
from flows.caller import local_caller
from flows.record.verifying import verify_document
from flows.services import Services
from flows.settings import load_settings
from flows.signatures import two_steps
from flows.signatures.two_steps import Preparation, finish_signature, forget_expired, prepare_signature
from flows.signatures.wanted import WANTED, want, wanted
from pipeline.verify import Verdict
from schemas.errors import (
    CertificateRefused,
    Conflict,
    KeyElsewhere,
    NotAllowed,
    NotPrepared,
    UsageError,
    WrongSignature,
)
from tests.flows.signed_services import Filler
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import PASSWORD, Pki

__all__ = ["_running", "copy_pdf", "pki"]

OFFICER = local_caller(actor="canbo1")
Make = Callable[..., tuple[Services, str]]


@pytest.fixture
def confirmed(pki: Pki, copy_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A confirmed document whose copy waits for an officer with a key of her own."""
    monkeypatch.chdir(tmp_path)

    def make(level: str = "B-B", **seal: Any) -> tuple[Services, str]:
        signer = {"kind": "elsewhere", "when": "confirmation", "level": level, "tsa": pki.tsa()}
        trust = {"roots": [str(pki.root)], "fetch": True, "private": True}
        services = Services(load_settings(signer=signer, seal=seal or {"kind": "none"}, trust=trust))
        (id,) = Filler(copy_pdf, tmp_path).put(services.settings)
        records.confirm(services, OFFICER, id, {})
        with pytest.raises(KeyElsewhere):
            records.sign(services, OFFICER, id)
        return services, id

    return make


def _chain(pki: Pki, who: str) -> list[bytes]:
    _, own, chain = pki.key_and_certificate(who)
    return [one.public_bytes(Encoding.DER) for one in (own, *chain)]


def _sign(pki: Pki, who: str, prepared: Preparation) -> bytes:
    key, _, _ = pki.key_and_certificate(who)
    if isinstance(key, RSAPrivateKey):
        return key.sign(prepared.to_be_signed, PKCS1v15(), SHA256())
    return key.sign(prepared.to_be_signed, ECDSA(SHA256()))


@pytest.mark.parametrize(
    ("who", "level"),
    [("officer", "B-B"), ("officer-rsa", "B-T"), ("officer-rsa", "B-LT"), ("officer", "B-LTA")],
)
def test_prepared_and_finished_after_a_restart(who: str, level: str, confirmed: Make, pki: Pki) -> None:
    services, id = confirmed(level)
    prepared = prepare_signature(services, OFFICER, id, _chain(pki, who))
    (file,) = (services.home / "prepared").glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    later = Services(services.settings)
    receipt = finish_signature(later, OFFICER, prepared.name, _sign(pki, who, prepared))
    assert (receipt.record.signed_by, receipt.record.pending_signatures) == (("signer",), ())
    result = verify_document(later, id).result
    assert result.verdict is Verdict.VALID, result.message_en
    assert [one.level for one in result.signatures if one.kind == "signature"] == [level]
    assert not list((services.home / "prepared").iterdir())
    with pytest.raises(NotPrepared):
        finish_signature(later, OFFICER, prepared.name, _sign(pki, who, prepared))


def test_both_numbers_of_a_token(confirmed: Make, pki: Pki) -> None:
    """Tokens give the numbers of an ECDSA signature one after the other, without DER."""
    services, id = confirmed()
    prepared = prepare_signature(services, OFFICER, id, _chain(pki, "officer"))
    numbers = decode_dss_signature(_sign(pki, "officer", prepared))
    finish_signature(services, OFFICER, prepared.name, b"".join(n.to_bytes(32, "big") for n in numbers))
    assert verify_document(services, id).ok


def test_what_is_refused(confirmed: Make, pki: Pki) -> None:
    services, id = confirmed()
    with pytest.raises(UsageError):
        prepare_signature(services, OFFICER, id, _chain(pki, "officer"), role="seal")
    for who in ("wrong-usage", "expired"):
        with pytest.raises(CertificateRefused):
            prepare_signature(services, OFFICER, id, _chain(pki, who))
    with pytest.raises(CertificateRefused):
        prepare_signature(services, OFFICER, id, [b"no certificate"])
    prepared = prepare_signature(services, OFFICER, id, _chain(pki, "officer"))
    good = _sign(pki, "officer", prepared)
    for bad in (b"", b"\0" * 64, good[:-1], _sign(pki, "seal", prepared)):
        with pytest.raises(WrongSignature):
            finish_signature(services, OFFICER, prepared.name, bad)
    for name in ("", "x" * 32, "../" + prepared.name):
        with pytest.raises(NotPrepared):
            finish_signature(services, OFFICER, name, good)
    with pytest.raises(NotAllowed):
        finish_signature(services, local_caller(actor="canbo2"), prepared.name, good)
    assert finish_signature(services, OFFICER, prepared.name, good).record.signed, "a slip costs nothing"


def test_a_document_that_changed_meanwhile(confirmed: Make, pki: Pki) -> None:
    services, id = confirmed()
    prepared = prepare_signature(services, OFFICER, id, _chain(pki, "officer"))
    records.confirm(services, OFFICER, id, {"excerpt": "Về việc khác"})
    with pytest.raises(Conflict):
        finish_signature(services, OFFICER, prepared.name, _sign(pki, "officer", prepared))
    assert services.archive.record(id).pending_signatures == ("signer",)


def test_it_expires(confirmed: Make, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    services, id = confirmed()
    monkeypatch.setattr(two_steps, "PATIENCE", timedelta(0))
    prepared = prepare_signature(services, OFFICER, id, _chain(pki, "officer"))
    with pytest.raises(NotPrepared):
        finish_signature(services, OFFICER, prepared.name, _sign(pki, "officer", prepared))
    assert forget_expired(services) == 1
    assert not list((services.home / "prepared").iterdir())
    assert services.archive.record(id).pending_signatures == ("signer",), "the copy waits on"


def test_what_was_prepared_of_a_paper_is_erased_with_it(confirmed: Make, pki: Pki) -> None:
    services, id = confirmed()
    other, _ = (prepare_signature(services, OFFICER, id, _chain(pki, "officer")) for _ in range(2))
    place = services.home / two_steps.PREPARED
    assert len(list(place.iterdir())) == 4
    records.erase(services, OFFICER, id, reason="theo lệnh", order="12/QĐ-TA")
    assert list(place.iterdir()) == []
    with pytest.raises(NotPrepared):
        two_steps.prepared(services, OFFICER, other.name)


def test_the_seal_follows(confirmed: Make, pki: Pki) -> None:
    """The archive time-stamp comes once, with the last signature."""
    seal = {"kind": "pkcs12", "file": str(pki.pkcs12("seal")), "password": PASSWORD, "when": "confirmation"}
    services, id = confirmed("B-LTA", **seal)
    prepared = prepare_signature(services, OFFICER, id, _chain(pki, "officer"))
    receipt = finish_signature(services, OFFICER, prepared.name, _sign(pki, "officer", prepared))
    assert receipt.record.pending_signatures == ("seal",)
    records.sign(services, OFFICER, id)
    result = verify_document(services, id).result
    assert result.verdict is Verdict.VALID, result.message_en
    assert [str(one.kind) for one in result.signatures] == ["signature", "signature", "timestamp"]


@pytest.mark.parametrize("part", ["the copy", "the description"])
def test_what_was_prepared_is_signed_only_as_it_was_prepared(confirmed: Make, pki: Pki, part: str) -> None:
    """It waits in the home: what is exchanged there meanwhile goes to no key."""
    services, id = confirmed()
    one, other = (prepare_signature(services, OFFICER, id, _chain(pki, "officer")) for _ in range(2))
    folder = services.home / two_steps.PREPARED
    suffix = ".pdf" if part == "the copy" else ".json"
    (folder / f"{one.name}{suffix}").write_bytes((folder / f"{other.name}{suffix}").read_bytes())
    with pytest.raises(NotPrepared):
        two_steps.prepared(services, OFFICER, one.name)
    with pytest.raises(NotPrepared):
        finish_signature(services, OFFICER, one.name, _sign(pki, "officer", one))
    assert finish_signature(services, OFFICER, other.name, _sign(pki, "officer", other)).created


def test_nobody_else_chooses_what_is_signed(confirmed: Make) -> None:
    """A list that somebody put into the home gives nothing to an officer's key."""
    services, id = confirmed()
    colleague = local_caller(actor="canbo2")
    want(services, colleague, {id: services.archive.current(id)[1]})
    (theirs,) = (services.home / WANTED).rglob("*.json")
    want(services, OFFICER, {})
    mine = next(folder for folder in (services.home / WANTED).iterdir() if folder != theirs.parent)
    for data in (theirs.read_bytes(), b'{"version": 2, "failure": null}', b"[]"):
        (mine / theirs.name).write_bytes(data)
        assert wanted(services, OFFICER) == []
    want(services, OFFICER, {id: services.archive.current(id)[1]})
    assert [one.document for one in wanted(services, OFFICER)] == [id]
