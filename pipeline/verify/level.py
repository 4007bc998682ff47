"""The PAdES level that a signature shows (ETSI EN 319 142-1): by what is in the file, not by whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.pki.levels import Level

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


def level_of(reader: PdfFileReader, embedded: EmbeddedPdfSignature) -> str | None:
    """The level of one signature; None for one that is no PAdES signature (``ETSI.CAdES.detached``)."""
    if embedded.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        return None
    later = [
        stamp
        for stamp in reader.embedded_timestamp_signatures
        if stamp.signed_revision > embedded.signed_revision
    ]
    if not later and not has_timestamp(embedded):
        return Level.B_B
    if not _has_revocation_data(reader, embedded):
        return Level.B_T
    return Level.B_LTA if later else Level.B_LT


def has_timestamp(embedded: EmbeddedPdfSignature) -> bool:
    """The signature carries a time-stamp of its own (RFC 3161 token)."""
    unsigned = embedded.signer_info["unsigned_attrs"]
    return any(attribute["type"].native == "signature_time_stamp_token" for attribute in unsigned)


def _has_revocation_data(reader: PdfFileReader, embedded: EmbeddedPdfSignature) -> bool:
    """The DSS holds an OCSP answer or a CRL about the signer's certificate."""
    from asn1crypto.crl import CertificateList
    from asn1crypto.ocsp import OCSPResponse
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError

    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return False
    serial, issuer = embedded.signer_cert.serial_number, embedded.signer_cert.issuer
    answers = (OCSPResponse.load(stream.get_object().data) for stream in store.ocsps)
    if any(
        single["cert_id"]["serial_number"].native == serial
        for answer in answers
        if answer["response_status"].native == "successful"
        for single in answer.response_data["responses"]
    ):
        return True
    lists = (CertificateList.load(stream.get_object().data) for stream in store.crls)
    return any(crl.issuer == issuer for crl in lists)
