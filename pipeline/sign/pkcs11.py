"""Keys on tokens and hardware modules (PKCS#11), by python-pkcs11.

One login serves a whole batch. A lost session (token pulled and put back, module restarted) is opened again once per
signature; a wrong PIN is never tried twice, since tokens lock themselves. Sessions are not shared between threads: up to
``sessions`` of them are kept in a pool.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Any

from schemas.errors import CertificateRefused, SignerUnavailable, TokenLocked, UsageError, WrongPin

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.signers import Signer as PyHankoSigner

Pin = str | Callable[[], str] | None
"""The PIN, or a function that asks for it (once); None for a token with a PIN pad of its own."""

_LOGINS = 4
_LOST = {
    "SessionHandleInvalid",
    "SessionClosed",
    "DeviceRemoved",
    "DeviceError",
    "TokenNotPresent",
    "TokenNotRecognised",
    "UserNotLoggedIn",
    "ObjectHandleInvalid",
    "KeyHandleInvalid",
    "GeneralError",
    "FunctionFailed",
    "OperationNotInitialized",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A token in a slot, for ``doctor``."""

    label: str
    serial: str
    model: str
    pin_locked: bool


def tokens(module: Path) -> list[Token]:
    """The tokens that a PKCS#11 module sees now; raises SignerUnavailable when the module cannot be loaded."""
    from pkcs11 import TokenFlag

    return [
        Token(
            token.label,
            token.serial.decode("ascii", "replace").strip(),
            str(token.model).strip(),
            bool(token.flags & TokenFlag.USER_PIN_LOCKED),
        )
        for token in _tokens(_library(module))
    ]


