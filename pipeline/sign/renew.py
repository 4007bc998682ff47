"""Archive time-stamps carried on: a new one over everything before the last one loses its force (PAdES B-LTA)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipeline.pki.trust import Trust, validation_context
from pipeline.pki.work import run, working_copy
from pipeline.sign.sign import stamp_refusal, timestamper
from schemas.errors import Damaged, NotRenewable, RevocationUnavailable, TimeStampUnavailable, UsageError

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader


@dataclass(frozen=True, slots=True)
class Renewed:
    """When a document was renewed (our clock), and until when the new time-stamp's certificate holds."""

    time: datetime
    protected_until: datetime


def protected_until(path: Path) -> datetime | None:
    """Until when the last archive time-stamp's certificate holds; None for a document without one.

    Renew before that. Cheap: nothing is validated. Raises Damaged.
    """
    with path.open("rb") as file:
        return _protected_until(file, path.name)


def _protected_until(file: BinaryIO, name: str) -> datetime | None:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        stamps = PdfFileReader(file, strict=False).embedded_timestamp_signatures
        return stamps[-1].signer_cert.not_valid_after if stamps else None
    except (PdfError, ValueError) as error:
        raise Damaged(name) from error


def renew_pdf(source: Path, target: Path, tsa: str, trust: Trust, *, timeout: float = 10.0) -> Renewed:
    """Add validation data for the last archive time-stamp, and a new time-stamp over all; restartable.

    ``target`` (may be ``source``) appears whole or not at all. Raises NotRenewable, TimeStampUnavailable, RevocationUnavailable, Damaged,
    UsageError.
    """
    if not trust.fetch:
        raise UsageError("renewal needs leave to fetch revocation data")
    if protected_until(source) is None:
        raise NotRenewable("no archive time-stamp")
    with working_copy(source, target) as file:
        run(_renew(file, source.name, tsa, trust, timeout))
    after = protected_until(target)
    assert after is not None
    return Renewed(datetime.now(UTC), after)


async def _renew(file: BinaryIO, name: str, tsa: str, trust: Trust, timeout: float) -> None:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfTimeStamper
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator.errors import PathError, ValidationError

    try:
        reader = PdfFileReader(file, strict=False)
        await _demand_valid(reader, trust)
        await PdfTimeStamper(timestamper(tsa, timeout)).async_update_archival_timestamp_chain(
            reader, validation_context(trust), in_place=True
        )
    except TimestampRequestError as error:
        raise TimeStampUnavailable(tsa) from error
    except (PathError, ValidationError) as error:
        raise stamp_refusal(error, tsa) from error
    except (SigningError, SignatureValidationError) as error:
        raise NotRenewable(name) from error
    except PdfError as error:
        raise Damaged(name) from error


async def _demand_valid(reader: PdfFileReader, trust: Trust) -> None:
    """The last time-stamp must hold now: a new one over a broken chain would prove nothing."""
    from pipeline.verify.chain import archive_stamps
    from pipeline.verify.evidence import evidence_of

    stamps = await archive_stamps(reader.embedded_timestamp_signatures, evidence_of(reader), trust)
    last = stamps[-1]
    if last.finding.intact and last.finding.problem == "TRY_LATER":
        raise RevocationUnavailable("of the last archive time-stamp")
    if not last.holds:
        raise NotRenewable(f"the last time-stamp: {last.finding.problem or 'altered'}")
