"""The archive's promises, on a folder; ``test_conformance.py`` makes the same demands of every store."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import ocfl  # type: ignore[import-untyped]
import pytest

from schemas.errors import Conflict, Corrupt, NotFoundInArchive, ScanChanged, StoreUnreachable, UsageError
from schemas.records import State
from storage import corrections
from storage.archive import Archive
from storage.dossiers import put_dossier
from storage.model import Dossier, Part, ScanRef, document_object
from storage.ocfl.layout import id_of, object_path
from storage.stores.folder import FolderStore
from tests.storage.samples import Clock, deposit, event, record


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FolderStore(tmp_path / "archive", create=True), create=True, clock=Clock())


def valid(archive: Archive) -> bool:
    return bool(ocfl.StorageRoot(root=archive.root.store.name).validate())


def test_what_went_in_comes_out(archive: Archive) -> None:
    given = deposit(1)
    receipt = archive.put(given)
    assert receipt.created
    assert receipt.version == 1
    assert archive.get(given.id, Part.SCAN) == given.scan
    assert archive.get(given.id, "pdf") == given.pdf
    assert archive.get(given.id, "alto") == given.alto
    assert archive.record(given.id) == receipt.record
    assert archive.record(given.id).scan.name == "Hồ sơ 1.pdf"
    assert [e.type for e in archive.provenance(given.id)] == ["digitization", "ingestion"]
    assert valid(archive)


def test_twice_is_once(archive: Archive) -> None:
    first = archive.put(deposit(1))
    again = archive.put(deposit(1, pdf=b"signed a second time"))
    assert not again.created
    assert again.record == first.record
    assert archive.get(first.id, "pdf") != b"signed a second time"
    assert list(archive.ids()) == [first.id]


def test_the_same_document_from_many_threads_is_one_object(archive: Archive) -> None:
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda i: archive.put(deposit(1, pdf=b"copy %d" % i)), range(24)))
    assert sum(r.created for r in receipts) == 1
    assert len({r.record.archived_at for r in receipts}) == 1
    assert valid(archive)


def test_a_change_adds_a_version_and_keeps_the_old(archive: Archive) -> None:
    id = archive.put(deposit(1)).id
    receipt = corrections.confirm(archive, id, record(1, excerpt="Về việc khác"), by="officer-7", expected=1)
    assert receipt.version == 2
    assert archive.record(id).state is State.CONFIRMED
    assert archive.record(id, version=1).state is State.UNCONFIRMED
    assert archive.get(id, "scan", version=2) == deposit(1).scan
    assert [v.changed for v in archive.versions(id)][1] == ("provenance.json", "record.json")
    assert archive.versions(id)[1].user == "officer-7"
    assert valid(archive)


def test_a_repeated_change_adds_nothing(archive: Archive) -> None:
    id = archive.put(deposit(1)).id
    corrections.revoke(archive, id, by="officer-7", reason="thu hồi")
    assert not corrections.revoke(archive, id, by="officer-7", reason="thu hồi").created
    with pytest.raises(UsageError):
        corrections.confirm(archive, id, record(1), by="officer-7")


def test_a_change_made_on_an_old_version_is_a_conflict(archive: Archive) -> None:
    id = archive.put(deposit(1)).id
    corrections.correct(archive, id, record(1, excerpt="một"), by="a", reason="lỗi chính tả", expected=1)
    with pytest.raises(Conflict):
        corrections.correct(archive, id, record(1, excerpt="hai"), by="b", reason="lỗi", expected=1)


def test_changes_from_many_threads_all_arrive(archive: Archive) -> None:
    ids = [archive.put(deposit(n)).id for n in range(5)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda other: corrections.link_duplicate(archive, ids[0], other, by="a"), ids[1:]))
    assert set(archive.record(ids[0]).links.duplicates) == set(ids[1:])
    assert valid(archive)


def test_a_file_that_was_exchanged_on_the_way_is_refused(archive: Archive, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF another one than intake looked at")
    for exchanged in (scan, scan.read_bytes()):
        with pytest.raises(ScanChanged):
            archive.put(replace(deposit(1), scan=exchanged))
        with pytest.raises(ScanChanged):
            archive.put_scan(exchanged, deposit(1).scan_ref, event())
    assert list(archive.ids()) == []


def test_scan_of_several_documents_is_kept_once(archive: Archive) -> None:
    whole = deposit(1)
    assert whole.scan is not None
    ref = archive.put_scan(whole.scan, whole.scan_ref, event())
    archive.put_scan(whole.scan, whole.scan_ref, event())
    ids = [archive.put(deposit(n, shared=ref)).id for n in (11, 12)]
    assert all(archive.get(id, "scan") == whole.scan for id in ids)
    assert list(archive.ids()) == sorted(ids, key=lambda i: object_path(document_object(i)))
    assert valid(archive)


def test_dossier_collects_its_documents(archive: Archive) -> None:
    code = "000.00.01.H48-250117-0012"
    assert put_dossier(archive, Dossier(code=code, documents=("a",), procedure="1.001193"), event()) == 1
    assert put_dossier(archive, Dossier(code=code, documents=("b",)), event()) == 2
    assert put_dossier(archive, Dossier(code=code, documents=("b",)), event()) == 2
    assert archive.dossier(code).documents == ("a", "b")
    assert archive.dossier(code).procedure == "1.001193"
    assert valid(archive)


def test_a_changed_byte_is_found(archive: Archive) -> None:
    id = archive.put(deposit(1)).id
    inventory = archive.root.inventory(document_object(id))
    key = archive.root.locate(inventory, "document.pdf")[1]
    path = Path(archive.root.store.name) / key
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(Corrupt):
        archive.get(id, "pdf")
    path.unlink()
    with pytest.raises(Corrupt):
        archive.get(id, "pdf")


@pytest.mark.parametrize("damage", ["cut", "gone", "sidecar"])
def test_a_damaged_root_inventory_is_read_from_its_version(archive: Archive, damage: str) -> None:
    id = archive.put(deposit(1)).id
    folder = Path(archive.root.store.name) / object_path(document_object(id))
    name = "inventory.json.sha512" if damage == "sidecar" else "inventory.json"
    if damage == "gone":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(b"{")
    assert archive.record(id).id == id
    archive.root.publish(object_path(document_object(id)))
    assert valid(archive)


def test_what_is_not_there(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(NotFoundInArchive):
        archive.get(deposit(9).id, "pdf")
    id = archive.put(deposit(1, pdf=None)).id
    assert not archive.record(id).signed
    with pytest.raises(NotFoundInArchive):
        archive.get(id, "pdf")
    with pytest.raises(NotFoundInArchive):
        archive.get(id, "record", version=7)
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreUnreachable):
        Archive(FolderStore(tmp_path / "empty"))
    with pytest.raises(StoreUnreachable):
        FolderStore(tmp_path / "not mounted")


def test_layout_is_the_published_extension() -> None:
    """The example of OCFL extension 0003, with its default configuration."""
    assert object_path("object-01") == "3c0/ff4/240/object-01"
    assert object_path("..hor/rib:le-$id") == "487/326/d8c/%2e%2ehor%2frib%3ale-%24id"
    assert id_of("487/326/d8c/%2e%2ehor%2frib%3ale-%24id") == "..hor/rib:le-$id"


def test_record_is_plain_json(archive: Archive) -> None:
    id = archive.put(deposit(1)).id
    document = json.loads(archive.get(id, "record"))
    assert document["record"]["fields"]["number"]["value"] == "4001/QĐ-UBND"
    assert "đăng ký hộ kinh doanh" in document["text"]


def test_the_signature_that_was_waited_for(archive: Archive) -> None:
    id = archive.put(deposit(1, signed=False)).id
    corrections.sign(archive, id, b"%PDF signed", event=event("digital signature generation"))
    assert archive.record(id).signed
    assert archive.get(id, "pdf") == b"%PDF signed"


def test_signatures_come_one_by_one(archive: Archive) -> None:
    """It is signed when it waits for nobody any more; one that was made on an older version is a conflict."""
    id = archive.put(deposit(1, signed=False, pending_signatures=("seal",))).id
    corrections.confirm(archive, id, record(1), by="officer-7", pending_signatures=("signer",))
    signing = event("digital signature generation")
    corrections.sign(archive, id, b"%PDF officer", event=signing, by=("signer",), expected=2)
    kept = archive.record(id)
    assert (kept.signed_by, kept.pending_signatures, kept.signed) == (("signer",), ("seal",), False)
    with pytest.raises(Conflict):
        corrections.sign(archive, id, b"%PDF seal on the old copy", event=signing, by=("seal",), expected=2)
    corrections.sign(archive, id, b"%PDF officer seal", event=signing, by=("seal",), expected=3)
    kept = archive.record(id)
    assert (kept.signed_by, kept.pending_signatures, kept.signed) == (("signer", "seal"), (), True)
    assert not corrections.confirm(archive, id, kept.record, by="officer-7").created


def test_the_scan_of_a_document_never_changes(archive: Archive) -> None:
    id = archive.put(deposit(1)).id
    other = ScanRef(sha256="0" * 64, name="x", media_type="image/png", size=1)
    with pytest.raises(UsageError):
        archive.revise(id, lambda r: r.model_copy(update={"scan": other}), event())
