"""The other side of signing in two steps: the key is here, the document is elsewhere (``two_steps`` prepares and finishes it there)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.pki.work import run
from pipeline.sign.sign import check_certificate
from pipeline.sign.two_steps import DIGEST

if TYPE_CHECKING:
    from pipeline.sign.signers import Signer


def chain_of(signer: Signer) -> tuple[bytes, ...]:
    """The signer's certificate and those above it (DER). Raises SignerUnavailable, CertificateRefused (expired, not for signing)."""
    return run(_chain(signer))


def sign_attributes(signer: Signer, attributes: bytes) -> bytes:
    """What the key makes of the ``attributes`` of a document that was prepared elsewhere; raises SignerUnavailable."""
    return run(_sign(signer, attributes))


async def _chain(signer: Signer) -> tuple[bytes, ...]:
    async with signer.session() as key:
        check_certificate(key, signer.name, datetime.now(UTC), None)
        own = key.signing_cert
        assert own is not None
        others = (one for one in key.cert_registry if one.dump() != own.dump())
        return (own.dump(), *(one.dump() for one in others))


async def _sign(signer: Signer, attributes: bytes) -> bytes:
    async with signer.session() as key:
        return await key.async_sign_raw(attributes, DIGEST)
