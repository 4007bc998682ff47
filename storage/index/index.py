"""The index: rows derived from the archive, found in milliseconds, rebuilt at any time."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from schemas.errors import Corrupt, Erased, NotFoundInArchive
from storage.archive import Archive
from storage.index import fulltext
from storage.index.database import open_database, reading, writing
from storage.index.entry import Entry, entry_of
from storage.index.find import COLUMNS, Page, Query, bands_of, find, near_duplicates
from storage.index.tables import bands, documents, meta
from storage.model import ArchivedRecord

BATCH = 500
"""Documents in one transaction of a rebuild."""

_INSERT: dict[str, Any] = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: rows written, rows removed that the archive does not have, ids that could not be read."""

    documents: int
    removed: int
    erased: int
    damaged: tuple[str, ...]


class Index:
    """The index in a SQLite file (a ``Path``) or on PostgreSQL (an address); may be shared by threads."""

    def __init__(self, where: Path | str) -> None:
        """Opens the database and brings its tables up to date; raises an ``Unreachable``."""
        self.engine = open_database(where)

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    def add(self, record: ArchivedRecord, version: int) -> None:
        """Write the row of this version of a document; a newer version that is there already stays."""
        self.add_many([(record, version)])

    def add_many(self, records: Iterable[tuple[ArchivedRecord, int]]) -> None:
        """Write many rows in one transaction."""
        self.add_entries([entry_of(record, version) for record, version in records])

    def add_entries(self, rows: Sequence[tuple[Entry, str]]) -> None:
        """Write rows that were derived already."""
        with writing(self.engine) as connection:
            _write(connection, rows, _generation(connection)[0])

    def remove(self, document_id: str) -> None:
        """Forget a document (it was erased)."""
        with writing(self.engine) as connection:
            _remove(connection, documents.c.id == document_id)

    def get(self, document_id: str) -> Entry | None:
        """The row of a document."""
        with reading(self.engine) as connection:
            row = connection.execute(select(*COLUMNS).where(documents.c.id == document_id)).one_or_none()
        return Entry(*row) if row else None

    def find(self, query: Query) -> Page:
        """One page of what is asked for, the newest first."""
        with reading(self.engine) as connection:
            return find(connection, query)

    def near_duplicates(self, record: ArchivedRecord) -> list[Entry]:
        """Other documents that may be the same paper."""
        with reading(self.engine) as connection:
            return near_duplicates(connection, entry_of(record, 1)[0])

    def entries(self) -> Iterator[Entry]:
        """All rows in order, to compare two indexes."""
        with reading(self.engine) as connection:
            after = -1
            while True:
                following = select(*COLUMNS).where(documents.c.position > after)
                rows = connection.execute(following.order_by(documents.c.position).limit(BATCH)).all()
                if not rows:
                    return
                yield from (Entry(*row) for row in rows)
                after = rows[-1].position

    def count(self) -> int:
        """How many documents there are."""
        with reading(self.engine) as connection:
            return connection.scalar(select(func.count()).select_from(documents)) or 0

    def rebuild(
        self, archive: Archive, *, workers: int = 4, progress: Callable[[int], None] | None = None
    ) -> Rebuilt:
        """Write every row anew from the archive alone, and remove those that it does not have.

        Searching goes on meanwhile. Killed, it continues where it stopped. ``progress`` is told how many
        documents came in since it was last told.
        """
        with writing(self.engine) as connection:
            generation, after = _generation(connection)
            if after is None:
                generation, after = generation + 1, ""
                _remember(connection, generation, after)
        written, erased, damaged = 0, 0, []
        with ThreadPoolExecutor(workers) as pool:
            ids = archive.ids(after or None)
            while batch := list(itertools.islice(ids, BATCH)):
                rows = []
                for document_id, row in zip(
                    batch, pool.map(lambda i: _derive(archive, i), batch), strict=True
                ):
                    if isinstance(row, tuple):
                        rows.append(row)
                    elif isinstance(row, Erased):
                        erased += 1
                    else:
                        damaged.append(document_id)
                with writing(self.engine) as connection:
                    _write(connection, rows, generation)
                    _remember(connection, generation, batch[-1])
                written += len(rows)
                if progress:
                    progress(len(batch))
        with writing(self.engine) as connection:
            removed = _remove(connection, documents.c.generation < generation)
            _remember(connection, generation, None)
        self.tidy()
        return Rebuilt(written, removed, erased, tuple(damaged))

    def tidy(self) -> None:
        """Refresh what the database knows of its tables, after many rows came in."""
        with reading(self.engine) as connection:
            fulltext.tidy(connection)


