"""Pages that were read lie in a folder until their papers are written, so that memory does not grow with their number."""

from __future__ import annotations

import pickle  # nosec B403
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import overload

from pipeline.limits import DEFAULT_LIMITS, Limits
from pipeline.model import PageReading, Scan
from pipeline.read import read_scan_page

REMEMBERED = 100
"""Pages that are held in memory at a time."""


def keep(page: PageReading, folder: Path) -> None:
    """Lay a page down in a folder where nobody else may write."""
    _file(folder, page.number).write_bytes(pickle.dumps(page, pickle.HIGHEST_PROTOCOL))


def read_and_keep(scan: Scan, number: int, folder: Path, limits: Limits = DEFAULT_LIMITS) -> None:
    """Read a page and lay it down; raises as ``read_scan_page`` does."""
    keep(read_scan_page(scan, number, limits), folder)


class KeptPages(Sequence[PageReading]):
    """Pages of these numbers, in this order, fetched when they are asked for; a slice fetches none.

    The last hundred are remembered, so that papers of usual length are fetched once.
    """

    def __init__(self, folder: Path, numbers: Sequence[int]) -> None:
        self._folder, self._numbers = folder, numbers
        self._fetch = lru_cache(maxsize=REMEMBERED)(partial(_fetched, folder))

    def __reduce__(self) -> tuple[type[KeptPages], tuple[Path, Sequence[int]]]:
        return KeptPages, (self._folder, self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> PageReading: ...
    @overload
    def __getitem__(self, at: slice) -> KeptPages: ...
    def __getitem__(self, at: int | slice) -> PageReading | KeptPages:
        if isinstance(at, slice):
            return KeptPages(self._folder, self._numbers[at])
        return self._fetch(self._numbers[at])


def _fetched(folder: Path, number: int) -> PageReading:
    page: PageReading = pickle.loads(_file(folder, number).read_bytes())  # our own process wrote it  # noqa: S301  # nosec B301
    return page


def _file(folder: Path, number: int) -> Path:
    return folder / f"page-{number}"
