"""The index: rows derived from the archive, found in milliseconds, rebuilt at any time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from secrets import token_hex

from sqlalchemy import delete, func, or_, select, update

from storage import outbox
from storage.archive import Archive
from storage.audit import AuditLog
from storage.index import deadlines, fulltext, segments
from storage.index.database import insert_into, open_database, reading, wipe, writing
from storage.index.entry import Entry, entry_of
from storage.index.find import COLUMNS, MOST, Page, Query, find
from storage.index.keyed import MARK, Digest, forms, hidden, shown
from storage.index.merging import merge
from storage.index.near_duplicates import near_duplicates
from storage.index.people import by_name, of_subject, without_number
from storage.index.rebuild import STALE, Rebuilt, generation_of, rebuild
from storage.index.tables import documents, meta
from storage.index.write import BATCH, remove, write
from storage.model import ArchivedRecord

__all__ = ["Index", "Rebuilt"]

_PURGE = "purge"
"""Names the row of ``meta`` that says that something was removed since the file was last written anew."""


class Index:
    """The index in a SQLite file (a ``Path``) or on PostgreSQL (an address); may be shared by threads."""

    def __init__(self, where: Path | str, *, full_text: bool = True, digest: Digest | None = None) -> None:
        """Opens the database and brings its tables up to date; raises an ``Unreachable``.

        Without ``full_text`` it holds no words, titles and names of what is written from now on; with a ``digest``
        (``storage.index.keyed``) no ids and numbers either, but what stands for them.
        """
        self.engine = open_database(where)
        self.full_text, self.digest = full_text, digest

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    def add(self, record: ArchivedRecord, version: int) -> None:
        """Write the row of this version of a document; a newer version that is there already stays."""
        self.add_many([(record, version)])

    def add_many(self, records: Iterable[tuple[ArchivedRecord, int]]) -> None:
        """Write many rows in one transaction."""
        self.add_entries([self.derive(record, version) for record, version in records])

    def derive(self, record: ArchivedRecord, version: int) -> tuple[Entry, str]:
        """The row of a record as this index keeps it, and the folded words to search it by."""
        entry, found = entry_of(record, version, full_text=self.full_text)
        return (entry if self.digest is None else hidden(entry, self.digest)), found

    def add_entries(self, rows: Sequence[tuple[Entry, str]]) -> None:
        """Write rows that were derived already."""
        with writing(self.engine) as connection:
            written = write(connection, rows, generation_of(connection))
            outbox.note(connection, written.fresh, written.before)
        if self.engine.dialect.name == "postgresql" and random.random() * BATCH < len(rows):  # noqa: S311
            segments.make_room(self.engine)  # looked at once in so many rows, whichever process writes them

    def set_due(self, dossier: str, due: date | None) -> None:
        """Note the appointed day of a dossier, or that it has none: its papers have it from now on."""
        with writing(self.engine) as connection:
            deadlines.write(connection, dossier, due, generation_of(connection))

    def remove(self, document_id: str, why: outbox.Kind = outbox.Kind.ERASED) -> None:
        """Forget a document (it was erased, or is lost). What it said may stand in free places of the file until ``purge``."""
        with writing(self.engine) as connection:
            outbox.note_end(connection, document_id, why)
            remove(connection, documents.c.id == document_id)
            due = {"name": _PURGE, "value": token_hex(8)}
            noted = insert_into(connection, meta).values(due)
            connection.execute(noted.on_conflict_do_update(index_elements=["name"], set_=due))

    def put_back(self, document_id: str, left: tuple[ArchivedRecord, int] | None) -> None:
        """Versions of a document were lost for good: its row is that of the version that is ``left``, or none."""
        if left is None:
            self.remove(document_id, outbox.Kind.LOST)
            return
        with writing(self.engine) as connection:  # what is there of a later version would stay
            later = (documents.c.id == document_id) & (documents.c.version > left[1])
            connection.execute(update(documents).where(later).values(version=0))
        self.add(*left)

    def purge(self) -> bool:
        """Leave nothing of removed documents in the database's file; False while others are busy with it: try again later."""
        with reading(self.engine) as connection:
            due = connection.scalar(select(meta.c.value).where(meta.c.name == _PURGE))
        if due is None:
            return True
        if not wipe(self.engine):
            return False
        with writing(self.engine) as connection:
            connection.execute(delete(meta).where(meta.c.name == _PURGE, meta.c.value == due))
        return True

    def get(self, document_id: str) -> Entry | None:
        """The row of a document."""
        with reading(self.engine) as connection:
            row = connection.execute(select(*COLUMNS).where(documents.c.id == document_id)).one_or_none()
        return shown(Entry(*row)) if row else None

    def find(self, query: Query) -> Page:
        """One page of what is asked for, the newest first; by a name the best first."""
        with reading(self.engine) as connection:
            if query.name is not None:
                page = by_name(connection, query, query.name, self.digest)
            else:
                page = find(connection, query, self.digest)
        return page if self.digest is None else replace(page, rows=tuple(map(shown, page.rows)))

    def every(self, query: Query) -> Iterator[Entry]:
        """All rows that the query asks for, whatever its ``limit``, in its order; fetched page by page."""
        query = replace(query, limit=MOST)
        while True:
            page = self.find(query)
            yield from page.rows
            if page.next is None:
                return
            query = replace(query, after=page.next)

    def of_subject(self, subject: str) -> list[Entry]:
        """All papers about a person or organisation, the newest first."""
        with reading(self.engine) as connection:
            rows = of_subject(connection, forms(subject, self.digest))
        return rows if self.digest is None else [shown(row) for row in rows]

    def without_number(self, name: str, born: date, types: Sequence[str]) -> list[Entry]:
        """The newest papers of these types that carry no number, of whoever has this name and birthday."""
        with reading(self.engine) as connection:
            return without_number(connection, name, born, types)

    def near_duplicates(self, record: ArchivedRecord) -> list[Entry]:
        """Other documents that may be the same paper; ``storage.index.near_duplicates`` says by which signs."""
        with reading(self.engine) as connection:
            return near_duplicates(connection, self.derive(record, 1)[0])

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

    def states(self) -> dict[tuple[str, bool], int]:
        """How many documents there are by state and by whether the copy carries every signature that is due."""
        asked = select(documents.c.state, documents.c.signed, func.count()).group_by(
            documents.c.state, documents.c.signed
        )
        with reading(self.engine) as connection:
            return {(state, bool(signed)): count for state, signed, count in connection.execute(asked)}

    def overdue(self, today: date) -> tuple[int, int]:
        """How many papers wait to be checked or signed though their day has passed; and those whose day is today."""
        with reading(self.engine) as connection:
            return deadlines.overdue(connection, today)

    def stale(self) -> bool:
        """Whether the tables have changed since the rows were written, so that a rebuild finds more."""
        with reading(self.engine) as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.name == STALE)) is not None

    def rebuild(
        self,
        archive: Archive,
        *,
        log: AuditLog | None = None,
        workers: int = 4,
        progress: Callable[[int], None] | None = None,
        resume: Path | None = None,
    ) -> Rebuilt:
        """Write every row anew from the archive alone, and remove those that it does not have; the ``log`` tells what should be there.

        Searching goes on meanwhile. Killed, it continues where the file ``resume`` says that it stopped. ``progress`` is told how many
        documents came in since it was last told.
        """
        done = rebuild(
            self.engine,
            archive,
            log=log,
            workers=workers,
            progress=progress,
            resume=resume,
            derive=self.derive,
        )
        self.tidy()
        if not self.full_text:
            wipe(self.engine)
        return done

    def tells(self) -> bool:
        """Whether some row says in plain who a paper is about, or which number it has."""
        column = documents.c
        plain = [~one.startswith(MARK, autoescape=True) for one in (column.subject_id, column.number_key)]
        with reading(self.engine) as connection:
            asked = select(column.position).where(
                or_(column.title.is_not(None), column.number.is_not(None), *plain)
            )
            return connection.scalar(asked.limit(1)) is not None

    def tidy(self) -> None:
        """Merge the pieces of the full text, and refresh what the database knows of its tables; work goes on meanwhile."""
        with reading(self.engine) as connection:
            fulltext.tidy(connection)
        if self.engine.dialect.name == "postgresql":
            segments.make_room(self.engine)
        merge(self.engine)
