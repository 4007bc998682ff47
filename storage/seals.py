"""Seals: who can write into the store cannot change, remove or put back a version unseen.

Each version of an object holds ``seal.json``: an Ed25519 signature (RFC 8032) by the archive's key over the digest of the
version, which covers the object's id, the version's number, time, maker and message, the digest of every file in it, and
the digest of the version before. It is computed from the inventory alone, so that whoever has the public key can check it
without Sohoa. The newest digest of every object also stands in the audit log, whose daily heads the agency signs: an object
that was put back to an older state carries good seals, and is older than the log says.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schemas.errors import Corrupt, KeyUnavailable, StoreDenied
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.plain_json import loads
from storage.stores.protocol import MissingKey, Store, digests

SEALED = "extensions/sohoa-sealed"
"""Signed by the key that seals; lies in archives in which every version has had a seal since they were made."""

SEAL = "seal.json"
"""Logical path of the seal in each version."""

_FORMAT = "sohoa-seal/1"
_PEM = re.compile(rb"-----BEGIN [^-]+-----.+?-----END [^-]+-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest line of the audit log when a version was made: its number and its digest."""

    sequence: int
    digest: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What ``seal.json`` says; ``key`` names the public key, ``log`` is None where no audit log was at hand."""

    object: str
    version: int
    digest: str
    key: str
    signature: bytes
    log: Tip | None


@dataclass(frozen=True, slots=True)
class SealKey:
    """The key that seals, and those that sealed before it; see ``load_key``."""

    private: Ed25519PrivateKey = field(repr=False)
    known: tuple[Ed25519PublicKey, ...] = ()

    @property
    def name(self) -> str:
        """The fingerprint of the public key."""
        return fingerprint(self.private.public_key())

    @property
    def public(self) -> str:
        """The public key that goes with the private one, PEM."""
        return _pem(self.private.public_key())

    def seal(self, inventory: inv.Inventory, tip: Tip | None) -> bytes:
        """The content of ``seal.json`` for the newest version of an inventory."""
        digest = version_digests(inventory)[-1]
        document = {
            "format": _FORMAT,
            "object": inventory.id,
            "version": inventory.head.number,
            "digest": digest,
            "log": None if tip is None else {"sequence": tip.sequence, "digest": tip.digest},
            "key": self.name,
        }
        signature = self.private.sign(_signed(document))
        return (
            json.dumps({**document, "signature": base64.b64encode(signature).decode()}, indent=1) + "\n"
        ).encode()

    def fault(self, seal: Seal, inventory: inv.Inventory, number: int) -> str | None:
        """What is wrong with the seal of a version; None when it is good."""
        if seal.key not in self._keys():
            return "sealed by a key that is not known"
        document = _content(seal)
        del document["signature"]
        if not self.signed(seal.key, seal.signature, _signed(document)):
            return "the seal is forged"
        if (seal.object, seal.version) != (inventory.id, number):
            return "the seal is that of another version"
        if seal.digest != version_digests(inventory)[number - 1]:
            return "the version is not the one that was sealed"
        return None

    def signed(self, key: str, signature: bytes, data: bytes) -> bool:
        """Whether the key of this name, which must be one of ours, signed the data."""
        public = self._keys().get(key)
        if public is None:
            return False
        try:
            public.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def any_signed(self, signature: bytes, data: bytes) -> bool:
        """Whether one of our keys, of now or before, signed the data."""
        return any(self.signed(name, signature, data) for name in self._keys())

    def _keys(self) -> dict[str, Ed25519PublicKey]:
        return {fingerprint(key): key for key in (self.private.public_key(), *self.known)}


@dataclass(frozen=True, slots=True)
class Sealing:
    """What sealing needs: the key, the newest line of the audit log, and where a new version is noted there.

    ``register`` takes the object's id, the version's number and its digest; ``unfit`` tells why nothing may be built on what an
    object is now, ``erased`` gives the ids of the objects of which the log notes that they were erased by order, ``lost`` tells
    whether an administrator accepted that nothing is left of one.
    """

    key: SealKey
    tip: Callable[[], Tip | None] = lambda: None
    register: Callable[[str, int, str], None] = lambda *_: None
    unfit: Callable[[inv.Inventory], str | None] = lambda _: None
    erased: Callable[[], Collection[str]] = tuple
    lost: Callable[[str], bool] = lambda _: False


def version_digests(inventory: inv.Inventory) -> list[str]:
    """SHA-512 (hex) of each version, the oldest first; each covers the one before.

    Covered is the JSON (sorted keys, no spaces, UTF-8) of the object's id, the version's number, time (UTC), maker and
    message, its files without the seal (logical path → SHA-512), and the digest before.
    """
    found: list[str] = []
    for version in inventory.versions:
        covered = {
            "object": inventory.id,
            "version": version.number,
            "created": inv.timestamp(version.created),
            "user": version.user,
            "message": version.message,
            "state": {path: digest for path, digest in version.state.items() if path != SEAL},
            "previous": found[-1] if found else None,
        }
        found.append(hashlib.sha512(_canonical(covered)).hexdigest())
    return found


def lacks_seal(store: Store, inventory: inv.Inventory, key: SealKey) -> bool:
    """Whether the newest version has no seal though it must: an earlier one has, or all of its archive have."""
    if SEAL in inventory.head.state:
        return False
    return any(SEAL in one.state for one in inventory.versions) or sealed_from_the_beginning(store, key)


def seal_fault(store: Store, inventory: inv.Inventory, key: SealKey) -> str | None:
    """Why the newest version is none that this key, or one before it, sealed; None where it did, or nobody had to."""
    if lacks_seal(store, inventory, key):
        return "no seal"
    if SEAL not in inventory.head.state:
        return None
    digest = inventory.head.state[SEAL]
    try:
        data = store.get(f"{object_path(inventory.id)}/{inventory.manifest[digest]}")
    except (MissingKey, Corrupt, StoreDenied):
        data = b""
    seal = parse(data) if digests(data, ("sha512",)) == (digest,) else None
    return "its seal cannot be read" if seal is None else key.fault(seal, inventory, inventory.head.number)


def sealed_from_the_beginning(store: Store, key: SealKey) -> bool:
    """Whether no object of a store can be without a seal: its archive was made by who seals."""
    try:
        return key.any_signed(store.get(SEALED), SEALED.encode())
    except (MissingKey, Corrupt, StoreDenied):
        return False


def parse(data: bytes) -> Seal | None:
    """A seal from the content of ``seal.json``; None for what is none, or says more than a seal does, however it is laid out."""
    try:
        found = loads(data)
        log = found["log"]
        for text in ("object", "digest", "key"):
            str(found[text]).encode()  # half a character is nothing that could be compared
        seal = Seal(
            str(found["object"]),
            int(found["version"]),
            str(found["digest"]),
            str(found["key"]),
            base64.b64decode(found["signature"], validate=True),
            None if log is None else Tip(int(log["sequence"]), str(log["digest"])),
        )
        return seal if found == _content(seal) else None
    except (ValueError, KeyError, TypeError):
        return None


def _content(seal: Seal) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "object": seal.object,
        "version": seal.version,
        "digest": seal.digest,
        "log": None if seal.log is None else {"sequence": seal.log.sequence, "digest": seal.log.digest},
        "key": seal.key,
        "signature": base64.b64encode(seal.signature).decode(),
    }


def load_key(path: Path, *, create: bool = False) -> SealKey:
    """The key in a PEM file: a private Ed25519 key (PKCS#8), then the public keys that sealed before, if any.

    ``create`` makes the file where there is none, readable by its owner only. Raises ``KeyUnavailable``.
    """
    try:
        if create and not path.exists():
            _make(path)
        blocks = _PEM.findall(path.read_bytes())
        private = serialization.load_pem_private_key(blocks[0], None)
        known = [serialization.load_pem_public_key(block) for block in blocks[1:]]
    except (OSError, ValueError, TypeError, IndexError) as error:
        raise KeyUnavailable(path.name) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnavailable(f"{path.name}: not an Ed25519 key")
    return SealKey(private, tuple(key for key in known if isinstance(key, Ed25519PublicKey)))


def fingerprint(key: Ed25519PublicKey) -> str:
    """The name of a public key: 32 hex digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]


def _make(path: Path) -> None:
    """Written aside and linked: of several processes that start at once one wins, and none sees half a key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    aside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()


def _pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _signed(document: dict[str, object]) -> bytes:
    return b"sohoa seal\n" + _canonical(document)


def _canonical(document: dict[str, object]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
