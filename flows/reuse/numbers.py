"""Which numbers are one person's: the identifier of 12 digits, the old one of 9, a tax code. Never by name alone.

Two numbers are one person's where a paper holds both for the same person, or where an officer decided so. What a paper does not
tell beyond doubt is shown as a doubt, and a person decides (``decide``); until then a paper under the doubtful number stands in for
nothing unless name or birthday agree as well (``flows.reuse.gather``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from time import time
from typing import Any

from flows.caller import Act, Caller
from flows.door import log, permit
from flows.reuse.kept import kept, papers_of
from flows.reuse.people import identity_on, same_name, text_of
from flows.services import Services
from schemas.documents import document_types
from schemas.errors import UsageError
from schemas.quality import is_sure
from schemas.records import Record, State
from storage.index.keyed import MARK
from storage.model import ArchivedRecord
from storage.persons import Decision

_NUMBERS = ("personal_id", "old_id", "tax_code")
"""Endings of the fields that hold a number of a person; what stands before them says of which person of the paper."""
_ALIVE = (State.CONFIRMED, State.UNCONFIRMED)


class Status(StrEnum):
    """How sure it is that a number is the person's."""

    ASKED = "asked"
    TOLD = "told"
    DECIDED = "decided"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and the papers that hold it together with another one of the person's; why there is a doubt."""

    number: str
    status: Status
    records: tuple[str, ...] = ()
    reason_vi: str = ""
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """A parent or a spouse as a paper tells: without a number it is nobody in particular."""

    relation: str
    name: str | None
    number: str | None
    record: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Resolved:
    """The numbers of a person, the one asked for first, and their relatives; ``unavailable`` are papers that cannot be read and may tell more."""

    subject: str
    numbers: tuple[Number, ...]
    relatives: tuple[Relative, ...]
    unavailable: tuple[str, ...] = ()

    @property
    def doubts(self) -> tuple[Number, ...]:
        """What an officer must decide."""
        return tuple(one for one in self.numbers if one.status is Status.DOUBT)

    def as_json(self) -> dict[str, Any]:
        """What ``sohoa person --json`` prints and the API answers."""
        return {
            "subject": self.subject,
            "numbers": [asdict(one) for one in self.numbers],
            "relatives": [asdict(one) for one in self.relatives],
            **({"unavailable": list(self.unavailable)} if self.unavailable else {}),
        }


def resolve(services: Services, caller: Caller, subject: str) -> Resolved:
    """The numbers and relatives of whoever has this number; the look is logged. Raises NotAllowed."""
    permit(services, caller, Act.FIND)
    papers, unread = kept(services, services.index.of_subject(subject))
    log(services, caller, Act.FIND, *(one.id for one in papers))
    asked = Number(subject, Status.ASKED)
    return Resolved(
        subject,
        (asked, *other_numbers(services, subject, papers)),
        tuple(_relatives(subject, papers)),
        tuple(row.id for row in unread),
    )


def decide(
    services: Services, caller: Caller, subject: str, other: str, *, same: bool, reason: str
) -> Resolved:
    """An officer found that two numbers are one person's, or two people's. Raises UsageError without a reason."""
    if not reason.strip():
        raise UsageError("a reason is needed")
    if subject == other:
        raise UsageError("these are one number")
    act = Act.LINK if same else Act.UNLINK
    permit(services, caller, act)
    holding = [one.id for one in papers_of(services, subject) if other in _numbers_on(one.record, subject)]
    log(services, caller, act, *holding)
    services.persons.decide(subject, other, Decision(same, caller.actor, reason.strip(), time()))
    return resolve(services, caller, subject)


def other_numbers(services: Services, subject: str, papers: Sequence[ArchivedRecord]) -> list[Number]:
    """The other numbers of whoever has this one; ``papers`` are those found under it."""
    held: dict[str, list[ArchivedRecord]] = {}
    for paper in papers:
        if paper.state in _ALIVE:
            for number in _numbers_on(paper.record, subject):
                held.setdefault(number, []).append(paper)
    decided, found = services.persons.about(subject), []
    for number, holders in held.items():
        decision = decided.get(services.persons.key(number))
        if decision is None:
            rivals = sum(len(one) == len(number) for one in held)  # as long: of the same kind
            found.append(_judged(services, subject, number, holders, rivals=rivals))
        elif decision.same:
            found.append(Number(number, Status.DECIDED, tuple(one.id for one in holders)))
    keys = {services.persons.key(number) for number in held}
    plain = [n for n, one in decided.items() if one.same and n not in keys and not n.startswith(MARK)]
    return found + [Number(number, Status.DECIDED) for number in plain]


def _judged(
    services: Services, subject: str, number: str, holders: Sequence[ArchivedRecord], *, rivals: int
) -> Number:
    """A number that papers hold beside the one asked for: told by them, or a doubt."""
    ids = tuple(one.id for one in holders)

    def doubt(vi: str, en: str) -> Number:
        return Number(number, Status.DOUBT, ids, vi, en)

    if rivals > 1:
        return doubt("các giấy tờ ghi những số khác nhau", "papers tell different numbers of this kind")
    if not any(one.state is State.CONFIRMED or _sure(one.record, (subject, number)) for one in holders):
        return doubt(
            "giấy ghi cả hai số chưa được xác nhận", "no officer has confirmed the paper with both numbers"
        )
    mine = identity_on(holders[0].record, (subject, number))
    for other in papers_of(services, number):
        theirs = identity_on(other.record, (number, subject))
        apart = theirs.born is not None and mine.born is not None and theirs.born != mine.born
        if apart or not same_name(mine.name, theirs.name):
            return doubt(
                "giấy tờ mang số kia có tên hoặc ngày sinh khác",
                "a paper under that number has another name or birthday",
            )
    return Number(number, Status.TOLD, ids)


def _numbers_on(record: Record, subject: str) -> list[str]:
    """The other numbers that a paper holds for the person who has this one on it."""
    for prefix in _prefixes(record):
        on_it = [text_of(record, prefix + ending) for ending in _NUMBERS]
        if subject in on_it:
            return [number for number in dict.fromkeys(on_it) if number and number != subject]
    return []


def _sure(record: Record, numbers: Sequence[str]) -> bool:
    """Whether the fields that hold these numbers are sure."""
    fields = [field for field in record.fields.values() if str(field.value) in numbers]
    return len(fields) >= len(numbers) and all(map(is_sure, fields))


def _prefixes(record: Record) -> set[str]:
    return {
        name.removesuffix(ending) for name in record.fields for ending in _NUMBERS if name.endswith(ending)
    }


_PARENTS = (("mother", "mẹ"), ("father", "cha"))


def _relatives(subject: str, papers: Sequence[ArchivedRecord]) -> Iterator[Relative]:
    for paper in papers:
        record, confirmed = paper.record, paper.state is State.CONFIRMED
        if paper.state not in _ALIVE or record.type not in document_types():
            continue
        for prefix, relation in _PARENTS:
            name = text_of(record, f"{prefix}_name")
            if name and text_of(record, "personal_id") == subject:
                number = text_of(record, f"{prefix}_personal_id")
                yield Relative(relation, name, number, paper.id, confirmed)
        if record.type == "marriage_certificate":
            for mine, theirs, relation in (("wife", "husband", "chồng"), ("husband", "wife", "vợ")):
                if text_of(record, f"{mine}_personal_id") == subject:
                    told = [text_of(record, f"{theirs}_{each}") for each in ("name", "personal_id")]
                    yield Relative(relation, told[0], told[1], paper.id, confirmed)
