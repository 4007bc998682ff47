"""From the pages that were read to papers: split → classify → extract."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.classify import classify
from pipeline.extract import extract
from pipeline.model import DocumentReading, PageReading, Reading, Scan
from pipeline.read import refuse_unreadable
from pipeline.separators import SEPARATOR
from pipeline.split import split
from schemas.records import UNKNOWN, document_id


def compose(scan: Scan, pages: Sequence[PageReading], type: str | None = None) -> Reading:
    """The papers of a scan; every page is in exactly one. ``type`` is what the clerk says that they are.

    Raises Damaged when none of the pages could be decoded.
    """
    refuse_unreadable(pages)
    return Reading(scan, tuple(_document(scan, run, type) for run in split(pages)))


def _document(scan: Scan, pages: tuple[PageReading, ...], type: str | None) -> DocumentReading:
    found, confidence = classify(pages)
    if type is not None and found != SEPARATOR:
        found, confidence = type, 1.0
    record = extract(UNKNOWN if found == SEPARATOR else found, pages)
    numbers = [page.number for page in pages]
    return DocumentReading(document_id(scan.sha256, numbers), found, confidence, pages, record)
