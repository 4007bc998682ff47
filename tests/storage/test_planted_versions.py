"""A newer version that somebody else puts into an object's folder never becomes the current one, whoever comes by, and is found."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.errors import Corrupt
from storage import corrections
from storage.copying import copy
from storage.fixity import Checking, check
from storage.model import Part, document_object
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.seals import SEAL, load_key
from storage.stores.folder import FolderStore
from tests.storage.office import Office
from tests.storage.samples import record

FORGED = b'{"format": "sohoa-record/1"}'


def _here(office: Office) -> inv.Inventory:
    return office.archive.root.inventory(document_object(office.ids[1]))


def _place(office: Office, version: str, data: bytes) -> None:
    folder = office.path(office.ids[1]) / version
    (folder / "content").mkdir(parents=True, exist_ok=True)
    (folder / inv.INVENTORY).write_bytes(data)
    (folder / inv.SIDECAR).write_bytes(inv.sidecar(data))


def _next(office: Office, files: dict[str, bytes]) -> inv.Inventory:
    """The version after the newest, with these files; their content lies there."""
    old, parts = _here(office), {}
    for name, data in files.items():
        sha512, sha256 = (hashlib.new(kind, data).hexdigest() for kind in ("sha512", "sha256"))
        parts[name] = inv.Part(sha512, sha256, len(data))
    new = inv.next_version(old, parts, old.head.created, "confirmation", "officer")
    for name, data in files.items():
        place = office.path(office.ids[1]) / new.manifest[parts[name].sha512]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return new


def without_a_seal(office: Office) -> None:
    new = _next(office, {"record.json": FORGED})
    state = {name: digest for name, digest in new.head.state.items() if name != SEAL}
    bare = dataclasses.replace(new, versions=(*new.versions[:-1], dataclasses.replace(new.head, state=state)))
    _place(office, "v4", bare.to_bytes())


def with_the_seal_of_the_version_before(office: Office) -> None:
    _place(office, "v4", _next(office, {"record.json": FORGED}).to_bytes())


def sealed_by_another_key(office: Office) -> None:
    stranger, bare = (
        load_key(office.folder / "other.pem", create=True),
        _next(office, {"record.json": FORGED}),
    )
    _place(office, "v4", _next(office, {"record.json": FORGED, SEAL: stranger.seal(bare, None)}).to_bytes())


def no_inventory_at_all(office: Office) -> None:
    _place(office, "v4", b"{}")


def an_older_version_once_more(office: Office) -> None:
    _place(office, "v4", (office.path(office.ids[1]) / "v1" / inv.INVENTORY).read_bytes())


def a_genuine_version_of_another_document(office: Office) -> None:
    _place(office, "v4", (office.path(office.ids[0]) / "v1" / inv.INVENTORY).read_bytes())


def far_ahead(office: Office) -> None:
    new = _next(office, {"record.json": FORGED})
    _place(office, "v9", new.to_bytes().replace(b'"head": "v4"', b'"head": "v9"'))


def far_ahead_and_no_inventory(office: Office) -> None:
    _place(office, "v9", b"{}")
    (office.path(office.ids[1]) / "v9" / inv.SIDECAR).write_bytes(b"0 inventory.json\n")


def over_the_newest_one(office: Office) -> None:
    told = json.loads((office.path(office.ids[1]) / "v3" / inv.INVENTORY).read_text())
    told["versions"]["v3"]["user"]["name"] = "somebody else"
    _place(office, "v3", json.dumps(told).encode())


def and_the_root_is_damaged(office: Office) -> None:
    without_a_seal(office)
    (office.path(office.ids[1]) / inv.SIDECAR).write_bytes(b"0 inventory.json\n")


PLANTED = [
    without_a_seal, with_the_seal_of_the_version_before, sealed_by_another_key, no_inventory_at_all,
    an_older_version_once_more, a_genuine_version_of_another_document, far_ahead, far_ahead_and_no_inventory, over_the_newest_one,
    and_the_root_is_damaged,
]  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED)
def test_a_planted_version_never_becomes_the_current_one(
    office: Office, tmp_path: Path, plant: Callable[[Office], None]
) -> None:
    id = office.ids[1]
    second = FolderStore(tmp_path / "second", create=True)
    copy(office.archive.root.store, second, key=office.archive.signing_key)
    before, told = _here(office), office.archive.get(id, Part.RECORD)
    plant(office)
    if plant is far_ahead_and_no_inventory:
        corrections.restrict(office.archive, id, by="officer", reason="theo yêu cầu")
        before, told = _here(office), office.archive.get(id, Part.RECORD)
        assert before.head.number == 4, "what stands nowhere in the way hinders nobody"
        copy(office.archive.root.store, second, key=office.archive.signing_key)
    elif plant is not over_the_newest_one:  # whose place the genuine one takes again
        with pytest.raises(Corrupt):
            corrections.revoke(office.archive, id, by="officer", reason="thu hồi")
    for number in range(2):
        found = {damage.object for damage in office.check().damages}
        assert document_object(id) in found or (number and plant is over_the_newest_one)
        assert _here(office) == before
        assert office.archive.get(id, Part.RECORD) == told
    third = FolderStore(tmp_path / "third", create=True)
    copied = copy(office.archive.root.store, third, key=office.archive.signing_key)
    assert not copied.conflicts
    assert not [stat for stat in third.list(f"{object_path(before.id)}/") if third.get(stat.key) == FORGED]
    mended = check(office.archive, Checking(log=office.log, repair_from=[second]))
    assert mended.sound
    assert office.check().damages == []
    corrections.correct(office.archive, id, record(1, number="9/QĐ"), by="officer", reason="số")
    assert office.check().damages == []


def test_empty_folders_stop_nobody(tmp_path: Path) -> None:
    """Nothing lists them: who makes them where the next version will lie must not stop it."""
    office = Office(tmp_path)
    (office.path(office.ids[1]) / "v4" / "content" / "a").mkdir(parents=True)
    (office.path(office.ids[0]) / "v2").mkdir()
    for id in office.ids[:2]:
        corrections.revoke(office.archive, id, by="officer", reason="thu hồi")
    assert office.check().damages == []
