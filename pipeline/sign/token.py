"""One PKCS#11 module, its tokens, and a session with the key found on a token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from enum import StrEnum
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from schemas.errors import CertificateRefused, SignerUnavailable, UsageError

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate

_LOGINS = 4

ONE_AT_A_TIME = RLock()
"""Held during every call into a module."""


class PinState(StrEnum):
    """How many wrong PINs a token still takes, as its flags say (PKCS#11, CK_TOKEN_INFO).

    ``low``: one was entered since the last login (CKF_USER_PIN_COUNT_LOW); ``last``: the next one locks the token
    (CKF_USER_PIN_FINAL_TRY). Not every token tells.
    """

    GOOD = "good"
    LOW = "low"
    LAST = "last"
    LOCKED = "locked"


def pin_state(token: Any) -> PinState:
    """The gravest of the flags of a token that was looked at just now."""
    from pkcs11 import TokenFlag

    for flag, state in (
        (TokenFlag.USER_PIN_LOCKED, PinState.LOCKED),
        (TokenFlag.USER_PIN_FINAL_TRY, PinState.LAST),
        (TokenFlag.USER_PIN_COUNT_LOW, PinState.LOW),
    ):
        if token.flags & flag:
            return state
    return PinState.GOOD


class Session:
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


def log_in(token: Any, pin: Any) -> Any:
    """Open a session; several processes that log in at the same instant make some modules stumble (not over the PIN).

    A module knows one login for a whole process and then takes any PIN: a caller comes in on the login of another only with the
    very PIN that was accepted. Raises PinIncorrect for any other.
    """
    import pkcs11

    serial, given = bytes(token.serial), _mark(pin)
    for attempt in range(_LOGINS):
        try:
            session = token.open(user_pin=pin)
        except pkcs11.UserAlreadyLoggedIn:
            if not hmac.compare_digest(_accepted.get(serial, given), given):
                raise pkcs11.PinIncorrect from None
            return token.open()
        except (pkcs11.GeneralError, pkcs11.FunctionFailed):
            if attempt == _LOGINS - 1:
                raise
            time.sleep(0.1 * 2**attempt)
        else:
            _accepted[serial] = given
            return session
    raise AssertionError("unreachable")


_salt = secrets.token_bytes(16)
_accepted: dict[bytes, bytes] = {}
"""By a token's serial number, a salted digest of the PIN that its present login was made with; no PIN is kept."""


def _mark(pin: Any) -> bytes:
    return hashlib.sha256(_salt + repr(pin).encode()).digest()


def load_module(module: Path) -> Any:
    """The PKCS#11 library (loaded once per process); raises SignerUnavailable."""
    import pkcs11

    try:
        return pkcs11.lib(str(module))
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise SignerUnavailable(f"PKCS#11 module {module.name} cannot be loaded") from error


def present_tokens(library: Any) -> list[Any]:
    """The initialised tokens in its slots."""
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
