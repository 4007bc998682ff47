"""Settings: one file (``sohoa.toml``) and ``SOHOA_*`` of the environment, which wins. Unknown keys are refused.

The file is ``$SOHOA_CONFIG``, else ``sohoa.toml`` in the current folder, else ``sohoa.toml`` in the home. The home
(``SOHOA_HOME``) is where everything embedded lives; two homes never meet. ``docs/settings.md`` is made from this module.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from flows.defaults import PREFIX, config_file, default_home
from pipeline.intake import DEFAULT_LIMITS, Limits
from pipeline.sign import Level
from schemas.errors import UsageError
from storage.stores.s3_options import Protection

_NESTED = "__"
_typed: dict[str, dict[str, SecretStr]] = {}


class Section(BaseModel):
    """A part of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class S3Settings(Section):
    """A bucket of an S3 server (Ceph RGW, MinIO, AWS …); see ``storage.stores.s3_options``."""

    endpoint: str = Field(description="Host and port of the server, without https://.")
    bucket: str = Field(description="The bucket, which must exist.")
    prefix: str = Field(default="", description="Folder inside the bucket.")
    region: str = Field(default="us-east-1", description="Region.")
    tls: bool = Field(default=True, description="TLS; only switch it off inside one machine.")
    virtual_style: bool = Field(default=False, description="The bucket stands in the host name.")
    protection: Protection = Field(
        default=Protection.VERSIONED, description="What the bucket must do: plain, versioned or locked."
    )
    lock_mode: Literal["COMPLIANCE", "GOVERNANCE"] = Field(
        default="COMPLIANCE", description="Who may lift a lock: nobody, or who has the right."
    )
    sse: str | None = Field(default=None, description="Encryption by the server: AES256 or aws:kms:KEY-ID.")
    credentials_file: Path | None = Field(
        default=None,
        description="AWS credentials file; by default AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    )
    profile: str | None = Field(default=None, description="Profile in the credentials file.")


class MasterTokenSettings(Section):
    """A key on a token or HSM instead of one in a file: it wraps the keys of all objects and never leaves its place."""

    module: Path = Field(description="The library of the token or HSM (PKCS#11).")
    token: str | None = Field(default=None, description="Label of the token, where there are several.")
    key: str = Field(description="Label of the AES key; it must be allowed to wrap and unwrap.")
    pin: SecretStr = Field(description="The PIN.")


class ArchiveSettings(Section):
    """Where the documents lie: a folder, or a bucket when ``s3`` is set."""

    folder: Path | None = Field(
        default=None, description="Folder of the archive; by default `archive` in the home."
    )
    s3: S3Settings | None = Field(default=None, description="A bucket instead of a folder.")
    master_key: Path | None = Field(
        default=None,
        description="File with 64 hex digits; with it everything is encrypted before it is stored.",
    )
    master_token: MasterTokenSettings | None = Field(
        default=None, description="A key on a token or HSM instead of `master_key`."
    )


class IndexSettings(Section):
    """The database that finds documents; it can always be rebuilt from the archive."""

    url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy URL, e.g. `postgresql+psycopg://user:password@host/sohoa`; by default SQLite in the home.",
    )


class KeySettings(Section):
    """A key that signs."""

    kind: Literal["demo", "pkcs12", "pkcs11", "csc", "none"] = Field(
        default="none",
        description="A demo key, a PKCS#12 file, a token or HSM, a remote service (CSC), or nobody.",
    )
    secret_file: Path | None = Field(
        default=None,
        description="File whose first line is the PIN or password, instead of `pin` and `password`.",
    )
    file: Path | None = Field(default=None, description="pkcs12: the file.")
    password: SecretStr | None = Field(default=None, description="pkcs12: its password.")
    module: Path | None = Field(default=None, description="pkcs11: the library of token or HSM.")
    token: str | None = Field(default=None, description="pkcs11: label of the token.")
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

    kind: Literal["demo", "pkcs12", "pkcs11", "csc", "none"] = Field(
        default="demo",
        description="A demo key, a PKCS#12 file, a token or HSM, a remote service (CSC), or nobody.",
    )
    level: Level = Field(default=Level.B_B, description="PAdES level: B-B, B-T, B-LT or B-LTA.")
    tsa: str | None = Field(default=None, description="URL of the time-stamping authority (from B-T on).")


