"""Rows of a list as a person is to see them: an index that keeps nothing in plain is helped by the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flows.services import Services
from schemas.errors import Corrupt, Erased, NotFoundInArchive
from storage.index.entry import Entry, entry_of
from storage.index.find import Page


def filled(services: Services, page: Page) -> Page:
    """The page; where the index holds no names and titles, each row is read from the archive. Raises an Unreachable."""
    if services.settings.index.full_text:
        return page
    return replace(page, rows=tuple(_rows(services, page)))


def _rows(services: Services, page: Page) -> Iterator[Entry]:
    for row in page.rows:
        try:
            yield replace(entry_of(*services.archive.current(row.id))[0], position=row.position, due=row.due)
        except (Corrupt, Erased, NotFoundInArchive):  # told by ``archive check``; the list goes on
            yield row
