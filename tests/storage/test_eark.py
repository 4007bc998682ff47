"""E-ARK packages: an independent validator accepts them."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from eark_validator.mets import MetsValidator  # type: ignore[import-untyped]
from eark_validator.structure import StructureStatus, validate_package_structure  # type: ignore[import-untyped]
from jsonschema import validate
from lxml import etree

from schemas.errors import UsageError
from storage import corrections
from storage.archive import Archive
from storage.eark.package import export
from storage.eark.parts import Package
from storage.stores.folder import FolderStore
from tests.storage.samples import Clock, deposit, event, record

PACKAGE = Package(
    id="000.00.01.H48-250117-0012",
    title="Hồ sơ đăng ký hộ kinh doanh",
    creator="UBND phường Bến Nghé",
    created=datetime(2026, 4, 1, 8, 0, tzinfo=UTC),
    software="Sohoa 0.1.0",
)


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    archive = Archive(FolderStore(tmp_path / "archive", create=True), create=True, clock=Clock())
    ids = [archive.put(deposit(n)).id for n in (1, 2)]
    whole = deposit(3)
    assert whole.scan is not None
    ref = archive.put_scan(whole.scan, whole.scan_ref, event())
    ids.append(archive.put(deposit(4, shared=ref, pdf=None)).id)
    corrections.confirm(archive, ids[0], record(1, excerpt="Về việc khác"), by="officer-7")
    made = export(archive, ids, PACKAGE, tmp_path / "out")
    with pytest.raises(UsageError):
        export(archive, ids, PACKAGE, tmp_path / "out")
    return made


def test_an_independent_validator_accepts_it(exported: Path) -> None:
    report = validate_package_structure(str(exported))
    assert report.status is StructureStatus.WellFormed
    assert [message.id for message in report.messages] in ([], ["CSIPSTR15"] * 2)
    for file in [exported / "METS.xml", *exported.glob("representations/*/METS.xml")]:
        validator = MetsValidator(str(file.parent))
        assert validator.validate_mets("METS.xml"), validator.validation_errors
    top = MetsValidator(str(exported))
    top.validate_mets("METS.xml")
    assert set(top.representations) == {"scans", "copies"}
    top.get_manifest()


def test_every_file_is_listed_with_its_digest(exported: Path) -> None:
    listed: dict[Path, str] = {}
    for mets in exported.rglob("METS.xml"):
        for node in etree.parse(mets).iter("{*}file", "{*}mdRef"):
            pointer = node if node.tag.endswith("mdRef") else node[0]
            path = mets.parent / str(pointer.get("{http://www.w3.org/1999/xlink}href"))
            listed[path] = str(node.get("CHECKSUM"))
    files = {path for path in exported.rglob("*") if path.is_file()} - {exported / "METS.xml"}
    assert set(listed) == files
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == digest for path, digest in listed.items())


def test_it_says_what_happened_and_what_it_is(exported: Path) -> None:
    premis = etree.parse(exported / "metadata" / "preservation" / "premis.xml")
    kinds = [node.text for node in premis.iter("{*}eventType")]
    assert kinds.count("ingestion") == 3
    assert "confirmation" in kinds
    assert "Hồ sơ 1.pdf" in [node.text for node in premis.iter("{*}originalName")]
    ead = (exported / "metadata" / "descriptive" / "ead.xml").read_text()
    assert "4001/QĐ-UBND" in ead
    scans = {
        path.read_bytes() for path in (exported / "representations" / "scans" / "data").rglob("scan.pdf")
    }
    assert scans == {deposit(n).scan for n in (1, 2, 3)}
    schema = json.loads((exported / "schemas" / "sohoa-record-1.schema.json").read_text())
    assert schema["properties"]["archived_at"]["format"] == "date-time"
    for number in (1, 2, 3):
        kept = record(number)
        told = json.loads((exported / "schemas" / f"sohoa-{kept.type}.schema.json").read_text())
        validate({name: field.value for name, field in kept.fields.items()}, told)
