"""From settings to the ones who sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from flows.settings import KeySettings, Settings, When
from pipeline.sign import (
    CscService,
    CscSigner,
    ElsewhereSigner,
    Pkcs11Signer,
    Pkcs12Signer,
    Refusals,
    Signer,
    demo_signer,
)
from schemas.errors import UsageError

T = TypeVar("T")

SECTIONS = ("signer", "seal")
"""In the order of signing."""


Ask = Callable[[str], str]
"""Asks a person for a one-time password; it is told whose."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """One who signs copies: ``role`` is the section of the settings, by which the archive knows whose signature it is."""

    role: str
    when: When
    signer: Signer


def signatories_of(settings: Settings, ask: Ask | None = None) -> tuple[Signatory, ...]:
    """Who signs a copy, one after the other: the officer, then the agency. Raises UsageError for a missing setting.

    ``ask`` is for keys that want a one-time password for each signature; without it they cannot sign.
    """
    found = []
    for role in SECTIONS:
        chosen: KeySettings = getattr(settings, role)
        if (signer := _signer(role, chosen, settings.home, ask)) is not None:
            found.append(Signatory(role, chosen.when, signer))
    return tuple(found)


def _signer(section: str, chosen: KeySettings, home: Path, ask: Ask | None) -> Signer | None:
    def needed(value: T | None, name: str) -> T:
        if value is None:
            raise UsageError(f"{section}.{name} is missing")
        return value

    if chosen.kind == "none":
        return None
    if chosen.kind in {"demo", "elsewhere"}:
        return demo_signer(home) if chosen.kind == "demo" else ElsewhereSigner()
    refusals = Refusals(home / "refused-pins")
    if chosen.kind == "pkcs12":
        return Pkcs12Signer(needed(chosen.file, "file"), secret_of(chosen))
    if chosen.kind == "pkcs11":
        module = needed(chosen.module, "module")
        return Pkcs11Signer(
            module,
            secret_of(chosen),
            token=chosen.token,
            slot=chosen.slot,
            key=chosen.key,
            refusals=refusals,
        )
    service = CscService(
        needed(chosen.url, "url"),
        version=chosen.version,
        token=_open(chosen.access_token),
        oauth=chosen.oauth,
        client_id=chosen.client_id,
        client_secret=_open(chosen.client_secret),
    )
    otp = None if ask is None else partial(ask, chosen.credential or service.url)
    return CscSigner(service, chosen.credential, pin=secret_of(chosen), otp=otp, refusals=refusals)


def secret_of(chosen: KeySettings) -> str | None:
    """The PIN or password that the settings give, None where they give none. Raises UsageError."""
    given = chosen.password if chosen.kind == "pkcs12" else chosen.pin
    if given is not None or chosen.secret_file is None:
        return _open(given)
    try:
        lines = chosen.secret_file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no text"
        raise UsageError(f"secret_file {chosen.secret_file}: {reason}") from error
    return lines[0] if lines else ""


def _open(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
