"""From which scans a paper was made, where an officer put together what came in as several (``flows.desk.join``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flows.services import Services
from storage.model import ArchivedRecord, Event

_TOOL = "sohoa join"


def made_of(papers: Sequence[ArchivedRecord], by: str) -> Event:
    """The event of a paper that was made of the pages of these."""
    settings = {f"scan_{number}": paper.scan.sha256 for number, paper in enumerate(papers, 1)}
    reason = "made of the pages of several scans, which stay with the papers that they were"
    at = datetime.now(UTC)
    return Event(type="creation", at=at, agent=by, tool=_TOOL, settings=settings, reason=reason)


def scans_of(services: Services, record: ArchivedRecord) -> tuple[str, ...]:
    """SHA-256 of the scan of a paper, and of those that this one was made of."""
    events = services.archive.provenance(record.id)
    made = (str(digest) for event in events if event.tool == _TOOL for digest in event.settings.values())
    return (record.scan.sha256, *made)
