"""From the pages that were read to papers: split → classify → extract."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract import extract
from pipeline.model import DocumentReading, PageReading, Reading, Scan
from pipeline.papers.classify import classify
from pipeline.papers.split import split
from pipeline.separators import SEPARATOR
from schemas.errors import Damaged, Refused, TakesTooLong, TooLarge, TooSmall, UnknownCoding
from schemas.records import UNKNOWN, document_id


def assemble(scan: Scan, pages: Sequence[PageReading], type: str | None = None) -> Reading:
    """The papers of a scan; every page is in exactly one. ``type`` is what the clerk says that they are.

    Raises the reason of the first page when all of its pages are refused.
    """
    refuse_unreadable(pages)
    return Reading(scan, tuple(document_on(scan, run, type) for run in split(pages)))


def refuse_unreadable(pages: Sequence[PageReading]) -> None:
    """Raise the reason of the first page when all pages of a scan are refused."""
    if pages and all(page.refused for page in pages):
        code = pages[0].warnings[0].code
        reasons: tuple[type[Refused], ...] = (Damaged, TooLarge, TooSmall, TakesTooLong, UnknownCoding)
        raise next((reason for reason in reasons if reason.code == code), Damaged)(
            "none of its pages can be taken"
        )


def document_on(scan: Scan, pages: Sequence[PageReading], type: str | None = None) -> DocumentReading:
    """The one paper on these pages, in order; ``type`` is what an officer says that it is."""
    found, confidence = classify(pages)
    if type is not None and found != SEPARATOR:
        found, confidence = type, 1.0
    record = extract(UNKNOWN if found == SEPARATOR else found, pages)
    numbers = [page.number for page in pages]
    return DocumentReading(document_id(scan.sha256, numbers), found, confidence, pages, record)
