"""Pages that were read lie in a folder until their papers are written, so that memory does not grow with their number."""

from __future__ import annotations

import pickle  # nosec B403
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pipeline.fetched import Fetched
from pipeline.limits import DEFAULT_LIMITS, Limits
from pipeline.model import PageReading, Scan
from pipeline.read import read_scan_page


def keep(page: PageReading, folder: Path) -> None:
    """Lay a page down in a folder where nobody else may write."""
    _file(folder, page.number).write_bytes(pickle.dumps(page, pickle.HIGHEST_PROTOCOL))


def read_and_keep(scan: Scan, number: int, folder: Path, limits: Limits = DEFAULT_LIMITS) -> None:
    """Read a page and lay it down; raises as ``read_scan_page`` does."""
    keep(read_scan_page(scan, number, limits), folder)


def kept_pages(folder: Path, numbers: Sequence[int]) -> Sequence[PageReading]:
    """Pages of these numbers, in this order, as they were laid down in the folder."""
    return Fetched(partial(_fetched, folder), numbers)


def _fetched(folder: Path, number: int) -> PageReading:
    page: PageReading = pickle.loads(_file(folder, number).read_bytes())  # our own process wrote it  # noqa: S301  # nosec B301
    return page


def _file(folder: Path, number: int) -> Path:
    return folder / f"page-{number}"
