"""What an agency's policy leaves of records: types, territory and fields beyond it are as if they were not there.

Callers without a policy (officers, the account that runs the archive) see everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.caller import Caller
from flows.services import Services
from schemas.errors import Corrupt, Erased, NotFoundInArchive, UsageError
from schemas.policies import Policy
from schemas.quality import shown_validity, to_look_at
from schemas.questions import NUMBER_FIELDS, PLACE_FIELDS
from schemas.records import Record, Subject
from storage.index.entry import Entry, entry_of
from storage.index.find import Page, Query
from storage.index.words import words
from storage.model import ArchivedRecord, Event


def asked(caller: Caller, query: Query) -> None:
    """Raise UsageError where an agency asks for nobody in particular: nobody may list all that is kept."""
    if caller.policy is None or query.subject or query.number or query.name:
        return
    if set(words(query.words)) <= _ON_EVERY_PAPER:
        raise UsageError("name a subject, a number or words that do not stand on every paper")


_ON_EVERY_PAPER = frozenset(words("Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập, tự do, hạnh phúc"))
"""Of the national title and motto (Decree 30/2020, annex I): who asks for these asks for all papers."""


def rows(services: Services, caller: Caller, page: Page, query: Query) -> Page:
    """The rows that lie in the policy, without what their fields may not tell."""
    policy = caller.policy
    if policy is None:
        return page
    kept = (
        _row(services, caller, row, query)
        for row in page.rows
        if _may_be_asked(policy, row.type, query) and sees(services, policy, row)
    )
    return replace(page, rows=tuple(row for row in kept if row is not None))


def sees(services: Services, policy: Policy, row: Entry) -> bool:
    """Whether a row lies in the policy at all."""
    return not row.restricted and row.type in policy.types and _lies(services, policy, row)


def _lies(services: Services, policy: Policy, row: Entry) -> bool:
    """Whether the paper belongs to the territory. The index knows one of its places; for the others the archive is asked, as when it is opened."""
    if policy.within(row.agency or ""):
        return True
    try:
        return policy.within(*_places(services.archive.record(row.id)))
    except (Corrupt, Erased, NotFoundInArchive):  # told by ``archive check``
        return False


def in_dossier(services: Services, caller: Caller, rows: Sequence[Entry]) -> Sequence[Entry]:
    """The papers of a dossier that may be told by its code: for an agency those of which its policy shows all."""
    policy = caller.policy
    if policy is None:
        return rows
    return [row for row in rows if policy.whole(row.type) and sees(services, policy, row)]


def _may_be_asked(policy: Policy, type: str, query: Query) -> bool:
    """A question must not tell more than the answer would.

    Words are found only in papers of which all may be seen, a number only where the number may be.
    """
    if policy.whole(type):
        return True
    if query.words.strip() or query.dossier or query.agency:
        return False
    if query.name and policy.fields(type).isdisjoint(_NAMES):
        return False
    return query.number is None or not policy.fields(type).isdisjoint(NUMBER_FIELDS)


def covers(caller: Caller, *versions: ArchivedRecord) -> bool:
    """Whether a record lies in the policy at all, in each of these versions: the newest, and the one that is to be shown.

    What was decided since (a restriction, another type) holds for every version; what an old one says holds for that one.
    """
    return caller.policy is None or all(_covers(caller.policy, one) for one in versions)


def _covers(policy: Policy, kept: ArchivedRecord) -> bool:
    return not kept.restricted and kept.type in policy.types and policy.within(*_places(kept))


def _places(kept: ArchivedRecord) -> list[str]:
    fields = kept.record.fields
    return [
        str(fields[name].value) for name in PLACE_FIELDS if name in fields and fields[name].value is not None
    ]


def shows(caller: Caller, part: str, *versions: ArchivedRecord) -> bool:
    """Whether a part may be given; versions as in ``covers``."""
    policy, name = caller.policy, "text" if part == "alto" else part
    return policy is None or (
        covers(caller, *versions) and all(policy.shows(one.type, name) for one in versions)
    )


def fields(caller: Caller, *types: str) -> frozenset[str] | None:
    """The fields that may be seen of a paper that is, or was, of these types; None: all."""
    policy = caller.policy
    if policy is None:
        return None
    limits = [policy.fields(type) for type in types if not policy.whole(type)]
    return frozenset.intersection(*limits) if limits else None


def record(caller: Caller, kept: ArchivedRecord, newest: ArchivedRecord) -> ArchivedRecord:
    """The record with the fields of the policy only; without text, names of files and subjects where not all may be seen.

    ``newest`` is its newest version: an older one shows no field that this one may not.
    """
    if caller.policy is None:
        return kept
    allowed = fields(caller, kept.type, newest.type)
    if allowed is None:
        return kept.model_copy(update={"source": ""})  # where the file lay here concerns nobody else
    inner = kept.record
    shown = {name: field for name, field in inner.fields.items() if name in allowed}
    values = {str(field.value) for field in shown.values()}
    subjects = tuple(_subject(one, values) for one in inner.subjects)
    lean = Record(
        type=inner.type,
        subject=_subject(inner.subject, values),
        subjects=tuple(one for one in subjects if one.id or one.name),
        fields=shown,
        validity=shown_validity(inner, allowed),
        state=inner.state,
    )
    gone = {
        "record": lean,
        "text": "",
        "source": "",
        "dossier": None,
        "uses": (),
        "reason": None,
        "perceptual_hash": None,
    }
    return kept.model_copy(update=gone)


def history(caller: Caller, events: Sequence[Event]) -> tuple[Event, ...]:
    """The events; an agency sees what and when, neither who nor which values."""
    if caller.policy is None:
        return tuple(events)
    hidden: dict[str, object] = {"agent": "", "reason": None, "changes": (), "settings": {}}
    return tuple(event.model_copy(update=hidden) for event in events)


def _subject(subject: Subject, values: set[str]) -> Subject:
    """Only what the shown fields tell of a person anyway."""
    return Subject(
        id=subject.id if subject.id in values else None, name=subject.name if subject.name in values else None
    )


def _row(services: Services, caller: Caller, row: Entry, query: Query) -> Entry | None:
    """The row of what may be seen of the paper; None where it was found by something else.

    Made anew from the record: a row tells the first number, day or title that a paper has, and which field that was it does not tell.
    """
    if fields(caller, row.type) is None:
        return replace(row, source="")
    try:
        kept = services.archive.record(row.id)
    except (Corrupt, Erased, NotFoundInArchive):  # told by ``archive check``
        return None
    shown, _ = entry_of(record(caller, kept, kept), row.version)
    by_number = query.number is not None and shown.number != row.number
    by_day = (query.issued_from or query.issued_to) and shown.issued_on != row.issued_on
    if by_number or by_day:
        return None
    return replace(
        shown,
        position=row.position,
        other_subjects="",
        names="",
        born_on=None,
        duplicates="",
        doubts=len(to_look_at(kept.record, fields(caller, kept.type))),
    )


_NAMES = ("full_name", "wife_name", "husband_name", "owner_name", "business_name", "name")
