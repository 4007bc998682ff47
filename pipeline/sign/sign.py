"""Signing a PDF: PAdES (ETSI EN 319 142-1) baseline levels, by incremental writes of pyHanko only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.pki.levels import Level
from pipeline.pki.purposes import may_sign
from pipeline.pki.trust import Trust, validation_context
from pipeline.pki.work import run, working_copy
from pipeline.sign.signers import Signer
from schemas.errors import (
    CertificateRefused,
    Damaged,
    RevocationUnavailable,
    TimeStampUnavailable,
    UsageError,
)

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata
    from pyhanko.sign.signers import Signer as PyHankoSigner

SIGNATURE_BYTES = 16_384
"""Reserved for a signature without time-stamp: hex digits of 8 KB, enough for a chain of four certificates.

Reserving spares a trial signature, which a token or a person with a phone would have to make.
"""


@dataclass(frozen=True, slots=True)
class SignOptions:
    """How to sign. ``tsa`` (URL, RFC 3161) is needed from B-T on, ``trust`` (with ``fetch``) from B-LT on.

    ``field`` names the signature field; by default the next free ``SohoaSignatureN``. ``timeout`` is seconds for the TSA.
    """

    level: Level = Level.B_B
    tsa: str | None = None
    trust: Trust | None = None
    reason: str | None = None
    location: str | None = None
    field: str | None = None
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Signed:
    """What was done: by which signer, at which level, when (of our clock), in which field."""

    signer: str
    demo: bool
    level: Level
    time: datetime
    field: str


def sign_pdf(source: Path, target: Path, signer: Signer, options: SignOptions | None = None) -> Signed:
    """Sign ``source`` into ``target`` (which may be the same path); earlier signatures stay valid.

    ``target`` appears whole or not at all. Raises a SignerUnavailable, TimeStampUnavailable or RevocationUnavailable (all are
    Unreachable: the document waits, nothing is lost), Damaged when the source is no PDF that can be signed, UsageError when
    the options do not fit the level.
    """
    options = options or SignOptions()
    demand_options(options)
    with working_copy(source, target) as file:
        return run(_sign(file, source.name, signer, options))


def demand_options(options: SignOptions) -> None:
    """Raise UsageError where the options do not fit the level."""
    if options.level is not Level.B_B and not options.tsa:
        raise UsageError(f"level {options.level} needs a time-stamping authority")
    if options.level in {Level.B_LT, Level.B_LTA} and (options.trust is None or not options.trust.fetch):
        raise UsageError(f"level {options.level} needs trust roots and leave to fetch revocation data")


async def _sign(file: BinaryIO, name: str, signer: Signer, options: SignOptions) -> Signed:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import SigFieldSpec
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSigner
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError
    from pyhanko_certvalidator.errors import PathError, ValidationError

    time = datetime.now(UTC)
    stamper = (
        timestamper(options.tsa, options.timeout) if options.level is not Level.B_B and options.tsa else None
    )
    try:
        writer = IncrementalPdfFileWriter(file, strict=False)
        stay_below_pdf_2(writer)
        field = options.field or free_field(writer)
    except (PdfError, ValueError) as error:
        raise Damaged(name) from error
    async with signer.session() as key:
        check_certificate(key, signer.name, time, options.trust)
        with _context(options) as context:
            work = PdfSigner(
                signature_metadata(field, options, context),
                key,
                timestamper=stamper,
                new_field_spec=SigFieldSpec(field),
            )
            try:
                reserved = SIGNATURE_BYTES + await stamp_bytes(stamper)
                await work.async_sign_pdf(writer, bytes_reserved=reserved, in_place=True)
            except TimestampRequestError as error:
                raise TimeStampUnavailable(options.tsa or "") from error
            except SigningError as error:
                raise _refusal(error, signer.name) from error
            except (PathError, ValidationError) as error:
                raise stamp_refusal(error, options.tsa or "") from error
            except PdfError as error:
                raise Damaged(name) from error
    return Signed(signer.name, signer.demo, options.level, time, field)


async def stamp_bytes(stamper: Any) -> int:
    """Hex digits that a time-stamp of this authority takes, with a margin; its trial stamp is kept."""
    if stamper is None:
        return 0
    return len((await stamper.async_dummy_response("sha256")).dump()) * 5 // 4 * 2


def stay_below_pdf_2(writer: IncrementalPdfFileWriter) -> None:
    """Keep the version at 1.7 at most, as PDF/A-2 demands; for elliptic curves pyHanko would write 2.0."""
    raise_version: Any = writer.ensure_output_version
    writer.ensure_output_version = lambda version: raise_version(min(version, (1, 7)))  # type: ignore[method-assign]


def free_field(writer: Any) -> str:
    """The next name ``SohoaSignatureN`` that no field has."""
    from pyhanko.sign.fields import enumerate_sig_fields

    taken = {name for name, _, _ in enumerate_sig_fields(writer)}
    number = 1
    while f"SohoaSignature{number}" in taken:
        number += 1
    return f"SohoaSignature{number}"


def check_certificate(key: PyHankoSigner, name: str, time: datetime, trust: Trust | None) -> None:
    """Raise CertificateRefused where what this key signs now would have no value."""
    certificate = key.signing_cert
    if certificate is None:
        raise CertificateRefused(f"{name}: no certificate beside the key")
    if not certificate.not_valid_before <= time <= certificate.not_valid_after:
        raise CertificateRefused(f"{name}: not valid on {time:%Y-%m-%d}")
    purposes = frozenset() if trust is None else trust.purposes
    if not may_sign(certificate, purposes):
        raise CertificateRefused(f"{name}: not meant for signing")


@contextmanager
def _context(options: SignOptions) -> Iterator[Any]:
    if options.trust is None or options.level in {Level.B_B, Level.B_T}:
        yield None
    else:
        yield validation_context(options.trust)


def timestamper(url: str, timeout: float) -> Any:
    """The client of a time-stamping authority; kept for each thread, since it asks for a trial stamp to learn its size."""
    return _timestamper(url, timeout, get_ident())


@lru_cache(maxsize=64)
def _timestamper(url: str, timeout: float, _thread: int) -> Any:
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

    return RequestsHTTPTimeStamper(url, timeout=timeout)  # type: ignore[no-untyped-call]


def signature_metadata(field: str, options: SignOptions, context: Any) -> PdfSignatureMetadata:
    """What pyHanko is told of a signature."""
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata

    return PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=options.reason,
        location=options.location,
        validation_context=context,
        embed_validation_info=context is not None,
        use_pades_lta=options.level is Level.B_LTA,
        signer_key_usage=set(),  # looked at in check_certificate: either usage will do
    )


def _refusal(error: Exception, signer: str) -> Exception:
    """Our error for a refusal by pyHanko before signing."""
    if _no_revocation_data(error):
        return RevocationUnavailable(signer)
    return CertificateRefused(f"{signer}: {_first_words(error)}")


def stamp_refusal(error: Exception, tsa: str) -> Exception:
    """Our error for a time-stamp that does not validate."""
    if _no_revocation_data(error):
        return RevocationUnavailable(tsa)
    return TimeStampUnavailable(f"{tsa}: its certificate is not trusted")


def _no_revocation_data(error: BaseException | None) -> bool:
    from pyhanko_certvalidator.errors import InsufficientRevinfoError

    while error is not None:
        if isinstance(error, InsufficientRevinfoError):
            return True
        error = error.__cause__
    return False


def _first_words(error: Exception) -> str:
    """What kind of refusal, without the names in the certificate."""
    cause = error.__cause__ or error
    return type(cause).__name__.removesuffix("Error")
