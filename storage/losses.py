"""Losses that an administrator accepted: versions of an object that the audit log knows and that nobody holds any more.

An acceptance is a line of the log, signed by the seal key: who may only write into the database cannot have an object that he put back
to an older version pass as one whose newer versions were lost. It names the newest version that was noted, and counts only where
that one still is the newest: a line that is written once more accepts nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.reasons import Reasons
from storage.seals import SealKey

ACTION = "loss"
"""What the line calls it."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Of which object what is lost: all versions after ``kept`` (0: all of it) up to ``lost``, each with its digest.

    ``damaged`` are files of what is kept that no copy holds whole: SHA-512 and path of each. Of a version that is damaged, and not gone,
    nothing else is lost: ``kept`` is ``lost`` then.
    ``at`` is when that was accepted, by whom, and why; ``stated`` is the reason as the line keeps it, which is what is signed
    (``storage.reasons``).
    """

    object: str
    kept: int
    kept_digest: str
    lost: int
    lost_digest: str
    by: str
    reason: str
    at: datetime
    stated: str
    damaged: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """For whoever looks after the archive."""
        return f"{self.object}: {self.fact} by {self.by}: {self.reason}"

    @property
    def fact(self) -> str:
        """For everybody: neither who accepted it nor why."""
        first, told = self.kept + 1, []
        if self.kept == 0:
            told.append("all of it is lost")
        elif first == self.lost:
            told.append(f"version {first}, as it was then, is lost")
        elif first < self.lost:
            told.append(f"versions {first} to {self.lost}, as they were then, are lost")
        if self.damaged:
            told.append(f"damaged everywhere, and lost: {', '.join(path for _, path in self.damaged)}")
        return f"{'; '.join(told)}; accepted on {self.at:%Y-%m-%d}"

    @property
    def _covered(self) -> bytes:
        told: list[object] = [self.object, self.kept, self.kept_digest, self.lost, self.lost_digest]
        told += [self.by, self.stated, *([self.damaged] if self.damaged else [])]
        return b"sohoa loss\n" + json.dumps(told, ensure_ascii=False).encode()

    def line(self, key: SealKey) -> dict[str, Any]:
        """What the log notes: the version that is left, as every note of a version does, and what is signed."""
        return {
            "version": self.kept,
            "digest": self.kept_digest,
            "lost": self.lost,
            "lost_digest": self.lost_digest,
            **({"damaged": [list(one) for one in self.damaged]} if self.damaged else {}),
            "key": key.name,
            "signature": base64.b64encode(key.private.sign(self._covered)).decode(),
        }


def tells_a_loss(content: Mapping[str, Any]) -> bool:
    """Whether a line of the log says that it accepts a loss."""
    return "lost" in content


def loss_in(content: Mapping[str, Any], at: datetime, key: SealKey | None, reasons: Reasons) -> Loss | None:
    """The loss that a line accepts; None where it accepts none, or the seal key did not sign it."""
    if key is None or not tells_a_loss(content):
        return None
    try:
        loss = Loss(
            str(content["object"]),
            int(content["version"]),
            str(content["digest"]),
            int(content["lost"]),
            str(content["lost_digest"]),
            str(content["actor"]),
            str(reasons.shown(content)["purpose"]),
            at,
            str(content["purpose"]),
            tuple((str(digest), str(path)) for digest, path in content.get("damaged", ())),
        )
        signature = base64.b64decode(content["signature"], validate=True)
        return loss if key.signed(str(content["key"]), signature, loss._covered) else None
    except (KeyError, TypeError, ValueError):
        return None
