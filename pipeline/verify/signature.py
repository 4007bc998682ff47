"""One signature: integrity, path, revocation, time, and what came after it, brought into one report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.pki.levels import DEMO_ORGANIZATION, Level
from pipeline.pki.trust import Trust
from pipeline.verify.chain import Stamp, archive_stamps, judge, signature_stamp
from pipeline.verify.evidence import Evidence, Finding, evidence_of
from pipeline.verify.facts import Changes, Kind, Reason, Revocation, Verdict
from pipeline.verify.level import level_of
from pipeline.verify.model import SignatureReport

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_BY_INDICATION = {
    "REVOKED": Reason.REVOKED,
    "REVOKED_NO_POE": Reason.REVOKED,
    "REVOKED_CA_NO_POE": Reason.REVOKED,
    "EXPIRED": Reason.EXPIRED,
    "OUT_OF_BOUNDS_NO_POE": Reason.EXPIRED,
    "OUT_OF_BOUNDS_NOT_REVOKED": Reason.EXPIRED,
    "NOT_YET_VALID": Reason.NOT_YET_VALID,
    "CRYPTO_CONSTRAINTS_FAILURE": Reason.WEAK_ALGORITHM,
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": Reason.WEAK_ALGORITHM,
    "NO_CERTIFICATE_CHAIN_FOUND": Reason.UNTRUSTED,
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": Reason.UNTRUSTED,
    "CHAIN_CONSTRAINTS_FAILURE": Reason.WRONG_USAGE,
    "TRY_LATER": Reason.REVOCATION_UNKNOWN,
    "REVOCATION_OUT_OF_BOUNDS_NO_POE": Reason.REVOCATION_UNKNOWN,
    "NO_POE": Reason.NO_PROOF_OF_TIME,
}
_INVALID = {
    Reason.ALTERED,
    Reason.CHANGED_AFTER,
    Reason.PARTLY_COVERED,
    Reason.MALFORMED,
    Reason.REVOKED,
    Reason.WEAK_ALGORITHM,
}
_WEAK = {"md2", "md5", "sha1"}
_PATH_STANDS = {"TRY_LATER", "REVOCATION_OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NO_POE", "REVOKED_NO_POE"}


@dataclass(frozen=True, slots=True)
class Document:
    """What all signatures of a file share."""

    reader: PdfFileReader
    evidence: Evidence
    stamps: tuple[Stamp, ...]
    trust: Trust


async def check_signatures(reader: PdfFileReader, trust: Trust) -> tuple[SignatureReport, ...]:
    """Every signature and archive time-stamp of a file, in the order in which they were made."""
    evidence = evidence_of(reader)
    stamps = await archive_stamps(reader.embedded_timestamp_signatures, evidence, trust)
    document = Document(reader, evidence, stamps, trust)
    return tuple([await _check(document, embedded) for embedded in reader.embedded_signatures])


async def _check(document: Document, embedded: EmbeddedPdfSignature) -> SignatureReport:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    kind = Kind.TIMESTAMP if embedded.sig_object_type == "/DocTimeStamp" else Kind.SIGNATURE
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    own: Stamp | None = None
    if kind is Kind.TIMESTAMP:
        own = next(stamp for stamp in document.stamps if stamp.revision == embedded.signed_revision)
        finding, proven = own.finding, own.time if own.holds else None
    else:
        proven, own = await _proven_time(document, embedded)
        finding = await judge(embedded, proven, document.evidence, document.trust)
    changes = _changes(embedded)
    certificate = embedded.signer_cert
    demo = _attribute(certificate, "organization_name") == DEMO_ORGANIZATION
    covered = embedded.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    reason = _reason(embedded, finding, changes, own, covered=covered)
    if demo and reason is Reason.UNTRUSTED:
        reason = Reason.DEMO
    return SignatureReport(
        field=embedded.field_name,
        kind=kind,
        verdict=_verdict(reason),
        reason=reason,
        signer=_attribute(certificate, "common_name") or "?",
        organization=_attribute(certificate, "organization_name"),
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:X}",
        demo=demo,
        level=level_of(document.reader, embedded) if kind is Kind.SIGNATURE else None,
        claimed_time=embedded.self_reported_timestamp if kind is Kind.SIGNATURE else None,
        proven_time=proven,
        valid_until=certificate.not_valid_after,
        provable_until=_provable_until(document, embedded, own) if reason is Reason.OK else None,
        digest=embedded.md_algorithm,
        intact=finding.intact,
        trusted=finding.problem is None or bool(finding.path and finding.problem in _PATH_STANDS),
        revocation=_revocation(finding),
        revoked_at=finding.revoked_at,
        changes=changes,
        whole_file=embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        path=tuple(step.subject.human_friendly for step in finding.path),
        detail=_detail(finding, embedded, reason),
    )


async def _proven_time(
    document: Document, embedded: EmbeddedPdfSignature
) -> tuple[datetime | None, Stamp | None]:
    """The oldest time that a time-stamp proves, and the signature's own time-stamp if it has one."""
    later = [s.time for s in document.stamps if s.holds and s.revision > embedded.signed_revision]
    archived = min(later, default=None)
    own = await signature_stamp(embedded.signer_info, document.evidence, document.trust, archived)
    if own is not None and own.holds:
        return (own.time if archived is None else min(own.time, archived)), own
    return archived, own


