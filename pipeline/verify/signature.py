"""One signature: integrity, path, revocation and time by ETSI EN 319 102-1 (pyHanko's), and what came after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.sign.demo import DEMO_ORGANIZATION
from pipeline.sign.trust import Trust
from pipeline.verify.ades import has_path, validate_signature, validate_timestamp
from pipeline.verify.level import level_of
from pipeline.verify.model import Changes, Kind, Reason, Revocation, SignatureReport, Verdict

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_BY_INDICATION = {
    "OK": Reason.OK,
    "HASH_FAILURE": Reason.ALTERED,
    "SIG_CRYPTO_FAILURE": Reason.ALTERED,
    "FORMAT_FAILURE": Reason.MALFORMED,
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
    "NO_SIGNING_CERTIFICATE_FOUND": Reason.MALFORMED,
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": Reason.REVOCATION_UNKNOWN,
    "CHAIN_CONSTRAINTS_FAILURE": Reason.WRONG_USAGE,
    "TRY_LATER": Reason.REVOCATION_UNKNOWN,
    "REVOCATION_OUT_OF_BOUNDS_NO_POE": Reason.REVOCATION_UNKNOWN,
    "TIMESTAMP_ORDER_FAILURE": Reason.BAD_TIME_STAMP,
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


async def check_signature(
    reader: PdfFileReader, embedded: EmbeddedPdfSignature, trust: Trust
) -> SignatureReport:
    """Everything about one embedded signature or document time-stamp."""
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    kind = Kind.TIMESTAMP if embedded.sig_object_type == "/DocTimeStamp" else Kind.SIGNATURE
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    validate = validate_signature if kind is Kind.SIGNATURE else validate_timestamp
    result = await validate(embedded, trust)
    status = result.api_status
    changes = _changes(embedded)
    reason = _BY_INDICATION.get(result.ades_subindic.name, Reason.UNDETERMINED)
    if reason is not Reason.ALTERED and embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        reason = Reason.PARTLY_COVERED
    elif reason not in _INVALID and changes is Changes.NOT_PERMITTED:
        reason = Reason.CHANGED_AFTER
    certificate = embedded.signer_cert
    demo = _attribute(certificate, "organization_name") == DEMO_ORGANIZATION
    trusted = reason is Reason.OK or await has_path(embedded, trust)
    if not trusted and reason in {Reason.WRONG_USAGE, Reason.REVOCATION_UNKNOWN}:
        reason = Reason.UNTRUSTED
    if demo and reason is Reason.UNTRUSTED:
        reason = Reason.DEMO
    proven = getattr(result, "best_signature_time", None) if _time_is_proven(result) else None
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
        level=level_of(reader, embedded) if kind is Kind.SIGNATURE else None,
        claimed_time=embedded.self_reported_timestamp if kind is Kind.SIGNATURE else None,
        proven_time=_stamped_time(embedded) if kind is Kind.TIMESTAMP else proven,
        valid_until=certificate.not_valid_after,
        digest=embedded.md_algorithm,
        intact=bool(status is not None and status.intact and status.valid),
        trusted=trusted,
        revocation=_revocation(reason),
        changes=changes,
        whole_file=embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        path=_path(status),
        detail=(result.failure_msg or "") if reason is not Reason.OK else "",
    )


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


def _time_is_proven(result: Any) -> bool:
    if getattr(result, "oldest_evidence_record_timestamp", None) is not None:
        return True
    stamp = getattr(result.api_status, "timestamp_validity", None)
    return stamp is not None and bool(stamp.valid and stamp.trusted)


def _stamped_time(embedded: EmbeddedPdfSignature) -> Any:
    return embedded.signed_data["encap_content_info"]["content"].parsed["gen_time"].native


def _revocation(reason: Reason) -> Revocation:
    if reason is Reason.OK:
        return Revocation.GOOD
    return Revocation.REVOKED if reason is Reason.REVOKED else Revocation.UNKNOWN


def _attribute(certificate: Certificate, name: str) -> str | None:
    value = certificate.subject.native.get(name)
    return " / ".join(value) if isinstance(value, list) else value


def _path(status: Any) -> tuple[str, ...]:
    path = getattr(status, "validation_path", None)
    if path is None:
        return ()
    return tuple(certificate.subject.human_friendly for certificate in path.iter_certs(include_root=True))
