"""What is asked of the archive before a paper is scanned, and the answers: plain data with a JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from schemas.procedures import Component, FormField, Procedure
from storage.model import ArchivedRecord

Value = str | int | float | bool | list[str] | None


class Answer(StrEnum):
    """The kinds of answer; after those of the European Once-Only Technical System (evidence response)."""

    THERE = "there"
    LOOK_UP = "look_up"
    THERE_BUT = "there_but"
    TO_SUBMIT = "to_submit"
    TO_SHOW = "to_show"
    TO_SURRENDER = "to_surrender"
    IDENTITY_NOT_MATCHED = "identity_not_matched"
    UNAVAILABLE = "unavailable"


NOTHING_TO_BRING = frozenset({Answer.THERE, Answer.LOOK_UP})
"""Answers after which the citizen need bring nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whose papers, for which procedure, in which cases.

    ``cases``: those named hold, all others do not; None: nobody said, so every component that may be asked for is told with
    its condition. ``persons``: role → identifier of others whose papers are asked for. ``name``: what the person is called,
    where it is known. ``online``: the dossier was filed electronically. ``operating``: the databases that can be asked;
    None: those that operate in the whole country.
    """

    procedure: Procedure
    subject: str
    today: date
    cases: tuple[str, ...] | None = None
    persons: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    online: bool = False
    operating: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """An archived record of a person. ``linked``: found by an earlier number of theirs, not by the one asked for."""

    record: ArchivedRecord
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A paper that the index knows and that cannot be read now: erased, or damaged and being repaired."""

    id: str
    type: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a person is as far as the records tell: name and birthday, where they agree or the best paper says so."""

    name: str | None = None
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that the archive has of one person: ``ids`` are the numbers that are theirs, the one asked for first.

    ``proven``: a paper that carries one of these numbers, or the clerk, tells who they are.
    """

    ids: tuple[str, ...]
    found: tuple[Holding, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    identity: Identity = Identity()
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record cannot stand in as it is: a stable code, and the end of two sentences."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class ComponentAnswer:
    """The answer for one component. ``when`` tells, in words, in which case it is asked for at all, None: in this one."""

    component: Component
    answer: Answer
    reason_vi: str
    reason_en: str
    record: ArchivedRecord | None = None
    valid_until: date | None = None
    problems: tuple[Problem, ...] = ()
    when: str | None = None
    scan: bool = False

    def as_json(self) -> dict[str, Any]:
        """One of ``components``."""
        one, record = self.component, self.record
        return {
            "name": one.name,
            "mode": str(one.mode),
            "answer": str(self.answer),
            "record": record.id if record else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "reason_vi": self.reason_vi,
            "reason_en": self.reason_en,
            "problems": [problem.code for problem in self.problems],
            "when": self.when,
            "of": one.of,
            "group": one.group,
            "originals": one.originals,
            "copies": one.copies,
            "proof": _proof(record) if record else None,
            "scan": self.scan,
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that a record has for a field of the form. ``on``: the date of the paper; ``field``: the record's own name for it.

    The number that was asked by has no ``record``.
    """

    value: Value
    source: str
    record: str
    sure: bool
    on: date | None
    field: str = ""

    def as_json(self) -> dict[str, Any]:
        """One of ``conflicts``."""
        return {
            "value": self.value,
            "source": self.source,
            "record": self.record,
            "sure": self.sure,
            "date": self.on.isoformat() if self.on else None,
        }


@dataclass(frozen=True, slots=True)
class Filled:
    """A field of the form: the best offer, and those that say otherwise. ``prefilled``: nobody need type or decide it."""

    field: FormField
    offer: Offer | None = None
    conflicts: tuple[Offer, ...] = ()

    @property
    def prefilled(self) -> bool:
        """The value is sure and nothing contradicts it."""
        return self.offer is not None and self.offer.sure and not self.conflicts

    def as_json(self) -> dict[str, Any]:
        """One of ``form``."""
        offer = self.offer or Offer(None, "", "", sure=False, on=None)
        return {
            "label": self.field.label,
            "required": self.field.required,
            **offer.as_json(),
            "source": offer.source or None,
            "record": offer.record or None,
            "sure": self.prefilled,
            "conflicts": [one.as_json() for one in self.conflicts],
        }


@dataclass(frozen=True, slots=True)
class Reuse:
    """The whole answer: what need not be handed in, and the form with what is known."""

    question: Question
    components: tuple[ComponentAnswer, ...]
    form: Mapping[str, Filled]

    @property
    def prefilled_share(self) -> float:
        """Of what the citizen would have typed, the share (0–1) that is there, sure and without contradiction."""
        typed = [one for one in self.form.values() if one.field.typed]
        return sum(one.prefilled for one in typed) / len(typed) if typed else 0.0

    @property
    def records(self) -> tuple[str, ...]:
        """Ids of all records whose content is in the answer."""
        named = [each.record.id for each in self.components if each.record]
        offers = [offer for one in self.form.values() for offer in (one.offer, *one.conflicts) if offer]
        return tuple(dict.fromkeys((*named, *(offer.record for offer in offers if offer.record))))

    def as_json(self) -> dict[str, Any]:
        """What ``sohoa reuse --json`` prints and the API answers."""
        asked = self.question
        return {
            "procedure": asked.procedure.code,
            "name": asked.procedure.name,
            "case": None if asked.cases is None else ",".join(asked.cases),
            "subject": asked.subject,
            "components": [each.as_json() for each in self.components],
            "form": {key: one.as_json() for key, one in self.form.items()},
            "prefilled_share": round(self.prefilled_share, 4),
            "to_check": list(asked.procedure.notes),
        }


def _proof(record: ArchivedRecord) -> dict[str, Any]:
    return {
        "type": record.type,
        "state": str(record.state),
        "signed_by": list(record.signed_by),
        "archived_at": record.archived_at.isoformat(),
        "sha256": record.scan.sha256,
    }
