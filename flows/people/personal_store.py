"""Who has what (*kho dữ liệu điện tử của tổ chức, cá nhân*): the valid papers of one person or organisation, each once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flows.agencies import scope
from flows.agencies.clients import ACTOR
from flows.caller import Act, Caller
from flows.door import log, permit
from flows.reuse.gather import gather
from flows.reuse.judge import NOT_MATCHED, about_another, end_is_unknown, issued_on
from flows.services import Services
from schemas import days
from schemas.documents import name_of
from schemas.questions import NUMBER_FIELDS
from schemas.records import State
from storage.index.find import MOST, Query
from storage.model import ArchivedRecord


@dataclass(frozen=True, slots=True)
class Owned:
    """One valid paper; ``scans`` are the other scans of the same paper."""

    record: ArchivedRecord
    number: str | None
    issued: date | None
    valid_until: date | None
    scans: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the paper is called."""
        return name_of(self.record.type)

    def as_json(self) -> dict[str, Any]:
        """A row of ``sohoa store --json``."""
        record = self.record
        return {
            "record": record.id,
            "type": record.type,
            "name": self.name,
            "number": self.number,
            "subject_name": record.record.subject.name,
            "issued_on": self.issued.isoformat() if self.issued else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "end_unknown": self.valid_until is None and end_is_unknown(record.record),
            "state": str(record.state),
            "signed": record.signed,
            "signed_by": list(record.signed_by),
            "sha256": record.scan.sha256,
            "dossiers": list(record.dossiers),
            "other_scans": list(self.scans),
        }


@dataclass(frozen=True, slots=True)
class Unread:
    """A paper of theirs that is there and cannot be read now: damaged, or altered. Whether it holds, nobody can tell."""

    id: str
    type: str

    @property
    def name(self) -> str:
        """What the paper is called."""
        return name_of(self.type)

    def as_json(self) -> dict[str, Any]:
        """A row as that of a paper that can be read, of which nothing is known but that it is there."""
        unknown = dict.fromkeys(("number", "subject_name", "issued_on", "valid_until", "sha256"))
        none: dict[str, Any] = {"signed": False, "signed_by": [], "dossiers": [], "other_scans": []}
        told = {"record": self.id, "type": self.type, "name": self.name, "state": UNAVAILABLE}
        return {**told, **unknown, "end_unknown": True, **none}


UNAVAILABLE = "unavailable"
"""State of what is there and cannot be read now, as in the answers to a reuse check."""


def store_of(
    services: Services, caller: Caller, subject: str, today: date | None = None
) -> tuple[Owned | Unread, ...]:
    """The papers of a person that hold today, confirmed ones first, one row for all scans of a paper; then what cannot be read.

    Revoked, superseded, expired, restricted papers and those of a namesake are left out; an agency sees what its policy shows.
    Raises NotAllowed.
    """
    permit(services, caller, Act.FIND)
    owned, unread = owned_by(services, subject, today or days.today())
    shown = tuple(_as_seen(caller, one) for one in owned if scope.covers(caller, one.record))
    log(services, caller, Act.FIND, *(one.record.id for one in shown))
    return (*shown, *(one for one in unread if _may_know(services, caller, one)))


def _may_know(services: Services, caller: Caller, one: Unread) -> bool:
    """Whether the caller may know that a paper is there, by what the index says of it."""
    row = services.index.get(one.id)
    return row is not None and (caller.policy is None or scope.sees(services, caller.policy, row))


def _as_seen(caller: Caller, one: Owned) -> Owned:
    """The row without what the policy does not show of the paper."""
    if scope.fields(caller, one.record.type) is None:
        return one
    return _owned(scope.record(caller, one.record, one.record), ())


def held_on(services: Services, subject: str) -> tuple[list[ArchivedRecord], list[Unread]]:
    """All papers of a person, also those that hold no more, but for restricted ones and those of a namesake; and what cannot be read.

    For whoever has been allowed the look and logs it.
    """
    holdings = gather(services, subject)
    found = [
        one.record
        for one in holdings.found
        if not one.record.restricted
        and not any(each.code == NOT_MATCHED for each in about_another(one, holdings))
    ]
    return found, [Unread(one.id, one.type) for one in holdings.unreadable]


def owned_by(services: Services, subject: str, day: date) -> tuple[tuple[Owned, ...], list[Unread]]:
    """As ``store_of``, for whoever has been allowed the look and logs it."""
    held, unread = held_on(services, subject)
    valid = [record for record in held if _alive(record, day)]
    best = sorted(
        valid, key=lambda record: (record.state is not State.CONFIRMED, -record.archived_at.timestamp())
    )
    shown: dict[str, ArchivedRecord] = {}
    scans: dict[str, list[str]] = {}
    for record in best:
        first = next((id for id, other in shown.items() if _one_paper(record, other)), None)
        if first is None:
            shown[record.id] = record
        else:
            scans.setdefault(first, []).append(record.id)
    return tuple(_owned(record, tuple(scans.get(record.id, ()))) for record in shown.values()), unread


def _alive(record: ArchivedRecord, day: date) -> bool:
    until = record.record.validity.valid_until
    return record.state in (State.CONFIRMED, State.UNCONFIRMED) and (until is None or until >= day)


def _one_paper(one: ArchivedRecord, other: ArchivedRecord) -> bool:
    """Whether one was found to be another scan of the other; the later one of them says so."""
    return other.id in one.links.duplicates or one.id in other.links.duplicates


def _owned(record: ArchivedRecord, scans: tuple[str, ...]) -> Owned:
    number = next(
        (str(record.record.fields[name].value) for name in NUMBER_FIELDS if name in record.record.fields),
        None,
    )
    return Owned(record, number, issued_on(record.record), record.record.validity.valid_until, scans)


OFFICE = "Cơ quan lưu giữ"
"""What a person is told of an office whose settings name no agency."""


@dataclass(frozen=True, slots=True)
class SeenBy:
    """A line of the audit log about one of the person's papers; ``who`` is the organisation that the account belongs to."""

    at: datetime
    actor: str
    who: str
    action: str
    record: str
    purpose: str


def looks_at(services: Services, caller: Caller, subject: str, *, most: int = 500) -> list[SeenBy]:
    """Who looked at, or changed, the papers of a person, the newest first; this question is in the log as well."""
    permit(services, caller, Act.FIND)
    ids = {row.id for row in services.index.find(Query(subject=subject, limit=MOST)).rows}
    log(services, caller, Act.FIND, *sorted(ids))
    return looks_told(services, ids, most=most)


def looks_told(services: Services, ids: Collection[str], *, most: int = 500) -> list[SeenBy]:
    """What the log tells of these papers, for whoever has been allowed the look and logs it."""
    agencies = {f"{ACTOR}{one.id}": one.name for one in services.agencies.list()}
    office = services.settings.agency or OFFICE
    found = []
    for line in services.audit.about(sorted(ids), most=most):
        for id in {one.partition("/")[0] for one in str(line["object"]).split()}.intersection(ids):
            at = datetime.fromisoformat(str(line["at"]))
            actor = str(line["actor"])
            who = agencies.get(actor, office)
            found.append(SeenBy(at, actor, who, str(line["action"]), id, str(line["purpose"])))
    return found
