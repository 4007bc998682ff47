"""Attacks that wait for honest work: its seal must not make genuine what was forged, put back, or erased before."""

from __future__ import annotations

import shutil

import pytest

from schemas.errors import Corrupt, Erased
from storage import corrections, erasure
from storage.authenticity import document_faults
from storage.gravestones import place
from storage.model import document_object
from storage.seals import Sealing
from tests.storage.forger import forge, roll_back
from tests.storage.office import Office
from tests.storage.samples import deposit, event, record


def _revoke(office: Office, id: str) -> None:
    corrections.revoke(office.archive, id, by="officer", reason="thu hồi")


def _forge_record(office: Office, id: str, *, unseal: bool) -> None:
    store = office.archive.root.store
    respaced = (b'"pages"', b' "pages"')
    forge(store, document_object(id), "record.json", lambda data: data.replace(*respaced), unseal=unseal)


@pytest.mark.parametrize("unseal", [False, True])
def test_nothing_is_built_on_a_forged_version(office: Office, unseal: bool) -> None:
    id = office.ids[0]
    _forge_record(office, id, unseal=unseal)
    with pytest.raises(Corrupt):
        corrections.confirm(office.archive, id, record(0), by="officer")
    assert not office.check().sound
    assert document_faults(office.archive, office.log, id)


def test_nothing_is_built_on_an_older_version_that_was_put_back(office: Office) -> None:
    id = office.ids[1]
    roll_back(office.archive.root.store, document_object(id), 2)
    with pytest.raises(Corrupt):
        _revoke(office, id)
    assert [damage.object for damage in office.check().damages] == [document_object(id)]


def test_what_an_older_release_built_on_a_forged_version_is_found(office: Office) -> None:
    """The newest version is sealed and noted; the one before it was exchanged, and its seal taken out."""
    id, sealing = office.ids[0], office.archive.objects.sealing
    assert sealing is not None
    _forge_record(office, id, unseal=True)
    office.archive.objects.sealing = Sealing(sealing.key, sealing.tip, sealing.register)
    corrections.confirm(office.archive, id, record(0), by="officer")
    office.archive.objects.sealing = sealing
    assert document_faults(office.archive, office.log, id) == ["version 1: it has no seal"]
    assert not office.check().sound


def test_a_forged_record_erases_no_scan_of_others(office: Office) -> None:
    whole = deposit(8)
    assert whole.scan is not None
    shared = office.archive.put_scan(whole.scan, whole.scan_ref, event())
    office.archive.put(deposit(9, scan=whole.scan, shared=shared))
    own = office.archive.record(office.ids[0]).scan
    assert own.object is None
    forge(
        office.archive.root.store,
        document_object(office.ids[0]),
        "record.json",
        lambda data: data.replace(own.sha256.encode(), shared.sha256.encode()).replace(
            b'"object": null', f'"object": "{shared.object}"'.encode()
        ),
    )
    assert office.archive.record(office.ids[0]).scan.object == shared.object
    with pytest.raises(Corrupt):
        erasure.erase(office.archive, office.ids[0], order="7/QĐ-TA", by="officer")
    assert shared.object is not None
    assert office.archive.objects.has(shared.object)


@pytest.mark.parametrize("buried", [True, False])
def test_an_erased_paper_that_was_put_back_is_handed_out_to_nobody(office: Office, buried: bool) -> None:
    id = office.ids[2]
    path, kept = office.path(id), office.folder / "kept"
    shutil.copytree(path, kept)
    erasure.erase(office.archive, id, order="7/QĐ-TA", by="officer")
    shutil.copytree(kept, path)
    if not buried:
        (office.folder / "archive" / place(document_object(id))).unlink()
    for look in (
        lambda: office.archive.get(id, "scan"),
        lambda: office.archive.open(id, "scan"),
        lambda: office.archive.current(id),
        lambda: office.archive.provenance(id),
        lambda: office.archive.versions(id),
        lambda: _revoke(office, id),
    ):
        with pytest.raises(Erased):
            look()
    rebuilt = office.index.rebuild(office.archive)
    assert (rebuilt.documents, rebuilt.damaged) == (2, ())
    assert document_faults(office.archive, office.log, id)
    erasure.erase(office.archive, id, order="7/QĐ-TA", by="officer")
    assert not path.exists()
    assert office.check().damages == []


def test_an_erased_scan_that_was_put_back_goes_with_the_next_erasure(office: Office) -> None:
    whole = deposit(8)
    assert whole.scan is not None
    shared = office.archive.put_scan(whole.scan, whole.scan_ref, event())
    id = office.archive.put(deposit(9, scan=whole.scan, shared=shared)).id
    archive, kept = office.folder / "archive", office.folder / "kept"
    shutil.copytree(archive, kept)
    erasure.erase(office.archive, id, order="7/QĐ-TA", by="officer")
    shutil.copytree(kept, archive, dirs_exist_ok=True)
    erasure.erase(office.archive, id, order="7/QĐ-TA", by="officer")
    assert shared.object is not None
    assert not office.archive.objects.has(shared.object)
    assert office.check().damages == []
