"""Who signs: one protocol, and its simplest bearer, a key in a PKCS#12 file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.pki.trust import parse_now
from schemas.errors import SignerUnavailable, WrongPin

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer as PyHankoSigner
    from pyhanko.sign.signers import SimpleSigner


class Signer(Protocol):
    """A key with its certificate. Make one for a whole batch: it keeps key, certificates and sessions.

    ``name`` says which one in messages and in the archive's provenance (never a person's name); ``demo`` that what it
    signs has no legal value.
    """

    @property
    def name(self) -> str:
        """Which signer, for messages and provenance."""
        ...

    @property
    def demo(self) -> bool:
        """Whether what it signs has no legal value."""
        ...

    def session(self) -> AbstractAsyncContextManager[PyHankoSigner]:
        """The key, ready to sign one document; raises a SignerUnavailable."""
        ...


def _keep_key(signer: SimpleSigner) -> SimpleSigner:
    """The same signer without its habit of decoding and testing the private key for each signature (35 ms for RSA)."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from pyhanko_certvalidator.util import get_pyca_cryptography_hash

    parse_now(signer.signing_cert)
    for certificate in signer.cert_registry:
        parse_now(certificate)
    key = load_der_private_key(signer.signing_key.dump(), None)
    general = signer.sign_raw

    def sign_raw(data: bytes, digest_algorithm: str) -> bytes:
        digest = get_pyca_cryptography_hash(digest_algorithm)
        if isinstance(key, EllipticCurvePrivateKey):
            return key.sign(data, ECDSA(digest))
        if isinstance(key, RSAPrivateKey):
            return key.sign(data, PKCS1v15(), digest)
        return general(data, digest_algorithm)

    signer.sign_raw = sign_raw  # type: ignore[method-assign]
    return signer


class Pkcs12Signer:
    """A key in a PKCS#12 file, loaded once. ``password`` is None for a file without one."""

    def __init__(
        self, path: Path, password: str | None = None, *, name: str = "", demo: bool = False
    ) -> None:
        self._path = path
        self._password = password
        self.name = name or f"pkcs12:{path.name}"
        self.demo = demo

    @cached_property
    def _signer(self) -> SimpleSigner:
        from pyhanko.sign.signers import SimpleSigner

        try:
            data = self._path.read_bytes()
        except OSError as error:
            raise SignerUnavailable(f"{self._path.name}: {error.strerror}") from error
        try:
            signer = SimpleSigner.load_pkcs12_data(
                data, (), None if self._password is None else self._password.encode()
            )
        except ValueError as error:
            raise WrongPin(self._path.name) from error
        return _keep_key(signer)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PyHankoSigner]:
        """The key in memory."""
        yield self._signer


def needs_password(path: Path) -> bool:
    """Whether a PKCS#12 file opens only with a password; False for one that cannot be read at all."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        pkcs12.load_key_and_certificates(path.read_bytes(), None)
    except ValueError:
        return True
    except OSError:
        return False
    return False
