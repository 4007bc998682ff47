"""The officer's signature comes when he confirms the record, onto the copy that is sealed already, or before the seal."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import page as page_validation
import pytest

from flows import records
from flows.caller import local_caller
from flows.digitize import digitize
from flows.outcome import Status
from flows.record.verifying import verify_document
from flows.services import Services
from flows.settings import load_settings
from flows.signatures.signing import confirmed_and_waiting, sign_waiting
from pipeline.verify import Changes, Verdict
from schemas.errors import SignerUnavailable, TimeStampUnavailable
from schemas.records import State
from storage import corrections
from storage.index.find import Query
from storage.model import Event
from tests.flows.signed_services import Filler
from tests.pki import softhsm
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import PASSWORD, Pki
from tests.scans import write_scan

__all__ = ["_running", "copy_pdf", "pki"]

Make = Callable[..., Services]
OFFICER, SEAL = "Lê Thị Mẫu", "UBND xã Thử Nghiệm"


@pytest.fixture
def filler(tmp_path: Path, copy_pdf: Path, monkeypatch: pytest.MonkeyPatch) -> Filler:
    monkeypatch.chdir(tmp_path)
    return Filler(copy_pdf, tmp_path)


@pytest.fixture
def make(pki: Pki, filler: Filler) -> Make:
    """A services; each of the two signs when it is told to, or not at all."""

    def key(who: str, when: str | None) -> dict[str, Any]:
        if when is None:
            return {"kind": "none"}
        return {"kind": "pkcs12", "file": str(pki.pkcs12(who)), "password": PASSWORD, "when": when}

    def services(officer: str | None, seal: str | None, **more: Any) -> Services:
        signer = {"level": "B-LTA", "tsa": pki.tsa(), **key("officer", officer), **more}
        trust = {"roots": [str(pki.root)], "fetch": True, "private": True}
        return Services(load_settings(signer=signer, seal=key("seal", seal), trust=trust))

    return services


def _signers(services: Services, id: str) -> list[str]:
    """Whose signatures the copy carries, in the order of signing; all of them valid, or there are none."""
    result = verify_document(services, id).result
    assert result.verdict in {Verdict.VALID, Verdict.UNSIGNED}, result.message_en
    return [one.signer for one in result.signatures if one.kind == "signature"]


def _confirm(services: Services, id: str, by: str = "canbo1", **values: str) -> None:
    records.confirm(services, local_caller(actor=by), id, values)
    records.sign(services, local_caller(actor=by), id)


def test_onto_the_sealed_copy(make: Make, filler: Filler, tmp_path: Path) -> None:
    services = make("confirmation", "archiving")
    (id,) = filler.put(services.settings)
    assert _signers(services, id) == [SEAL]
    assert services.archive.record(id).signed, "nobody waits for an officer who has not looked yet"
    _confirm(services, id, excerpt="Về việc khác")

    found = verify_document(services, id)
    seal, stamp, officer, last = found.result.signatures
    assert found.ok, found.result.message_en
    assert (seal.signer, officer.signer) == (SEAL, OFFICER)
    assert (seal.kind, stamp.kind, officer.kind, last.kind) == ("signature", "timestamp") * 2
    assert (seal.level, officer.level) == ("B-LTA", "B-LTA")
    assert (seal.changes, officer.changes) == (Changes.SIGNATURES, Changes.MAINTENANCE)
    for name in (SEAL, OFFICER):
        assert name in found.result.message_vi
    first, third = (services.archive.get(id, "pdf", version) for version in (1, 3))
    assert third.startswith(first), "only added to"
    assert [version.message for version in services.archive.versions(id)][1:] == [
        "confirmation",
        "digital signature generation",
    ]
    record = services.archive.record(id)
    assert (record.signed_by, record.pending_signatures, record.signed) == (("seal", "signer"), (), True)
    signing = services.archive.provenance(id)[-1]
    assert (signing.agent, signing.tool) == ("canbo1", "pkcs12:officer.p12")
    assert signing.settings["protected_until"] == "2030-01-01T00:00:00+00:00"
    row = services.index.get(id)
    assert row is not None
    assert (row.version, row.signed, row.state) == (3, True, "confirmed")
    assert [line["action"] for line in services.audit.lines()][-2:] == ["confirm", "sign"]

    copy = tmp_path / "copy.pdf"
    copy.write_bytes(third)
    shown = subprocess.run(["pdfsig", "-nocert", str(copy)], capture_output=True, text=True, check=False)
    assert shown.stdout.count("Signature is Valid.") == 2
    broken = {failure.rule_id for failure in page_validation.validate_pdf(copy, profile="2b").failures}
    assert broken <= {"PDFA2B-SIGNATURE-BYTERANGE-001", "PDFA2B-STREAM-LENGTH-001"}


def test_the_officer_first_then_the_seal(make: Make, filler: Filler) -> None:
    """As on paper: nothing is sealed that nobody has signed."""
    services = make("confirmation", "confirmation")
    (id,) = filler.put(services.settings)
    assert sign_waiting(services, local_caller(), [id]) == ()
    assert _signers(services, id) == []
    _confirm(services, id)
    assert _signers(services, id) == [OFFICER, SEAL]
    assert services.archive.record(id).signed_by == ("signer", "seal")
    assert len(services.archive.versions(id)) == 3


def test_the_officer_when_archiving_the_seal_on_confirmation(make: Make, filler: Filler) -> None:
    services = make("archiving", "confirmation")
    (id,) = filler.put(services.settings)
    assert _signers(services, id) == [OFFICER]
    _confirm(services, id)
    assert _signers(services, id) == [OFFICER, SEAL]


def test_again_and_again(make: Make, filler: Filler) -> None:
    """Confirmed once more it is signed no second time, nor when a value is put right later."""
    services = make("confirmation", "archiving")
    (id,) = filler.put(services.settings)
    for _ in range(2):
        _confirm(services, id)
    assert len(services.archive.versions(id)) == 3
    _confirm(services, id, by="canbo2", excerpt="Về việc khác")
    assert len(services.archive.versions(id)) == 4
    assert services.archive.record(id).signed
    assert _signers(services, id) == [SEAL, OFFICER]


def test_authority_away(make: Make, filler: Filler, pki: Pki) -> None:
    services = make("confirmation", "archiving")
    ids = filler.put(services.settings, 3)
    pki.down.add("/sohoa/tsa")
    for id, officer in zip(ids, ("canbo1", "canbo2", "canbo1"), strict=True):
        with pytest.raises(TimeStampUnavailable):
            _confirm(services, id, by=officer)
    for id in ids:
        record = services.archive.record(id)
        assert (record.state, record.signed, record.pending_signatures) == (
            State.CONFIRMED,
            False,
            ("signer",),
        )
        found = verify_document(services, id)
        assert found.ok, "the seal is there"
        assert found.kept is not None
        assert found.kept.pending_signatures == ("signer",)
    assert {row.id for row in services.index.find(Query(signed=False)).rows} == set(ids)
    pki.down.clear()
    waiting = sorted(confirmed_and_waiting(services, "canbo1"))
    assert waiting == sorted((ids[0], ids[2])), "what another officer confirmed is his to sign"
    for id in waiting:
        records.sign(services, local_caller(actor="canbo1"), id)
    assert list(confirmed_and_waiting(services, "canbo1")) == []
    assert {len(services.archive.versions(id)) for id in waiting} == {3}
    assert all(_signers(services, id) == [SEAL, OFFICER] for id in waiting)
    assert _signers(services, ids[1]) == [SEAL]


def test_token_pulled(tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scanned again in the meantime, the copy still waits for the officer: a batch does not sign for him."""
    monkeypatch.chdir(tmp_path)
    hsm = softhsm.SoftHsm.start(tmp_path / "hsm")
    hsm.add_token("can-bo")
    hsm.add_key("can-bo", pki, "officer", b"\x01")
    token = {"kind": "pkcs11", "module": str(softhsm.MODULE), "token": "can-bo", "pin": softhsm.PIN}
    seal = {"kind": "pkcs12", "file": str(pki.pkcs12("seal")), "password": PASSWORD}
    trust = {"roots": [str(pki.root)], "fetch": True, "private": True}
    settings = load_settings(signer={**token, "when": "confirmation"}, seal=seal, trust=trust)
    scan = write_scan(tmp_path / "a.png", ["Xã An Bình"])
    (document,) = digitize(scan, Services(settings)).documents
    hsm.pull()
    services = Services(settings)
    with pytest.raises(SignerUnavailable):
        _confirm(services, document.id)
    hsm.put_back()
    assert digitize(scan, Services(settings)).status is Status.DUPLICATE
    assert _signers(services, document.id) == [SEAL]
    assert len(services.archive.versions(document.id)) == 2
    _confirm(services, document.id)
    assert _signers(services, document.id) == [SEAL, OFFICER]
    assert len(services.archive.versions(document.id)) == 3