def _provable_until(document: Document, embedded: EmbeddedPdfSignature, own: Stamp | None) -> datetime:
    """How long a valid signature can be proven with what is in the file."""
    over = [stamp for stamp in document.stamps if stamp.holds and stamp.revision > embedded.signed_revision]
    if not over and own is not None and own.holds and level_of(document.reader, embedded) != Level.B_T:
        over = [own]
    last = over[-1].finding.path[-1] if over else embedded.signer_cert
    end: datetime = last.not_valid_after
    return end


def _reason(
    embedded: EmbeddedPdfSignature, finding: Finding, changes: Changes, own: Stamp | None, *, covered: bool
) -> Reason:
    """The gravest thing that is wrong."""
    if not finding.intact:
        malformed = finding.problem in {"FORMAT_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND"}
        return Reason.MALFORMED if malformed else Reason.ALTERED
    if not covered:
        return Reason.PARTLY_COVERED
    if changes is Changes.NOT_PERMITTED:
        return Reason.CHANGED_AFTER
    if embedded.md_algorithm in _WEAK or embedded.external_md_algorithm in _WEAK:
        return Reason.WEAK_ALGORITHM
    if finding.problem is not None:
        reason = _BY_INDICATION.get(finding.problem, Reason.UNDETERMINED)
        no_path = embedded.signer_cert.self_issued and not finding.path
        return Reason.UNTRUSTED if reason is Reason.WRONG_USAGE and no_path else reason
    return Reason.OK if own is None or own.holds else Reason.BAD_TIME_STAMP


def _detail(finding: Finding, embedded: EmbeddedPdfSignature, reason: Reason) -> str:
    if reason is Reason.CHANGED_AFTER:
        told = str(getattr(embedded.diff_result, "failure_message", "") or embedded.diff_result or "")
        return " ".join(told.split())
    return finding.problem or ""


def _verdict(reason: Reason) -> Verdict:
    if reason is Reason.OK:
        return Verdict.VALID
    return Verdict.INVALID if reason in _INVALID else Verdict.UNPROVEN


def _changes(embedded: EmbeddedPdfSignature) -> Changes:
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    result: object = embedded.diff_result
    if not isinstance(result, DiffResult) or result.modification_level is ModificationLevel.OTHER:
        return Changes.NOT_PERMITTED
    if not embedded.summarise_integrity_info()["docmdp_ok"]:
        return Changes.NOT_PERMITTED
    return {
        ModificationLevel.NONE: Changes.NONE,
        ModificationLevel.LTA_UPDATES: Changes.MAINTENANCE,
    }.get(result.modification_level, Changes.SIGNATURES)


def _revocation(finding: Finding) -> Revocation:
    if finding.problem is None:
        return Revocation.GOOD
    return Revocation.REVOKED if finding.problem.startswith("REVOKED") else Revocation.UNKNOWN


def _attribute(certificate: Certificate, name: str) -> str | None:
    value = certificate.subject.native.get(name)
    return " / ".join(value) if isinstance(value, list) else value
