"""Papers that were scanned before: found when they come in, linked with one another, never merged."""

from __future__ import annotations

from flows.services import Services
from pipeline.duplicates import Print, is_near, paper_print
from schemas.errors import SohoaError
from storage.corrections import link_duplicates, unlink_duplicates
from storage.model import ArchivedRecord, Receipt

AGENT = "sohoa"

MOST = 10
"""Candidates that are compared, the oldest first; a paper that was scanned more often is linked all the same."""


def link_near_duplicates(services: Services, record: ArchivedRecord) -> ArchivedRecord:
    """Link a document with earlier scans of the same paper; the record as it is then. May be repeated."""
    known = {*record.links.duplicates, *record.links.distinct}
    candidates = [row.id for row in services.index.near_duplicates(record) if row.id not in known]
    if not candidates:
        return record
    own = _print(record)
    for other in candidates[:MOST]:
        try:
            near = is_near(own, _print(services.archive.record(other)))
        except SohoaError:
            continue  # erased, or damaged: its own affair
        if near:
            services.log_access("link", f"{record.id} {other}")
            mine, theirs = link_duplicates(services.archive, record.id, other, by=AGENT)
            services.index.add_many([(mine.record, mine.version), (theirs.record, theirs.version)])
            record = mine.record
    return record


def unlink(services: Services, one: str, other: str, *, by: str, reason: str) -> tuple[Receipt, Receipt]:
    """Take a false link away; the two are never linked again. May be repeated. Raises NotFoundInArchive, Conflict."""
    services.log_access("unlink", f"{one} {other}", actor=by)
    receipts = unlink_duplicates(services.archive, one, other, by=by, reason=reason)
    services.index.add_many([(receipt.record, receipt.version) for receipt in receipts])
    return receipts


def _print(record: ArchivedRecord) -> Print:
    return paper_print(record.record, record.text, record.perceptual_hash)
