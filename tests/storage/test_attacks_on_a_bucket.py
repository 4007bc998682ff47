"""Attacks with write access to the bucket, and to the keys of an encrypted archive: each is found, and none hides another."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.errors import SohoaError
from storage.audit import AuditLog
from storage.authenticity import NO_ORDER, document_faults
from storage.copying import copy
from storage.encryption import _bound, _place, _seal
from storage.fixity import Checking, check
from storage.index.index import Index
from storage.model import document_object
from storage.ocfl import inventory as inv
from storage.stores.folder import FolderStore
from storage.stores.s3 import S3Store
from storage.stores.s3_options import Protection
from tests.storage.forger import forge, write
from tests.storage.office import DEEP, Office
from tests.storage.servers import Ceph


def _object(office: Office, number: int) -> str:
    return document_object(office.ids[number])


def _path(office: Office, number: int) -> str:
    return str(office.path(office.ids[number]).relative_to(office.folder / "archive"))


def _content(office: Office, number: int, name: str) -> str:
    """The key of a file of the first version."""
    return next(
        stat.key for stat in office.archive.root.store.list(f"{_path(office, number)}/v1/content/{name}")
    )


def _bucket(office: Office) -> S3Store:
    store = office.archive.root.store
    assert isinstance(store, S3Store)
    return store


def _raw(office: Office, key: str, **request: object) -> None:
    store = _bucket(office)
    store.client._execute("PUT", store.options.bucket, f"{store.options.prefix}/{key}", **request)


# -- on the bucket


def let_an_older_state_surface(office: Office) -> None:
    """The newest versions that the server keeps of the inventories go, and the content of the newest version of ours."""
    store = _bucket(office)
    for name in (inv.INVENTORY, inv.SIDECAR):
        key = f"{store.options.prefix}/{_path(office, 1)}/{name}"
        newest = store._versions(key.removeprefix(f"{store.options.prefix}/"))[0]
        store.client.remove_object(store.options.bucket, key, newest)
    for stat in list(store.list(f"{_path(office, 1)}/v3/")):
        store.destroy(stat.key)


def hide_an_object(office: Office) -> None:
    """Notes of deletion: nothing is destroyed, all is gone."""
    for stat in list(_bucket(office).list(f"{_path(office, 0)}/")):
        _bucket(office).delete(stat.key)


def hide_the_newest_versions(office: Office) -> None:
    store = _bucket(office)
    for name in (inv.INVENTORY, inv.SIDECAR):
        store.put(f"{_path(office, 1)}/{name}", store.get(f"{_path(office, 1)}/v1/{name}"))
    for number in (2, 3):
        for stat in list(store.list(f"{_path(office, 1)}/v{number}/")):
            store.delete(stat.key)


def write_on_top_of_what_was_decided(office: Office) -> None:
    """The first version that the server keeps has won; other software reads the newest."""
    store, path = _bucket(office), _path(office, 0)
    data = store.get(f"{path}/{inv.INVENTORY}").replace(b"ingestion", b"INGESTION")
    store.put(f"{path}/v1/{inv.INVENTORY}", data)
    store.put(f"{path}/v1/{inv.SIDECAR}", inv.sidecar(data))


def _squeezed(office: Office, key: str, data: bytes) -> None:
    """What a server hands out with the word that it is compressed: clients that believe it unfold it on the way."""
    store = _bucket(office)
    name, told = f"{store.options.prefix}/{key}", {"Content-Encoding": "gzip"}
    store.client.put_object(store.options.bucket, name, io.BytesIO(data), len(data), metadata=told)


def what_unfolds_to_the_genuine_bytes(office: Office) -> None:
    key = _content(office, 0, "record")
    _squeezed(office, key, gzip.compress(_bucket(office).get(key)))


def an_inventory_that_unfolds_to_the_genuine_one(office: Office) -> None:
    key = f"{_path(office, 0)}/{inv.INVENTORY}"
    _squeezed(office, key, gzip.compress(_bucket(office).get(key)))


def close_a_file_to_its_owner(office: Office) -> None:
    """An access list with nobody on it."""
    nobody = b"<AccessControlPolicy><Owner><ID>test</ID></Owner><AccessControlList/></AccessControlPolicy>"
    _raw(office, _content(office, 0, "record"), body=nobody, query_params={"acl": ""})


def encrypt_a_file_with_a_key_of_their_own(office: Office) -> None:
    """SSE-C: the server gives it to who has the key only."""
    key = b"k" * 32
    told = {
        "algorithm": "AES256",
        "key": base64.b64encode(key).decode(),
        "key-MD5": base64.b64encode(hashlib.md5(key, usedforsecurity=False).digest()).decode(),
    }
    headers = {f"x-amz-server-side-encryption-customer-{name}": value for name, value in told.items()}
    _raw(office, _content(office, 0, "record"), body=b"evil", headers=headers)


ON_THE_BUCKET = [
    let_an_older_state_surface, hide_an_object, hide_the_newest_versions, what_unfolds_to_the_genuine_bytes, an_inventory_that_unfolds_to_the_genuine_one,
    write_on_top_of_what_was_decided,
    close_a_file_to_its_owner, encrypt_a_file_with_a_key_of_their_own,
]  # fmt: skip


@pytest.mark.server
@pytest.mark.parametrize("attack", ON_THE_BUCKET)
def test_it_is_found_on_a_bucket(ceph: Ceph, tmp_path: Path, attack: Callable[[Office], None]) -> None:
    _is_found(Office(tmp_path, encrypted=True, place=ceph.bucket(Protection.VERSIONED)), attack)


@pytest.mark.server
def test_a_word_about_genuine_bytes_stops_nobody(ceph: Ceph, tmp_path: Path) -> None:
    """That they are compressed, and are not: they are read as they lie there."""
    office = Office(tmp_path, place=ceph.bucket(Protection.VERSIONED))
    key = _content(office, 0, "record")
    _squeezed(office, key, _bucket(office).get(key))
    assert office.check().damages == []
    assert _faults(office, office.ids[0]) == []


# -- on encrypted objects, and their keys


def ciphertext_of_another(office: Office) -> None:
    store = office.archive.root.store
    other = store.get(_content(office, 2, "document"))
    forge(store, _object(office, 0), "document.pdf", lambda _: other)


def plain_text(office: Office) -> None:
    forge(office.archive.root.store, _object(office, 0), "document.pdf", lambda _: b"%PDF-1.7 evil")


def ciphertext_under_a_key_of_their_own(office: Office) -> None:
    made = office.folder / "made"
    _seal(b"%PDF-1.7 evil", made, bytes(32), _bound(_object(office, 0), 1, "document.pdf"))
    forge(office.archive.root.store, _object(office, 0), "document.pdf", lambda _: made.read_bytes())


def move_an_object(office: Office) -> None:
    """All of one document, under the id of another."""
    store, here, there = office.archive.root.store, _path(office, 2), _path(office, 0)
    for stat in list(store.list(f"{there}/")):
        store.destroy(stat.key)
    for stat in list(store.list(f"{here}/")):
        store.put(there + stat.key.removeprefix(here), store.get(stat.key))
    moved = inv.parse(store.get(f"{there}/{inv.INVENTORY}"), there)
    write(store, replace(moved, id=_object(office, 0)))


def move_an_object_without_its_seal(office: Office) -> None:
    move_an_object(office)
    forge(office.archive.root.store, _object(office, 0), "record.json", lambda data: data, unseal=True)


def add_a_version_without_a_seal(office: Office) -> None:
    store, path = office.archive.root.store, _path(office, 0)
    old = inv.parse(store.get(f"{path}/{inv.INVENTORY}"), path)
    state = {name: digest for name, digest in old.head.state.items() if name != "seal.json"}
    added = replace(old.head, number=2, state=state, message="revoked")
    write(store, replace(old, versions=(*old.versions, added)))


def exchange_two_keys(office: Office) -> None:
    one, other = (office.folder / "keys" / _place(_object(office, number)) for number in (0, 2))
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


def a_key_that_nobody_wrapped(office: Office) -> None:
    path = office.folder / "keys" / _place(_object(office, 0))
    path.write_text(json.dumps({**json.loads(path.read_text()), "key": base64.b64encode(bytes(40)).decode()}))


def a_list_for_a_key(office: Office) -> None:
    (office.folder / "keys" / _place(_object(office, 0))).write_bytes(DEEP)


def a_number_for_a_key(office: Office) -> None:
    (office.folder / "keys" / _place(_object(office, 0))).write_text('{"key": 5}')


def no_text_for_a_key(office: Office) -> None:
    (office.folder / "keys" / _place(_object(office, 0))).write_bytes(b"\xff\xfe\x00")


def take_a_key_away(office: Office) -> None:
    (office.folder / "keys" / _place(_object(office, 0))).unlink()


def destroy_a_key_without_an_order(office: Office) -> None:
    assert office.archive.vault is not None
    office.archive.vault.destroy(_object(office, 0))


ON_WHAT_IS_ENCRYPTED = [
    ciphertext_of_another, plain_text, ciphertext_under_a_key_of_their_own, move_an_object,
    move_an_object_without_its_seal, add_a_version_without_a_seal, exchange_two_keys, a_key_that_nobody_wrapped,
    a_list_for_a_key, a_number_for_a_key, no_text_for_a_key, take_a_key_away, destroy_a_key_without_an_order,
]  # fmt: skip


@pytest.mark.parametrize("attack", ON_WHAT_IS_ENCRYPTED)
def test_it_is_found_in_what_is_encrypted(tmp_path: Path, attack: Callable[[Office], None]) -> None:
    _is_found(Office(tmp_path, encrypted=True), attack)


def _is_found(office: Office, attack: Callable[[Office], None]) -> None:
    """By the check, by the document's own verification; and what else was done on another document is found as well."""
    attack(office)
    assert any(_faults(office, id) for id in office.ids), "before the check, which mends what it can"
    found = office.check().damages
    assert {one.object for one in found} & {_object(office, number) for number in range(3)}
    hurt = {one.object for one in found if not one.repaired}
    key = _content(office, 2, "text")
    office.archive.root.store.put(key, office.archive.root.store.get(key)[:-1])
    assert {*hurt, _object(office, 2)} <= {one.object for one in office.check().damages}
    office.index.rebuild(office.archive)
    copy(
        office.archive.root.store,
        FolderStore(office.folder / "copy", create=True),
        key=office.archive.signing_key,
    )


