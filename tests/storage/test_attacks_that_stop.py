"""Attacks that stop who reads the archive, so that nothing else is found: one small file, or work without end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemas.errors import SohoaError
from storage.audit_days import LIST
from storage.authenticity import document_faults
from storage.fixity import Checking, check
from storage.gravestones import place
from storage.model import document_object
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.stores.folder import LONGEST_KEY, FolderStore
from storage.stores.protocol import LARGEST
from tests.storage.office import DEEP, Office, everywhere, other_words


@pytest.fixture(autouse=True)
def _no_folders_without_end(tmp_path: Path) -> Iterator[None]:
    """Python's own ``rmtree``, with which pytest clears up, does not come to their end."""
    yield
    for folder in tmp_path.iterdir():
        subprocess.run(["/bin/rm", "-rf", str(folder)], check=True)


def _archive(office: Office) -> Path:
    return office.folder / "archive"


def _folders(folder: Path, levels: int) -> None:
    """Folders in folders, deeper than a path can name."""
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("a", dir_fd=handle)
        inner = os.open("a", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
    os.close(handle)


# -- what stopped the check


def folders_without_end(office: Office) -> None:
    _folders(office.path(office.ids[0]) / "v1" / "content", 1500)


def folders_without_end_beside_the_objects(office: Office) -> None:
    _folders(_archive(office), 3000)


def a_deep_inventory(office: Office) -> None:
    everywhere(office, DEEP)


def a_deep_seal(office: Office) -> None:
    office.replace(office.ids[0], "seal.json", DEEP)


def a_deep_gravestone(office: Office) -> None:
    path = _archive(office) / place("urn:uuid:nobody")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(DEEP)


def an_id_that_is_a_list(office: Office) -> None:
    office.rewrite(office.ids[0], lambda content: content.update(id=["x"]))


def half_a_character(office: Office) -> None:
    other_words(office, "urn:uuid:", "urn:\\ud800:")


def a_moment_before_time(office: Office) -> None:
    office.rewrite(
        office.ids[0], lambda content: content["versions"]["v1"].update(created="0001-01-01T00:00:00+23:59")
    )


def a_path_with_nul(office: Office) -> None:
    other_words(office, "/document-", "/\\u0000-")


def a_day_of_no_text(office: Office) -> None:
    (_archive(office) / LIST / os.fsdecode(b"00000007-\xff")).touch()


def names_of_no_text(office: Office) -> None:
    folder = _archive(office) / os.fsdecode(b"\xff\xfe") / "aaa" / "bbb" / "ccc" / "v1"
    folder.mkdir(parents=True)
    (folder / "inventory.json").touch()


def an_id_too_long_for_its_path(office: Office) -> None:
    """Of such an object the inventory tells the id; this one is none."""
    place = _archive(office) / "000" / "000" / "000" / ("x" * 130)
    place.mkdir(parents=True)
    (place / "inventory.json").write_bytes(b"{}")


def a_dossier_that_holds_none(office: Office) -> None:
    object_id = "urn:sohoa:dossier:evil"
    place = _archive(office) / object_path(object_id)
    shutil.copytree(office.path(office.ids[0]), place)
    content = json.loads((place / "inventory.json").read_text())
    data = json.dumps({**content, "id": object_id}).encode()
    for folder in (place, place / "v1"):
        (folder / "inventory.json").write_bytes(data)
        (folder / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def _without_end(office: Office, place: Callable[[int], str]) -> None:
    """A manifest that names 16 TiB: to hash them takes half a day."""
    path = office.path(office.ids[0])
    large = path / "v1" / "content" / "scan-0123456789abcdef.pdf"
    large.touch()
    os.truncate(large, LARGEST)
    content = json.loads((path / "inventory.json").read_text())
    for number in range(4000):
        if not (path / place(number)).exists():
            os.link(large, path / place(number))
        content["manifest"][hashlib.sha512(b"%d" % number).hexdigest()] = [place(number)]
        content["fixity"]["sha256"][hashlib.sha256(b"%d" % number).hexdigest()] = [place(number)]
    everywhere(office, json.dumps(content).encode())


def one_file_under_many_digests(office: Office) -> None:
    _without_end(office, lambda _: "v1/content/scan-0123456789abcdef.pdf")


def one_file_by_many_names(office: Office) -> None:
    _without_end(office, lambda number: f"v1/content/scan-{number:016x}.pdf")


STOPPERS = [
    folders_without_end, folders_without_end_beside_the_objects, a_deep_inventory, a_deep_seal, a_deep_gravestone,
    an_id_that_is_a_list, half_a_character, a_moment_before_time, a_path_with_nul, a_day_of_no_text, names_of_no_text,
    an_id_too_long_for_its_path, a_dossier_that_holds_none, one_file_under_many_digests, one_file_by_many_names,
]  # fmt: skip


def _also(office: Office) -> None:
    """A second attack on another document, which must be found whatever the first did."""
    path = next((office.path(office.ids[1]) / "v1" / "content").glob("document-*"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize("attack", STOPPERS)
def test_nothing_stops_the_check(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    _also(office)
    report = office.check()
    hurt = {damage.object for damage in report.damages}
    assert document_object(office.ids[1]) in hurt
    assert len(hurt) > 1
    office.verify()
    office.index.rebuild(office.archive)
    for id in office.ids:
        try:
            document_faults(office.archive, office.log, id)
        except SohoaError:
            continue


# -- folders


def test_what_lies_too_deep_is_listed_and_not_entered(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, create=True)
    store.put("a/b", b"x")
    _folders(tmp_path / "a", 2000)
    keys = [stat.key for stat in store.list()]
    assert "a/b" in keys
    assert len(keys) == 2
    assert max(len(key) for key in keys) <= LONGEST_KEY + 2


# -- copies


def test_a_copy_that_was_forged_is_not_read_without_end(office: Office, tmp_path: Path) -> None:
    good, evil = tmp_path / "good", tmp_path / "evil"
    shutil.copytree(_archive(office), good)
    one_file_by_many_names(office)
    shutil.copytree(_archive(office), evil, copy_function=os.link)
    copies = [FolderStore(evil), FolderStore(good)]
    report = check(office.archive, Checking(log=office.log, repair_from=copies))
    assert report.damages
    assert report.sound
    assert office.check().damages == []


def test_nothing_comes_over_from_a_copy_that_is_not_the_objects(office: Office, tmp_path: Path) -> None:
    shutil.copytree(_archive(office), tmp_path / "copy")
    place = tmp_path / "copy" / office.path(office.ids[0]).relative_to(_archive(office))
    (place / "evil.txt").write_text("beside it")
    (place / "v1" / "inner").mkdir()
    (place / "v1" / "inner" / "large").touch()
    os.truncate(place / "v1" / "inner" / "large", 1 << 40)
    _also(office)
    scan = next((office.path(office.ids[0]) / "v1" / "content").glob("scan-*"))
    scan.write_bytes(b"rotten")
    copies = [FolderStore(tmp_path / "copy")]
    assert check(office.archive, Checking(log=office.log, repair_from=copies)).sound
    assert office.check().damages == []
