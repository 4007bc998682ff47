"""How a dossier stands, for the one-stop system (*hệ thống thông tin giải quyết TTHC*) that handed it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flows.caller import Act, Caller
from flows.dossiers.papers import papers_in
from flows.services import Services
from schemas.errors import Corrupt, NotFoundInArchive
from schemas.records import State
from storage.index.entry import Entry


class Standing(StrEnum):
    """``in_check``: some paper waits for an officer; ``to_sign``: confirmed, some copy waits for a signature; ``done``."""

    IN_CHECK = "in_check"
    TO_SIGN = "to_sign"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DossierStatus:
    """The dossier's papers that the caller may see, and what they amount to; ``owner``: whose it is, told to officers only."""

    code: str
    standing: Standing
    procedure: str | None
    owner: str | None
    received_at: datetime | None
    due: date | None
    papers: tuple[Entry, ...]

    def as_json(self) -> dict[str, Any]:
        """Whose it is; ids, types and states; no value of a field."""
        return {
            "code": self.code,
            "standing": str(self.standing),
            "procedure": self.procedure,
            "owner": self.owner,
            "received_at": self.received_at.isoformat() if self.received_at else None,
            "due": self.due.isoformat() if self.due else None,
            "papers": [
                {
                    "record": one.id,
                    "type": one.type,
                    "state": one.state,
                    "version": one.version,
                    "signed": one.signed,
                }
                for one in self.papers
            ],
        }


def dossier_status(services: Services, caller: Caller, code: str) -> DossierStatus:
    """How the dossier stands. Raises NotFoundInArchive for one of which the caller may see no paper."""
    rows = papers_in(services, caller, Act.FIND, code)
    if not rows:
        raise NotFoundInArchive("no such dossier")
    try:
        kept = services.archive.dossier(code)
        owner = kept.subject if caller.policy is None else None
        procedure, received, due = kept.procedure, kept.received_at, kept.due
    except (NotFoundInArchive, Corrupt):
        procedure, owner, received, due = None, None, None, None
    return DossierStatus(code, _standing(rows), procedure, owner, received, due, tuple(rows))


def _standing(rows: Sequence[Entry]) -> Standing:
    if any(row.state == State.UNCONFIRMED for row in rows):
        return Standing.IN_CHECK
    waits = any(row.state == State.CONFIRMED and not row.signed for row in rows)
    return Standing.TO_SIGN if waits else Standing.DONE