def _derive(archive: Archive, document_id: str) -> tuple[Entry, str] | Exception:
    try:
        return entry_of(*archive.current(document_id))
    except (Erased, Corrupt, NotFoundInArchive) as error:
        return error


def _write(connection: Connection, rows: Sequence[tuple[Entry, str]], generation: int) -> None:
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
        return
    values = [{**_as_dict(entry), "generation": generation} for entry, _ in fresh.values()]
    connection.execute(_upsert(connection.dialect.name), values)
    rewritten = [
        (entry.position, found)
        for entry, found in fresh.values()
        if (row := known.get(entry.id)) is None
        or row.words_digest != entry.words_digest
        or row.generation != generation
    ]
    fulltext.put(connection, rewritten)
    _write_bands(connection, [entry for entry, _ in fresh.values()], known)


@functools.cache
def _upsert(dialect: str) -> Any:
    """A row replaces one of the same document, unless that one is of a later version in the same generation."""
    insert = _INSERT[dialect](documents)
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["id"],
        set_={column.name: new[column.name] for column in documents.columns if column.name != "id"},
        where=or_(new.version >= documents.c.version, documents.c.generation < new.generation),
    )


def _known(connection: Connection, entries: Sequence[Entry]) -> dict[str, Any]:
    """What is there of these documents already, and whatever else stands at their positions; by id."""
    known: dict[str, Any] = {}
    columns = documents.c
    wanted = select(columns.id, columns.position, columns.version, columns.generation, columns.words_digest)
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


def _write_bands(connection: Connection, entries: Sequence[Entry], known: dict[str, Any]) -> None:
    stale = [entry for entry in entries if entry.id in known]
    if stale:
        forget = delete(bands).where(bands.c.position == bindparam("at"))
        connection.execute(forget, [{"at": entry.position} for entry in stale])
    values = [
        {"band": band, "value": value, "position": entry.position}
        for entry in entries
        if entry.perceptual_hash
        for band, value in enumerate(bands_of(entry.perceptual_hash))
    ]
    if values:
        connection.execute(_INSERT[connection.dialect.name](bands).on_conflict_do_nothing(), values)


def _remove(connection: Connection, condition: Any) -> int:
    positions = list(connection.scalars(select(documents.c.position).where(condition)))
    fulltext.delete(connection, positions)
    for chunk in _chunks(positions):
        connection.execute(delete(bands).where(bands.c.position.in_(chunk)))
        connection.execute(delete(documents).where(documents.c.position.in_(chunk)))
    return len(positions)


def _generation(connection: Connection) -> tuple[int, str | None]:
    """The generation of rows now, and after which document a rebuild that was begun goes on (``None``: none was)."""
    value = connection.scalar(select(meta.c.value).where(meta.c.name == "rebuild")) or "0"
    number, separator, after = value.partition(" ")
    return int(number), after if separator else None


def _remember(connection: Connection, generation: int, after: str | None) -> None:
    value = str(generation) if after is None else f"{generation} {after}"
    insert = _INSERT[connection.dialect.name](meta).values(name="rebuild", value=value)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _as_dict(entry: Entry) -> dict[str, Any]:
    return {column.name: getattr(entry, column.name) for column in COLUMNS}


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
