"""Papers that were scanned before: found when they come in, linked with one another, never merged."""

from __future__ import annotations

from flows.house import House
from pipeline.duplicates import Print, is_near, paper_print
from schemas.errors import SohoaError
from storage.corrections import link_duplicates
from storage.model import ArchivedRecord

AGENT = "sohoa"

MOST = 10
"""Candidates that are compared, the oldest first; a paper that was scanned more often is linked all the same."""


def link_near_duplicates(house: House, record: ArchivedRecord) -> ArchivedRecord:
    """Link a document with earlier scans of the same paper; the record as it is then. May be repeated."""
    candidates = [
        row.id for row in house.index.near_duplicates(record) if row.id not in record.links.duplicates
    ]
    if not candidates:
        return record
    own = _print(record)
    for other in candidates[:MOST]:
        try:
            near = is_near(own, _print(house.archive.record(other)))
        except SohoaError:
            continue  # erased, or damaged: its own affair
        if near:
            house.look("link", f"{record.id} {other}")
            mine, theirs = link_duplicates(house.archive, record.id, other, by=AGENT)
            house.index.add_many([(mine.record, mine.version), (theirs.record, theirs.version)])
            record = mine.record
    return record


def _print(record: ArchivedRecord) -> Print:
    return paper_print(record.record, record.text, record.perceptual_hash)
