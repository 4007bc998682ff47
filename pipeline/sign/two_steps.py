"""Signing in two steps, for a key that is elsewhere (on another PC, on a phone): prepare here, sign there, finish here.

What is signed there are the *signed attributes* (RFC 5652, 5.4), which hold the digest of the document; only their digest needs to
travel. Between the steps the document lies prepared, with room for the signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.pki.levels import Level
from pipeline.pki.trust import parse_now, validation_context
from pipeline.pki.work import run, working_copy
from pipeline.sign.sign import (
    SIGNATURE_BYTES,
    SignOptions,
    check_certificate,
    demand_options,
    free_field,
    signature_metadata,
    stamp_bytes,
    stamp_refusal,
    stay_below_pdf_2,
    timestamper,
)
from schemas.errors import CertificateRefused, Damaged, TimeStampUnavailable, WrongSignature

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.signers.pdf_cms import ExternalSigner

DIGEST = "sha256"

_NAME = "key elsewhere"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that waits for its signature.

    ``attributes`` (DER) are what the key signs, ``digest`` their SHA-256. ``document_digest``, ``start`` and ``end`` say where the
    signature goes into the prepared file; ``chain`` are the certificates (DER), the signer's first.
    """

    attributes: bytes
    document_digest: bytes
    start: int
    end: int
    chain: tuple[bytes, ...]
    field: str

    @property
    def digest(self) -> bytes:
        """What a key that signs digests is given: SHA-256 of ``attributes``."""
        return hashlib.sha256(self.attributes).digest()


def prepare_pdf(source: Path, target: Path, chain: Sequence[bytes], options: SignOptions) -> Prepared:
    """Make ``target`` ready to take a signature by the key of the first certificate of ``chain`` (DER).

    Raises CertificateRefused, Damaged, UsageError, TimeStampUnavailable.
    """
    demand_options(options)
    certificates = _certificates(chain)
    with working_copy(source, target) as file:
        return run(_prepare(file, source.name, certificates, tuple(chain), options))


def finish_pdf(
    source: Path, target: Path, prepared: Prepared, signature: bytes, options: SignOptions
) -> None:
    """Put the signature that came back into the prepared document ``source``, and what its level asks for after it.

    ``signature`` is that of the key over ``prepared.attributes``: PKCS#1 v1.5 for RSA, for ECDSA either DER or both numbers one after the
    other. Raises WrongSignature for any other, TimeStampUnavailable and RevocationUnavailable.
    """
    certificates = _certificates(prepared.chain)
    checked = _checked(certificates[0], prepared.attributes, signature)
    with working_copy(source, target) as file:
        run(_finish(file, certificates, prepared, checked, options))


def _certificates(chain: Sequence[bytes]) -> tuple[Certificate, ...]:
    from asn1crypto.x509 import Certificate

    try:
        found = tuple(parse_now(Certificate.load(der, strict=True)) for der in chain)
    except (ValueError, TypeError) as error:
        raise CertificateRefused("no certificate") from error
    if not found:
        raise CertificateRefused("no certificate")
    return found


def _key(certificates: Sequence[Certificate], signature: bytes | None = None) -> ExternalSigner:
    from pyhanko.sign.signers.pdf_cms import ExternalSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(certificates[1:])
    return ExternalSigner(certificates[0], store, signature_value=signature)


async def _prepare(
    file: BinaryIO,
    name: str,
    certificates: tuple[Certificate, ...],
    chain: tuple[bytes, ...],
    options: SignOptions,
) -> Prepared:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import SigFieldSpec
    from pyhanko.sign.signers import PdfSigner
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    key = _key(certificates)
    check_certificate(key, _NAME, datetime.now(UTC), options.trust)
    try:
        reserved = SIGNATURE_BYTES + await stamp_bytes(_stamper(options))
        writer = IncrementalPdfFileWriter(file, strict=False)
        stay_below_pdf_2(writer)
        field = options.field or free_field(writer)
        bare = replace(options, level=Level.B_B)  # what the level asks for comes after the signature
        work = PdfSigner(signature_metadata(field, bare, None), key, new_field_spec=SigFieldSpec(field))
        found, _, _ = await work.async_digest_doc_for_signing(writer, bytes_reserved=reserved, in_place=True)
    except TimestampRequestError as error:
        raise TimeStampUnavailable(options.tsa or "") from error
    except (PdfError, ValueError) as error:
        raise Damaged(name) from error
    attributes = await key.signed_attrs(found.document_digest, DIGEST, use_pades=True)
    return Prepared(
        attributes.dump(),
        found.document_digest,
        found.reserved_region_start,
        found.reserved_region_end,
        chain,
        field,
    )


async def _finish(
    file: BinaryIO,
    certificates: tuple[Certificate, ...],
    prepared: Prepared,
    signature: bytes,
    options: SignOptions,
) -> None:
    from asn1crypto.cms import CMSAttributes
    from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError
    from pyhanko_certvalidator.errors import PathError, ValidationError

    stamper = _stamper(options)
    try:
        cms = await _key(certificates, signature).async_sign_prescribed_attributes(
            DIGEST, CMSAttributes.load(prepared.attributes), timestamper=stamper
        )
        room = PreparedByteRangeDigest(prepared.document_digest, prepared.start, prepared.end)
        room.fill_with_cms(file, cms)
        if options.level in {Level.B_LT, Level.B_LTA}:
            await _add_validation_data(file, options)
        if options.level is Level.B_LTA:
            await _add_archive_stamp(file, stamper, options)
    except TimestampRequestError as error:
        raise TimeStampUnavailable(options.tsa or "") from error
    except (PathError, ValidationError) as error:
        raise stamp_refusal(error, options.tsa or "") from error


def _stamper(options: SignOptions) -> Any:
    return (
        timestamper(options.tsa, options.timeout) if options.level is not Level.B_B and options.tsa else None
    )


async def _add_validation_data(file: BinaryIO, options: SignOptions) -> None:
    """Revocation data for the signature that was just put in, and for its time-stamp."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.dss import async_add_validation_info

    assert options.trust is not None
    newest = PdfFileReader(file, strict=False).embedded_regular_signatures[-1]
    await async_add_validation_info(newest, validation_context(options.trust), in_place=True)


async def _add_archive_stamp(file: BinaryIO, stamper: Any, options: SignOptions) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfTimeStamper

    assert options.trust is not None
    writer = IncrementalPdfFileWriter(file, strict=False)
    await PdfTimeStamper(stamper).async_timestamp_pdf(
        writer, DIGEST, validation_context(options.trust), in_place=True
    )


def _checked(certificate: Certificate, attributes: bytes, signature: bytes) -> bytes:
    """The signature as CMS wants it, when it is one of this certificate's key over these attributes; raises WrongSignature."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_x509_certificate(certificate.dump()).public_key()
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, attributes, PKCS1v15(), SHA256())
            return signature
        if isinstance(key, EllipticCurvePublicKey):
            half = (key.key_size + 7) // 8
            if len(signature) == 2 * half and signature[:1] != b"\x30":
                numbers = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
                signature = encode_dss_signature(*numbers)
            key.verify(signature, attributes, ECDSA(SHA256()))
            return signature
    except InvalidSignature as error:
        raise WrongSignature from error
    raise CertificateRefused(f"{_NAME}: a kind of key that is not known here")