class SealSettings(KeySettings):
    """The agency's seal, put on right after the officer's signature: a copy carries both or waits for both."""


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
    fetch: bool = Field(default=False, description="Look up OCSP and CRL at the addresses in certificates.")


class LimitSettings(Section):
    """What is safe to take in."""

    pixels: int = Field(default=DEFAULT_LIMITS.pixels, gt=0, description="Pixels of one page.")
    pages: int = Field(default=DEFAULT_LIMITS.pages, gt=0, description="Pages of one file.")
    size: int = Field(default=DEFAULT_LIMITS.size, gt=0, description="Bytes of one file.")

    def as_limits(self) -> Limits:
        """As intake takes them."""
        return Limits(self.pixels, self.pages, self.size)


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter=_NESTED,
        nested_model_default_partial_update=True,
    )

    home: Path = Field(default_factory=default_home, description="Where the embedded parts live.")
    agency: str = Field(
        default="",
        description="The organisation that digitizes: publisher of each PDF, and named in the copy mark at its top right.",
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, gt=0, description="Pages in work at the same time."
    )
    quarantine: Path | None = Field(
        default=None,
        description="Where `backlog` moves refused files, with their reasons; by default they stay where they are.",
    )
    archive: ArchiveSettings = Field(default_factory=ArchiveSettings, description="Where the documents lie.")
    index: IndexSettings = Field(default_factory=IndexSettings, description="The database that finds them.")
    signer: SignerSettings = Field(default_factory=SignerSettings, description="Who signs the copies.")
    seal: SealSettings = Field(default_factory=SealSettings, description="The agency's seal beside it.")
    marks: MarkSettings = Field(default_factory=MarkSettings, description="What is seen on a copy.")
    trust: TrustSettings = Field(default_factory=TrustSettings, description="Whom we believe when verifying.")
    limits: LimitSettings = Field(default_factory=LimitSettings, description="What is safe to take in.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before the file; no other source."""
        file = config_file()
        sources = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, file)) if file else sources


def load_settings(**overrides: Any) -> Settings:
    """All settings, checked; raises UsageError that names what is wrong, never a value."""
    known = {
        f"{PREFIX}CONFIG",
        *(PREFIX + name.upper().replace(".", _NESTED) for name, _ in described(Settings)),
    }
    unknown = [name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known]
    if unknown:
        raise UsageError(f"unknown setting in the environment: {', '.join(sorted(unknown))}")
    try:
        settings = Settings(**overrides)
    except ValidationError as wrong:
        reasons = (
            f"{'.'.join(map(str, e['loc']))}: {e['msg'].lower()}" for e in wrong.errors(include_input=False)
        )
        raise UsageError("; ".join(reasons)) from None
    except tomllib.TOMLDecodeError as wrong:
        raise UsageError(f"{config_file()}: {wrong}") from wrong
    typed = {name: getattr(settings, name).model_copy(update=given) for name, given in _typed.items()}
    return settings.model_copy(update={"home": settings.home.expanduser().absolute(), **typed})


def remember_secret(section: str, setting: str, secret: str) -> None:
    """What somebody typed (``signer``, ``pin``), for every ``load_settings`` of this process; it is written nowhere."""
    _typed[section] = {setting: SecretStr(secret)}


def described(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name (``signer.level``) and meaning of every setting, also of those inside sections."""
    for name, field in model.model_fields.items():
        yield prefix + name, field.description or ""
        for section in sections_of(field.annotation):
            yield from described(section, f"{prefix}{name}.")


def sections_of(annotation: Any) -> list[type[BaseModel]]:
    """The section that a setting holds, if it is one."""
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return [c for c in candidates if isinstance(c, type) and issubclass(c, Section)]
