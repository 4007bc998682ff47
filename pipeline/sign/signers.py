"""Who signs: one protocol, and its simplest bearer, a key in a PKCS#12 file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

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
            signer: SimpleSigner = SimpleSigner.load_pkcs12_data(
                data, (), None if self._password is None else self._password.encode()
            )
        except ValueError as error:
            raise WrongPin(self._path.name) from error
        return signer

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PyHankoSigner]:
        """The key in memory."""
        yield self._signer
