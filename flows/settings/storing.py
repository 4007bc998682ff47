"""Settings of what keeps documents: the archive, and the index that finds them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from flows.settings.section import Section
from storage.stores.s3_options import Protection


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
    at_once: int | None = Field(
        default=None,
        gt=0,
        description="How many documents all machines together write at the same time, where the server bears no more.",
    )


class SourceSettings(Section):
    """The S3 server that `sohoa backlog s3://BUCKET/PREFIX` reads from; by default that of `archive.s3`."""

    endpoint: str = Field(description="Host and port of the server, without https://.")
    region: str = Field(default="us-east-1", description="Region.")
    tls: bool = Field(default=True, description="TLS; only switch it off inside one machine.")
    virtual_style: bool = Field(default=False, description="The bucket stands in the host name.")
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
    seal_key: Path | None = Field(
        default=None,
        description="PEM file with the Ed25519 key that seals every version, the same on all machines; by default made in the home.",
    )
    witness: Path | None = Field(
        default=None,
        description="File, best on other storage, that notes the head of each day of the audit log; by default in the home.",
    )


class IndexSettings(Section):
    """The database that finds documents; it can always be rebuilt from the archive."""

    url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy URL, e.g. `postgresql+psycopg://user:password@host/sohoa`; by default SQLite in the home.",
    )
    full_text: bool = Field(
        default=True,
        description="Keep words, titles and names in the index, in plain; without them papers are found by ids, numbers, agencies and days only. Beside an encrypted archive ids and numbers are keyed digests then, found when asked for whole.",
    )

    @field_validator("url")
    @classmethod
    def _is_postgresql(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None:
            try:
                told = urlsplit(given.get_secret_value())
                known = told.scheme in {"postgresql", "postgresql+psycopg"} and told.port != 0
                given.get_secret_value().encode()
            except ValueError:
                known = False
            if not known:
                raise ValueError("no address of a PostgreSQL database")
        return given
