"""What lies where nobody looks: links in the way of writers, copies that are none, files in staging, keys of a bucket without a name."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.errors import Corrupt, StoreUnreachable, UsageError
from storage import erasure
from storage.copying import copy
from storage.model import document_object
from storage.ocfl.layout import object_path
from storage.stores.folder import STAGING, FolderStore
from storage.stores.opening import open_copy, open_store
from storage.stores.protocol import PROBES
from storage.stores.s3_options import Protection
from tests.storage.office import Office
from tests.storage.samples import deposit
from tests.storage.servers import Ceph


def test_a_link_to_the_archive_is_no_copy(office: Office) -> None:
    (office.folder / "copy").symlink_to(office.folder / "archive")
    store = office.archive.root.store
    with pytest.raises(UsageError):
        copy(store, open_copy(store, office.folder / "copy"), key=office.archive.signing_key)
    assert office.check().damages == []


@pytest.mark.parametrize("place", ["archive/inner", "."])
def test_a_copy_lies_neither_in_the_archive_nor_around_it(office: Office, place: str) -> None:
    with pytest.raises(UsageError):
        open_copy(office.archive.root.store, office.folder / place)
    assert office.check().damages == []


@pytest.mark.parametrize("levels", [1, 4])
def test_an_object_of_the_copy_that_is_a_link_is_told(office: Office, levels: int) -> None:
    copied = office.folder / "copy"
    store = office.archive.root.store
    copy(store, FolderStore(copied, create=True), key=office.archive.signing_key)
    path = object_path(document_object(office.ids[0]))
    place = "/".join(path.split("/")[:levels])
    shutil.rmtree(copied / place)
    (copied / place).symlink_to(office.folder / "archive" / place)
    done = copy(store, FolderStore(copied), key=office.archive.signing_key)
    assert [one for one in done.conflicts if one.startswith(path)]
    assert office.check().damages == []


def all_of_it(office: Office, copied: Path) -> str:
    """``cp -al``: as quick as a wish, and whole to every look."""
    shutil.rmtree(copied)
    shutil.copytree(office.folder / "archive", copied, copy_function=os.link)
    return object_path(document_object(office.ids[0]))


def one_content(office: Office, copied: Path) -> str:
    path = object_path(document_object(office.ids[1]))
    scan = next((copied / path / "v1" / "content").glob("scan-*"))
    scan.unlink()
    os.link(office.folder / "archive" / scan.relative_to(copied), scan)
    return path


def a_file_with_the_same_bytes(office: Office, copied: Path) -> str:
    """The newest version's inventory of the copy is the root's of the archive."""
    path = object_path(document_object(office.ids[2]))
    (copied / path / "v1" / "inventory.json").unlink()
    os.link(office.folder / "archive" / path / "inventory.json", copied / path / "v1" / "inventory.json")
    return path


def an_entry_of_the_list_of_days(office: Office, copied: Path) -> str:
    entry = next((copied / "extensions" / "sohoa-audit").iterdir())
    entry.unlink()
    os.link(office.folder / "archive" / entry.relative_to(copied), entry)
    return str(entry.relative_to(copied))


@pytest.mark.parametrize(
    "attack", [all_of_it, one_content, a_file_with_the_same_bytes, an_entry_of_the_list_of_days]
)
def test_the_archives_own_files_are_no_copy(office: Office, attack: Callable[[Office, Path], str]) -> None:
    """A hard link has the same bytes until somebody destroys them, in both places at once."""
    copied, store = office.folder / "copy", office.archive.root.store
    copy(store, FolderStore(copied, create=True), key=office.archive.signing_key)
    assert copy(store, FolderStore(copied), key=office.archive.signing_key).conflicts == []
    shared = attack(office, copied)
    done = copy(store, FolderStore(copied), key=office.archive.signing_key)
    assert [one for one in done.conflicts if one.startswith(shared) and "hard link" in one]


def test_a_copy_may_have_names_of_its_own(office: Office) -> None:
    """Snapshots of the copy by hard links are no affair of the archive's."""
    copied, store = office.folder / "copy", office.archive.root.store
    copy(store, FolderStore(copied, create=True), key=office.archive.signing_key)
    shutil.copytree(copied, office.folder / "yesterday", copy_function=os.link)
    assert copy(store, FolderStore(copied), key=office.archive.signing_key).conflicts == []


