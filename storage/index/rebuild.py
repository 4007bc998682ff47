"""Writing every row of the index anew from the archive alone; killed, it goes on where it stopped."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine, delete, select

from schemas.errors import Corrupt, Erased, NotFoundInArchive
from storage.archive import Archive
from storage.gravestones import gravestones
from storage.index import deadlines, segments
from storage.index.database import insert_into, writing
from storage.index.entry import Entry
from storage.index.tables import documents, meta
from storage.index.write import BATCH, remove, write
from storage.model import ArchivedRecord, document_of

Derive = Callable[[ArchivedRecord, int], tuple[Entry, str]]

STALE = "stale"
"""Name of the note that the tables have changed and only the archive knows what is new in them."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: rows written, rows removed that the archive does not have, ids that could not be read."""

    documents: int
    removed: int
    erased: int
    damaged: tuple[str, ...]


def rebuild(
    engine: Engine,
    archive: Archive,
    *,
    workers: int = 4,
    progress: Callable[[int], None] | None = None,
    derive: Derive,
) -> Rebuilt:
    """Write every row, then remove those that the archive does not have. Searching goes on meanwhile.

    ``derive`` makes the row of a record in a version.
    """
    with writing(engine) as connection:
        generation, after = generation_of(connection)
        if after is None:
            generation, after = generation + 1, ""
            _remember(connection, generation, after)
    written, erased, damaged = 0, 0, []
    row_of = partial(_derive, archive, derive)
    with ThreadPoolExecutor(workers) as pool:
        ids = archive.ids(after or None)
        while batch := list(itertools.islice(ids, BATCH)):
            rows = []
            for document_id, row in zip(batch, pool.map(row_of, batch), strict=True):
                if isinstance(row, tuple):
                    rows.append(row)
                elif isinstance(row, Erased):
                    erased += 1
                else:
                    damaged.append(document_id)
            with writing(engine) as connection:
                write(connection, rows, generation)
                _remember(connection, generation, batch[-1])
            if engine.dialect.name == "postgresql":
                segments.make_room(engine)
            written += len(rows)
            if progress:
                progress(len(batch))
    _rebuild_deadlines(engine, archive, generation)
    with writing(engine) as connection:
        removed = remove(connection, documents.c.generation < generation)
        _remember(connection, generation, None)
        connection.execute(delete(meta).where(meta.c.name == STALE))
    gone = sum(
        stone.removed and document_of(stone.object) is not None and stone.genuine(archive.signing_key)
        for stone in gravestones(archive.root.store)
    )
    return Rebuilt(written, removed, erased + gone, tuple(damaged))


def _rebuild_deadlines(engine: Engine, archive: Archive, generation: int) -> None:
    """The appointed days, from the dossiers of the archive alone."""
    dated = (one for one in archive.dossiers() if one.due is not None)
    while batch := list(itertools.islice(dated, BATCH)):
        with writing(engine) as connection:
            for one in batch:
                deadlines.write(connection, one.code, one.due, generation)
    with writing(engine) as connection:
        for code in deadlines.older_than(connection, generation):
            deadlines.write(connection, code, None, generation)


def generation_of(connection: Connection) -> tuple[int, str | None]:
    """The generation of rows now, and after which document a rebuild that was begun goes on (``None``: none was)."""
    value = connection.scalar(select(meta.c.value).where(meta.c.name == "rebuild")) or "0"
    number, separator, after = value.partition(" ")
    return int(number), after if separator else None


def _remember(connection: Connection, generation: int, after: str | None) -> None:
    value = str(generation) if after is None else f"{generation} {after}"
    insert = insert_into(connection, meta).values(name="rebuild", value=value)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _derive(archive: Archive, derive: Derive, document_id: str) -> tuple[Entry, str] | Exception:
    try:
        archive.require_seal(document_id)
        return derive(*archive.current(document_id))
    except (Erased, Corrupt, NotFoundInArchive) as error:
        return error
