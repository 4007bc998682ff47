"""Writing rows of the index, so that any number of machines may do it at once and the newest version stays."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select
from sqlalchemy.dialects import postgresql

from storage.index import deadlines, fulltext
from storage.index.entry import Entry, marks_of, name_terms
from storage.index.find import COLUMNS
from storage.index.quick import QuickInsert
from storage.index.tables import documents, names, other_subjects, uses
from storage.index.words import words

BATCH = 500
"""Documents in one transaction of a rebuild, and in one question about what is there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """The rows that were written, and those that stood there before, by id."""

    fresh: tuple[Entry, ...]
    before: dict[str, Any]


def write(connection: Connection, rows: Sequence[tuple[Entry, str]], generation: int) -> Written:
    """Write entries and the words to search them by; what is there of a later version stays. What was written over what."""
    if any(entry.uses for entry, _ in rows):
        deadlines.hold(connection)
    known = _known(connection, [entry for entry, _ in rows])
    holders = {row.position: id for id, row in known.items()}
    fresh: dict[str, tuple[Entry, str]] = {}
    for entry, found in sorted(rows, key=lambda row: row[0].id):  # one order for all writers: no deadlocks
        row = known.get(entry.id)
        if row is not None and entry.version < row.version and row.generation >= generation:
            continue
        place = row.position if row else _free(connection, entry, holders)
        fresh[entry.id] = (
            entry if entry.position == place else dataclasses.replace(entry, position=place),
            found,
        )
    if not fresh:
        return Written((), known)
    values = [{**_as_dict(entry), "generation": generation} for entry, _ in fresh.values()]
    _UPSERT.run(connection, values)
    rewritten = [
        (entry.position, found, " ".join([*marks_of(entry), *name_terms(entry.names)]))
        for entry, found in fresh.values()
        if (row := known.get(entry.id)) is None
        or row.words_digest != entry.words_digest
        or row.generation != generation
    ]
    fulltext.put(connection, rewritten)
    _write_others(connection, [entry for entry, _ in fresh.values()], known)
    _write_names(connection, [entry for entry, _ in fresh.values()], known)
    _write_uses(connection, [entry for entry, _ in fresh.values()], known)
    deadlines.put_on(connection, [entry.position for entry, _ in fresh.values() if entry.uses])
    return Written(tuple(entry for entry, _ in fresh.values()), known)


def remove(connection: Connection, condition: Any) -> int:
    """Forget the documents for which the condition holds; how many."""
    positions = list(connection.scalars(select(documents.c.position).where(condition)))
    fulltext.delete(connection, positions)
    for chunk in _chunks(positions):
        connection.execute(delete(other_subjects).where(other_subjects.c.position.in_(chunk)))
        connection.execute(delete(names).where(names.c.position.in_(chunk)))
        connection.execute(delete(uses).where(uses.c.position.in_(chunk)))
        connection.execute(delete(documents).where(documents.c.position.in_(chunk)))
    return len(positions)


def _replace(insert: Any) -> Any:
    """A row replaces one of the same document, unless that one is of a later version in the same generation."""
    new = insert.excluded
    greatest = (
        func.greatest if isinstance(insert, postgresql.Insert) else func.max
    )  # two rebuilds side by side
    return insert.on_conflict_do_update(
        index_elements=["id"],
        set_={column.name: new[column.name] for column in documents.columns if column.name != "id"}
        | {"generation": greatest(new.generation, documents.c.generation)},
        where=or_(new.version >= documents.c.version, documents.c.generation < new.generation),
    )


_UPSERT = QuickInsert(documents, _replace)
_OTHERS, _NAMES, _USES = (QuickInsert(table) for table in (other_subjects, names, uses))


def _known(connection: Connection, entries: Sequence[Entry]) -> dict[str, Any]:
    """What is there of these documents already, and whatever else stands at their positions; by id."""
    known: dict[str, Any] = {}
    columns = documents.c
    told = (columns.state, columns.signed, columns.type, columns.words_digest)
    wanted = select(columns.id, columns.position, columns.version, columns.generation, *told)
    for chunk in _chunks(entries):
        here = or_(columns.id.in_([e.id for e in chunk]), columns.position.in_([e.position for e in chunk]))
        known.update(
            {
                row.id: row
                for row in connection.execute(wanted.where(here).order_by(columns.id).with_for_update())
            }
        )
    return known


def _free(connection: Connection, entry: Entry, holders: dict[int, str]) -> int:
    """The document's position, or the next free one where another has it: same millisecond, same piece of digest."""
    place = entry.position
    while holders.setdefault(place, entry.id) != entry.id:
        place += 1
        holder = connection.scalar(select(documents.c.id).where(documents.c.position == place))
        if holder is not None:
            holders[place] = holder
    return place


def _write_others(connection: Connection, entries: Sequence[Entry], known: dict[str, Any]) -> None:
    stale = [{"at": entry.position} for entry in entries if entry.id in known]
    if stale:
        connection.execute(delete(other_subjects).where(other_subjects.c.position == bindparam("at")), stale)
    values = [
        {"subject_id": subject_id, "position": entry.position}
        for entry in entries
        for subject_id in entry.other_subjects.split()
    ]
    _OTHERS.run(connection, values)


def _write_names(connection: Connection, entries: Sequence[Entry], known: dict[str, Any]) -> None:
    stale = [{"at": entry.position} for entry in entries if entry.id in known]
    if stale:
        connection.execute(delete(names).where(names.c.position == bindparam("at")), stale)
    values = [
        {"key": key, "position": entry.position}
        for entry in entries
        for key in dict.fromkeys(" ".join(words(name)) for name in entry.names.splitlines())
        if key
    ]
    _NAMES.run(connection, values)


def _write_uses(connection: Connection, entries: Sequence[Entry], known: dict[str, Any]) -> None:
    stale = [{"at_position": entry.position} for entry in entries if entry.id in known]
    if stale:
        connection.execute(delete(uses).where(uses.c.position == bindparam("at_position")), stale)
    values = [
        {"position": entry.position, "number": number, **use}
        for entry in entries
        for number, use in enumerate(json.loads(entry.uses or "[]"))
    ]
    _USES.run(connection, values)


def _as_dict(entry: Entry) -> dict[str, Any]:
    return {column.name: getattr(entry, column.name) for column in COLUMNS}


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
