"""Settings of what gives a copy its legal value: who signs it, what is seen on it, whom we believe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from flows.settings.section import Section
from pipeline.sign import Level

When = Literal["archiving", "confirmation"]
"""When a signature is put on a copy."""


class KeySettings(Section):
    """A key that signs."""

    kind: Literal["demo", "pkcs12", "pkcs11", "csc", "elsewhere", "none"] = Field(
        default="none",
        description="A demo key, a PKCS#12 file, a token or HSM, a remote service (CSC), a key elsewhere (two steps), or nobody.",
    )
    when: When = Field(
        default="archiving",
        description="When it signs: as the copy is archived, or when an officer confirms the record.",
    )
    secret_file: Path | None = Field(
        default=None,
        description="File whose first line is the PIN or password, instead of `pin` and `password`.",
    )
    file: Path | None = Field(default=None, description="pkcs12: the file.")
    password: SecretStr | None = Field(default=None, description="pkcs12: its password.")
    module: Path | None = Field(default=None, description="pkcs11: the library of token or HSM.")
    token: str | None = Field(default=None, description="pkcs11: label of the token.")
    slot: int | None = Field(default=None, description="pkcs11: its slot, where several have one label.")
    key: str | None = Field(default=None, description="pkcs11: label of the key.")
    pin: SecretStr | None = Field(
        default=None,
        description="pkcs11, csc: the PIN. Without one, a command in a terminal asks for it once.",
    )
    url: str | None = Field(
        default=None, description="csc: what stands before /csc/v1/ in the service's address."
    )
    version: Literal["v1", "v2"] = Field(default="v1", description="csc: version of its protocol.")
    credential: str | None = Field(
        default=None, description="csc: which credential, where there are several."
    )
    access_token: SecretStr | None = Field(default=None, description="csc: OAuth2 bearer token.")
    oauth: str | None = Field(default=None, description="csc: where to get a token by client credentials.")
    client_id: str | None = Field(default=None, description="csc: the client's name there.")
    client_secret: SecretStr | None = Field(default=None, description="csc: the client's secret there.")


class SignerSettings(KeySettings):
    """Who signs the copies: the officer, or the agency where it seals alone. Level and time are those of the seal, too."""

    kind: Literal["demo", "pkcs12", "pkcs11", "csc", "elsewhere", "none"] = Field(
        default="demo",
        description="A demo key, a PKCS#12 file, a token or HSM, a remote service (CSC), a key elsewhere (two steps), or nobody.",
    )
    level: Level = Field(default=Level.B_B, description="PAdES level: B-B, B-T, B-LT or B-LTA.")
    tsa: str | None = Field(default=None, description="URL of the time-stamping authority (from B-T on).")
    at_once: int | None = Field(
        default=None,
        gt=0,
        description="How many copies all machines together sign, or give a new time-stamp, at the same time, where token or authority has few sessions.",
    )


class SealSettings(KeySettings):
    """The agency's seal. What signs at the same time signs in this order: the officer, then the seal; both or neither."""


class MarkSettings(Section):
    """What is seen on page 1 of a copy. Never over anything: where there is no free place the page grows by a strip."""

    text: Literal["visible", "invisible"] = Field(
        default="visible",
        description="Top right: `agency`, form of copy, time. Needs `agency`.",
    )
    form: str = Field(default="BẢN SAO", description="The form of copy: BẢN SAO, SAO Y …")
    converter: str | None = Field(
        default=None, description="Full name of who converts the paper; with it the conversion mark is added."
    )
    qr: bool = Field(
        default=False,
        description="Top left, a QR code: dossier, procedure, subject, name of the paper, system, time.",
    )
    system: str = Field(default="Sohoa", description="How the QR code calls the system that made the copy.")


class TrustSettings(Section):
    """Whom we believe when verifying."""

    roots: tuple[Path, ...] = Field(default=(), description="Certificates (PEM or DER), or folders of them.")
    intermediates: tuple[Path, ...] = Field(default=(), description="Certificates that help to build paths.")
    fetch: bool = Field(
        default=False, description="Look up OCSP and CRL at the addresses in certificates under these roots."
    )
    private: bool = Field(
        default=False,
        description="Let `fetch` ask addresses in private networks (10.x, 192.168.x …) and on this machine, too.",
    )
    purposes: tuple[str, ...] = Field(
        default=(),
        description="Extended key usages (OIDs) of signers of documents, besides document signing and e-mail.",
    )

    @field_validator("purposes")
    @classmethod
    def _are_oids(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [one for one in given if not re.fullmatch(r"\d+(\.\d+)+", one)]:
            raise ValueError(f"no OIDs: {', '.join(wrong)}")
        return given
