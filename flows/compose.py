"""Until ``pipeline.read`` composes documents itself: the whole scan as one paper of unknown type."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model import DocumentReading, PageReading, Reading, Scan
from schemas.records import UNKNOWN, Measure, Quality, Record, document_id


def compose(scan: Scan, pages: Sequence[PageReading], type: str | None = None) -> Reading:
    """One document with all pages."""
    no = Measure(met=False)
    record = Record(
        type=type or UNKNOWN, fields={}, quality=Quality(correct=no, complete=no, clean=no, alive=no)
    )
    numbers = [page.number for page in pages]
    document = DocumentReading(document_id(scan.sha256, numbers), record.type, 0.0, tuple(pages), record)
    return Reading(scan, (document,))
