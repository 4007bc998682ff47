"""What a file and the operator bring along to judge certificates by: certificates, OCSP answers, CRLs, trust roots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.pki.purposes import may_sign, serves
from pipeline.pki.trust import Trust, fetching

if TYPE_CHECKING:
    from asn1crypto.cms import SignedData
    from asn1crypto.crl import CertificateList
    from asn1crypto.ocsp import OCSPResponse
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader

_TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The validation data of a document (its security store, and what signatures carry in Adobe's way)."""

    certificates: tuple[Certificate, ...] = ()
    answers: tuple[OCSPResponse, ...] = ()
    lists: tuple[CertificateList, ...] = ()


def evidence_of(reader: PdfFileReader) -> Evidence:
    """Everything that the document holds; nothing when it holds nothing readable."""
    from asn1crypto.crl import CertificateList
    from asn1crypto.ocsp import OCSPResponse
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError

    certificates: list[Certificate] = []
    answers: list[OCSPResponse] = []
    lists: list[CertificateList] = []
    try:
        store = DocumentSecurityStore.read_dss(reader)
        certificates += list(store.load_certs())
        answers += [OCSPResponse.load(stream.get_object().data) for stream in store.ocsps]
        lists += [CertificateList.load(stream.get_object().data) for stream in store.crls]
    except (NoDSSFoundError, ValueError):
        pass
    for signature in reader.embedded_regular_signatures:
        for attribute in signature.signer_info["signed_attrs"]:
            if attribute["type"].native == "adobe_revocation_info_archival":
                archived = attribute["values"][0]
                answers += list(archived["ocsp"] or ())
                lists += list(archived["crl"] or ())
    return Evidence(tuple(certificates), tuple(answers), tuple(lists))


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found about one CMS signature at one moment.

    ``problem`` is the sub-indication of ETSI EN 319 102-1 (``REVOKED_NO_POE`` …), None when all is well; ``path`` the certificates
    from the anchor down; ``revoked_at`` when the signer's certificate was revoked.
    """

    intact: bool
    problem: str | None
    path: tuple[Certificate, ...] = ()
    revoked_at: datetime | None = None


async def examine(
    signed_data: SignedData,
    digest: bytes | None,
    evidence: Evidence,
    trust: Trust,
    *,
    moment: datetime | None,
    stamp: bool = False,
) -> Finding:
    """Integrity, path and revocation of a CMS signature as of ``moment``; None is now, and may fetch.

    ``digest`` is that of the signed bytes, None for a time-stamp token (which holds what it signs).
    """
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.generic_cms import cms_basic_validation
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    usage = KeyUsageConstraints(key_usage=set(), extd_key_usage={"time_stamping"} if stamp else None)
    context = _context(evidence, trust, moment)
    try:
        found = await cms_basic_validation(
            signed_data, digest, validation_context=context, key_usage_settings=usage
        )
    except SignatureValidationError as error:
        indication: Any = error.ades_subindication
        return Finding(False, "FORMAT_FAILURE" if indication is None else indication.name)
    finally:
        await context.aclose()
    problem, revocation, certificate = (
        found[key] for key in ("trust_problem_indic", "revocation_details", "signing_cert")
    )
    path = await _path(context, certificate, found["validation_path"])
    name = None if problem is None else _precisely(problem.name, certificate, path, context.moment)
    if path and not stamp and not _for_documents(certificate, path, trust) and "REVOKED" not in (name or ""):
        name = "CHAIN_CONSTRAINTS_FAILURE"
    return Finding(
        intact=bool(found["intact"] and found["valid"]),
        problem=name,
        path=path,
        revoked_at=revocation.revocation_date if revocation else None,
    )


def _for_documents(certificate: Certificate, path: tuple[Certificate, ...], trust: Trust) -> bool:
    """Whether the signer, and each CA between it and the anchor, were given a certificate for signing documents."""
    between = (step for step in path[1:] if step.ca)
    return may_sign(certificate, trust.purposes) and all(serves(step, trust.purposes) for step in between)


async def _path(context: Any, certificate: Certificate, found: Any) -> tuple[Certificate, ...]:
    """The path that the validator took, or would have taken where it stopped for want of revocation data."""
    from pyhanko_certvalidator.errors import PathBuildingError

    if found is None:
        try:
            (found, *_) = await context.path_builder.async_build_paths(certificate)
        except PathBuildingError:
            return ()
    return tuple(found.iter_certs(include_root=True))


def _precisely(
    problem: str, certificate: Certificate, path: tuple[Certificate, ...], moment: datetime
) -> str:
    """The validator calls several things a general failure that are told apart here."""
    if problem not in {"CERTIFICATE_CHAIN_GENERAL_FAILURE", "TRY_LATER"}:
        return problem
    if any(step.not_valid_after < moment for step in (certificate, *path[1:])):
        return "OUT_OF_BOUNDS_NO_POE"
    return "TRY_LATER" if path else problem


def _context(evidence: Evidence, trust: Trust, moment: datetime | None) -> Any:
    from pyhanko_certvalidator import ValidationContext

    by_network = fetching(trust) if trust.fetch and moment is None and trust.at is None else {}
    return ValidationContext(
        trust_roots=trust.root_certificates(),
        other_certs=[*trust.intermediate_certificates(), *evidence.certificates],
        ocsps=evidence.answers,
        crls=evidence.lists,
        moment=moment or trust.at,
        revocation_mode="require",
        retroactive_revinfo=moment is not None,
        time_tolerance=_TOLERANCE,
        **by_network,
    )
