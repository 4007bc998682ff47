"""Who a record is about: which of its people has the number that was asked for, what they are called, when they were born."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TypeVar

from flows.reuse.model import Holding, Identity
from schemas.documents import document_types
from schemas.records import Record, State
from schemas.vietnamese import spelling_key

T = TypeVar("T")

_NAMES = ("full_name", "name")


def prefixes(record: Record, ids: Sequence[str]) -> tuple[str, str]:
    """The beginnings of the names of the fields about the person with one of these numbers, and about the other one.

    ``("wife_", "husband_")`` for the husband's question is ``("husband_", "wife_")``; ``("", "")`` where the paper is about
    one person. A paper that carries no number of theirs is taken as one about its first subject.
    """
    model = document_types().get(record.type)
    if model is None:
        return "", ""
    pairs = (model.form.subject, *model.form.other_subjects)
    names = [_prefix(*pair) for pair in pairs]
    for (id_field, _), prefix in zip(pairs, names, strict=True):
        found = record.fields.get(id_field or "")
        if found is not None and str(found.value) in ids:
            return prefix, next((other for other in names if other != prefix), "")
    return names[0], names[1] if len(names) > 1 else ""


def identity_on(record: Record, ids: Sequence[str]) -> Identity:
    """Name and birthday that the record gives the person with one of these numbers."""
    prefix, _ = prefixes(record, ids)
    name = next((text_of(record, prefix + each) for each in _NAMES if prefix + each in record.fields), None)
    return Identity(name or record.subject.name, day_of(record, f"{prefix}birth_date"))


def carries(record: Record, ids: Sequence[str]) -> bool:
    """Whether one of these numbers stands on the paper itself; else somebody said whose it is, or handed it in."""
    return any(str(field.value) in ids for field in record.fields.values())


def known_identity(found: Sequence[Holding], ids: Sequence[str], name: str | None = None) -> Identity:
    """Who the person is: what was said, else what a confirmed citizen card says, else what most records say.

    Where as many say one thing as another, nobody can tell: None.
    """
    alive = [one.record.record for one in found if one.record.state in (State.CONFIRMED, State.UNCONFIRMED)]
    cards = [one for one in alive if one.type == "citizen_card" and one.state is State.CONFIRMED]
    told = [identity_on(one, ids) for one in (cards or alive)]
    said = name or _most([(spelling_key(one.name), one.name) for one in told if one.name])
    born = _most([(str(one.born), one.born) for one in told if one.born])
    return Identity(said, born)


def same_name(one: str | None, other: str | None) -> bool:
    """Whether two names are the same, capitals and the place of a tone aside; unknown ones contradict nothing."""
    return one is None or other is None or one == other or spelling_key(one) == spelling_key(other)


def text_of(record: Record, name: str) -> str | None:
    """A field's value as text."""
    found = record.fields.get(name)
    return str(found.value) if found is not None and found.value not in (None, "") else None


def day_of(record: Record, name: str) -> date | None:
    """A field's value as a day, None where it is none."""
    try:
        return date.fromisoformat((text_of(record, name) or "")[:10])
    except ValueError:
        return None


def age_on(born: date, day: date) -> int:
    """Full years of age."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@cache  # of the few fields that the types have
def _prefix(number: str | None, name: str | None) -> str:
    named = name or number or ""
    for ending in (*_NAMES, "personal_id"):
        if named.endswith(ending):
            return named[: -len(ending)]
    return ""


def _most(said: Sequence[tuple[str, T]]) -> T | None:
    counts = Counter(key for key, _ in said).most_common(2)
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return None
    return next(value for key, value in said if key == counts[0][0])
