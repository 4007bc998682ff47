"""Somebody with write access to the archive's folder but without the keys: each attack is found.

The attackers are thorough: whatever digests, sidecars and chains stand beside what they change are made to agree with it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from schemas.errors import Corrupt
from storage.archive import Archive
from storage.authenticity import document_faults
from storage.copying import copy
from storage.fixity import Checking, check
from storage.index.database import writing
from storage.index.tables import audit
from storage.model import document_object
from storage.ocfl import inventory as inv
from storage.seals import Sealing, load_key
from storage.stores.folder import FolderStore
from tests.storage.office import Office, now
from tests.storage.samples import deposit


def test_nothing_is_found_where_nobody_attacked(office: Office) -> None:
    report = office.check()
    assert report.damages == []
    assert (report.adopted, report.noted) == (0, 0)
    assert office.verify() == []
    assert office.index.rebuild(office.archive).damaged == ()
    for id in office.ids:
        assert document_faults(office.archive, office.log, id) == []


def roll_back(office: Office) -> None:
    office.roll_back(office.ids[1], 2)


def remove_a_version(office: Office) -> None:
    """The confirmation in the middle goes; what came after it becomes version 2."""

    def change(content: dict) -> None:  # type: ignore[type-arg]
        content["versions"]["v2"] = content["versions"].pop("v3")
        content["head"] = "v2"

    office.rewrite(office.ids[1], lambda content: None)
    path = office.path(office.ids[1])
    content = json.loads((path / "inventory.json").read_text())
    change(content)
    used = {digest for version in content["versions"].values() for digest in version["state"]}
    content["manifest"] = {d: p for d, p in content["manifest"].items() if d in used}
    data = json.dumps(content).encode()
    (path / "v3" / "inventory.json").unlink()
    (path / "v3" / "inventory.json.sha512").unlink()
    for folder in (path, path / "v2"):
        (folder / "inventory.json").write_bytes(data)
        (folder / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def another_pdf(office: Office) -> None:
    office.replace(office.ids[0], "document.pdf", b"%PDF-1.7 another one that the same officer signed")


def rewrite_a_record(office: Office) -> None:
    name = "record.json"
    data = office.archive.get(office.ids[2], "record")
    office.replace(office.ids[2], name, data.replace("Đỗ Thị Ngọc Ánh".encode(), "Lê Văn Tám".encode()))


def rewrite_the_history(office: Office) -> None:
    office.rewrite(
        office.ids[1], lambda content: content["versions"]["v2"]["user"].update({"name": "somebody-else"})
    )


def another_scan_with_its_digest(office: Office) -> None:
    scan = b"%PDF-1.7 a scan that nobody examined"
    data = json.loads(office.archive.get(office.ids[0], "record"))
    data["scan"]["sha256"] = hashlib.sha256(scan).hexdigest()
    office.replace(office.ids[0], "scan.pdf", scan)
    office.replace(office.ids[0], "record.json", json.dumps(data).encode())


def strip_the_seal(office: Office) -> None:
    def change(content: dict) -> None:  # type: ignore[type-arg]
        state = content["versions"]["v1"]["state"]
        seal = next(key for key, paths in state.items() if "seal.json" in paths)
        del state[seal]
        (office.path(office.ids[0]) / content["manifest"].pop(seal)[0]).unlink()

    office.rewrite(office.ids[0], change)
    another_pdf(office)


def put_in_a_stranger(office: Office) -> None:
    """A whole document that the archive never wrote, with other software."""
    stranger = Archive(FolderStore(office.folder / "archive"))
    stranger.put(deposit(77))


def put_in_a_stranger_sealed_by_another_key(office: Office) -> None:
    key = load_key(office.folder / "attacker.pem", create=True)
    Archive(FolderStore(office.folder / "archive"), sealing=Sealing(key)).put(deposit(77))


def remove_a_document(office: Office) -> None:
    shutil.rmtree(office.path(office.ids[0]))


def _call(name: str, content: dict) -> None:  # type: ignore[type-arg]
    content["id"] = name


def swap_two_documents(office: Office) -> None:
    """Everything of one object under the id of the other."""
    one, other = (office.path(id) for id in office.ids[0:3:2])
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    for id in office.ids[0:3:2]:
        office.rewrite(id, partial(_call, document_object(id)))


def pass_a_theft_off_as_an_erasure(office: Office) -> None:
    from storage.gravestones import Gravestone, put_gravestone

    object_id = document_object(office.ids[0])
    key = load_key(office.folder / "attacker.pem", create=True)
    stone = Gravestone(object_id, "12/QĐ-TA", now(), "officer", removed=True)
    put_gravestone(office.archive.root.store, stone, key)
    remove_a_document(office)


ON_DOCUMENTS = [
    roll_back,
    remove_a_version,
    another_pdf,
    rewrite_a_record,
    rewrite_the_history,
    another_scan_with_its_digest,
    strip_the_seal,
    put_in_a_stranger,
    put_in_a_stranger_sealed_by_another_key,
    remove_a_document,
    swap_two_documents,
    pass_a_theft_off_as_an_erasure,
]


@pytest.mark.parametrize("attack", ON_DOCUMENTS)
def test_a_check_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    report = office.check()
    assert report.damages
    assert not report.sound


@pytest.mark.parametrize(
    "attack", [roll_back, remove_a_version, another_pdf, rewrite_a_record, strip_the_seal]
)
def test_the_verification_of_the_document_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    found = []
    for id in office.ids:
        try:
            found += document_faults(office.archive, office.log, id)
        except Corrupt as fault:
            found.append(str(fault))
    assert found


@pytest.mark.parametrize("attack", [another_pdf, rewrite_a_record, rewrite_the_history, swap_two_documents])
def test_a_reindex_takes_in_no_forgery(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    assert office.index.rebuild(office.archive).damaged


@pytest.mark.parametrize("attack", [roll_back, remove_a_version, remove_a_document])
def test_a_reindex_tells_what_the_log_knows_and_is_gone(
    office: Office, attack: Callable[[Office], None]
) -> None:
    """And finds nothing by what an older version says."""
    assert office.index.rebuild(office.archive, log=office.log).damaged == ()
    attack(office)
    (id,) = office.index.rebuild(office.archive, log=office.log).damaged
    assert office.index.get(id) is None


def test_two_encrypted_files_are_swapped(tmp_path: Path) -> None:
    """Two versions of a record, both encrypted with the object's key: which is which is part of the encryption."""
    office = Office(tmp_path, encrypted=True)
    path, id = office.path(office.ids[1]), office.ids[1]
    content = json.loads((path / "inventory.json").read_text())
    state = {n: content["versions"][f"v{n}"]["state"] for n in (2, 3)}
    digests = {n: next(d for d, p in s.items() if "record.json" in p) for n, s in state.items()}
    places = {n: content["manifest"][digests[n]][0] for n in (2, 3)}
    two, three = ((path / places[n]).read_bytes() for n in (2, 3))
    (path / places[2]).write_bytes(three)
    (path / places[3]).write_bytes(two)

    def change(content: dict) -> None:  # type: ignore[type-arg]
        content["manifest"][digests[2]], content["manifest"][digests[3]] = [places[3]], [places[2]]
        for n, other in ((2, 3), (3, 2)):
            content["versions"][f"v{n}"]["state"].pop(digests[n])
            content["versions"][f"v{n}"]["state"][digests[other]] = ["record.json"]

    office.rewrite(id, change)
    with pytest.raises(Corrupt):
        office.archive.record(id)
    assert not office.check().sound


