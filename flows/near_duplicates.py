"""Papers that were scanned before: found when they come in, linked with one another, never merged."""

from __future__ import annotations

from functools import partial

from flows.caller import Act, Caller
from flows.door import perform
from flows.services import Services
from pipeline.papers.duplicates import Print, is_near, paper_print
from schemas.errors import SohoaError
from storage.corrections import link_duplicate
from storage.index.entry import Entry
from storage.index.near_duplicates import distance
from storage.model import ArchivedRecord

AGENT = "sohoa"

MOST = 10
"""Candidates that are compared, those first that say most for it."""


def link_near_duplicates(services: Services, caller: Caller, record: ArchivedRecord) -> ArchivedRecord:
    """Link a document with the first scan of the same paper; the record as it is then. May be repeated.

    One version of the newer document, whatever number of scans there are: each names the first, which stays as it is.
    """
    if record.links.duplicate_of:
        return record
    own, apart = _print(record), {*record.links.duplicates, *record.links.distinct}
    row = services.index.derive(record, 1)[0]
    for candidate in sorted(services.index.near_duplicates(record), key=partial(_promise, row))[:MOST]:
        try:
            first = _first_scan(services, candidate.id)
            if first.id == record.id or first.links.regrouped or {first.id, candidate.id} & apart:
                continue
            near = is_near(own, _print(services.archive.record(candidate.id)))
        except SohoaError:
            continue  # what was erased, or is damaged, is named by ``archive check``
        if near:
            link = partial(link_duplicate, services.archive, record.id, first.id, by=AGENT)
            return perform(services, caller, Act.LINK, [record.id, first.id], link)[0].record
    return record


def _first_scan(services: Services, document_id: str) -> ArchivedRecord:
    """The scan that a document names as the first of the same paper; itself where it names none."""
    record = services.archive.record(document_id)
    for first in record.links.duplicate_of[:1]:
        return services.archive.record(first)
    return record


def _promise(own: Entry, candidate: Entry) -> tuple[int, int, int]:
    """Sorts candidates: most numbers in common, then the likest page, then the oldest."""
    common = set(own.number_marks.split()) & set(candidate.number_marks.split())
    return -len(common), distance(own.perceptual_hash, candidate.perceptual_hash), candidate.position


def _print(record: ArchivedRecord) -> Print:
    return paper_print(record.record, record.text, record.perceptual_hash)
