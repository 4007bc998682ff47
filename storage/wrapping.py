"""What wraps the keys of objects: a key in a file, or one that never leaves a token or HSM (PKCS#11).

Both give the same bytes (AES key wrap, RFC 3394), so a key may move from a file into an HSM without wrapping anew.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from schemas.errors import KeyUnavailable, LastTry, TokenLocked, WrongPin


class Wrapping(Protocol):
    """A key that wraps other keys."""

    @property
    def name(self) -> str:
        """A name by which an operator recognizes the key; it contains nothing secret."""

    def wrap(self, key: bytes) -> bytes:
        """A key of 32 bytes, wrapped; raises ``KeyUnavailable``."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key; raises ``KeyUnavailable`` also when another key wrapped it."""


@dataclass(frozen=True, slots=True)
class FileKey:
    """A key of 32 bytes in memory; see ``read_master``."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != 32:
            raise KeyUnavailable("the master key is not 32 bytes long")

    @property
    def name(self) -> str:
        """A fingerprint."""
        return hashlib.sha256(b"sohoa master key " + self.key).hexdigest()[:16]

    def wrap(self, key: bytes) -> bytes:
        """In this process."""
        return aes_key_wrap(self.key, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """In this process."""
        try:
            return aes_key_unwrap(self.key, wrapped)
        except (InvalidUnwrap, ValueError):
            raise KeyUnavailable(f"not wrapped by master key {self.name}") from None


def read_master(path: Path) -> FileKey:
    """A master key from a file of 64 hex digits; raises ``KeyUnavailable``. Make one: ``openssl rand -hex 32``."""
    try:
        return FileKey(bytes.fromhex(path.read_text().strip()))
    except (OSError, ValueError) as error:
        raise KeyUnavailable(path.name) from error


class TokenKey:
    """An AES key on a token or HSM, found by its label; wrapping happens there. May be shared by threads.

    The key needs CKA_WRAP and CKA_UNWRAP and may be sensitive and not extractable. One session is kept; it is opened
    anew once when the token was pulled or the HSM restarted.
    """

    def __init__(self, module: Path, pin: str, *, key: str, token: str | None = None) -> None:
        """``module`` is the library of the token, ``token`` its label (needed where there are several)."""
        self._module, self._pin, self._label, self._token = module, pin, key, token
        self._key: Any = None
        self._refused = False
        self._lock = RLock()

    @property
    def name(self) -> str:
        """Label of token and key."""
        return f"{self._token or 'token'}/{self._label}"

    def wrap(self, key: bytes) -> bytes:
        """On the token."""
        from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass

        with self._used() as wrapping:
            plain = wrapping.session.create_object(
                {
                    Attribute.CLASS: ObjectClass.SECRET_KEY,
                    Attribute.KEY_TYPE: KeyType.AES,
                    Attribute.TOKEN: False,
                    Attribute.SENSITIVE: False,
                    Attribute.EXTRACTABLE: True,
                    Attribute.VALUE: key,
                }
            )
            try:
                return bytes(wrapping.wrap_key(plain, mechanism=Mechanism.AES_KEY_WRAP))
            finally:
                plain.destroy()

    def unwrap(self, wrapped: bytes) -> bytes:
        """On the token; the object's key is in our memory only while it is used."""
        from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass

        template = {Attribute.TOKEN: False, Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True}
        with self._used() as wrapping:
            plain = wrapping.unwrap_key(
                ObjectClass.SECRET_KEY,
                KeyType.AES,
                wrapped,
                mechanism=Mechanism.AES_KEY_WRAP,
                template=template,
            )
            try:
                return bytes(plain[Attribute.VALUE])
            finally:
                plain.destroy()

    @contextlib.contextmanager
    def _used(self) -> Iterator[Any]:
        """The key on the token, nobody else at the token meanwhile; a fault lets the session be opened anew."""
        import pkcs11

        with self._lock:
            if self._refused:
                raise WrongPin(self.name)
            try:
                if self._key is None or not self._alive():
                    self._key = self._open()
                yield self._key
            except (pkcs11.PinIncorrect, pkcs11.PinLenRange) as error:
                self._refused = True  # tokens lock themselves: never tried twice
                raise WrongPin(self.name) from error
            except pkcs11.PKCS11Error as error:
                self._key = None
                raise KeyUnavailable(f"{self.name}: {type(error).__name__}") from error

    def _alive(self) -> bool:
        import pkcs11

        try:
            return bool(self._key[pkcs11.Attribute.LABEL] == self._label)
        except pkcs11.PKCS11Error:
            return False

    def _open(self) -> Any:
        import pkcs11

        try:
            library = pkcs11.lib(str(self._module))
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise KeyUnavailable(f"{self._module.name} cannot be loaded") from error
        token = library.get_token(token_label=self._token)
        if token.flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
            raise TokenLocked(self.name)
        if token.flags & pkcs11.TokenFlag.USER_PIN_FINAL_TRY:
            raise LastTry(self.name)  # a wrong PIN would lock the token, and the archive with it
        try:
            session = token.open(user_pin=self._pin, rw=True)
        except pkcs11.UserAlreadyLoggedIn:  # this process signs with the same token
            session = token.open(rw=True)
        return session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, label=self._label)
