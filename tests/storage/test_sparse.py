"""Who may write to the archive's folder puts a terabyte there that takes no place on the disk: it is found, and not read."""

from __future__ import annotations

import contextlib
import os
import shutil
import tracemalloc
from pathlib import Path

import pytest

from schemas.errors import Corrupt, SohoaError, TooLarge
from storage.archive import Archive
from storage.audit_days import LIST
from storage.authenticity import document_faults
from storage.fixity import Checking, check
from storage.gravestones import place
from storage.stores import protocol
from storage.stores.folder import FolderStore
from storage.stores.protocol import SMALL
from tests.storage.office import Office
from tests.storage.samples import deposit

TERABYTE = 1 << 40

PLACES = [
    "v1/content/scan-*",
    "v1/content/record-*",
    "inventory.json",
    "v3/inventory.json",
    "v3/inventory.json.sha512",
]


def _swell(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.truncate(file, TERABYTE)


@pytest.mark.parametrize("where", PLACES)
def test_a_file_of_an_object_is_swollen(tmp_path: Path, where: str) -> None:
    office = Office(tmp_path)
    files = list(office.path(office.ids[1]).glob(where))
    assert files
    for file in files:
        _swell(file)
    found = office.check().damages
    assert any(office.ids[1] in one.object for one in found)
    if not all(one.repaired for one in found):
        with contextlib.suppress(SohoaError):  # it ends, whatever it says
            document_faults(office.archive, office.log, office.ids[1])
    else:  # the inventory was written again from its other copy
        assert office.check().damages == []


def test_every_inventory_of_an_object_is_swollen(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for file in office.path(office.ids[1]).rglob("inventory.json*"):
        _swell(file)
    assert not office.check().sound
    with pytest.raises(Corrupt):
        document_faults(office.archive, office.log, office.ids[1])


def test_swollen_files_that_nobody_lists(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for name in ("v1/content/more.bin", "more.bin", "v2/more.bin"):
        _swell(office.path(office.ids[1]) / name)
    told = {one.fault.partition(":")[0] for one in office.check().damages}
    assert told == {"v1/content/more.bin", "more.bin", "v2/more.bin"}


def test_entries_of_the_archive_are_swollen(tmp_path: Path) -> None:
    office = Office(tmp_path)
    _swell(next((office.folder / "archive" / LIST).iterdir()))
    _swell(office.folder / "archive" / place("urn:uuid:nobody"))
    _swell(office.folder / "archive" / "extensions" / "sohoa-sealed")
    assert office.verify()
    office.check()


def test_a_good_copy_mends_a_swollen_scan(tmp_path: Path) -> None:
    office = Office(tmp_path)
    shutil.copytree(tmp_path / "archive", tmp_path / "copy")
    for name in ("v1/content/scan-*", "v3/inventory.json", "inventory.json"):
        _swell(next(office.path(office.ids[1]).glob(name)))
    how = Checking(log=office.log, repair_from=(FolderStore(tmp_path / "copy"),))
    report = check(office.archive, how)
    assert report.damages
    assert report.sound
    assert office.check().damages == []


def test_a_value_of_the_limit_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    (tmp_path / "value").touch()
    os.truncate(tmp_path / "value", SMALL)
    assert len(store.get("value")) == SMALL
    os.truncate(tmp_path / "value", SMALL + 1)
    with pytest.raises(Corrupt):
        store.get("value")


def test_what_could_not_be_read_again_is_not_archived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(FolderStore(tmp_path / "archive", create=True), create=True)
    paper = deposit(3)
    with monkeypatch.context() as smaller:
        smaller.setattr(protocol, "SMALL", 400)
        with pytest.raises(TooLarge):
            archive.put(paper)
    assert list(archive.ids()) == []
    assert archive.put(paper).created


def test_no_more_room_is_made_than_a_value_needs(tmp_path: Path) -> None:
    """Workers may have little memory."""
    store = FolderStore(tmp_path, create=True)
    store.put("content/small", b"x" * 1000)
    tracemalloc.start()
    try:
        assert len(store.get("content/small")) == 1000
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
