"""Why somebody did something, as it stands beside an encrypted archive: only the archive's key opens it.

The log and the index keep what officers gave as purpose or reason. Where documents are encrypted these words are, too: AES-256-GCM
under a key of the vault, a random nonce before it, in Base64; who acted, what was done and to what is associated data, so that a reason
stands for no other act. The log chains and signs what is kept: it is verified without the key. Words that were kept in plain before are
told as they are.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.errors import Erased, KeyUnavailable
from storage.encryption import Vault

MARK = "sohoa-reason/1:"
"""What an encrypted reason begins with."""

UNREADABLE = "[…]"
"""What is told of a reason that the archive's key does not open."""

_NONCE = 12


class Reasons:
    """Those of one archive; may be shared by threads."""

    def __init__(self, vault: Vault | None) -> None:
        """Without a ``vault`` they are kept in plain."""
        self._vault = vault
        self._cipher: AESGCM | None = None

    def kept(self, text: str, *about: str) -> str:
        """As what a reason is kept; ``about`` is what it belongs to. Raises ``KeyUnavailable``."""
        if self._vault is None or not text:
            return text
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._opened(self._vault).encrypt(nonce, text.encode(), _bound(about))
        return MARK + base64.b64encode(sealed).decode()

    def told(self, kept: str, *about: str) -> str:
        """The reason; ``UNREADABLE`` where its key is gone, or another one, or it belongs to something else."""
        if self._vault is None or not kept.startswith(MARK):
            return kept
        try:
            sealed = base64.b64decode(kept.removeprefix(MARK), validate=True)
            cipher = self._opened(self._vault)
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(about)).decode()
        except (ValueError, InvalidTag, Erased, KeyUnavailable):
            return UNREADABLE

    def hidden(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a line of the log as they are written."""
        return {**content, "purpose": self.kept(content["purpose"], *_act(content))}

    def shown(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a line of the log as they are read."""
        purpose = content.get("purpose")
        if not isinstance(purpose, str):
            return dict(content)
        return {**content, "purpose": self.told(purpose, *_act(content))}

    def _opened(self, vault: Vault) -> AESGCM:
        if self._cipher is None:
            self._cipher = AESGCM(vault.key_for("reasons"))
        return self._cipher


def _act(content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(content.get(name, "")) for name in ("actor", "action", "object"))


def _bound(about: tuple[str, ...]) -> bytes:
    return json.dumps([MARK, *about], ensure_ascii=False).encode()
