"""Whom we trust: root certificates as configuration, for signing (B-LT and up) and for verifying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.errors import UsageError

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate


@dataclass(frozen=True, slots=True)
class Trust:
    """Trust anchors (PEM or DER files; a folder stands for all files in it) and how to look for the rest.

    ``intermediates`` help to build paths. ``fetch`` lets OCSP answers and CRLs be fetched from the addresses that
    certificates under an anchor name; without it only what is embedded counts. ``timeout`` is seconds for each answer.
    ``private`` allows such addresses in private networks and on this machine, too. ``purposes`` are extended key usages (OIDs) that
    CAs give to signers of documents besides the common ones. ``at`` asks for the verdict at another time than now (with zone).
    """

    roots: tuple[Path, ...] = ()
    intermediates: tuple[Path, ...] = ()
    fetch: bool = False
    timeout: float = 10.0
    at: datetime | None = None
    private: bool = False
    purposes: frozenset[str] = frozenset()

    def root_certificates(self) -> list[Certificate]:
        """The anchors; raises UsageError for a file that holds no certificate."""
        return _load(self.roots)

    def intermediate_certificates(self) -> list[Certificate]:
        """Certificates that may stand between signer and anchor."""
        return _load(self.intermediates)


def _load(paths: tuple[Path, ...]) -> list[Certificate]:
    files: list[Path] = []
    for path in paths:
        files.extend(sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path])
    try:
        return [cert for file in files for cert in _read(file, file.stat().st_mtime_ns)]
    except OSError as error:
        raise UsageError(f"trust root {error.filename}: {error.strerror}") from error


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> tuple[Certificate, ...]:
    from asn1crypto import pem
    from asn1crypto.x509 import Certificate

    data = path.read_bytes()
    try:
        blocks = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        certificates = tuple(Certificate.load(der, strict=True) for der in blocks)
        for certificate in certificates:
            parse_now(certificate)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path.name} holds no certificate") from error
    return certificates


def parse_now(certificate: Certificate) -> Certificate:
    """The certificate, parsed to its leaves: asn1crypto parses when asked, which two threads must not do at once."""
    certificate.native  # noqa: B018
    return certificate


def fetching(trust: Trust) -> dict[str, Any]:
    """How pyHanko's validation context is to fetch, as its arguments."""
    from pipeline.pki.fetch import LimitedFetchers

    return {
        "allow_fetching": True,
        "fetcher_backend": LimitedFetchers(trust.timeout, private=trust.private),
    }


def validation_context(trust: Trust, *, now: bool = True, **more: Any) -> Any:
    """A validation context of pyHanko that demands revocation data for every certificate of a path."""
    from pyhanko_certvalidator import ValidationContext

    if trust.fetch and now and trust.at is None:
        more |= fetching(trust)
    else:
        more.setdefault("crls", [])
        more.setdefault("ocsps", [])
    return ValidationContext(
        trust_roots=trust.root_certificates(),
        other_certs=trust.intermediate_certificates(),
        moment=trust.at,
        revocation_mode="require",
        time_tolerance=timedelta(seconds=60),
        **more,
    )