def _faults(office: Office, id: str) -> list[str]:
    try:
        return document_faults(office.archive, office.log, id)
    except SohoaError as fault:
        return [str(fault)]


def test_a_key_that_was_destroyed_without_an_order_is_told_as_that(tmp_path: Path) -> None:
    office = Office(tmp_path, encrypted=True)
    destroy_a_key_without_an_order(office)
    assert [damage.fault for damage in office.check().damages] == [NO_ORDER]
    assert _faults(office, office.ids[0]) == [NO_ORDER]


@pytest.mark.parametrize("attack", [move_an_object_without_its_seal, add_a_version_without_a_seal])
def test_nothing_without_a_seal_is_indexed_or_copied(
    tmp_path: Path, attack: Callable[[Office], None]
) -> None:
    office = Office(tmp_path)
    attack(office)
    rebuilt = Index(tmp_path / "fresh.sqlite").rebuild(office.archive)
    assert (rebuilt.documents, rebuilt.damaged) == (2, (office.ids[0],))
    second = FolderStore(tmp_path / "second", create=True)
    assert copy(office.archive.root.store, second, key=office.archive.signing_key).damaged == [
        _path(office, 0)
    ]


def test_nothing_without_a_seal_mends_an_archive_whose_log_was_lost(tmp_path: Path) -> None:
    office = Office(tmp_path)
    second = FolderStore(tmp_path / "second", create=True)
    copy(office.archive.root.store, second, key=office.archive.signing_key)
    forge(
        second,
        _object(office, 0),
        "record.json",
        lambda data: data.replace(b'"pages"', b' "pages"'),
        unseal=True,
    )
    office.archive.root.store.destroy(_content(office, 0, "record"))
    fresh = AuditLog(Index(tmp_path / "fresh.sqlite").engine, office.archive)
    hurt = check(office.archive, Checking(log=fresh, repair_from=[second])).damages
    mended = {damage.object: (damage.repaired, damage.how) for damage in hurt}
    assert mended[_object(office, 0)] == (False, "every copy holds a forged or an older one")
