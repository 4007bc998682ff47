"""A file against the archive: the same bytes, older ones, others; and whether copy and record agree."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.digitize import digitize
from flows.house import House
from flows.settings import load_settings
from flows.verifying import verify_document, verify_file
from pipeline.sign import Pkcs12Signer, demo_signer, sign_pdf
from schemas.errors import NotFoundInArchive
from storage.model import Event
from tests.pki.fixtures import _running, pki
from tests.pki.harness import PASSWORD, Pki
from tests.scans import write_scan

__all__ = ["_running", "pki"]


@pytest.fixture
def kept(tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> tuple[House, str, Path]:
    """A document that an officer signed, and its copy as a file."""
    monkeypatch.chdir(tmp_path)
    signer = {"kind": "pkcs12", "file": str(pki.pkcs12("officer")), "password": PASSWORD}
    house = House(load_settings(signer=signer, trust={"roots": [str(pki.root)], "fetch": True}))
    (document,) = digitize(write_scan(tmp_path / "a.png", ["Xã An Bình"]), house).documents
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(house.archive.get(document.id, "pdf"))
    return house, document.id, copy


def _revised(house: House, document_id: str, pdf: bytes) -> None:
    event = Event(type="modification", at=datetime.now(UTC), agent="test")
    house.archive.revise(document_id, lambda before: before, event, pdf=pdf)


def test_the_copy_that_the_archive_keeps(kept: tuple[House, str, Path]) -> None:
    house, document_id, copy = kept
    for found in (verify_file(house, copy), verify_document(house, document_id)):
        assert found.ok
        assert found.kept is not None
        assert (found.kept.id, found.kept.version, found.kept.newest) == (document_id, 1, 1)
        assert "đúng là bản đã lưu trong kho" in found.result.clerk


def test_an_older_version_is_ours_but_not_the_newest(kept: tuple[House, str, Path], pki: Pki) -> None:
    house, document_id, copy = kept
    newer = copy.with_name("newer.pdf")
    sign_pdf(copy, newer, Pkcs12Signer(pki.pkcs12("seal"), PASSWORD))
    _revised(house, document_id, newer.read_bytes())
    found = verify_file(house, copy)
    assert found.ok
    assert found.kept is not None
    assert (found.kept.version, found.kept.newest) == (1, 2)


def test_other_bytes_under_the_name_of_our_document(kept: tuple[House, str, Path]) -> None:
    house, _, copy = kept
    sign_pdf(copy, copy, demo_signer(copy.parent))
    found = verify_file(house, copy)
    assert not found.ok
    assert found.kept is not None
    assert found.kept.version is None
    assert "KHÁC với bản đã lưu trong kho" in found.result.clerk


def test_a_copy_that_does_not_fit_its_record(kept: tuple[House, str, Path], tmp_path: Path) -> None:
    house, document_id, _ = kept
    (other,) = digitize(write_scan(tmp_path / "b.png", ["Xã Phú Xuân"]), house).documents
    _revised(house, document_id, house.archive.get(other.id, "pdf"))
    found = verify_document(house, document_id)
    assert found.result.ok
    assert not found.ok
    assert found.kept is not None
    assert found.kept.faults == ("other_document", "other_scan")


def test_a_signature_that_was_taken_off(kept: tuple[House, str, Path]) -> None:
    house, document_id, copy = kept
    bare = copy.read_bytes()
    _revised(house, document_id, bare[: bare.index(b"%%EOF") + 6])
    found = verify_document(house, document_id)
    assert found.kept is not None
    assert "unsigned" in found.kept.faults


def test_a_file_is_verified_without_any_archive(kept: tuple[House, str, Path], tmp_path: Path) -> None:
    _, document_id, copy = kept
    elsewhere = House(load_settings(home=tmp_path / "elsewhere"))
    assert verify_file(elsewhere, copy).kept is None
    assert not (tmp_path / "elsewhere").exists()
    away = House(load_settings(archive={"folder": str(tmp_path / "not mounted")}))
    assert verify_file(away, copy).kept is None
    with pytest.raises(NotFoundInArchive):
        verify_document(House(load_settings(home=tmp_path / "new")), document_id)
