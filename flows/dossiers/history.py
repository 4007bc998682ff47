"""What happened to a dossier (*hồ sơ*) and to its papers, in one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.agencies import scope
from flows.caller import AGENT, Act, Caller
from flows.dossiers.papers import papers_in
from flows.services import Services
from schemas.errors import Corrupt, Erased, NotFoundInArchive
from storage.model import Event

CHECK = "fixity check"
"""The PREMIS 3 event type of a look at whether what is kept is as it was."""


@dataclass(frozen=True, slots=True)
class DossierEvent:
    """One event of one paper of the dossier."""

    document: str
    type: str
    event: Event

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.event.at


def dossier_history(services: Services, caller: Caller, code: str) -> list[DossierEvent]:
    """Every event of every paper that serves in the dossier, the newest first; empty for a code that nobody knows.

    An agency sees papers of which its policy shows all, and of their events neither who nor which values. Of a paper whose
    events cannot be read now one event stands there, of now: a check of them that failed.
    """
    rows = papers_in(services, caller, Act.OPEN, code)
    found = [
        DossierEvent(row.id, row.type, event)
        for row in rows
        for event in scope.history(caller, _events(services, row.id))
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _events(services: Services, document_id: str) -> tuple[Event, ...]:
    try:
        return services.archive.provenance(document_id)
    except (Erased, Corrupt, NotFoundInArchive):
        return (Event(type=CHECK, at=datetime.now().astimezone(), agent=AGENT, outcome="failure"),)


def names_of(services: Services, events: list[DossierEvent]) -> Mapping[str, str]:
    """Account → full name of who acted, the account itself where it has none here (a command of the server); the machine is left out."""
    known = {user.name: user.full_name for user in services.accounts.list()}
    agents = {one.event.agent for one in events} - {AGENT, ""}
    return {agent: known.get(agent) or agent for agent in agents}
