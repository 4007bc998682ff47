"""Submit once: what a person need not hand in again, and the form with what is known (``docs/procedures.md``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from flows.caller import Act, Caller
from flows.door import log, permit
from flows.reuse import policy
from flows.reuse.answers import answer
from flows.reuse.cases import UnknownCase, holds, named_cases
from flows.reuse.form import fill
from flows.reuse.gather import gather, namesakes
from flows.reuse.model import (
    NOTHING_TO_BRING,
    Answer,
    ComponentAnswer,
    Filled,
    Holding,
    Holdings,
    Offer,
    Problem,
    Question,
    Reuse,
)
from flows.services import Services
from schemas import days
from schemas.errors import UsageError
from schemas.procedures import procedure, types_of

__all__ = [
    "NOTHING_TO_BRING",
    "Answer",
    "ComponentAnswer",
    "Filled",
    "Offer",
    "Problem",
    "Question",
    "Reuse",
    "UnknownCase",
    "WrongSubject",
    "answered",
    "ask",
    "own_procedures",
    "question",
    "subject_of",
]


class WrongSubject(UsageError):
    """What is no identifier of a person or an organisation."""

    code = "wrong_subject"
    message_vi = "Số định danh chưa đúng: cần 12 chữ số (hoặc 9 chữ số cũ) của cá nhân, hoặc mã số 10, 13 chữ số của tổ chức."
    message_en = "Not an identifier of a person (12 or 9 digits) or of an organisation (10 or 13)."
    hint = "Type the number as it stands on the card."
    hint_vi = "Gõ đúng số ghi trên thẻ."


def question(
    services: Services,
    code: str,
    subject: str,
    *,
    cases: Iterable[str] | None = None,
    persons: Mapping[str, str] | None = None,
    name: str | None = None,
    online: bool = False,
    today: date | None = None,
) -> Question:
    """A question from what people type. Raises UnknownProcedure, WrongProcedure, UnknownCase, WrongSubject, UsageError."""
    asked = procedure(code, own_procedures(services))
    roles = dict(persons or {})
    for role in roles:
        if role not in asked.persons:
            raise UsageError(
                f"no such person: {role}; {asked.code} knows {', '.join(asked.persons) or 'none'}"
            )
    return Question(
        procedure=asked,
        subject=subject_of(subject),
        today=today or days.today(),
        cases=None if cases is None else named_cases(asked, cases),
        persons={role: subject_of(number) for role, number in roles.items()},
        name=name,
        online=online,
    )


def ask(services: Services, caller: Caller, asked: Question) -> Reuse:
    """The answer; every record whose content is in it is logged as looked at before it is told. Raises NotAllowed.

    An agency is told of what its policy shows (``flows.reuse.policy``).
    """
    permit(services, caller, Act.REUSE)
    people: dict[str | None, Holdings] = {None: gather(services, asked.subject, name=asked.name)}
    people |= {role: gather(services, number) for role, number in asked.persons.items()}
    form = fill(asked, people, policy.seen_by(caller, people))

    wanted = policy.whole_types(
        caller, [type for one in asked.procedure.components for type in types_of(one)]
    )
    shown = policy.standing_in(caller, people)

    @cache  # looked for once for each person, and only where something is missing
    def alike(role: str | None) -> list[Holding]:
        there = {one.record.type for one in shown[role].found}
        return namesakes(services, shown[role], [type for type in dict.fromkeys(wanted) if type not in there])

    def strangers(role: str | None, types: tuple[str, ...]) -> list[Holding]:
        return [one for one in alike(role) if one.record.type in types]

    found = answered(asked, shown, form, strangers)
    log(services, caller, Act.REUSE, *found.records)
    return found


Strangers = Callable[[str | None, tuple[str, ...]], Sequence[Holding]]
"""Finds papers of these types that carry no number, and the name and birthday of the person in a role."""


def answered(
    asked: Question,
    people: Mapping[str | None, Holdings],
    form: Mapping[str, Filled] | None = None,
    strangers: Strangers | None = None,
) -> Reuse:
    """The answer from what is known of the people; ``form`` where it is filled in already."""
    form = fill(asked, people) if form is None else form
    share = Reuse(asked, (), form).prefilled_share
    answers = []
    for component in asked.procedure.components:
        holdings, types = people.get(component.of), types_of(component)
        like: Sequence[Holding] = ()
        if strangers is not None and holdings is not None and _missing(types, holdings):
            like = (
                () if holds(component.when, asked, people[None]) is False else strangers(component.of, types)
            )
        one = answer(component, asked, people, share, like)
        if one is not None:
            answers.append(one)
    return Reuse(asked, tuple(answers), form)


def own_procedures(services: Services) -> Path:
    """Where the procedures lie that an agency imported or wrote itself."""
    return services.home / "procedures"


def subject_of(text: str) -> str:
    """An identifier as it is kept, from how people type it; raises WrongSubject.

    >>> subject_of("079 301 000 123")
    '079301000123'
    """
    number = re.sub(r"[\s.]", "", text)
    if re.fullmatch(r"[0-9]{12}|[0-9]{9}|[0-9]{10}|[0-9]{10}-?[0-9]{3}", number):
        return number
    raise WrongSubject(text)


def _missing(types: tuple[str, ...], holdings: Holdings) -> bool:
    return bool(types) and not any(one.record.type in types for one in holdings.found)
