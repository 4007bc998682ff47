"""Optional encryption before anything leaves the machine: every object has a key, one master key wraps them all.

An encrypted file is ``SOHOAENC2`` and a line feed, 7 random bytes, then pieces of 1 MiB of plain text, each AES-256-GCM with
the nonce random bytes + piece number (4 bytes, big-endian) + 1 for the last piece or 0, and as associated data the first
line and one line each for the object's id, the version that wrote the file, and its logical path (the STREAM construction,
Hoang et al. 2015): pieces cannot be dropped or swapped, nor moved to another object, version or name. Files of 2026 begin
with ``SOHOAENC1``; their associated data is the object's id alone.
The object's key, wrapped by AES key wrap (RFC 3394), lies in a store of its own without locks or versions, so that
an erasure ordered by law can destroy it although the bytes stay locked.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.errors import Corrupt, Erased, KeyUnavailable
from storage.plain_json import loads
from storage.stores.protocol import BLOCK, Content, MissingKey, Store, open_content
from storage.wrapping import Wrapping

MAGIC = b"SOHOAENC2\n"
OLD = b"SOHOAENC1\n"
_NONE = "what lies in the place of the key of"
_NAMES = "urn:sohoa:names"
_RANDOM = 7
_TAG = 16


class Vault:
    """The keys of all objects. ``keys`` must be a store that forgets what is overwritten."""

    def __init__(self, keys: Store, master: Wrapping) -> None:
        """``master`` wraps the keys of objects: a key in a file, or on an HSM (``storage.wrapping``)."""
        self._keys = keys
        self._master = master

    @contextlib.contextmanager
    def seal(
        self, object_id: str, files: Mapping[str, Content], version: int
    ) -> Iterator[Mapping[str, Content]]:
        """The files of a version (by logical path) encrypted, as temporary files that vanish when the block ends."""
        key = self._key(object_id, create=True)
        with tempfile.TemporaryDirectory(prefix="sohoa-seal-") as folder:
            sealed: dict[str, Content] = {}
            for number, (name, content) in enumerate(files.items()):
                sealed[name] = Path(folder) / str(number)
                _seal(content, Path(folder) / str(number), key, _bound(object_id, version, name))
            yield sealed

    def unseal(self, object_id: str, data: bytes, version: int, name: str) -> bytes:
        """The plain bytes of a file that this version wrote under this logical path.

        Raises ``Erased`` when the key was destroyed, ``Corrupt`` when the bytes are not ours, or of another place.
        """
        key = self._key(object_id, create=False)
        if not data.startswith((MAGIC, OLD)):
            raise Corrupt(f"{object_id}: not an encrypted file")
        bound = _bound(object_id, version, name) if data.startswith(MAGIC) else object_id.encode()
        cipher, start = AESGCM(key), len(MAGIC) + _RANDOM
        random = data[len(MAGIC) : start]
        plain = bytearray()
        pieces = range(start, len(data), BLOCK + _TAG)
        try:
            for number, at in enumerate(pieces):
                nonce = _nonce(random, number, last=at == pieces[-1])
                plain += cipher.decrypt(nonce, data[at : at + BLOCK + _TAG], bound)
        except InvalidTag:
            raise Corrupt(object_id) from None
        if not pieces:
            raise Corrupt(object_id)
        return bytes(plain)

    def pseudonym(self, name: str) -> str:
        """What stands for a name that nobody without the key may read, in paths; always the same (HMAC-SHA-256, hex)."""
        return hmac.new(self._own_key(_NAMES), name.encode(), "sha256").hexdigest()

    def key_for(self, purpose: str) -> bytes:
        """A key of 32 bytes for something beside the objects, the index for one; always the same. Raises KeyUnavailable."""
        return self._own_key(f"urn:sohoa:{purpose}")

    def knows(self, object_id: str) -> bool:
        """Whether an object has, or had, a key."""
        return self._keys.stat(_place(object_id)) is not None

    def erased(self, object_id: str) -> bool:
        """Whether an object's key was destroyed."""
        try:
            return "erased" in self._entry(object_id)
        except (MissingKey, KeyUnavailable):
            return False

    def require_master(self) -> None:
        """Raise ``KeyUnavailable`` where it is the master key that is away, not the key of one object that does not fit."""
        if self._master.unwrap(self._master.wrap(bytes(32))) != bytes(32):
            raise KeyUnavailable(self._master.name)

    def destroy(self, object_id: str) -> None:
        """Forget the key of an object for ever."""
        gravestone = {"id": object_id, "erased": datetime.now(UTC).isoformat()}
        self._keys.put(_place(object_id), json.dumps(gravestone).encode())

    def _own_key(self, name: str) -> bytes:
        """A key that belongs to no object: nobody orders it to be destroyed."""
        try:
            return self._key(name, create=True)
        except Erased:
            raise KeyUnavailable(f"{_NONE} {name} is none") from None

    def _key(self, object_id: str, *, create: bool) -> bytes:
        place = _place(object_id)
        try:
            entry = self._entry(object_id)
        except MissingKey:
            if not create:
                raise KeyUnavailable(f"no key for {object_id}") from None
            wrapped = base64.b64encode(self._master.wrap(os.urandom(32))).decode()
            entry = {"id": object_id, "key": wrapped, "master": self._master.name}
            if not self._keys.put_new(place, json.dumps(entry).encode()):
                entry = self._entry(object_id)
        if "erased" in entry:
            raise Erased(object_id)
        try:
            sealed = base64.b64decode(str(entry.get("key")))
        except ValueError:
            raise KeyUnavailable(f"{_NONE} {object_id} is none") from None
        return self._master.unwrap(sealed)

    def _entry(self, object_id: str) -> Mapping[str, object]:
        """What lies in the place of a key; raises ``MissingKey``, and ``KeyUnavailable`` for what is none."""
        try:
            entry = loads(self._keys.get(_place(object_id)))
        except (ValueError, Corrupt):
            entry = None
        if not isinstance(entry, dict):
            raise KeyUnavailable(f"{_NONE} {object_id} is none")
        return entry


def _place(object_id: str) -> str:
    digest = hashlib.sha256(object_id.encode()).hexdigest()
    return f"{digest[:3]}/{digest}.json"


def _bound(object_id: str, version: int, name: str) -> bytes:
    return b"%s%s\n%d\n%s" % (MAGIC, object_id.encode(), version, name.encode())


def _nonce(random: bytes, number: int, *, last: bool) -> bytes:
    return random + number.to_bytes(4, "big") + bytes([last])


def _seal(content: Content, target: Path, key: bytes, bound_to: bytes) -> None:
    cipher, random = AESGCM(key), os.urandom(_RANDOM)
    with open_content(content) as source, target.open("wb") as out:
        out.write(MAGIC + random)
        piece, number = source.read(BLOCK), 0
        while True:
            following = source.read(BLOCK)
            out.write(cipher.encrypt(_nonce(random, number, last=not following), piece, bound_to))
            if not following:
                return
            piece, number = following, number + 1
