"""Which papers serve in a dossier, as one caller may know by its code: the look that its status, history and receipt begin with."""

from __future__ import annotations

from collections.abc import Sequence

from flows.agencies import scope
from flows.caller import Act, Caller
from flows.door import log, permit
from flows.services import Services
from storage.index.entry import Entry
from storage.index.find import MOST, Query


def papers_in(services: Services, caller: Caller, act: Act, code: str) -> Sequence[Entry]:
    """The rows of the papers, the newest first; the look is logged as this act. Raises NotAllowed."""
    permit(services, caller, act)
    rows = scope.in_dossier(services, caller, services.index.find(Query(dossier=code, limit=MOST)).rows)
    log(services, caller, act, *(row.id for row in rows))
    return rows
