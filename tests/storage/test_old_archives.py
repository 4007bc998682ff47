"""Archives that the Sohoa of November 2026 wrote (before seals and numbered heads) stay readable, whole, and grow on.

``data/plain.tar.xz`` and ``data/encrypted.tar.xz`` hold an archive, its index, and keys: papers of the fixture generator, one
confirmed, two linked as one paper, one superseded, a dossier, two closed days of the audit log.
"""

from __future__ import annotations

import hashlib
import tarfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas.errors import Corrupt
from schemas.records import State
from storage import corrections
from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_days import close_days
from storage.audit_lines import Access
from storage.audit_restore import restore
from storage.audit_verify import verify_log
from storage.authenticity import sealing_with
from storage.copying import copy
from storage.encryption import Vault
from storage.erasure import erase
from storage.fixity import Checking, check
from storage.index.index import Index
from storage.seals import load_key
from storage.stores.folder import FolderStore
from storage.wrapping import read_master
from tests.storage.samples import deposit

DATA = Path(__file__).parent / "data"
DOSSIER = "000.00.01.H48-250117-0012"


class Old:
    """An old archive, opened by the Sohoa of today."""

    def __init__(self, kind: str, folder: Path) -> None:
        with tarfile.open(DATA / f"{kind}.tar.xz") as packed:
            packed.extractall(folder)  # ours; Debian 12's Python knows no filter
        key = folder / "master.hex"
        vault = Vault(FolderStore(folder / "keys"), read_master(key)) if key.exists() else None
        self.index = Index(folder / "index.sqlite")
        sealing = sealing_with(load_key(folder / "seal.pem", create=True), lambda: self.log)
        self.archive = Archive(FolderStore(folder / "archive"), vault=vault, sealing=sealing)
        self.log = AuditLog(self.index.engine, self.archive, folder / "witness.jsonl")


@pytest.fixture(params=["plain", "encrypted"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    return Old(request.param, tmp_path)


def test_everything_is_read(old: Old) -> None:
    records = [old.archive.record(id) for id in old.archive.ids()]
    assert len(records) in (2, 3)
    assert {record.state for record in records} == {State.CONFIRMED, State.SUPERSEDED} | (
        {State.UNCONFIRMED} if len(records) == 3 else set()
    )
    assert [record.id for record in records if record.links.duplicates]
    assert set(old.archive.dossier(DOSSIER).documents) == {record.id for record in records}
    for record in records:
        assert hashlib.sha256(old.archive.get(record.id, "scan")).hexdigest() == record.scan.sha256
        assert old.archive.get(record.id, "pdf").startswith(b"%PDF")
        assert old.archive.get(record.id, "alto").startswith(b"<?xml")
        assert [event.type for event in old.archive.provenance(record.id)]
        for version in old.archive.versions(record.id):
            assert old.archive.record(record.id, version.number).id == record.id


def test_it_is_sound_and_from_the_first_check_on_protected(old: Old) -> None:
    first = check(old.archive, Checking(log=old.log))
    assert (first.damages, first.adopted) == ([], first.objects)
    again = check(old.archive, Checking(log=old.log))
    assert (again.damages, again.adopted, again.noted) == ([], 0, 0)
    Archive(old.archive.root.store).put(deposit(5))
    assert not check(old.archive, Checking(log=old.log)).sound


def test_the_index_and_a_copy_are_made_from_it(old: Old, tmp_path: Path) -> None:
    rebuilt = Index(tmp_path / "fresh.sqlite").rebuild(old.archive)
    assert (rebuilt.documents, rebuilt.damaged) == (len(list(old.archive.ids())), ())
    done = copy(
        old.archive.root.store, FolderStore(tmp_path / "second", create=True), key=old.archive.signing_key
    )
    assert (done.damaged, done.conflicts) == ([], [])


def test_it_grows_on(old: Old) -> None:
    id = next(id for id in old.archive.ids() if old.archive.record(id).state is State.CONFIRMED)
    before = len(old.archive.versions(id))
    assert corrections.revoke(old.archive, id, by="officer", reason="thu hồi").version == before + 1
    assert old.archive.record(id, before).state is State.CONFIRMED
    assert check(old.archive, Checking(log=old.log)).sound
    old.archive.require_seal(id)
    erase(old.archive, id, order="12/QĐ-TA", by="officer")
    assert check(old.archive, Checking(log=old.log)).sound


def test_its_log_goes_on_and_comes_back(old: Old, tmp_path: Path) -> None:
    assert verify_log(old.log) == []
    old.log.append(Access("officer-1", "view", "x", "", ""))
    tomorrow = date.fromordinal(datetime.now(UTC).toordinal() + 1)
    assert close_days(old.log, lambda head: b"signature", today=tomorrow)
    assert verify_log(old.log) == []
    fresh = AuditLog(Index(tmp_path / "lost.sqlite").engine, old.archive, old.log.witness)
    assert verify_log(fresh)
    with pytest.raises(Corrupt):
        close_days(fresh, lambda head: b"signature")
    assert restore(fresh) > 0
    assert verify_log(fresh) == []
