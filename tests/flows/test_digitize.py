"""A scan goes all the way, once, whatever happens in between."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from flows.digitize import DigitizeJob, Request, digitize
from flows.outcome import Outcome, Status
from flows.services import Services, services_of
from flows.settings import load_settings
from pipeline.verify import verify_pdf
from schemas.errors import SignerUnavailable
from schemas.records import document_id
from storage.index.find import Query
from tests.scans import write_scan


def _scan(tmp_path: Path, name: str = "giấy tờ.png") -> Path:
    return write_scan(tmp_path / name, ["Xã An Bình", "Quyết định số 12"])


def test_a_scan_is_archived_signed_and_found(tmp_path: Path, services: Services) -> None:
    path = _scan(tmp_path)
    outcome = digitize(path, services)
    assert (outcome.status, outcome.error, outcome.source) == (Status.ARCHIVED, None, str(path))
    (document,) = outcome.documents
    assert document.id == document_id(str(outcome.sha256), [1])
    assert "Quyết định" in document.text
    assert services.archive.get(document.id, "scan") == path.read_bytes()
    (row,) = services.index.find(Query(words="quyet dinh")).rows
    assert row.id == document.id
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(services.archive.get(document.id, "pdf"))
    result = verify_pdf(copy, services.trust)
    assert result.pdfa == "2B"
    assert [signature.intact for signature in result.signatures] == [True]
    events = [event.type for event in services.archive.provenance(document.id)]
    assert events == ["recognition", "creation", "digital signature generation", "ingestion"]


def test_the_same_scan_is_a_duplicate_before_it_is_read(
    tmp_path: Path, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = digitize(_scan(tmp_path), services)
    copy = tmp_path / "another name.png"
    copy.write_bytes((tmp_path / "giấy tờ.png").read_bytes())
    monkeypatch.setattr("flows.work.read_and_keep", lambda *_: pytest.fail("was read again"))
    again = digitize(copy, services)
    assert again.status is Status.DUPLICATE
    assert [d.id for d in again.documents] == [d.id for d in first.documents]
    assert [d.text for d in again.documents] == [d.text for d in first.documents]
    assert services.index.count() == 1


def test_a_lost_index_row_is_mended_by_a_repeat(tmp_path: Path, services: Services) -> None:
    outcome = digitize(_scan(tmp_path), services)
    services.index.remove(outcome.documents[0].id)  # as if killed between archive and index
    again = digitize(_scan(tmp_path), services)
    assert again.status is Status.DUPLICATE
    assert services.index.count() == 1
    assert len(services.archive.versions(outcome.documents[0].id)) == 1


def test_dossier_and_subject_are_kept(tmp_path: Path, services: Services) -> None:
    outcome = digitize(_scan(tmp_path), services, Request("000.00.01.H48-250117-0012", "034090001234"))
    document = outcome.documents[0]
    assert services.archive.record(document.id).dossier == "000.00.01.H48-250117-0012"
    assert services.archive.record(document.id).record.subject.id == "034090001234"
    assert services.archive.dossier("000.00.01.H48-250117-0012").documents == (document.id,)
    assert services.index.find(Query(subject="034090001234")).rows[0].id == document.id


def test_a_paper_with_a_number_of_its_own_is_not_taken_for_that_of_the_dossiers_owner(
    tmp_path: Path, services: Services
) -> None:
    dossier = "000.00.01.H48-250117-0012"
    said = Request(dossier, owner="034090001234")
    card = write_scan(
        tmp_path / "thẻ.png", ["CĂN CƯỚC CÔNG DÂN", "Số: 001185004321", "Họ và tên: TRẦN THỊ MẪU"]
    )
    plain = write_scan(tmp_path / "đơn.png", ["ĐƠN ĐỀ NGHỊ"])
    ids = [digitize(path, services, said).documents[0].id for path in (card, plain)]
    told = [services.archive.record(id).record.subject.id for id in ids]
    assert told == ["001185004321", "034090001234"]
    assert services.archive.dossier(dossier).subject == "034090001234"


def test_a_copy_waits_when_the_signer_is_away(
    tmp_path: Path, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise SignerUnavailable("token pulled")

    monkeypatch.setattr("flows.signatures.signing.sign_pdf", away)
    outcome = digitize(_scan(tmp_path), services)
    assert outcome.status is Status.ARCHIVED
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.status) == ("signer_unavailable", 4)
    (waiting,) = services.archive.ids()
    assert not services.archive.record(waiting).signed
    monkeypatch.undo()
    assert digitize(_scan(tmp_path), services).status is Status.DUPLICATE
    assert services.archive.record(waiting).signed


def test_without_a_signer_the_copy_waits_for_its_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_SIGNER__KIND", "none")
    services = Services(load_settings())
    document = digitize(_scan(tmp_path), services).documents[0]
    assert services.archive.record(document.id).signed is False
    assert services.index.find(Query(signed=False)).rows[0].id == document.id


def test_a_fault_of_ours_is_told_without_personal_data(
    tmp_path: Path, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Nguyễn Văn A, 034090001234")

    monkeypatch.setattr("flows.keeping.write_pdfa", broken)
    outcome = digitize(_scan(tmp_path), services)
    assert outcome.status is Status.FAILED
    assert "034090001234" not in str(outcome.as_json())


def test_a_damaged_page_rejects_the_file_whole(tmp_path: Path, services: Services) -> None:
    path = tmp_path / "cut.png"
    path.write_bytes(_scan(tmp_path).read_bytes()[:4000])
    outcome = digitize(path, services)
    assert outcome.status is Status.REJECTED
    assert outcome.error is not None
    assert outcome.error.code == "damaged"
    assert list(services.archive.ids()) == []


def test_a_house_travels_as_its_settings(services: Services) -> None:
    job = DigitizeJob(services, Request("D"))
    there = pickle.loads(pickle.dumps(job))
    assert there.services is services_of(services.settings)
    assert there.request == Request("D")


def test_outcomes_travel_whole(tmp_path: Path, services: Services) -> None:
    outcome = digitize(_scan(tmp_path), services)
    assert pickle.loads(pickle.dumps(outcome)) == outcome
    assert isinstance(outcome, Outcome)
