"""All settings together, and where they come from."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from flows.defaults import PREFIX, config_file, default_home
from flows.owned_files import demand_own
from flows.settings.asking import ApiSettings
from flows.settings.section import Section, described
from flows.settings.signing import MarkSettings, SealSettings, SignerSettings, TrustSettings
from flows.settings.station import StationSettings
from flows.settings.storing import ArchiveSettings, IndexSettings, SourceSettings
from pipeline.intake import DEFAULT_LIMITS, Limits
from schemas.errors import UsageError
from schemas.plain import one_line
from storage.stores.protocol import LARGEST

_NESTED = "__"


class LimitSettings(Section):
    """What is safe to take in."""

    pixels: int = Field(default=DEFAULT_LIMITS.pixels, gt=0, description="Pixels of one page.")
    pages: int = Field(default=DEFAULT_LIMITS.pages, gt=0, description="Pages of one file.")
    size: int = Field(default=DEFAULT_LIMITS.size, gt=0, le=LARGEST, description="Bytes of one file.")
    memory: int = Field(
        default=DEFAULT_LIMITS.memory,
        ge=500_000_000,
        description="Bytes of memory of the process that works on a file.",
    )
    seconds: int = Field(
        default=DEFAULT_LIMITS.seconds,
        gt=0,
        description="Cpu time to take in a file, to decode a page of it, and to copy one.",
    )

    def as_limits(self) -> Limits:
        """As intake takes them."""
        return Limits(self.pixels, self.pages, self.size, self.memory, self.seconds)


class WatchSettings(Section):
    """Hot folders of scanners (`sohoa watch`)."""

    folders: tuple[Path, ...] = Field(default=(), description="The folders that scanners write to.")
    settle: float = Field(
        default=1.0,
        gt=0,
        description="Seconds for which a file must not have changed until it is taken; more on slow shares.",
    )


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
    language: Literal["vi", "en"] | None = Field(
        default=None,
        description="Language in which commands tell people what happened; by default Vietnamese on a terminal, else English.",
    )
    log: Literal["plain", "json"] = Field(
        default="plain",
        description="What backlog, watch and Prefect's runs tell on stderr: sentences for a person, or one JSON object per line, with the ids of job and documents, for each file and each fault.",
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, gt=0, description="Pages in work at the same time."
    )
    quarantine: Path | None = Field(
        default=None,
        description="Where `backlog` moves refused files, in the folders that they came from and with their reasons; by default they stay where they are.",
    )
    source: SourceSettings | None = Field(default=None, description="Where `backlog s3://…` reads from.")
    watch: WatchSettings = Field(default_factory=WatchSettings, description="Hot folders of scanners.")
    station: StationSettings = Field(default_factory=StationSettings, description="The counter station.")
    archive: ArchiveSettings = Field(default_factory=ArchiveSettings, description="Where the documents lie.")
    index: IndexSettings = Field(default_factory=IndexSettings, description="The database that finds them.")
    signer: SignerSettings = Field(default_factory=SignerSettings, description="Who signs the copies.")
    seal: SealSettings = Field(default_factory=SealSettings, description="The agency's seal beside it.")
    marks: MarkSettings = Field(default_factory=MarkSettings, description="What is seen on a copy.")
    trust: TrustSettings = Field(default_factory=TrustSettings, description="Whom we believe when verifying.")
    api: ApiSettings = Field(default_factory=ApiSettings, description="Who asks through the API.")
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
    except SettingsError as wrong:  # a value of the environment that is no JSON
        raise UsageError(one_line(str(wrong))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        reason = "not in UTF-8" if isinstance(wrong, UnicodeDecodeError) else str(wrong)
        raise UsageError(f"{config_file()}: {reason}") from wrong
    except OSError as wrong:
        raise UsageError(f"{config_file()}: {wrong.strerror}") from wrong
    _demand_own_files(settings)
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})


def with_secret(settings: Settings, section: str, setting: str, secret: str) -> Settings:
    """The settings with what somebody typed (``signer``, ``pin``); it is written nowhere, and known to nobody else."""
    chosen = getattr(settings, section).model_copy(update={setting: SecretStr(secret)})
    return settings.model_copy(update={section: chosen})


def _demand_own_files(settings: Settings) -> None:
    """What these files hold is run, believed, or handed to a token as its PIN: nobody else may write them."""
    for name in ("signer", "seal"):
        if (module := getattr(settings, name).module) is not None:
            demand_own(module, f"{name}.module")
        if (secret := getattr(settings, name).secret_file) is not None:
            demand_own(secret, f"{name}.secret_file")
    if settings.archive.master_token is not None:
        demand_own(settings.archive.master_token.module, "archive.master_token.module")
    for name in ("event_key", "consent_keys"):
        if (file := getattr(settings.api, name)) is not None:
            demand_own(file, f"api.{name}")
    for name in ("roots", "intermediates"):
        for believed in getattr(settings.trust, name):
            demand_own(believed, f"trust.{name}")
