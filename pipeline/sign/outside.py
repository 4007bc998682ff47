"""A key outside this process, as pyHanko sees it: certificates here, the act of signing elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pipeline.pki.trust import parse_now

if TYPE_CHECKING:
    from asn1crypto.algos import SignedDigestAlgorithm
    from asn1crypto.x509 import Certificate

RawSign = Callable[[bytes, str, "SignedDigestAlgorithm"], bytes]
"""(data, digest algorithm such as ``sha256``, signature mechanism) → raw signature."""

_DRY_RUN_BYTES = 512


class OutsideKey(Signer):
    """Signs by a plain function, which runs in a thread since tokens and servers take their time."""

    def __init__(self, certificate: Certificate, chain: Sequence[Certificate], sign: RawSign) -> None:
        for one in (certificate, *chain):
            parse_now(one)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=store)
        self._sign = sign

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The raw signature over ``data``."""
        if dry_run:
            return bytes(_DRY_RUN_BYTES)
        mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)
        return await asyncio.to_thread(self._sign, data, digest_algorithm, mechanism)
