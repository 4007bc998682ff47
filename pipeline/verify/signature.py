"""One signature: integrity, path, revocation, time, and what came after it, brought into one report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from pipeline.pki.levels import DEMO_ORGANIZATION, Level
from pipeline.pki.trust import Trust
from pipeline.verify.chain import Stamp, archive_stamps, judge, signature_stamp
from pipeline.verify.evidence import Evidence, Finding, evidence_of
from pipeline.verify.facts import Changes, Kind, LaterSignature, Reason, Revocation, Verdict
from pipeline.verify.level import level_of
from pipeline.verify.model import SignatureReport
from pipeline.verify.policy import policy
from pipeline.verify.revisions import covers_its_revision
from pipeline.verify.updates import Signature, Update, updates_of
from schemas.plain import one_line

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


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is known of a signature by itself, whatever came after it."""

    signature: Signature
    finding: Finding
    proven: datetime | None
    own: Stamp | None


async def check_signatures(
    reader: PdfFileReader, file: BinaryIO, size: int, trust: Trust
) -> tuple[SignatureReport, ...]:
    """Every signature and archive time-stamp of a file, in the order in which they were made. Raises Ambiguous."""
    evidence = evidence_of(reader)
    stamps = await archive_stamps(reader.embedded_timestamp_signatures, evidence, trust)
    document = Document(reader, evidence, stamps, trust)
    judged = [await _judge(document, embedded, file, size) for embedded in reader.embedded_signatures]
    if not judged:
        return ()
    updates = updates_of(file, size, reader, [one.signature for one in judged])
    later = [_later(one.signature, page) for one, page in zip(judged, updates.pages, strict=True)]
    return tuple(
        _report(document, one, update, [later[number] for number in update.later], mine.page)
        for one, update, mine in zip(judged, updates.after, later, strict=True)
    )


async def _judge(document: Document, embedded: EmbeddedPdfSignature, file: BinaryIO, size: int) -> _Judged:
    kind = Kind.TIMESTAMP if embedded.sig_object_type == "/DocTimeStamp" else Kind.SIGNATURE
    embedded.compute_integrity_info(policy())  # type: ignore[no-untyped-call]
    own: Stamp | None = None
    if kind is Kind.TIMESTAMP:
        own = next(stamp for stamp in document.stamps if stamp.revision == embedded.signed_revision)
        finding, proven = own.finding, own.time if own.holds else None
    else:
        proven, own = await _proven_time(document, embedded)
        finding = await judge(embedded, proven, document.evidence, document.trust)
    covered = covers_its_revision(embedded, file, size)
    return _Judged(Signature(embedded, kind, covered, covered and finding.intact), finding, proven, own)


def _later(signature: Signature, page: int | None) -> LaterSignature:
    certificate = signature.embedded.signer_cert
    return LaterSignature(
        field=one_line(signature.embedded.field_name),
        kind=signature.kind,
        signer=_attribute(certificate, "common_name") or "?",
        organization=_attribute(certificate, "organization_name"),
        page=page,
    )


def _report(
    document: Document, judged: _Judged, update: Update, later: list[LaterSignature], page: int | None
) -> SignatureReport:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    signature, finding, own = judged.signature, judged.finding, judged.own
    embedded = signature.embedded
    certificate = embedded.signer_cert
    demo = _attribute(certificate, "organization_name") == DEMO_ORGANIZATION
    reason = _reason(signature, finding, update.changes, own)
    if demo and reason is Reason.UNTRUSTED:
        reason = Reason.DEMO
    changed = reason in {Reason.CHANGED_AFTER, Reason.NOT_COMPARED}
    return SignatureReport(
        field=one_line(embedded.field_name),
        kind=signature.kind,
        verdict=_verdict(reason),
        reason=reason,
        signer=_attribute(certificate, "common_name") or "?",
        organization=_attribute(certificate, "organization_name"),
        issuer=one_line(certificate.issuer.human_friendly),
        serial=f"{certificate.serial_number:X}",
        demo=demo,
        level=level_of(document.reader, embedded) if signature.kind is Kind.SIGNATURE else None,
        claimed_time=embedded.self_reported_timestamp if signature.kind is Kind.SIGNATURE else None,
        proven_time=judged.proven,
        valid_until=certificate.not_valid_after,
        provable_until=_provable_until(document, embedded, own) if reason is Reason.OK else None,
        digest=embedded.md_algorithm,
        intact=finding.intact,
        trusted=finding.problem is None or bool(finding.path and finding.problem in _PATH_STANDS),
        revocation=_revocation(finding),
        revoked_at=finding.revoked_at,
        changes=update.changes,
        later=tuple(later),
        page=page,
        whole_file=embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        path=tuple(one_line(step.subject.human_friendly) for step in finding.path),
        detail=one_line(update.why if changed else finding.problem or ""),
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


def _reason(signature: Signature, finding: Finding, changes: Changes, own: Stamp | None) -> Reason:
    """The gravest thing that is wrong."""
    embedded = signature.embedded
    if not finding.intact:
        malformed = finding.problem in {"FORMAT_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND"}
        return Reason.MALFORMED if malformed else Reason.ALTERED
    if not signature.covered or changes is Changes.NOT_PERMITTED:
        return Reason.CHANGED_AFTER if signature.covered else Reason.PARTLY_COVERED
    if embedded.md_algorithm in _WEAK or embedded.external_md_algorithm in _WEAK:
        return Reason.WEAK_ALGORITHM
    if finding.problem is not None:
        reason = _BY_INDICATION.get(finding.problem, Reason.UNDETERMINED)
        no_path = embedded.signer_cert.self_issued and not finding.path
        return Reason.UNTRUSTED if reason is Reason.WRONG_USAGE and no_path else reason
    sound = Reason.OK if own is None or own.holds else Reason.BAD_TIME_STAMP
    return Reason.NOT_COMPARED if changes is Changes.UNCLEAR else sound


def _verdict(reason: Reason) -> Verdict:
    if reason is Reason.OK:
        return Verdict.VALID
    return Verdict.INVALID if reason in _INVALID else Verdict.UNPROVEN


def _revocation(finding: Finding) -> Revocation:
    if finding.problem is None:
        return Revocation.GOOD
    return Revocation.REVOKED if finding.problem.startswith("REVOKED") else Revocation.UNKNOWN


def _attribute(certificate: Certificate, name: str) -> str | None:
    value = certificate.subject.native.get(name)
    told = " / ".join(map(str, value)) if isinstance(value, list) else value
    return None if told is None else one_line(str(told))