def test_what_the_log_lost_is_not_mended_by_a_copy(office: Office, tmp_path: Path) -> None:
    """The object is as it was: to write it again changes nothing."""
    copied = FolderStore(tmp_path / "copy", create=True)
    copy(office.archive.root.store, copied, key=office.archive.signing_key)
    with writing(office.index.engine) as connection:
        connection.execute(update(audit).where(audit.c.sequence > 9).values(digest="of another line"))
    for _ in range(2):
        report = check(office.archive, Checking(log=office.log, repair_from=[copied]))
        assert report.damages
        assert not any(damage.repaired for damage in report.damages)
        assert "verify --audit" in report.damages[0].how


def test_a_mended_document_is_the_right_one(office: Office, tmp_path: Path) -> None:
    """Of two copies the one is taken that the log knows, not the newer-looking forgery nor the older state."""
    old, right = (FolderStore(tmp_path / name, create=True) for name in ("old", "right"))
    copy(office.archive.root.store, right, key=office.archive.signing_key)
    copy(office.archive.root.store, old, key=office.archive.signing_key)
    aside = Office.__new__(Office)
    aside.folder = tmp_path / "aside"
    shutil.copytree(tmp_path / "old", aside.folder / "archive")
    aside.roll_back(office.ids[1], 2)
    before = office.archive.get(office.ids[1], "record")
    another_pdf(office)
    office.roll_back(office.ids[1], 1)
    only_old = check(
        office.archive, Checking(log=office.log, repair_from=[FolderStore(aside.folder / "archive")])
    )
    mended_by_old = {damage.object: damage for damage in only_old.damages}
    assert mended_by_old[document_object(office.ids[0])].repaired, "its PDF is whole there, too"
    assert not mended_by_old[document_object(office.ids[1])].repaired
    assert "older" in mended_by_old[document_object(office.ids[1])].how
    mended = check(
        office.archive, Checking(log=office.log, repair_from=[FolderStore(aside.folder / "archive"), right])
    )
    assert mended.sound
    assert "the audit log noted it" in mended.damages[0].how
    assert office.archive.get(office.ids[1], "record") == before
    assert office.check().damages == []


def test_a_newer_version_that_the_root_hides_is_told_where_the_check_brings_it_back(office: Office) -> None:
    """The root's inventory is that of the first version; the second lies there. No killed writer leaves that: it was noted."""
    path = office.path(office.ids[1])
    for name in ("inventory.json", "inventory.json.sha512"):
        shutil.copy(path / "v1" / name, path / name)
    told = office.check().damages
    assert all(one.object == document_object(office.ids[1]) and one.repaired for one in told)
    assert any("was hidden" in one.fault for one in told), told
    assert office.check().damages == []