def test_the_seal_still_waits_when_the_officer_confirms(make: Make, filler: Filler, pki: Pki) -> None:
    """The batch runs on one machine with the seal, the officer at another with his token; each signs what is his."""
    batch, counter = make(None, "archiving"), make("confirmation", None)
    pki.down.add("/sohoa/tsa")
    (id,) = filler.put(batch.settings)
    pki.down.clear()
    assert batch.archive.record(id).pending_signatures == ("seal",)
    _confirm(counter, id)
    record = counter.archive.record(id)
    assert (record.signed_by, record.pending_signatures, record.signed) == (("signer",), ("seal",), False)
    assert sign_waiting(counter, local_caller(), [id]) == ()
    assert sign_waiting(batch, local_caller(), [id]) == (id,)
    assert _signers(batch, id) == [OFFICER, SEAL]
    assert batch.archive.record(id).signed
    assert sign_waiting(batch, local_caller(), [id]) == ()


def test_both_wait_where_both_are_here(make: Make, filler: Filler, pki: Pki) -> None:
    services = make("confirmation", "archiving")
    pki.down.add("/sohoa/tsa")
    (id,) = filler.put(services.settings)
    with pytest.raises(TimeStampUnavailable):
        _confirm(services, id)
    assert services.archive.record(id).pending_signatures == ("seal", "signer")
    pki.down.clear()
    records.sign(services, local_caller(actor="canbo1"), id)
    assert sorted(_signers(services, id)) == sorted((OFFICER, SEAL))
    assert services.archive.record(id).signed


