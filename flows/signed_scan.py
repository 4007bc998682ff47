"""Signatures that a scan brought along: whose, and what they are worth; told with the outcome, noted in the provenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.model import Scan

if TYPE_CHECKING:
    from pipeline.sign import Trust
    from storage.model import Event


_CHANGED = {"altered", "changed_after", "partly_covered", "hidden_signature", "appended", "ambiguous"}
"""Reasons and problems that mean: signed once, and something else now."""


@dataclass(frozen=True, slots=True)
class ScanSignature:
    """One of them; ``time`` is the proven one where there is one, else that of the signer's clock (ISO 8601)."""

    signer: str
    organization: str | None
    verdict: str
    reason: str
    level: str | None
    time: str | None


@dataclass(frozen=True, slots=True)
class SignedScan:
    """A scan that is signed already; ``message_vi`` and ``message_en`` are sentences about all of it.

    ``changed``: it was signed, then changed; what a viewer shows now is not what was signed.
    """

    verdict: str
    message_vi: str
    message_en: str
    signatures: tuple[ScanSignature, ...]
    changed: bool = False

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it, where the sentences go by the names of their readers."""
        told = asdict(self)
        return {"clerk": told.pop("message_vi"), "operator": told.pop("message_en"), **told}


def signatures_on(scan: Scan, trust: Trust | None) -> SignedScan | None:
    """What the signatures on a scan are worth to those who trust these roots; None for a scan without any."""
    if not scan.signed and not _was_signed(scan):
        return None
    from pipeline.verify import Kind, verify_pdf

    found = verify_pdf(scan.path, trust)
    signatures = (
        ScanSignature(
            one.signer,
            one.organization,
            str(one.verdict),
            str(one.reason),
            one.level,
            time.isoformat() if (time := one.proven_time or one.claimed_time) else None,
        )
        for one in found.signatures
        if one.kind is Kind.SIGNATURE
    )
    changed = found.problem in _CHANGED or any(one.reason in _CHANGED for one in found.signatures)
    return SignedScan(str(found.verdict), found.message_vi, found.message_en, tuple(signatures), changed)


def _was_signed(scan: Scan) -> bool:
    """Whether there is a signature in the bytes that the form does not list (any more)."""
    from pipeline.verify.raw import signatures_mentioned

    if scan.media_type != "application/pdf":
        return False
    with scan.path.open("rb") as file:
        return signatures_mentioned(file, scan.size) > 0


def noted(signed: SignedScan | None) -> Iterator[Event]:
    """The event for the provenance of the documents; it names nobody, the scan itself is kept."""
    if signed is None:
        return
    from storage.model import Event

    yield Event(
        type="digital signature validation",
        at=datetime.now(UTC),
        agent="sohoa",
        tool="sohoa verify",
        settings={
            "signatures": len(signed.signatures),
            "valid": sum(one.verdict == "valid" for one in signed.signatures),
            "reasons": " ".join(one.reason for one in signed.signatures),
        },
        outcome="signed, then changed" if signed.changed else signed.verdict,
    )
