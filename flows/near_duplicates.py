"""Papers that were scanned before: found when they come in, linked with one another, never merged."""

from __future__ import annotations

from functools import partial

from flows.caller import Act, Caller
from flows.door import perform
from flows.services import Services
from pipeline.duplicates import Print, is_near, paper_print
from schemas.errors import SohoaError
from storage.corrections import link_duplicates
from storage.model import ArchivedRecord

AGENT = "sohoa"

MOST = 10
"""Candidates that are compared, the oldest first; a paper that was scanned more often is linked all the same."""


def link_near_duplicates(services: Services, caller: Caller, record: ArchivedRecord) -> ArchivedRecord:
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
            link = partial(link_duplicates, services.archive, record.id, other, by=AGENT)
            record = perform(services, caller, Act.LINK, [record.id, other], link)[0].record
    return record


def _print(record: ArchivedRecord) -> Print:
    return paper_print(record.record, record.text, record.perceptual_hash)
