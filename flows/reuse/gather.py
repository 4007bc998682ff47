"""Reading what the archive has of a person: by the number asked for, and by the other one that their card carries."""

from __future__ import annotations

from collections.abc import Sequence

from flows.reuse.kept import kept
from flows.reuse.model import Holding, Holdings, Unreadable
from flows.reuse.numbers import Status, other_numbers
from flows.reuse.people import carries, identity_on, known_identity, same_name
from flows.services import Services
from schemas.records import is_of_others
from storage.index.entry import Entry


def gather(services: Services, subject: str, *, name: str | None = None) -> Holdings:
    """Everything about this person, the newest archived first. Reads only: the caller logs the look before it tells.

    An old number of nine digits leads to the new one, and the new one to the old, where a paper names both. Papers under the
    other number count as theirs only when name or birthday agree (``linked``; nine digits were given twice), or when an officer
    decided so (``flows.reuse.numbers``).
    """
    found, unreadable = _read(services, services.index.of_subject(subject))
    others = other_numbers(services, subject, [one.record for one in found])
    ids = (subject, *(one.number for one in others))
    for other in others:
        rows = services.index.of_subject(other.number)
        known = {one.record.id for one in found}
        more, missing = _read(services, [row for row in rows if row.id not in known])
        found += [Holding(one.record, linked=other.status is not Status.DECIDED) for one in more]
        unreadable += missing
    theirs = [one for one in found if not is_of_others(one.record.record, ids)]
    numbered = [one for one in theirs if carries(one.record.record, ids)]
    identity = known_identity([one for one in numbered if not one.linked] or numbered or theirs, ids, name)
    return Holdings(ids, tuple(found), tuple(unreadable), identity, proven=bool(numbered or name))


def namesakes(services: Services, holdings: Holdings, types: Sequence[str]) -> list[Holding]:
    """Papers that carry no number and whose person has the same name and birthday: theirs, or a namesake's.

    Nobody but the person can tell; a record found so never stands in for a paper.
    """
    who = holdings.identity
    if who.name is None or who.born is None or not types:
        return []
    read, _ = _read(services, services.index.without_number(who.name, who.born, types))
    return [one for one in read if same_name(identity_on(one.record.record, holdings.ids).name, who.name)]


def _read(services: Services, rows: Sequence[Entry]) -> tuple[list[Holding], list[Unreadable]]:
    found, unreadable = kept(services, rows)
    return list(map(Holding, found)), [Unreadable(row.id, row.type) for row in unreadable]
