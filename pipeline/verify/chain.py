"""When a signature was surely made, and what it was worth then: the chain of time-stamps, read from its newest end.

The newest archive time-stamp must hold now; each older one must have held when the next was made; the signature must have held
at the oldest time that is proven so. What was revoked or expired later does no harm; what was revoked before does. Where nothing
can be fetched, validation data that was embedded with the newest time-stamp counts until its certificate expires.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.pki.trust import Trust
from pipeline.verify.evidence import Evidence, Finding, examine

if TYPE_CHECKING:
    from asn1crypto.cms import SignedData, SignerInfo
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_STALE = {"TRY_LATER", "REVOCATION_OUT_OF_BOUNDS_NO_POE"}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp and what came of it; ``revision`` is that of the file in which it was made (-1 for one in a signature)."""

    time: datetime
    revision: int
    finding: Finding

    @property
    def holds(self) -> bool:
        """Intact, trusted, and not revoked."""
        return self.finding.intact and self.finding.problem is None


async def archive_stamps(
    stamps: Sequence[EmbeddedPdfSignature], evidence: Evidence, trust: Trust
) -> tuple[Stamp, ...]:
    """The document's archive time-stamps, oldest first, each judged at the time of the next that holds."""
    judged: list[Stamp] = []
    moment: datetime | None = None
    for embedded in sorted(stamps, key=lambda stamp: stamp.signed_revision, reverse=True):
        stamp = await _stamp(
            embedded.signed_data, embedded.compute_digest, embedded.signed_revision, evidence, trust, moment
        )
        judged.append(stamp)
        if stamp.holds:
            moment = stamp.time
    return tuple(reversed(judged))


async def signature_stamp(
    signer_info: SignerInfo, evidence: Evidence, trust: Trust, moment: datetime | None
) -> Stamp | None:
    """The time-stamp that the signature itself carries, judged as of ``moment`` (None: now)."""
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker

    found: Stamp | None = None
    imprint = message_imprint_checker(signer_info)
    for signed_data in extract_tst_data_iter(signer_info, signed=False):
        found = await _stamp(signed_data, imprint, -1, evidence, trust, moment)
        if found.holds:
            break
    return found


async def _stamp(
    signed_data: SignedData,
    imprint: Callable[[str], bytes],
    revision: int,
    evidence: Evidence,
    trust: Trust,
    moment: datetime | None,
) -> Stamp:
    told = signed_data["encap_content_info"]["content"].parsed
    time: datetime = told["gen_time"].native
    wanted = told["message_imprint"]
    algorithm = wanted["hash_algorithm"]["algorithm"].native
    finding = await examine(signed_data, None, evidence, trust, moment=moment, stamp=True)
    if moment is None and finding.problem in _STALE:
        finding = await examine(signed_data, None, evidence, trust, moment=time, stamp=True)
    if imprint(algorithm) != wanted["hashed_message"].native or algorithm in {"md5", "sha1"}:
        finding = replace(finding, intact=False)
    return Stamp(time, revision, finding)


async def judge(
    embedded: EmbeddedPdfSignature, proven: datetime | None, evidence: Evidence, trust: Trust
) -> Finding:
    """A signature at its proven time by what is embedded, else now by what can be had."""
    digest = embedded.compute_digest()
    if proven is None:
        return await examine(embedded.signed_data, digest, evidence, trust, moment=None)
    then = await examine(embedded.signed_data, digest, evidence, trust, moment=proven)
    if then.problem is None and not (trust.fetch and trust.at is None):
        return then
    now = await examine(embedded.signed_data, digest, evidence, trust, moment=None)
    if now.problem is None or (now.revoked_at is not None and now.revoked_at <= proven):
        return now
    return then
