"""What the fields of one type say about each other, declared with the type: every check between fields is derived from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Fields about one person: the identifier holds year of birth and sex. ``birth`` and ``sex`` may be absent from a form."""

    id: str
    birth: str | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Relations:
    """Names of fields that must agree.

    ``persons``: identifiers and what they tell. ``in_words``: a date in digits and the same in words. ``parents``: years of
    birth with the least and most years before ``child_birth``. ``earlier``: pairs of which the first is never later.
    ``past``: dates of what had happened when the paper was written. ``expires_on_birthday``: a birth date and the date that
    falls on one of its birthdays. ``signed_by``: the name of whoever signs at the foot. ``together``: fields that are printed beside
    each other; where some are found, a person looks for the others.
    """

    persons: tuple[Person, ...] = ()
    in_words: tuple[tuple[str, str], ...] = ()
    parents: tuple[tuple[str, int, int], ...] = ()
    child_birth: str | None = None
    earlier: tuple[tuple[str, str], ...] = ()
    past: tuple[str, ...] = ()
    expires_on_birthday: tuple[str, str] | None = None
    signed_by: str | None = None
    together: tuple[tuple[str, ...], ...] = ()

    def names(self) -> Iterator[str]:
        """All fields that are named."""
        for person in self.persons:
            yield from (name for name in (person.id, person.birth, person.sex) if name)
        for pair in (*self.in_words, *self.earlier, *self.together):
            yield from pair
        yield from (name for name, _, _ in self.parents)
        yield from self.past
        yield from self.expires_on_birthday or ()
        yield from (name for name in (self.child_birth, self.signed_by) if name)
