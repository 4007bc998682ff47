"""From settings to the one who signs."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from flows.settings import SignerSettings
from pipeline.sign import CscService, CscSigner, Pkcs11Signer, Pkcs12Signer, Signer, demo_signer
from schemas.errors import UsageError

T = TypeVar("T")


def signer_of(chosen: SignerSettings, home: Path) -> Signer | None:
    """The signer, None when nobody signs; raises UsageError when a setting is missing."""
    if chosen.kind == "none":
        return None
    if chosen.kind == "demo":
        return demo_signer(home)
    if chosen.kind == "pkcs12":
        return Pkcs12Signer(_needed(chosen.file, "file"), _secret(chosen.password))
    if chosen.kind == "pkcs11":
        pin = _needed(_secret(chosen.pin), "pin")
        return Pkcs11Signer(_needed(chosen.module, "module"), pin, token=chosen.token, key=chosen.key)
    service = CscService(
        _needed(chosen.url, "url"),
        version=chosen.version,
        token=_secret(chosen.access_token),
        oauth=chosen.oauth,
        client_id=chosen.client_id,
        client_secret=_secret(chosen.client_secret),
    )
    return CscSigner(service, chosen.credential, pin=_secret(chosen.pin))


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()


def _needed(value: T | None, name: str) -> T:
    if value is None:
        raise UsageError(f"signer.{name} is missing")
    return value
