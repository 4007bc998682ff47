"""A detached signature (CMS, RFC 5652) over bytes that are no PDF: the daily heads of the audit log.

It may carry a time-stamp (RFC 3161), which proves that it was there at that time, whoever gets hold of the key later.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline.pki.trust import Trust
from pipeline.pki.work import run
from pipeline.verify.chain import signature_stamp
from pipeline.verify.evidence import Evidence, examine
from pipeline.verify.facts import Verdict
from schemas.plain import one_line

if TYPE_CHECKING:
    from asn1crypto.cms import SignedData, SignerInfo

_ACCEPTED = {"sha256", "sha384", "sha512"}


def verify_detached(data: bytes, signature: bytes, trust: Trust) -> Verdict:
    """VALID, UNPROVEN (intact, but by somebody whom ``trust`` does not know), or INVALID; never raises for bad bytes.

    A signature whose certificate has ended, or was revoked, since a time-stamp that holds is judged as of that time.
    """
    from asn1crypto.cms import ContentInfo

    try:
        content = ContentInfo.load(signature, strict=True)
        if content["content_type"].native != "signed_data":
            return Verdict.INVALID
        signed = content["content"]
        (signer,) = signed["signer_infos"]
        algorithm = signer["digest_algorithm"]["algorithm"].native
    except (ValueError, TypeError, KeyError):
        return Verdict.INVALID
    if algorithm not in _ACCEPTED:
        return Verdict.INVALID
    digest = hashlib.new(algorithm, data).digest()
    return run(_judge(signed, signer, digest, trust))


def signed_by(signature: bytes) -> str:
    """Whose certificate a signature that is not INVALID names: common name, organisation, and the beginning of its SHA-256."""
    from asn1crypto.cms import ContentInfo
    from pyhanko.sign.general import extract_certificate_info

    certificate = extract_certificate_info(ContentInfo.load(signature)["content"]).signer_cert
    subject = certificate.subject.native
    names = [str(subject[part]) for part in ("common_name", "organization_name") if subject.get(part)]
    return one_line(f"{', '.join(names)} ({certificate.sha256.hex()[:16]})")


async def _judge(signed: SignedData, signer: SignerInfo, digest: bytes, trust: Trust) -> Verdict:
    found = await examine(signed, digest, Evidence(), trust, moment=trust.at)
    try:
        stamp = await signature_stamp(signer, Evidence(), trust, trust.at)
    except (ValueError, TypeError, KeyError):
        return Verdict.INVALID
    if not found.intact or (stamp is not None and not stamp.finding.intact):
        return Verdict.INVALID
    revoked = (found.problem or "").startswith("REVOKED")
    if stamp is not None and stamp.holds:
        if revoked and found.revoked_at is not None and found.revoked_at > stamp.time:
            return Verdict.VALID
        if found.problem == "OUT_OF_BOUNDS_NO_POE":
            found = await examine(signed, digest, Evidence(), trust, moment=stamp.time)
    if revoked:
        return Verdict.INVALID
    return Verdict.VALID if found.problem is None else Verdict.UNPROVEN
