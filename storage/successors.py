"""Which paper took the place of which: the walk along these links must never come back to where it began."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from schemas.errors import Erased, NotFoundInArchive
from storage.archive import Archive
from storage.model import Links

_NONE = Links()


def leads_back(archive: Archive, older: str, newer: str) -> bool:
    """Whether ``older``, once ``newer`` has taken its place, would in the end stand in its own place, however long the way is.

    Both ends of a link are looked at: power may have failed before the second was written.
    """
    later = _reached(archive, newer, lambda links: (links.superseded_by,))
    earlier = _reached(archive, older, lambda links: links.supersedes)
    return not later.isdisjoint(earlier)


def _reached(archive: Archive, start: str, step: Callable[[Links], Iterable[str | None]]) -> set[str]:
    """All papers to which the steps lead, the first one among them; one that is gone leads nowhere."""
    found, ahead = {start}, [start]
    while ahead:
        links = _NONE
        with suppress(NotFoundInArchive, Erased):
            links = archive.record(ahead.pop()).links
        new = {id for id in step(links) if id} - found
        found |= new
        ahead += new
    return found
