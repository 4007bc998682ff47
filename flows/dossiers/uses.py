"""In which dossiers a paper is used: those that it was handed in with, and those that reuse its record with the person's consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flows.caller import Act, Caller
from flows.door import log, perform, permit, refuse
from flows.dossiers.deadlines import note_due
from flows.people.personal_store import UNAVAILABLE, Unread
from flows.request import Request
from flows.reuse.form import says_the_same
from flows.reuse.judge import DECLARED_OTHERWISE
from flows.reuse.kept import kept
from flows.reuse.model import Answer, Reuse
from flows.services import Services
from schemas.errors import UsageError
from storage.dossiers import note_use, put_dossier
from storage.index.find import MOST, Query
from storage.model import ArchivedRecord, Dossier, Event, Receipt, Use, UseKind

LAW = "Điều 16 Nghị định 45/2020/NĐ-CP, sửa đổi bởi Nghị định 118/2025/NĐ-CP"
"""Legal basis of using what the personal store (*kho dữ liệu điện tử của tổ chức, cá nhân*) has instead of asking for it."""


@dataclass(frozen=True, slots=True)
class PersonsUse:
    """What a person sees of one use of a paper of theirs."""

    document: str
    type: str
    use: Use

    def as_json(self) -> dict[str, Any]:
        """With every detail of the use."""
        return {"document": self.document, "type": self.type, **self.use.model_dump(mode="json")}


class UnreadUses(Unread):
    """A paper of theirs whose uses cannot be read now."""

    def as_json(self) -> dict[str, Any]:
        """A row as that of a use, of which nothing is known."""
        unknown = dict.fromkeys(("dossier", "at", "by", "component", "procedure", "subject", "agency"))
        return {"document": self.id, "type": self.type, "kind": UNAVAILABLE, **unknown}


def received(services: Services, caller: Caller, request: Request) -> tuple[Use, ...]:
    """The first use of a paper: handed in for the dossier that the clerk names."""
    return (_use(services, caller, request, UseKind.RECEIVED),) if request.dossier else ()


def hand_in_again(
    services: Services, caller: Caller, records: Sequence[ArchivedRecord], request: Request
) -> list[ArchivedRecord]:
    """Papers that are archived already come with another dossier: it is noted on each of them, and they on it.

    A scan that came with this dossier before is not noted twice, whatever its separator sheets say of single papers.
    """
    code = request.dossier
    if code is None:
        return list(records)
    use = _use(services, caller, request, UseKind.RECEIVED)
    if not any(code in record.dossiers for record in records):
        ids = [record.id for record in records]
        noted = perform(
            services, caller, Act.DIGITIZE, ids, lambda: [note_use(services.archive, id, use) for id in ids]
        )
        records = [receipt.record for receipt in noted]
    _in_dossier(services, use, [record.id for record in records if code in record.dossiers], request.due)
    return list(records)


def decide(
    services: Services,
    caller: Caller,
    found: Reuse,
    dossier: str,
    *,
    agreed: Iterable[str] | None = None,
    refused: Iterable[str] = (),
    declared: Mapping[str, str] | None = None,
    law: str = LAW,
) -> tuple[Receipt, ...]:
    """What the person decided on the papers that are *there*: used instead of being handed in, or not.

    ``agreed`` and ``refused`` are ids of records in the answer (None: all that are there and not refused). ``declared`` is
    what the person declares otherwise than the prefilled form says: it is kept with the use, and raises a flag on the record.
    Each is one more version of the record, with who, when, for what and by which law. Raises UsageError for a record that
    the answer does not offer, and for an empty purpose.
    """
    if caller.policy is not None:
        refuse(
            services,
            caller,
            Act.REUSE,
            why="an agency asks, the officer at the counter decides with the person",
        )
    if not caller.purpose.strip():
        raise UsageError("a purpose is needed")
    offered = {
        one.record.id: one.component.name
        for one in found.components
        if one.answer is Answer.THERE and one.record is not None
    }
    no = tuple(dict.fromkeys(refused))
    yes = tuple(dict.fromkeys(offered if agreed is None else agreed))
    yes = tuple(id for id in yes if id not in no)
    if not {*yes, *no} <= set(offered):
        raise UsageError("only what the answer offers can be agreed to or refused")
    asked = found.question
    request = Request(dossier=dossier, subject=asked.subject, procedure=asked.procedure.code)
    otherwise = _otherwise(found, declared or {})

    def note(id: str, kind: UseKind) -> Receipt:
        use = _use(services, caller, request, kind).model_copy(
            update={
                "component": offered.get(id),
                "purpose": caller.purpose,
                "law": law,
                "declared": otherwise.get(id, {}),
            }
        )
        flags = (DECLARED_OTHERWISE,) if id in otherwise else ()
        return note_use(services.archive, id, use, flags=flags)

    chosen = [(id, UseKind.REUSED) for id in yes] + [(id, UseKind.REFUSED) for id in no]
    chosen += [(id, UseKind.REFUSED) for id in otherwise if id not in (*yes, *no)]
    receipts = perform(
        services,
        caller,
        Act.REUSE,
        [id for id, _ in chosen],
        lambda: [note(id, kind) for id, kind in chosen],
    )
    _in_dossier(services, _use(services, caller, request, UseKind.REUSED), yes)
    return receipts


def uses_of(services: Services, caller: Caller, subject: str) -> list[PersonsUse | UnreadUses]:
    """The person's view: every use of every paper of theirs, the newest first; before them the papers whose uses cannot be read."""
    permit(services, caller, Act.FIND)
    rows = services.index.find(Query(subject=subject, limit=MOST)).rows
    records, unread = kept(services, rows)
    found = [PersonsUse(record.id, record.type, use) for record in records for use in record.uses]
    log(services, caller, Act.FIND, *(row.id for row in rows))
    newest = sorted(found, key=lambda one: one.use.at, reverse=True)
    return [*(UnreadUses(row.id, row.type) for row in unread), *newest]


def _use(services: Services, caller: Caller, request: Request, kind: UseKind) -> Use:
    assert request.dossier is not None
    return Use(
        kind=kind,
        dossier=request.dossier,
        at=datetime.now(UTC),
        by=caller.actor,
        procedure=request.procedure,
        subject=request.applicant,
        agency=services.settings.agency or None,
    )


def _in_dossier(services: Services, use: Use, ids: Sequence[str], due: str | None = None) -> None:
    """Note the papers in the dossier; a dossier in which nothing served is noted as well."""
    dossier = Dossier(
        code=use.dossier,
        documents=tuple(ids),
        procedure=use.procedure,
        subject=use.subject,
        received_at=use.at,
        due=date.fromisoformat(due) if due else None,
    )
    put_dossier(services.archive, dossier, Event(type="accession", at=use.at, agent=use.by))
    if due:
        note_due(services, use.dossier)


def _otherwise(found: Reuse, declared: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Record → form fields that the person declares otherwise than it says, with their value."""
    told: dict[str, dict[str, str]] = {}
    for key, value in declared.items():
        if key not in found.form:
            raise UsageError(f"the form has no field {key}")
        offer = found.form[key].offer
        if offer is not None and offer.record and not says_the_same(offer, value):
            told.setdefault(offer.record, {})[key] = value
    return told
