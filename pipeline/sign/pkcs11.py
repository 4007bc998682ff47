"""Keys on tokens and hardware modules (PKCS#11), by python-pkcs11.

One login serves a whole batch. A lost session (token pulled and put back, module restarted) is opened again once per
signature; a wrong PIN is never tried twice, since tokens lock themselves. python-pkcs11 starts modules in their way for one thread,
so threads take turns; who signs in bulk does so in several processes.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any

from pipeline.sign.token import ONE_AT_A_TIME, Session, load_module, log_in, present_tokens
from pipeline.sign.trust import parse_now
from schemas.errors import SignerUnavailable, TokenLocked, UsageError, WrongPin

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.signers import Signer as PyHankoSigner

Pin = str | Callable[[], str] | None
"""The PIN, or a function that asks for it (once); None for a token with a PIN pad of its own."""

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

    with ONE_AT_A_TIME:
        return [
            Token(
                token.label,
                token.serial.decode("ascii", "replace").strip(),
                str(token.model).strip(),
                bool(token.flags & TokenFlag.USER_PIN_LOCKED),
            )
            for token in present_tokens(load_module(module))
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
        name: str = "",
    ) -> None:
        self.name = name or f"pkcs11:{token or slot or 'token'}"
        self.demo = False
        self._module, self._token_label, self._slot = module, token, slot
        self._key_label, self._key_id = key, key_id
        self._pin = pin
        self._refused: SignerUnavailable | None = None
        self._certificates: tuple[Certificate, tuple[Certificate, ...]] | None = None
        self._idle: LifoQueue[Session] = LifoQueue()
        self._process = os.getpid()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PyHankoSigner]:
        """The key on the token; raises SignerUnavailable, WrongPin, TokenLocked or UsageError (no such key)."""
        from pipeline.sign.outside import OutsideKey

        if self._certificates is None:
            with ONE_AT_A_TIME:
                session = self._take()
                certificate, chain = session.certificates()
                self._certificates = parse_now(certificate), tuple(map(parse_now, chain))
                self._idle.put(session)
        certificate, chain = self._certificates
        yield OutsideKey(certificate, chain, self._sign)

    def close(self) -> None:
        """Log out."""
        with ONE_AT_A_TIME:
            while True:
                try:
                    self._idle.get_nowait().close()
                except Empty:
                    return

    def _sign(self, data: bytes, digest: str, mechanism: Any) -> bytes:
        from pkcs11 import PKCS11Error

        with ONE_AT_A_TIME:
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

    def _take(self) -> Session:
        if self._process != os.getpid():
            self._idle, self._process = LifoQueue(), os.getpid()
            load_module(self._module).reinitialize()
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._open()

    def _again(self, lost: Session) -> Session:
        """All sessions of the module are lost together; start it anew, so that it looks for tokens again."""
        lost.close()
        self.close()
        load_module(self._module).reinitialize()
        return self._open()

    def _open(self) -> Session:
        import pkcs11
        from pkcs11 import TokenFlag

        with ONE_AT_A_TIME:
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
                handle = log_in(token, pin)
            except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
                self._refused = WrongPin(self.name)
                raise self._refused from error
            except pkcs11.PinLocked as error:
                raise TokenLocked(self.name) from error
            except pkcs11.PKCS11Error as error:
                raise SignerUnavailable(f"{self.name}: {type(error).__name__}") from error
        return Session(handle, self._key_label, self._key_id, self.name)

    def _find(self) -> Any:
        library = load_module(self._module)
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
            for token in present_tokens(library)
            if self._token_label in {None, token.label} and self._slot in {None, token.slot.slot_id}
        ]
