"""A filled index on PostgreSQL by COPY, for benchmarks that ask by person: rows of the tables without the texts' words.

Looking up by number, person or dossier never reads ``words``; ``bench.archive_index`` measures searching with them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, text

from bench.archive_index import opened, records
from storage.index.database import writing
from storage.index.entry import Entry
from storage.index.find import COLUMNS
from storage.index.tables import documents, names, other_subjects, uses
from storage.index.words import words

_CHUNK = 50_000
_COLUMNS = {
    documents: [*(column.name for column in COLUMNS), "generation"],
    names: names.columns.keys(),
    other_subjects: other_subjects.columns.keys(),
    uses: uses.columns.keys(),
}


def fill_quickly(address: str, count: int, seed: int) -> None:
    """Put so many records into an empty index; one that has them already stays as it is."""
    index = opened(address)
    if index.count() >= count:
        index.close()
        return
    with writing(index.engine) as connection:
        for table in _COLUMNS:
            connection.execute(text(f"TRUNCATE {table.name}"))
            for one in table.indexes:
                one.drop(connection, checkfirst=True)
    source = (entry for entry, _ in itertools.islice(records(seed, length=12), count))
    while chunk := list(itertools.islice(source, _CHUNK)):
        with writing(index.engine) as connection:
            for table in _COLUMNS:
                _copy(connection, table, (row for entry in chunk for row in _rows(table, entry)))
    with writing(index.engine) as connection:
        for table in _COLUMNS:
            for one in table.indexes:
                one.create(connection)
    index.tidy()
    index.close()


def _rows(table: Table, entry: Entry) -> Iterator[tuple[Any, ...]]:
    if table is documents:
        yield (*(getattr(entry, column.name) for column in COLUMNS), 0)
    elif table is names:
        yield " ".join(words(entry.names)), entry.position
    elif table is other_subjects:
        yield from ((one, entry.position) for one in entry.other_subjects.split())
    else:
        for number, use in enumerate(json.loads(entry.uses)):
            yield (entry.position, number, *(use.get(name) for name in _COLUMNS[uses][2:]))


def _copy(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({', '.join(_COLUMNS[table])}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
