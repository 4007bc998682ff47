"""Erasure by order: the bytes are gone or noise, the gravestone stays, check, copy and reindex know it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.errors import Erased, NotErasable
from storage.archive import Archive
from storage.audit import AuditLog
from storage.authenticity import UNMARKED
from storage.copying import copy
from storage.erasure import erase
from storage.fixity import Checking, check
from storage.gravestones import gravestone, place
from storage.index.index import Index
from storage.model import document_object
from storage.seals import Sealing, load_key
from storage.stores.folder import FolderStore
from storage.stores.opening import open_store
from storage.stores.protocol import Lock
from storage.stores.s3_options import Protection
from tests.storage.office import Office
from tests.storage.samples import deposit, event
from tests.storage.servers import Ceph

ORDER = {"order": "12/QĐ-TA", "by": "officer"}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    sealing = Sealing(load_key(tmp_path / "seal.pem", create=True))
    return Archive(FolderStore(tmp_path / "archive", create=True), create=True, sealing=sealing)


def test_nothing_of_a_plain_document_is_left(archive: Archive, tmp_path: Path) -> None:
    ids = [archive.put(deposit(n)).id for n in (1, 2)]
    done = erase(archive, ids[0], **ORDER)
    assert (done.objects, done.removed) == ((document_object(ids[0]),), True)
    left = b"".join(path.read_bytes() for path in (tmp_path / "archive").rglob("*") if path.is_file())
    assert deposit(1).scan not in left
    assert ids[0].encode() in left, "the gravestone"
    for look in (archive.record, archive.versions, lambda one: archive.get(one, "pdf")):
        with pytest.raises(Erased):
            look(ids[0])
    with pytest.raises(Erased):
        archive.put(deposit(1))
    assert erase(archive, ids[0], **ORDER).at == done.at, "a repeat changes nothing"
    assert archive.get(ids[1], "scan") == deposit(2).scan


def test_a_shared_scan_goes_along(archive: Archive) -> None:
    whole = deposit(1)
    assert whole.scan is not None
    ref = archive.put_scan(whole.scan, whole.scan_ref, event())
    one, other = (archive.put(deposit(n, shared=ref)).id for n in (11, 12))
    assert ref.object in erase(archive, one, **ORDER).objects
    with pytest.raises(Erased):
        archive.get(other, "scan")
    assert archive.get(other, "pdf") == deposit(12).pdf


def test_check_copy_and_reindex_know_it(archive: Archive, tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    log = AuditLog(index.engine, archive)
    key = archive.signing_key
    assert key is not None
    archive.objects.sealing = Sealing(key, log.tip, log.versions.note)
    ids = [archive.put(deposit(n)).id for n in range(3)]
    second = FolderStore(tmp_path / "second", create=True)
    assert copy(archive.root.store, second, key=key).copied == 3
    erase(archive, ids[0], **ORDER)
    report = check(archive, Checking(log=log))
    assert (report.sound, report.erased, report.objects) == (True, 1, 2)
    rebuilt = index.rebuild(archive)
    assert (rebuilt.documents, rebuilt.erased, rebuilt.damaged) == (2, 1, ())
    done = copy(archive.root.store, second, key=key)
    assert (done.erased, done.conflicts, done.damaged) == (1, [], [])
    assert deposit(0).scan not in b"".join(
        p.read_bytes() for p in (tmp_path / "second").rglob("*") if p.is_file()
    )
    assert gravestone(second, document_object(ids[0])) is not None
    again = copy(archive.root.store, second, key=key)
    assert (again.present, again.erased, again.conflicts) == (2, 0, [])


def test_a_gravestone_that_is_gone_comes_back_from_a_copy(office: Office) -> None:
    """Not the paper, which an older copy holds still."""
    store, older = office.archive.root.store, FolderStore(office.folder / "older", create=True)
    newer, id = FolderStore(office.folder / "newer", create=True), office.ids[0]
    copy(store, older, key=office.archive.signing_key)
    erase(office.archive, id, **ORDER)
    copy(store, newer, key=office.archive.signing_key)
    store.destroy(place(document_object(id)))
    report = check(office.archive, Checking(log=office.log, repair_from=[older]))
    assert [(one.fault, one.repaired) for one in report.damages] == [(UNMARKED, False)]
    report = check(office.archive, Checking(log=office.log, repair_from=[older, newer]))
    assert [(one.fault, one.repaired) for one in report.damages] == [(UNMARKED, True)]
    report = office.check()
    assert (report.damages, report.erased) == ([], 1)
    with pytest.raises(Erased):
        office.archive.record(id)


@pytest.mark.parametrize("where", ["here", "in the copy"])
def test_an_erased_paper_that_is_back_is_not_copied(office: Office, where: str) -> None:
    """Not even for a moment: a locked copy would never give it back."""
    store, id = office.archive.root.store, office.ids[0]
    path, kept = office.path(id), office.folder / "kept"
    shutil.copytree(path, kept)
    erase(office.archive, id, **ORDER)
    second = FolderStore(office.folder / "second", create=True)
    if where == "in the copy":
        copy(store, second, key=office.archive.signing_key)
        store.destroy(place(document_object(id)))
    shutil.copytree(kept, path)
    done = copy(store, second, key=office.archive.signing_key)
    assert [one for one in done.conflicts if "erased by order" in one]
    assert not Archive(second).objects.has(document_object(id))


def test_a_forged_gravestone_erases_nothing(archive: Archive, tmp_path: Path) -> None:
    from storage.gravestones import Gravestone, put_gravestone

    id = archive.put(deposit(1)).id
    second = FolderStore(tmp_path / "second", create=True)
    copy(archive.root.store, second, key=archive.signing_key)
    stone = Gravestone(document_object(id), "1", datetime.now(UTC), "x", removed=True)
    put_gravestone(archive.root.store, stone, load_key(tmp_path / "other.pem", create=True))
    assert archive.get(id, "scan") == deposit(1).scan
    assert copy(archive.root.store, second, key=archive.signing_key).erased == 0
    assert Archive(second).record(id).id == id


@pytest.mark.server
@pytest.mark.parametrize("protection", [Protection.VERSIONED, Protection.LOCKED])
def test_on_a_bucket(ceph: Ceph, protection: Protection) -> None:
    """No version is left where nothing forbids it; a lock is a clear refusal, and nothing is destroyed."""
    lock = Lock(datetime.now(UTC) + timedelta(hours=1))
    retention = (lambda _type, _at: lock) if protection is Protection.LOCKED else (lambda _type, _at: None)
    store = open_store(ceph.bucket(protection))
    archive = Archive(store, create=True, retention=retention)
    id = archive.put(deposit(1)).id
    if protection is Protection.LOCKED:
        with pytest.raises(NotErasable):
            erase(archive, id, **ORDER)
        assert archive.get(id, "scan") == deposit(1).scan
        assert gravestone(store, document_object(id)) is None
        return
    assert erase(archive, id, **ORDER).removed
    with pytest.raises(Erased):
        archive.record(id)
