"""The audit log: closing its days with a signature, and verifying all of it. Plain functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from flows.services import Services
from pipeline.pki.work import run
from pipeline.sign import Signer
from pipeline.sign.sign import timestamper
from pipeline.verify import Verdict
from pipeline.verify.detached import signed_by, verify_detached
from schemas.errors import Corrupt, TimeStampUnavailable
from storage.audit_days import close_days, open_days
from storage.audit_restore import restore
from storage.audit_verify import Finding, verify_log

TSA_TIMEOUT = 10.0
"""Seconds to wait for the time-stamping authority."""


@dataclass(frozen=True, slots=True)
class LogVerification:
    """What a verification of the log found: its lines, the days whose heads are signed, every fault.

    ``verdict`` is ``valid`` when nothing is wrong and every head is signed by somebody whom the settings trust,
    ``unproven`` when a signature is intact but not trusted (the demo key, no trust roots), ``unsigned`` when no day was
    closed yet. ``signers`` are the certificates that signed heads (``signed_by``), and how many each: whoever reads it knows
    whether all are the agency's, which no trust root tells. ``losses`` are versions that an administrator accepted as lost.
    """

    verdict: Verdict
    lines: int
    days: int
    findings: tuple[Finding, ...]
    signers: Mapping[str, int]
    losses: tuple[str, ...] = ()


def close_audit_days(services: Services) -> list[str]:
    """Archive every day of the audit log that is over, its head signed; the days. Nothing when nobody signs.

    Where there is a time-stamping authority, the signature carries its stamp. Raises TimeStampUnavailable when it is away.
    """
    signer, tsa = services.signer, services.settings.signer.tsa
    if signer is None:
        return []
    return close_days(services.audit, lambda head: detached_signature(head, signer, tsa))


def open_audit_days(services: Services) -> list[str]:
    """The days that ``close_audit_days`` would close."""
    return [day for day, *_ in open_days(services.audit)] if services.signer is not None else []


def restore_audit(services: Services) -> int:
    """Bring the log's lines of archived days back into the index; how many were missing or altered. Raises Corrupt."""
    return restore(services.audit)


def verify_audit(services: Services) -> LogVerification:
    """The chain of lines, the archived days, their heads and signatures. Raises an Unreachable."""
    heads: list[Verdict] = []
    signers = Counter[str]()

    def check(head: bytes, signature: bytes) -> bool:
        heads.append(verify_detached(head, signature, services.trust))
        if heads[-1] is Verdict.INVALID:
            return False
        signers[signed_by(signature)] += 1
        return True

    findings = tuple(verify_log(services.audit, check))
    losses: tuple[str, ...] = ()
    with suppress(Corrupt):  # a line that is none: a finding
        losses = tuple(str(loss) for loss in services.audit.versions.all().losses)
    verdict = _bottom_line(findings, heads)
    return LogVerification(verdict, services.audit.count(), len(heads), findings, dict(signers), losses)


def _bottom_line(findings: tuple[Finding, ...], heads: list[Verdict]) -> Verdict:
    if findings:
        return Verdict.INVALID
    if not heads:
        return Verdict.UNSIGNED
    return Verdict.VALID if all(head is Verdict.VALID for head in heads) else Verdict.UNPROVEN


def detached_signature(data: bytes, signer: Signer, tsa: str | None) -> bytes:
    """CMS, detached (RFC 5652), with a time-stamp (RFC 3161) over it where ``tsa`` is known."""
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    async def sign() -> bytes:
        stamper = timestamper(tsa, TSA_TIMEOUT) if tsa else None
        async with signer.session() as key:
            try:
                signed = await key.async_sign_general_data(data, "sha256", detached=True, timestamper=stamper)
            except TimestampRequestError as error:
                raise TimeStampUnavailable(tsa or "") from error
        return bytes(signed.dump())

    return run(sign())
