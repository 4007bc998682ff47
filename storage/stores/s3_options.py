"""How to reach a bucket: plain settings, and the credentials, which are never part of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from schemas.errors import StoreDenied


class Protection(StrEnum):
    """What the bucket must do. ``open_store`` refuses a server that does less."""

    PLAIN = "plain"
    VERSIONED = "versioned"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class S3Options:
    """One bucket of an S3-compatible server.

    ``endpoint`` is ``host:port``; ``virtual_style`` puts the bucket into the host name; ``lock_mode`` is
    ``COMPLIANCE`` or ``GOVERNANCE``; ``sse`` is ``AES256`` or ``aws:kms:KEY-ID`` where the server encrypts;
    ``part_size`` is the size in bytes above which a value goes up in parts of that size; times are in seconds.
    Credentials: ``credentials_file`` (AWS format, ``profile``), else ``AWS_ACCESS_KEY_ID`` and
    ``AWS_SECRET_ACCESS_KEY``.
    """

    endpoint: str
    bucket: str
    prefix: str = ""
    region: str = "us-east-1"
    tls: bool = True
    virtual_style: bool = False
    protection: Protection = Protection.VERSIONED
    lock_mode: str = "COMPLIANCE"
    sse: str | None = None
    credentials_file: Path | None = None
    profile: str | None = None
    part_size: int = 16 << 20
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    retries: int = 5
    connections: int = 16


def client(options: S3Options) -> Any:
    """A ``minio.Minio`` that keeps its connections, repeats with back-off, and gives up in time."""
    import urllib3
    from minio import Minio

    from storage.stores.s3_http import Connections

    http = Connections(
        maxsize=options.connections,
        timeout=urllib3.Timeout(connect=options.connect_timeout, read=options.read_timeout),
        retries=urllib3.Retry(
            total=options.retries,
            backoff_factor=0.2,
            backoff_jitter=0.1,
            status_forcelist=(500, 502, 503, 504),
        ),
    )
    made: Any = Minio(
        options.endpoint,
        credentials=_credentials(options),
        secure=options.tls,
        region=options.region,
        http_client=http,
    )
    if options.virtual_style:
        made.enable_virtual_style_endpoint()
    else:
        made.disable_virtual_style_endpoint()
    return made


def _credentials(options: S3Options) -> Any:
    from minio.credentials.providers import AWSConfigProvider, EnvAWSProvider

    provider: Any = EnvAWSProvider()
    if options.credentials_file is not None:
        if not options.credentials_file.is_file():
            raise StoreDenied(f"no credentials file {options.credentials_file.name}")
        provider = AWSConfigProvider(str(options.credentials_file), options.profile)
    try:
        provider.retrieve()
    except ValueError:
        raise StoreDenied("no S3 credentials in the environment or the credentials file") from None
    return provider
