"""Encryption before anything leaves the machine, and the erasure that a lock cannot prevent."""

from __future__ import annotations

import os
from pathlib import Path

import ocfl  # type: ignore[import-untyped]
import pytest

from schemas.errors import Corrupt, Erased, KeyUnavailable, UsageError
from storage import corrections
from storage.archive import Archive
from storage.encryption import MAGIC, Vault, read_master
from storage.index.index import Index
from storage.model import document_object
from storage.stores.folder import FolderStore
from storage.stores.protocol import BLOCK
from tests.storage.samples import Clock, deposit, event, record

MASTER = bytes(range(32))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    vault = Vault(FolderStore(tmp_path / "keys", create=True), MASTER)
    return Archive(FolderStore(tmp_path / "archive", create=True), create=True, vault=vault, clock=Clock())


def test_nothing_readable_is_kept(archive: Archive, tmp_path: Path) -> None:
    id = archive.put(deposit(1)).id
    corrections.confirm(archive, id, record(1, excerpt="Về việc khác"), by="a")
    assert archive.get(id, "scan") == deposit(1).scan
    assert archive.record(id).source == "inbox/1.pdf"
    assert archive.open(id, "pdf").read() == deposit(1).pdf
    for path in (tmp_path / "archive").rglob("content/*"):
        assert path.read_bytes().startswith(MAGIC)
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    for secret in ("%PDF", "4001", "Ngọc Ánh", "inbox"):
        assert secret.encode() not in everything
    assert ocfl.StorageRoot(root=str(tmp_path / "archive")).validate()


def test_erasure(archive: Archive, tmp_path: Path) -> None:
    ids = [archive.put(deposit(n)).id for n in (1, 2)]
    archive.erase(ids[0])
    with pytest.raises(Erased):
        archive.get(ids[0], "scan")
    with pytest.raises(Erased):
        archive.put(deposit(1))
    assert archive.get(ids[1], "scan") == deposit(2).scan
    rebuilt = Index(tmp_path / "index.sqlite").rebuild(archive)
    assert (rebuilt.documents, rebuilt.erased) == (1, 1)
    assert ocfl.StorageRoot(root=str(tmp_path / "archive")).validate()


def test_erasure_takes_the_shared_scan_along(archive: Archive) -> None:
    whole = deposit(1)
    assert whole.scan is not None
    ref = archive.put_scan(whole.scan, whole.scan_ref, event())
    one, other = (archive.put(deposit(n, shared=ref)).id for n in (11, 12))
    archive.erase(one)
    with pytest.raises(Erased):
        archive.get(other, "scan")
    assert archive.get(other, "pdf") == deposit(12).pdf


def test_erasure_needs_encryption(tmp_path: Path) -> None:
    plain = Archive(FolderStore(tmp_path / "plain", create=True), create=True)
    id = plain.put(deposit(1)).id
    with pytest.raises(UsageError):
        plain.erase(id)


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_sizes_and_tampering(tmp_path: Path, size: int) -> None:
    vault, plain = Vault(FolderStore(tmp_path / "keys", create=True), MASTER), os.urandom(size)
    with vault.seal("urn:x", {"a": plain}) as sealed:
        path = sealed["a"]
        assert isinstance(path, Path)
        data = path.read_bytes()
    assert vault.unseal("urn:x", data) == plain
    with vault.seal("urn:y", {"a": b""}):
        pass
    piece = BLOCK + 16
    start = len(MAGIC) + 7
    forged = [data[:-1], data[:start], data[:-1] + bytes([data[-1] ^ 1]), data + b"\0" * 16, data[1:]]
    if size == 3 * BLOCK:
        forged += [
            data[: start + piece] + data[start + 2 * piece :],
            data[:start]
            + data[start + piece : start + 2 * piece]
            + data[start : start + piece]
            + data[start + 2 * piece :],
            data[: start + 2 * piece],
        ]
    for wrong in forged:
        with pytest.raises(Corrupt):
            vault.unseal("urn:x", wrong)
    with pytest.raises(Corrupt):
        vault.unseal("urn:y", data)


def test_keys_that_do_not_fit(archive: Archive, tmp_path: Path) -> None:
    id = archive.put(deposit(1)).id
    other = Vault(FolderStore(tmp_path / "keys"), bytes(32))
    with pytest.raises(KeyUnavailable):
        Archive(archive.root.store, vault=other).get(id, "scan")
    with pytest.raises(KeyUnavailable):
        Vault(FolderStore(tmp_path / "none", create=True), MASTER).unseal(document_object(id), MAGIC)
    (tmp_path / "master").write_text("not hex")
    for file in ("master", "missing"):
        with pytest.raises(KeyUnavailable):
            read_master(tmp_path / file)
    (tmp_path / "master").write_text(MASTER.hex() + "\n")
    assert read_master(tmp_path / "master") == MASTER
