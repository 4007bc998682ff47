"""Validation by ETSI EN 319 102-1, done by pyHanko: now, with the time-stamps; else in the past, with the archive's chain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.sign.trust import SIGNING_USAGES, Trust
from pipeline.verify.level import has_timestamp

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


async def validate_signature(embedded: EmbeddedPdfSignature, trust: Trust) -> Any:
    """The validator's result for a signature.

    First at the present with the signature's own time-stamp; where that does not pass and archive time-stamps follow, as
    it was when they were made.
    """
    from pyhanko.sign.ades.report import AdESPassed
    from pyhanko.sign.validation.ades import (
        ades_basic_validation,
        ades_lta_validation,
        ades_with_time_validation,
    )
    from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec

    validate: Any = ades_with_time_validation if has_timestamp(embedded) else ades_basic_validation
    result = await validate(
        embedded.signed_data,
        _spec_with_dss(embedded, trust),
        timing_info=_timing(trust),
        raw_digest=embedded.compute_digest(),
    )
    if result.ades_subindic is AdESPassed.OK or not _archived(embedded):
        return result
    return await ades_lta_validation(
        embedded, PdfSignatureValidationSpec(_spec(trust)), timing_info=_timing(trust)
    )


async def validate_timestamp(embedded: EmbeddedPdfSignature, trust: Trust) -> Any:
    """The validator's result for a document time-stamp."""
    from pyhanko.sign.validation.ades import ades_timestamp_validation

    return await ades_timestamp_validation(
        embedded.signed_data,
        _spec_with_dss(embedded, trust),
        embedded.compute_digest,
        timing_info=_timing(trust),
    )


async def has_path(embedded: EmbeddedPdfSignature, trust: Trust) -> bool:
    """Whether a path leads from the signer to a trusted root, revocation left aside."""
    from pyhanko_certvalidator import CertificateValidator, ValidationContext
    from pyhanko_certvalidator.errors import PathError, ValidationError

    context = ValidationContext(
        trust_roots=trust.root_certificates(), moment=trust.at, revocation_mode="soft-fail"
    )
    known = [*embedded.other_embedded_certs, *trust.intermediate_certificates()]
    try:
        validator = CertificateValidator(embedded.signer_cert, known, context)
        await validator.async_validate_path()
    except (PathError, ValidationError):
        return False
    return True


def _archived(embedded: EmbeddedPdfSignature) -> bool:
    """An archive time-stamp was made after this signature."""
    stamps = embedded.reader.embedded_timestamp_signatures
    return any(stamp.signed_revision > embedded.signed_revision for stamp in stamps)


def _timing(trust: Trust) -> Any:
    from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

    if trust.at is None:
        return None
    return ValidationTimingInfo(
        validation_time=trust.at, best_signature_time=trust.at, point_in_time_validation=True
    )


def _spec(trust: Trust) -> Any:
    from pyhanko.sign.validation.policy_decl import (
        LocalKnowledge,
        RevinfoOnlineFetchingRule,
        RevocationInfoGatheringSpec,
        SignatureValidationSpec,
    )
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager

    rule = (
        RevinfoOnlineFetchingRule.NO_HISTORICAL_FETCH if trust.fetch else RevinfoOnlineFetchingRule.LOCAL_ONLY
    )
    return SignatureValidationSpec(
        CertValidationPolicySpec(
            SimpleTrustManager.build(trust_roots=trust.root_certificates()),
            CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require")),
        ),
        RevocationInfoGatheringSpec(rule),
        local_knowledge=LocalKnowledge(known_certs=trust.intermediate_certificates()),
        key_usage_settings=KeyUsageConstraints(key_usage=set(SIGNING_USAGES), match_all_key_usages=False),
    )


def _spec_with_dss(embedded: EmbeddedPdfSignature, trust: Trust) -> Any:
    """With the validation data that the document carries in its security store."""
    from pyhanko.sign.validation.ades import _dss_to_local_knowledge

    spec = _spec(trust)
    known = _dss_to_local_knowledge(embedded.reader)
    certificates = spec.local_knowledge.known_certs + known.known_certs
    return replace(spec, local_knowledge=replace(known, known_certs=certificates))
