"""Keys on tokens and hardware modules (PKCS#11), by python-pkcs11.

One login serves a whole batch. A lost session (token pulled and put back, module restarted) is opened again; a wrong PIN is
never tried twice, not even by another process or a later run (``refusals``), since tokens lock themselves; and the last try that
a token has left is never used up, whatever the PIN. python-pkcs11 starts modules in their way for one thread, so threads take
turns; who signs in bulk does so in several processes.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from time import sleep
from typing import TYPE_CHECKING, Any

from pipeline.pki.trust import parse_now
from pipeline.sign.refusals import Refusals
from pipeline.sign.token import (
    ONE_AT_A_TIME,
    PinState,
    Session,
    load_module,
    log_in,
    pin_state,
    present_tokens,
)
from schemas.errors import LastTry, PinMissing, SignerUnavailable, TokenLocked, UsageError, WrongPin

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.signers import Signer as PyHankoSigner

Pin = str | Callable[[], str] | None
"""The PIN, or a function that asks for it (once); None for a token with a PIN pad of its own."""

_BUSY = 0.3
"""Seconds after which a token that was not seen is looked for once more: SoftHSM shows none while another process logs in."""

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
    """A token in a slot, for ``doctor``. ``pin_pad``: it asks for the PIN itself."""

    label: str
    slot: int
    serial: str
    model: str
    pin: PinState
    pin_pad: bool


def tokens(module: Path) -> list[Token]:
    """The tokens that a PKCS#11 module sees now; raises SignerUnavailable when the module cannot be loaded."""
    from pkcs11 import TokenFlag

    with ONE_AT_A_TIME:
        return [
            Token(
                token.label,
                token.slot.slot_id,
                token.serial.decode("ascii", "replace").strip(),
                str(token.model).strip(),
                pin_state(token),
                bool(token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH),
            )
            for token in present_tokens(load_module(module))
        ]


class Pkcs11Signer:
    """A key on a token. Name the token by ``token`` (label) or ``slot``; the key by ``key`` (label) or ``key_id``.

    Each may be left out where there is only one. Signers are for one process; a fork makes its own login. ``refusals`` is
    where refused PINs are remembered beyond this signer.
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
        refusals: Refusals | None = None,
    ) -> None:
        self.name = name or f"pkcs11:{token or slot or 'token'}"
        self.demo = False
        self._module, self._token_label, self._slot = module, token, slot
        self._key_label, self._key_id = key, key_id
        self._pin = pin
        self._refusals = refusals
        self._refused: SignerUnavailable | None = None
        self._certificates: tuple[Certificate, tuple[Certificate, ...]] | None = None
        self._idle: LifoQueue[Session] = LifoQueue()
        self._process = os.getpid()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PyHankoSigner]:
        """The key on the token; raises SignerUnavailable, WrongPin, LastTry, TokenLocked or UsageError."""
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

        # A lost session is opened again; where the module does not notice that its token came back, it is started anew.
        ways: tuple[Callable[[], Session], ...] = (self._take, self._reopen, self._restart)
        with ONE_AT_A_TIME:
            lost: PKCS11Error | None = None
            for way in ways:
                session = way()
                try:
                    signature = session.sign(data, digest, mechanism)
                except PKCS11Error as error:
                    session.close()
                    if type(error).__name__ not in _LOST:
                        raise SignerUnavailable(f"{self.name}: {type(error).__name__}") from error
                    lost = error
                else:
                    self._idle.put(session)
                    return signature
            raise SignerUnavailable(f"{self.name}: {type(lost).__name__}") from lost

    def _take(self) -> Session:
        if self._process != os.getpid():
            self._idle, self._process = LifoQueue(), os.getpid()
            load_module(self._module).reinitialize()
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._open()

    def _reopen(self) -> Session:
        """Sessions on a token are lost together."""
        self.close()
        return self._open()

    def _restart(self) -> Session:
        """Start the module anew, so that it looks for tokens again. Other signers on it lose their sessions, too."""
        self.close()
        load_module(self._module).reinitialize()
        return self._open()

    def _open(self) -> Session:
        from pkcs11 import TokenFlag

        with ONE_AT_A_TIME:
            if self._refused:
                raise self._refused
            token = self._find()
            tries = pin_state(token)
            if tries is PinState.LOCKED:
                raise TokenLocked(self.name)
            by_itself = bool(token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH) and self._pin is None
            if tries is PinState.LAST and not by_itself:  # nobody is asked for a PIN that is not used
                raise LastTry(self.name)
            pin = self._pin() if callable(self._pin) else self._pin
            if pin is not None:
                self._pin = pin
                handle = self._log_in_by_pin(token, pin)
            elif by_itself:
                handle = self._log_in(token, None)
            else:
                raise PinMissing(self.name)
        return Session(handle, self._key_label, self._key_id, self.name)

    def _log_in_by_pin(self, token: Any, pin: str) -> Any:
        serial = token.serial.decode("ascii", "replace").strip()
        memory = (
            self._refusals.trying(f"pkcs11:{serial}", pin, self.name) if self._refusals else nullcontext()
        )
        try:
            with memory:
                if (
                    pin_state(token.slot.get_token()) is PinState.LAST
                ):  # others may have tried since we looked
                    raise LastTry(self.name)
                return self._log_in(token, pin)
        except WrongPin as refused:
            self._refused = refused
            raise

    def _log_in(self, token: Any, pin: str | None) -> Any:
        import pkcs11

        try:
            return log_in(token, pkcs11.PROTECTED_AUTH if pin is None else pin)
        except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
            raise WrongPin(self.name) from error
        except pkcs11.PinLocked as error:
            raise TokenLocked(self.name) from error
        except pkcs11.PKCS11Error as error:
            raise SignerUnavailable(f"{self.name}: {type(error).__name__}") from error

    def _find(self) -> Any:
        library = load_module(self._module)
        found = self._matching(library)
        if not found:
            sleep(_BUSY)
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
