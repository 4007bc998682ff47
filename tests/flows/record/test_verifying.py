"""A file against the archive: the same bytes, older ones, others; and whether copy and record agree."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.digitize import digitize
from flows.record.verifying import verify_document, verify_file
from flows.services import Services
from flows.settings import load_settings
from pipeline.sign import Pkcs12Signer, demo_signer, sign_pdf
from schemas.errors import NotFoundInArchive
from storage.model import Event
from tests.homes import once
from tests.pki.fixtures import _running, pki
from tests.pki.harness import PASSWORD, Pki
from tests.scans import write_scan

__all__ = ["_running", "pki"]


@pytest.fixture
def kept(tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> tuple[Services, str, Path]:
    """A document that an officer signed, and its copy as a file."""
    monkeypatch.chdir(tmp_path)
    signer = {"kind": "pkcs12", "file": str(pki.pkcs12("officer")), "password": PASSWORD}
    services = Services(
        load_settings(signer=signer, trust={"roots": [str(pki.root)], "fetch": True, "private": True})
    )
    scan = write_scan(tmp_path / "a.png", ["Xã An Bình"])
    id = once("signed by an officer", services.home, lambda: digitize(scan, services).documents[0].id)
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(services.archive.get(id, "pdf"))
    return services, id, copy


def _revised(services: Services, document_id: str, pdf: bytes) -> None:
    event = Event(type="modification", at=datetime.now(UTC), agent="test")
    services.archive.revise(document_id, lambda before: before, event, pdf=pdf)


def test_the_copy_that_the_archive_keeps(kept: tuple[Services, str, Path]) -> None:
    services, document_id, copy = kept
    for found in (verify_file(services, copy), verify_document(services, document_id)):
        assert found.ok
        assert found.kept is not None
        assert (found.kept.id, found.kept.version, found.kept.newest) == (document_id, 1, 1)
        assert "đúng là bản đã lưu trong kho" in found.result.message_vi


def test_an_older_version_is_ours_but_not_the_newest(kept: tuple[Services, str, Path], pki: Pki) -> None:
    services, document_id, copy = kept
    newer = copy.with_name("newer.pdf")
    sign_pdf(copy, newer, Pkcs12Signer(pki.pkcs12("seal"), PASSWORD))
    _revised(services, document_id, newer.read_bytes())
    found = verify_file(services, copy)
    assert found.ok
    assert found.kept is not None
    assert (found.kept.version, found.kept.newest) == (1, 2)


def test_other_bytes_under_the_name_of_our_document(kept: tuple[Services, str, Path]) -> None:
    services, _, copy = kept
    sign_pdf(copy, copy, demo_signer(copy.parent))
    found = verify_file(services, copy)
    assert not found.ok
    assert found.kept is not None
    assert found.kept.version is None
    assert "KHÁC với bản đã lưu trong kho" in found.result.message_vi


def test_a_copy_that_does_not_fit_its_record(kept: tuple[Services, str, Path], tmp_path: Path) -> None:
    services, document_id, _ = kept
    (other,) = digitize(write_scan(tmp_path / "b.png", ["Xã Phú Xuân"]), services).documents
    _revised(services, document_id, services.archive.get(other.id, "pdf"))
    found = verify_document(services, document_id)
    assert found.result.ok
    assert not found.ok
    assert found.kept is not None
    assert found.kept.faults == ("other_document", "other_scan")


def test_a_signature_that_was_taken_off(kept: tuple[Services, str, Path]) -> None:
    services, document_id, copy = kept
    bare = copy.read_bytes()
    _revised(services, document_id, bare[: bare.index(b"%%EOF") + 6])
    found = verify_document(services, document_id)
    assert found.kept is not None
    assert "unsigned" in found.kept.faults


def test_a_file_is_verified_without_any_archive(kept: tuple[Services, str, Path], tmp_path: Path) -> None:
    _, document_id, copy = kept
    elsewhere = Services(load_settings(home=tmp_path / "elsewhere"))
    assert verify_file(elsewhere, copy).kept is None
    assert not (tmp_path / "elsewhere").exists()
    away = Services(load_settings(archive={"folder": str(tmp_path / "not mounted")}))
    assert verify_file(away, copy).kept is None
    with pytest.raises(NotFoundInArchive):
        verify_document(Services(load_settings(home=tmp_path / "new")), document_id)
