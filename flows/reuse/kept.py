"""Reading the records of rows of the index; one that cannot be read does not stop the others."""

from __future__ import annotations

from collections.abc import Iterable

from flows.services import Services
from schemas.errors import Corrupt, Erased, NotFoundInArchive
from storage.index.entry import Entry
from storage.model import ArchivedRecord


def kept(services: Services, rows: Iterable[Entry]) -> tuple[list[ArchivedRecord], list[Entry]]:
    """The newest records, and the rows of those that cannot be read (erased, damaged). Raises an Unreachable."""
    found: list[ArchivedRecord] = []
    unreadable: list[Entry] = []
    for row in rows:
        try:
            found.append(services.archive.record(row.id))
        except (Erased, Corrupt, NotFoundInArchive):
            unreadable.append(row)
    return found, unreadable


def papers_of(services: Services, number: str) -> list[ArchivedRecord]:
    """The papers about whoever has this number, the newest first."""
    return kept(services, services.index.of_subject(number))[0]