def test_nothing_is_written_through_a_link(office: Office) -> None:
    """What is archived lies in the archive, or the call fails."""
    outside = office.folder / "outside"
    outside.mkdir()
    path = object_path(document_object(deposit(50).id))
    (office.folder / "archive" / path.split("/")[0]).symlink_to(outside)
    with pytest.raises(Corrupt):
        office.archive.put(deposit(50))
    assert not list(outside.iterdir())


@pytest.mark.parametrize("name", ["evil.pdf", "0123456789abcdef0123456789abcdef", "x/.pdf"])
def test_what_lies_in_staging_is_told(office: Office, name: str) -> None:
    place = office.folder / "archive" / STAGING / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"%PDF evil")
    os.utime(place, (4e9, 4e9))
    os.utime(place.parent, (4e9, 4e9))
    assert [damage.object for damage in office.check().damages] == [f"{STAGING}/{name}"]


def test_what_a_writer_prepares_is_not_told(office: Office) -> None:
    place = office.folder / "archive" / STAGING / "0123456789abcdef0123456789abcdef" / "1a2" / "content"
    place.mkdir(parents=True)
    (place / "scan.pdf").write_bytes(b"half")
    assert office.check().damages == []


NAMES = [
    "", "extensions/", f"{PROBES}evil.pdf", "evil//a.pdf", "a/b/c/d//e", "../x", "a/b/c/../inventory.json",
    "extensions/sohoa-erased/../x.json", "extensions/sohoa-audit/..", "a/b/c/d\n/inventory.json",
]  # fmt: skip


@pytest.mark.server
def test_a_key_of_any_name_is_told_and_stops_nobody(ceph: Ceph, tmp_path: Path) -> None:
    place = ceph.bucket(Protection.VERSIONED)
    office = Office(tmp_path, place=place)
    for number, name in enumerate(NAMES, 1):
        ceph.put_raw(place.bucket, f"{place.prefix}/{name}", b"evil")
        assert len({damage.object for damage in office.check().damages}) == number, name
    assert office.index.rebuild(office.archive).documents == 3
    assert office.verify() == []
    copy(office.archive.root.store, FolderStore(tmp_path / "copy", create=True))


@pytest.mark.parametrize("reason", [errno.EACCES, errno.EIO])
@pytest.mark.parametrize("name", ["record", "inventory.json", "sohoa-erased", "sohoa-audit"])
def test_a_file_that_cannot_be_read_stops_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch, reason: int, name: str
) -> None:
    """It belongs to another account, or its sector is lost: told, and what else was done is found."""
    opened = os.open
    place = str(office.path(office.ids[0])) if name in {"record", "inventory.json"} else f"/{name}/"

    def refuse(path: str, *given: int, **more: int) -> int:
        if place in str(path) and name in str(path) and not given[0] & os.O_WRONLY:
            raise OSError(reason, os.strerror(reason))
        return opened(path, *given, **more)

    erasure.erase(office.archive, office.ids[2], order="7/QĐ-TA", by="officer")
    content = next((office.path(office.ids[1]) / "v1" / "content").glob("document*"))
    content.write_bytes(b"%PDF evil")
    monkeypatch.setattr(os, "open", refuse)
    hurt = {damage.object for damage in office.check().damages}
    assert document_object(office.ids[1]) in hurt
    assert len(hurt) > 1 or office.verify()
    office.index.rebuild(office.archive)
    copy(office.archive.root.store, FolderStore(office.folder / "copy", create=True))


@pytest.mark.parametrize("place", ["/proc", "/proc/self", "/dev/null"])
def test_a_place_in_which_nobody_can_write_is_told_as_away(place: str) -> None:
    for create in (False, True):
        with pytest.raises(StoreUnreachable, match=place):
            open_store(Path(place), create=create)
