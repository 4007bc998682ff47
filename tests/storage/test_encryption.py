"""Encryption before anything leaves the machine, and the erasure that a lock cannot prevent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ocfl  # type: ignore[import-untyped]
import pytest

from schemas.errors import Corrupt, Erased, KeyUnavailable, LastTry, TokenLocked, WrongPin
from storage import corrections
from storage.archive import Archive
from storage.encryption import MAGIC, Vault
from storage.erasure import erase
from storage.index.index import Index
from storage.model import document_object
from storage.stores.folder import FolderStore
from storage.stores.protocol import BLOCK
from storage.wrapping import FileKey, TokenKey, Wrapping, read_master
from tests.pki.softhsm import MODULE, PIN, SoftHsm
from tests.storage.samples import Clock, deposit, event, record

MASTER = FileKey(bytes(range(32)))


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
    for secret in ("%PDF", "4001/QĐ", "Ngọc Ánh", "inbox"):
        assert secret.encode() not in everything
    assert ocfl.StorageRoot(root=str(tmp_path / "archive")).validate()


def test_erasure(archive: Archive, tmp_path: Path) -> None:
    ids = [archive.put(deposit(n)).id for n in (1, 2)]
    erase(archive, ids[0], order="12/QĐ-TA", by="officer")
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
    erase(archive, one, order="12/QĐ-TA", by="officer")
    with pytest.raises(Erased):
        archive.get(other, "scan")
    assert archive.get(other, "pdf") == deposit(12).pdf


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_sizes_and_tampering(tmp_path: Path, size: int) -> None:
    vault, plain = Vault(FolderStore(tmp_path / "keys", create=True), MASTER), os.urandom(size)
    with vault.seal("urn:x", {"a": plain}, 1) as sealed:
        path = sealed["a"]
        assert isinstance(path, Path)
        data = path.read_bytes()
    assert vault.unseal("urn:x", data, 1, "a") == plain
    with vault.seal("urn:y", {"a": b""}, 1):
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
            vault.unseal("urn:x", wrong, 1, "a")
    with pytest.raises(Corrupt):
        vault.unseal("urn:y", data, 1, "a")
    for version, name in ((2, "a"), (1, "b")):  # moved to another version, to another name
        with pytest.raises(Corrupt):
            vault.unseal("urn:x", data, version, name)


@pytest.fixture
def hsm(tmp_path: Path) -> Iterator[SoftHsm]:
    """A real SoftHSM with the master key on its token, sensitive and not extractable."""
    import pkcs11

    before = os.environ.get("SOFTHSM2_CONF")
    made = SoftHsm.start(tmp_path / "hsm")
    made.add_token("kho")
    library = pkcs11.lib(str(MODULE))
    library.reinitialize()
    with library.get_token(token_label="kho").open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY,
                pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.AES,
                pkcs11.Attribute.LABEL: "master",
                pkcs11.Attribute.VALUE: MASTER.key,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.PRIVATE: True,
                pkcs11.Attribute.SENSITIVE: True,
                pkcs11.Attribute.EXTRACTABLE: False,
                pkcs11.Attribute.WRAP: True,
                pkcs11.Attribute.UNWRAP: True,
            }
        )
    yield made
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before
    library.reinitialize()


def test_a_master_key_that_never_leaves_its_hsm(hsm: SoftHsm, tmp_path: Path) -> None:
    keys = FolderStore(tmp_path / "keys", create=True)
    store = FolderStore(tmp_path / "archive", create=True)

    def opened(master: Wrapping) -> Archive:
        return Archive(store, create=True, vault=Vault(keys, master), clock=Clock())

    token = TokenKey(MODULE, PIN, token="kho", key="master")
    archive = opened(token)
    ids = [archive.put(deposit(n)).id for n in (1, 2, 3)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda i: archive.get(i, "scan"), ids)) == [deposit(n).scan for n in (1, 2, 3)]
    assert opened(MASTER).get(ids[0], "scan") == deposit(1).scan, "the same bytes as a key in a file makes"
    old = opened(MASTER).put(deposit(4)).id
    assert archive.get(old, "scan") == deposit(4).scan

    hsm.pull()
    with pytest.raises(KeyUnavailable):
        archive.get(ids[0], "scan")
    with pytest.raises(KeyUnavailable):
        archive.put(deposit(5))
    assert not archive.exists(deposit(5).id), "nothing is stored that could not be read"
    hsm.put_back()
    pkcs11_reinitialized()
    assert archive.get(ids[0], "scan") == deposit(1).scan

    erase(archive, ids[1], order="12/QĐ-TA", by="officer")
    with pytest.raises(Erased):
        archive.get(ids[1], "scan")


def test_a_token_that_does_not_fit(hsm: SoftHsm, tmp_path: Path) -> None:
    good = TokenKey(MODULE, PIN, token="kho", key="master")
    wrapped = good.wrap(bytes(range(32)))
    assert good.unwrap(wrapped) == bytes(range(32))
    with pytest.raises(KeyUnavailable):
        good.unwrap(FileKey(bytes(32)).wrap(bytes(32)))
    for wrong in (
        TokenKey(MODULE, PIN, token="other", key="master"),
        TokenKey(MODULE, PIN, token="kho", key="other"),
        TokenKey(tmp_path / "no.so", PIN, key="master"),
    ):
        with pytest.raises(KeyUnavailable):
            wrong.unwrap(wrapped)
    assert PIN not in repr(good)
    pkcs11_reinitialized()
    with pytest.raises(WrongPin):
        TokenKey(MODULE, "000000", token="kho", key="master").unwrap(wrapped)


def test_the_last_try_of_an_hsm_is_never_used_up(hsm: SoftHsm) -> None:
    import pkcs11

    flags = {pkcs11.TokenFlag.USER_PIN_FINAL_TRY: LastTry, pkcs11.TokenFlag.USER_PIN_LOCKED: TokenLocked}
    for flag, error in flags.items():
        hsm.set_flags("kho", flag)
        with pytest.raises(error):
            TokenKey(MODULE, PIN, token="kho", key="master").wrap(bytes(32))
    hsm.set_flags("kho", 0)
    assert TokenKey(MODULE, PIN, token="kho", key="master").wrap(bytes(32))


def pkcs11_reinitialized() -> None:
    import pkcs11

    pkcs11.lib(str(MODULE)).reinitialize()


def test_keys_that_do_not_fit(archive: Archive, tmp_path: Path) -> None:
    id = archive.put(deposit(1)).id
    other = Vault(FolderStore(tmp_path / "keys"), FileKey(bytes(32)))
    with pytest.raises(KeyUnavailable):
        Archive(archive.root.store, vault=other).get(id, "scan")
    with pytest.raises(KeyUnavailable):
        Vault(FolderStore(tmp_path / "none", create=True), MASTER).unseal(
            document_object(id), MAGIC, 1, "scan.pdf"
        )
    (tmp_path / "master").write_text("not hex")
    for file in ("master", "missing"):
        with pytest.raises(KeyUnavailable):
            read_master(tmp_path / file)
    (tmp_path / "master").write_text(MASTER.key.hex() + "\n")
    assert read_master(tmp_path / "master") == MASTER
