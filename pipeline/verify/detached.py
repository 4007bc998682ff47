"""A detached signature (CMS, RFC 5652) over bytes that are no PDF: the daily heads of the audit log."""

from __future__ import annotations

import hashlib

from pipeline.sign.trust import Trust
from pipeline.sign.work import run
from pipeline.verify.evidence import Evidence, examine
from pipeline.verify.facts import Verdict

_ACCEPTED = {"sha256", "sha384", "sha512"}


def verify_detached(data: bytes, signature: bytes, trust: Trust) -> Verdict:
    """VALID, UNPROVEN (intact, but by somebody whom ``trust`` does not know), or INVALID; never raises for bad bytes."""
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
    found = run(examine(signed, digest, Evidence(), trust, moment=trust.at))
    if not found.intact or (found.problem or "").startswith("REVOKED"):
        return Verdict.INVALID
    return Verdict.VALID if found.problem is None else Verdict.UNPROVEN