def test_killed_before_the_index_could_follow(
    make: Make, filler: Filler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    services = make("confirmation", "archiving")
    (id,) = filler.put(services.settings)
    records.confirm(services, local_caller(actor="canbo1"), id, {})
    with monkeypatch.context() as patch:
        patch.setattr(type(services.index), "add_many", killed)
        with pytest.raises(KeyboardInterrupt):
            records.sign(services, local_caller(actor="canbo1"), id)
    assert [row.id for row in services.index.find(Query(signed=False)).rows] == [id]
    assert records.sign(services, local_caller(actor="canbo1"), id) is None
    assert not services.index.find(Query(signed=False)).rows
    assert len(services.archive.versions(id)) == 3


def test_changed_by_another_while_the_officer_signs(
    make: Make, filler: Filler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other wrote stays; the signature goes onto the newest copy."""
    services = make("confirmation", "archiving")
    (id,) = filler.put(services.settings)
    records.confirm(services, local_caller(actor="canbo1"), id, {})
    sign = corrections.sign

    def later(archive: Any, id: str, *rest: Any, event: Event, **more: Any) -> Any:
        monkeypatch.undo()
        corrections.link_duplicate(archive, id, other, by="đêm")
        return sign(archive, id, *rest, event=event, **more)

    (other,) = filler.put(services.settings)
    monkeypatch.setattr("storage.corrections.sign", later)
    records.sign(services, local_caller(actor="canbo1"), id)
    assert _signers(services, id) == [SEAL, OFFICER]
    assert services.archive.record(id).links.duplicates == (other,)
    assert len(services.archive.versions(id)) == 4


def test_a_copy_without_the_signature_that_its_record_names(make: Make, filler: Filler) -> None:
    services = make("confirmation", "archiving")
    (id,) = filler.put(services.settings)
    _confirm(services, id)
    sealed = services.archive.get(id, "pdf", 1)
    event = Event(type="modification", at=services.archive.clock(), agent="forger")
    services.archive.revise(id, lambda before: before, event, pdf=sealed)
    found = verify_document(services, id)
    assert found.result.ok
    assert found.kept is not None
    assert found.kept.faults == ("unsigned",)
    assert not found.ok


def test_nothing_is_asked_of_the_officer_where_the_settings_do_not(make: Make, filler: Filler) -> None:
    services = make("archiving", "archiving")
    (id,) = filler.put(services.settings)
    _confirm(services, id)
    assert len(services.archive.versions(id)) == 2
    assert _signers(services, id) == [OFFICER, SEAL]
