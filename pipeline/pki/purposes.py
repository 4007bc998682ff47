"""What a certificate may be used for: documents are signed with certificates that were issued for it.

Key usage (RFC 5280, 4.2.1.3): ``digitalSignature`` or ``nonRepudiation``. Extended key usage (RFC 5280, 4.2.1.12): where it is there, it
must name a purpose that includes documents (RFC 9336), or any; a certificate for servers, code or OCSP does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate

SIGNING_USAGES = frozenset({"digital_signature", "non_repudiation"})
"""Key usages of a certificate for signing documents; one of them suffices."""

DOCUMENT_PURPOSES = frozenset(
    {
        "1.3.6.1.5.5.7.3.36",  # documentSigning, RFC 9336
        "1.2.840.113583.1.1.5",  # Adobe: authentic documents
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft: document signing
        "1.3.6.1.5.5.7.3.4",  # e-mail: signed messages of persons
    }
)
"""Extended key usages (OIDs) that include the signing of documents."""

_ANY = "2.5.29.37.0"


def may_sign(certificate: Certificate, purposes: frozenset[str]) -> bool:
    """Whether a certificate was issued for signing documents; ``purposes`` are OIDs that count besides those above."""
    usage = certificate.key_usage_value
    if usage is None or not usage.native & SIGNING_USAGES:
        return False
    return serves(certificate, purposes)


def serves(certificate: Certificate, purposes: frozenset[str]) -> bool:
    """Whether its extended key usage, where it has one, includes documents; asked of a signer and of the CAs above it."""
    told: Any = certificate.extended_key_usage_value
    if told is None:
        return True
    named = {purpose.dotted for purpose in told}
    return bool(named & (DOCUMENT_PURPOSES | purposes | {_ANY}))
