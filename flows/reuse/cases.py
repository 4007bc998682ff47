"""Cases: finding the one that a clerk names, deciding conditions by it, and saying a condition in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from flows.reuse.model import Holdings, Question
from flows.reuse.people import age_on
from schemas.errors import UsageError
from schemas.identifiers.personal import facts
from schemas.procedures import Procedure
from schemas.procedures.conditions import Known, condition
from schemas.vietnamese import fold

ORDINARY = "thuong"
"""The name by which a clerk says that no special case holds."""

_JOINTS = {"and": "và", "or": "hoặc", "not": "không phải", "age": "tuổi"}


class UnknownCase(UsageError):
    """A case that the procedure does not have."""

    code = "unknown_case"
    message_vi = "Thủ tục này không có trường hợp như vậy."
    message_en = "The procedure has no such case."
    hint = "See the cases: sohoa procedures show CODE"
    hint_vi = "Xem các trường hợp: sohoa procedures show MÃ"


class AmbiguousCase(UnknownCase):
    """Words that fit several cases of the procedure."""

    message_vi = "Cách gọi này đúng với nhiều trường hợp; hãy ghi rõ hơn."
    message_en = "Several cases of the procedure fit these words."


def named_cases(procedure: Procedure, named: Iterable[str]) -> tuple[str, ...]:
    """The cases meant: by their short name, or by words of their Vietnamese label, with or without tones.

    ``thuong`` means none of them. Raises UnknownCase, also for two that exclude each other.
    """
    found = [_one_case(procedure, name) for name in named if fold(name).strip() != ORDINARY]
    chosen = tuple(dict.fromkeys(found))
    groups = [group for case in chosen if (group := procedure.cases[case].group)]
    if len(set(groups)) < len(groups):
        raise UnknownCase(f"{', '.join(chosen)}: these exclude each other")
    return chosen


def holds(text: str, asked: Question, holdings: Holdings) -> bool | None:
    """Whether a condition holds for this question: None where only the person can tell."""
    read = condition(text)
    answers = {read.decide(known) for known in _known(asked, holdings)}
    return answers.pop() if len(answers) == 1 else None


def in_words(text: str, procedure: Procedure) -> str:
    """A condition as a clerk says it.

    The labels of cases stand in quotes: ``“Cấp lại …” và không phải “Gửi qua bưu chính”``.
    """

    def word(found: re.Match[str]) -> str:
        name = found[0]
        if name in procedure.cases:
            return f"“{procedure.cases[name].label}”"
        return _JOINTS.get(name, name)

    return re.sub(r"[a-z_][a-z0-9_]*", word, text)


def _one_case(procedure: Procedure, name: str) -> str:
    if name in procedure.cases:
        return name
    wanted = set(re.findall(r"\w+", fold(name)))
    fitting = [
        key
        for key, case in procedure.cases.items()
        if wanted and wanted <= set(re.findall(r"\w+", f"{fold(case.label)} {key.replace('_', ' ')}"))
    ]
    if len(fitting) == 1:
        return fitting[0]
    offered = "; ".join(f"{key} ({procedure.cases[key].label})" for key in fitting or procedure.cases)
    if fitting:
        raise AmbiguousCase(f"{name}: {offered}")
    raise UnknownCase(f"{name}; cases of {procedure.code}: {offered or 'none'}")


def _known(asked: Question, holdings: Holdings) -> list[Known]:
    """What is known, once for each age that the person may have."""
    cases = {} if asked.cases is None else {name: name in asked.cases for name in asked.procedure.cases}
    return [{**cases, "age": age} for age in _ages(holdings, asked.today)]


def _ages(holdings: Holdings, today: date) -> list[int | None]:
    """The age by the birthday in the records; else the two that the year in the number leaves; else unknown."""
    if holdings.identity.born:
        return [age_on(holdings.identity.born, today)]
    told = next((found for number in holdings.ids if (found := facts(number))), None)
    if told is None:
        return [None]
    age = today.year - told.birth_year
    return [max(age - 1, 0), age]
