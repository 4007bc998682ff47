"""A paper that was handed in for another dossier than it was noted for, or for none: the counter puts it where it belongs.

Its record tells for which dossier it came, and each dossier its papers; a server that is killed in between has written the record or
not, and the record counts. Where the paper was reused stays as it is.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flows.caller import Act, Caller
from flows.door import perform, permit, refuse_claimed
from flows.dossiers.codes import checked_dossier
from flows.dossiers.deadlines import note_due
from flows.services import Services
from schemas.errors import Corrupt, NotFoundInArchive, UsageError
from storage.dossiers import move_use, put_dossier, take_out
from storage.model import Dossier, Event, Receipt, Use, UseKind


def move_paper(
    services: Services, caller: Caller, document_id: str, to: str, *, expected: int | None = None
) -> Receipt:
    """Note the paper in dossier ``to`` instead of the one that it was handed in for. Whose dossier it is and for what is that of ``to``.

    Raises WrongDossier for a code that is none, UsageError where the paper is in it already, Conflict where it is not as ``expected``,
    Claimed while a colleague has it open, NotAllowed.
    """
    permit(services, caller, Act.CORRECT, document_id)
    code = checked_dossier(to, force=False)
    wrong = services.archive.record(document_id).dossier
    if code is None or code == wrong:
        raise UsageError("name the dossier that the paper belongs to, another than the one that it is in")
    refuse_claimed(services, caller, Act.CORRECT, document_id)
    use = _use(services, caller, code)
    noted = Event(type="accession", at=use.at, agent=use.by)

    def move() -> list[Receipt]:
        moved = move_use(services.archive, document_id, wrong, use, expected=expected)
        there = Dossier(
            code=code,
            documents=(document_id,),
            procedure=use.procedure,
            subject=use.subject,
            received_at=use.at,
        )
        put_dossier(services.archive, there, noted)
        if wrong is not None:
            take_out(services.archive, wrong, document_id, noted)
        return [moved]

    (receipt,) = perform(services, caller, Act.CORRECT, [document_id], move)
    for one in (code, wrong):
        if one is not None and services.archive.objects.has(services.archive.dossier_object(one)):
            note_due(services, one)
    return receipt


def _use(services: Services, caller: Caller, code: str) -> Use:
    """Handed in with this dossier; whose it is and for what procedure, the dossier knows where it is there."""
    try:
        known = services.archive.dossier(code)
    except (NotFoundInArchive, Corrupt):
        known = Dossier(code=code)
    return Use(
        kind=UseKind.RECEIVED,
        dossier=code,
        at=datetime.now(UTC),
        by=caller.actor,
        procedure=known.procedure,
        subject=known.subject,
        agency=services.settings.agency or None,
    )
