"""From the pages that were read to papers: split → classify → extract."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.classify import classify
from pipeline.extract import extract
from pipeline.extract.head.stamps import with_secrecy
from pipeline.model import DocumentReading, PageReading, Reading, Scan
from pipeline.separators import SEPARATOR
from pipeline.split import split
from schemas.errors import Damaged
from schemas.records import UNKNOWN, document_id


def assemble(scan: Scan, pages: Sequence[PageReading], type: str | None = None) -> Reading:
    """The papers of a scan; every page is in exactly one. ``type`` is what the clerk says that they are.

    Raises Damaged when none of the pages could be decoded.
    """
    refuse_unreadable(pages)
    return Reading(scan, tuple(_document(scan, run, type) for run in split(pages)))


def refuse_unreadable(pages: Sequence[PageReading]) -> None:
    """Raise Damaged when not one page of a scan could be decoded."""
    if pages and all(any(warning.code == Damaged.code for warning in page.warnings) for page in pages):
        raise Damaged("none of its pages can be decoded")


def _document(scan: Scan, pages: tuple[PageReading, ...], type: str | None) -> DocumentReading:
    found, confidence = classify(pages)
    if type is not None and found != SEPARATOR:
        found, confidence = type, 1.0
    record = extract(UNKNOWN if found == SEPARATOR else found, pages)
    pages = tuple(map(with_secrecy, pages))
    numbers = [page.number for page in pages]
    return DocumentReading(document_id(scan.sha256, numbers), found, confidence, pages, record)
