"""The appointed day of a dossier (*ngày hẹn trả kết quả*): told by who handed it in, at the counter or by the one-stop system.

The dossier's own object in the archive keeps it; the index puts it on the dossier's papers, so that queues may begin with the nearest one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from flows.caller import Act, Caller
from flows.dossiers.papers import papers_in
from flows.services import Services
from storage.dossiers import set_due as write_due
from storage.model import Event


def set_due(services: Services, caller: Caller, code: str, due: date | None) -> None:
    """Give a dossier this day, or none, whatever was told before; it may come before its papers. Raises NotAllowed."""
    papers_in(services, caller, Act.DIGITIZE, code)
    told = due.isoformat() if due else "none"
    event = Event(
        type="modification", at=datetime.now(UTC), agent=caller.actor, reason=f"appointed day: {told}"
    )
    write_due(services.archive, code, due, event)
    services.index.set_due(code, due)


def note_due(services: Services, code: str) -> None:
    """Let the index know the day that the archive has of a dossier."""
    services.index.set_due(code, services.archive.dossier(code).due)
