"""Whether two papers are about the same persons, as far as their own words tell."""

from __future__ import annotations

from schemas.records import Record, Subject
from schemas.vietnamese import fold


def are_of_others(one: Record, other: Record) -> bool:
    """Whether no person of one paper is on the other; False where nobody can tell, for want of names and comparable numbers.

    A number of nine digits and one of twelve may be the same person's: then the names decide, without tones.
    """
    mine, theirs = _subjects(one), _subjects(other)
    numbers, others = _numbers(mine), _numbers(theirs)
    if numbers & others:
        return False
    if {len(number) for number in numbers} & {len(number) for number in others}:
        return True
    names, other_names = _names(mine), _names(theirs)
    return bool(names and other_names) and not names & other_names


def _subjects(record: Record) -> tuple[Subject, ...]:
    return record.subjects or (record.subject,)


def _numbers(subjects: tuple[Subject, ...]) -> set[str]:
    return {one.id for one in subjects if one.id}


def _names(subjects: tuple[Subject, ...]) -> set[str]:
    return {" ".join(fold(one.name).split()) for one in subjects if one.name}
