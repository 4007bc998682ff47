"""Pages of several scans as one PDF: the pictures as they were scanned, no word, no mark; the same pages give the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.intake import take_in
from pipeline.limits import Limits
from pipeline.model import PageReading, Scan
from pipeline.pages import load_page
from pipeline.pdfa import PdfMetadata, write_pdfa
from schemas.text import PageText

Pages = tuple[Path, Sequence[int]]
"""A scan and the numbers of some of its pages, from 1."""


def join_pages(parts: Sequence[Pages], target: Path, limits: Limits) -> None:
    """Write the pages of all parts, in order, to ``target``. Raises a Refused where a scan or a page cannot be taken."""
    import pikepdf

    with tempfile.TemporaryDirectory(dir=target.parent) as folder, pikepdf.new() as joined:
        for number, (path, pages) in enumerate(parts):
            scan = take_in(path, limits, Path(folder) / f"scan-{number}")
            part = Path(folder) / f"{number}.pdf"
            write_pdfa(
                scan, [_unread(scan, page, limits) for page in pages], part, PdfMetadata(""), limits=limits
            )
            with pikepdf.open(part) as pdf:
                joined.pages.extend(pdf.pages)
        joined.save(target, deterministic_id=True)


def _unread(scan: Scan, number: int, limits: Limits) -> PageReading:
    """A page as a viewer shows it, with nothing read on it."""
    page = load_page(scan, number, limits)
    height, width = page.picture.shape[:2]
    text = PageText(number, width, height, page.dpi, ())
    return PageReading(number, width, height, page.dpi, 0, text, look=page.look, embedded=page.embedded)
