"""A signer whose key is not here: copies wait for it, and are signed in two steps (``pipeline.sign.two_steps``)."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from schemas.errors import KeyElsewhere

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer as PyHankoSigner


class ElsewhereSigner:
    """Never signs by itself."""

    name = "elsewhere"
    demo = False

    def session(self) -> AbstractAsyncContextManager[PyHankoSigner]:
        """Raises KeyElsewhere."""
        raise KeyElsewhere
