"""Writing every row of the index anew from the archive alone; killed, it goes on where it stopped."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, select, update

from schemas.errors import Corrupt, Erased, KeyUnavailable, NotAuthentic, NotFoundInArchive, StoreDenied
from storage import authenticity
from storage.archive import Archive
from storage.audit import AuditLog
from storage.gravestones import gravestones
from storage.index import deadlines, segments
from storage.index.database import insert_into, writing
from storage.index.entry import Entry
from storage.index.quick import Quick
from storage.index.tables import deadlines as deadlines_table
from storage.index.tables import documents, meta
from storage.index.write import BATCH, remove, write
from storage.model import ArchivedRecord, Dossier, document_object, document_of
from storage.signed_notes import keep_note, kept_note

Derive = Callable[[ArchivedRecord, int], tuple[Entry, str]]

_MOST = 2**31 - 2
"""The last generation that a column holds."""

_ABOUT = "rebuild of the index"

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
    log: AuditLog | None = None,
    workers: int = 4,
    progress: Callable[[int], None] | None = None,
    resume: Path | None = None,
    derive: Derive,
) -> Rebuilt:
    """Write every row, then remove those that the archive does not have. Searching goes on meanwhile.

    What the ``log`` knows a later version of, or knows and is gone, is damaged: its row goes as well.

    ``derive`` makes the row of a record in a version. Where a run was killed is noted in the file ``resume``, signed, not in the database:
    who may write there would have rows of his own passed over.
    """
    with writing(engine) as connection:
        generation = generation_of(connection)
        after = _noted(resume, archive, generation)
        if after is None:
            generation, after = _begin(connection, generation), ""
    written, erased, damaged = 0, 0, []
    known = authenticity.known(log) if log is not None else None
    seen: set[str] = set()
    row_of = partial(_derive, archive, derive, known)
    with ThreadPoolExecutor(workers) as pool:
        objects = archive.objects_after(after or None)
        while some := list(itertools.islice(objects, BATCH)):
            seen.update(some)
            batch = list(filter(None, map(document_of, some)))
            _write_deadlines(engine, filter(None, (_dossier(archive, one) for one in some)), generation)
            found = dict(zip(batch, pool.map(row_of, batch), strict=True))
            rows = [one for one in found.values() if isinstance(one, tuple)]
            erased += sum(isinstance(one, Erased) for one in found.values())
            damaged += [id for id, one in found.items() if not isinstance(one, tuple | Erased)]
            with writing(engine) as connection:
                write(connection, rows, generation)
            if batch:
                _note(resume, archive, generation, batch[-1])
            if engine.dialect.name == "postgresql":
                segments.make_room(engine)
            written += len(rows)
            if progress:
                progress(len(batch))
    if known is not None:
        seen.update(object_id for object_id in known.newest if document_of(object_id) is None)
        damaged += [str(document_of(gone)) for gone in authenticity.missing(archive, known, seen)]
    with writing(engine) as connection:
        for code in deadlines.older_than(connection, generation):
            deadlines.write(connection, code, None, generation)
        removed = remove(connection, documents.c.generation < generation)
        connection.execute(delete(meta).where(meta.c.name == STALE))
    if resume is not None:
        resume.unlink(missing_ok=True)
    buried = sum(
        stone.removed and document_of(stone.object) is not None and stone.genuine(archive.signing_key)
        for stone in gravestones(archive.root.store)
    )
    return Rebuilt(written, removed, erased + buried, tuple(damaged))


def _dossier(archive: Archive, object_id: str) -> Dossier | None:
    try:
        return archive.dossier_in(object_id)
    except (StoreDenied, KeyUnavailable) as error:  # one that others closed stops none
        archive.alone(error)
        return None


def _write_deadlines(engine: Engine, dossiers: Iterable[Dossier], generation: int) -> None:
    """The appointed days of dossiers, as the archive has them; papers that are written later take them over."""
    if dated := [one for one in dossiers if one.due is not None]:
        with writing(engine) as connection:
            for one in dated:
                deadlines.write(connection, one.code, one.due, generation)


def generation_of(connection: Connection) -> int:
    """The generation of rows now. Older releases noted behind it after which document a rebuild goes on."""
    found = _GENERATION.rows(connection, {})
    number = (found[0][0] if found else "0").partition(" ")[0]
    return int(number) if number.isdecimal() and int(number) < _MOST else 0


_GENERATION = Quick(select(meta.c.value).where(meta.c.name == "rebuild"))


def _begin(connection: Connection, before: int) -> int:
    """A new generation: rows that claim to be of it, or of a later one, are nobody's of ours."""
    for table in (documents, deadlines_table):
        connection.execute(update(table).where(table.c.generation > before).values(generation=0))
    value = str(before + 1)
    insert = insert_into(connection, meta).values(name="rebuild", value=value)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
    return before + 1


def _noted(resume: Path | None, archive: Archive, generation: int) -> str | None:
    """After which document a rebuild of this generation that was killed goes on; None where none was."""
    told = (kept_note(resume, _ABOUT, archive.signing_key) if resume is not None else None) or {}
    return str(told["after"]) if told.get("generation") == generation and "after" in told else None


def _note(resume: Path | None, archive: Archive, generation: int, after: str) -> None:
    if resume is not None:
        keep_note(resume, _ABOUT, {"generation": generation, "after": after}, archive.signing_key)


def _derive(
    archive: Archive, derive: Derive, known: authenticity.Known | None, document_id: str
) -> tuple[Entry, str] | Exception:
    try:
        archive.require_seal(document_id)
        record, version = archive.current(document_id)
        noted = known.newest.get(document_object(document_id)) if known is not None else None
        if noted is not None and noted.number > version:
            return NotAuthentic(f"{document_id}: version {noted.number} is gone")
        return derive(record, version)
    except (Erased, Corrupt, NotFoundInArchive) as error:
        return error
    except (StoreDenied, KeyUnavailable) as error:  # one that others closed stops none
        archive.alone(error)
        return error