class Pkcs11Signer:
    """A key on a token. Name the token by ``token`` (label) or ``slot``; the key by ``key`` (label) or ``key_id``.

    Each may be left out where there is only one. Signers are for one process; a fork makes its own login.
    """

    def __init__(
        self,
        module: Path,
        pin: Pin,
        *,
        token: str | None = None,
        slot: int | None = None,
        key: str | None = None,
        key_id: bytes | None = None,
        sessions: int = 2,
        name: str = "",
    ) -> None:
        self.name = name or f"pkcs11:{token or slot or 'token'}"
        self.demo = False
        self._module, self._token_label, self._slot = module, token, slot
        self._key_label, self._key_id = key, key_id
        self._pin = pin
        self._refused: SignerUnavailable | None = None
        self._certificates: tuple[Certificate, tuple[Certificate, ...]] | None = None
        self._lock, self._limit = Lock(), Semaphore(sessions)
        self._idle: LifoQueue[_Session] = LifoQueue()
        self._process = os.getpid()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PyHankoSigner]:
        """The key on the token; raises SignerUnavailable, WrongPin, TokenLocked or UsageError (no such key)."""
        from pipeline.sign.outside import OutsideKey

        if self._certificates is None:
            with self._limit:
                session = self._take()
                self._certificates = session.certificates()
                self._idle.put(session)
        certificate, chain = self._certificates
        yield OutsideKey(certificate, chain, self._sign)

    def close(self) -> None:
        """Log out."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _sign(self, data: bytes, digest: str, mechanism: Any) -> bytes:
        from pkcs11 import PKCS11Error

        with self._limit:
            session = self._take()
            try:
                signature = session.sign(data, digest, mechanism)
            except PKCS11Error as error:
                if type(error).__name__ not in _LOST:
                    raise SignerUnavailable(f"{self.name}: {type(error).__name__}") from error
                session = self._again(session)
                try:
                    signature = session.sign(data, digest, mechanism)
                except PKCS11Error as second:
                    raise SignerUnavailable(f"{self.name}: {type(second).__name__}") from second
            self._idle.put(session)
            return signature

    def _take(self) -> _Session:
        if self._process != os.getpid():
            self._idle, self._process = LifoQueue(), os.getpid()
            _library(self._module).reinitialize()
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._open()

    def _again(self, lost: _Session) -> _Session:
        """All sessions of the module are lost together; start it anew, so that it looks for tokens again."""
        lost.close()
        self.close()
        _library(self._module).reinitialize()
        return self._open()

    def _open(self) -> _Session:
        import pkcs11
        from pkcs11 import TokenFlag

        with self._lock:
            if self._refused:
                raise self._refused
            token = self._find()
            if token.flags & TokenFlag.USER_PIN_LOCKED:
                raise TokenLocked(self.name)
            pin: Any = self._pin() if callable(self._pin) else self._pin
            if pin is not None:
                self._pin = pin
            elif token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:
                pin = pkcs11.PROTECTED_AUTH
            try:
                handle = _log_in(token, pin)
            except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
                self._refused = WrongPin(self.name)
                raise self._refused from error
            except pkcs11.PinLocked as error:
                raise TokenLocked(self.name) from error
            except pkcs11.PKCS11Error as error:
                raise SignerUnavailable(f"{self.name}: {type(error).__name__}") from error
        return _Session(handle, self._key_label, self._key_id, self.name)

    def _find(self) -> Any:
        library = _library(self._module)
        found = self._matching(library)
        if not found:
            library.reinitialize()  # some modules look for tokens only when they start
            found = self._matching(library)
        if not found:
            raise SignerUnavailable(f"{self.name}: no such token")
        if len(found) > 1:
            raise UsageError(f"{self.name}: {len(found)} tokens; name one by its label or slot")
        return found[0]

    def _matching(self, library: Any) -> list[Any]:
        return [
            token
            for token in _tokens(library)
            if self._token_label in {None, token.label} and self._slot in {None, token.slot.slot_id}
        ]


class _Session:
    """An open session with the key found in it."""

    def __init__(self, handle: Any, label: str | None, key_id: bytes | None, name: str) -> None:
        from pkcs11 import Attribute, ObjectClass

        self._handle, self._name = handle, name
        wanted: dict[Any, Any] = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.SIGN: True}
        if label is not None:
            wanted[Attribute.LABEL] = label
        if key_id is not None:
            wanted[Attribute.ID] = key_id
        keys = list(handle.get_objects(wanted))
        if len(keys) != 1:
            handle.close()
            what = "no such key" if not keys else f"{len(keys)} keys; name one by its label or id"
            raise UsageError(f"{name}: {what}")
        self._key = keys[0]

    def certificates(self) -> tuple[Certificate, tuple[Certificate, ...]]:
        """The key's certificate (the one with its id) and the others on the token."""
        from asn1crypto.x509 import Certificate
        from pkcs11 import Attribute, ObjectClass

        own_id = self._key[Attribute.ID]
        own, others = None, []
        for thing in self._handle.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
            certificate = Certificate.load(thing[Attribute.VALUE])
            if own is None and thing[Attribute.ID] == own_id:
                own = certificate
            else:
                others.append(certificate)
        if own is None:
            raise CertificateRefused(f"{self._name}: no certificate beside the key")
        return own, tuple(certificate for certificate in others if certificate.ca)

    def sign(self, data: bytes, digest: str, mechanism: Any) -> bytes:
        """The raw signature; ECDSA is hashed here, since many tokens know only the bare mechanism."""
        from pyhanko.sign.pkcs11 import select_pkcs11_signing_params

        is_ecdsa = mechanism.signature_algo == "ecdsa"
        spec = select_pkcs11_signing_params(mechanism, digest, use_raw_mechanism=is_ecdsa, sign_kwargs={})
        if spec.pre_sign_transform is not None:
            data = spec.pre_sign_transform(data)
        signature: bytes = self._key.sign(data, **spec.sign_kwargs)
        return signature if spec.post_sign_transform is None else spec.post_sign_transform(signature)

    def close(self) -> None:
        """End the session; what is gone already is no fault."""
        import contextlib

        from pkcs11 import PKCS11Error

        with contextlib.suppress(PKCS11Error):
            self._handle.close()


def _log_in(token: Any, pin: Any) -> Any:
    """Open a session; several processes that log in at the same instant make some modules stumble (not over the PIN)."""
    import pkcs11

    for attempt in range(_LOGINS):
        try:
            return token.open(user_pin=pin)
        except pkcs11.UserAlreadyLoggedIn:
            return token.open()
        except (pkcs11.GeneralError, pkcs11.FunctionFailed):
            if attempt == _LOGINS - 1:
                raise
            time.sleep(0.1 * 2**attempt)
    raise AssertionError("unreachable")


def _library(module: Path) -> Any:
    import pkcs11

    try:
        return pkcs11.lib(str(module))
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise SignerUnavailable(f"PKCS#11 module {module.name} cannot be loaded") from error


def _tokens(library: Any) -> list[Any]:
    import pkcs11

    found = []
    for slot in library.get_slots(token_present=True):
        try:
            token = slot.get_token()
        except pkcs11.PKCS11Error:
            continue
        if token.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED:
            found.append(token)
    return found
