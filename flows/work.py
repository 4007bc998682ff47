"""The work on one file in three parts, so that a process of its own can do each: begin, every page, finish."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flows.outcome import Document, Outcome, Status, failure
from flows.signed_scan import signatures_on
from pipeline.apart import apart
from pipeline.intake import DEFAULT_LIMITS, Limits, take_in
from pipeline.kept_pages import kept_pages, read_and_keep
from pipeline.model import PageReading, Reading, Scan
from pipeline.papers.assemble import assemble
from pipeline.timing import timed
from schemas.plain import on_one_line

if TYPE_CHECKING:
    from pipeline.sign import Trust

logger = logging.getLogger("sohoa")

_FEW_PAGES = 4
"""Up to so many pages cost less here than it costs to start a pool."""


class Job(Protocol):
    """What is to be done with a file. A job travels to other processes, so it is small and can be pickled."""

    @property
    def limits(self) -> Limits:
        """What is safe to take in."""
        ...

    def begin(self, path: Path, own: Path) -> Scan | Outcome:
        """Take the file in, by a copy at ``own``; an outcome when nothing more is to be done. Raises a Refused."""
        ...

    def finish(self, scan: Scan, pages: Sequence[PageReading]) -> Outcome:
        """What follows when all pages are read; they are fetched as they are asked for, and gone afterwards."""
        ...


def work(path: Path, job: Job, threads: int = 1) -> Outcome:
    """Do the job here, so many pages at a time. Never raises for what is wrong with a file: the outcome tells.

    What decodes the file runs apart (``pipeline.apart``), so that no file can do this process harm. Most of a page's time goes in the multiplications of the network and in OpenCV, during which other threads go on.
    """
    with own_place() as own:
        begun = _begin(path, own, job)
        return begun if isinstance(begun, Outcome) else _finish(begun, job, threads, own.parent)


def work_small(path: Path, job: Job, threads: int) -> Outcome | None:
    """Do the job in this process when the file has few pages; None when it is worth a pool of processes."""
    with own_place() as own:
        begun = _begin(path, own, job)
        if isinstance(begun, Outcome):
            return begun
        return _finish(begun, job, threads, own.parent) if begun.page_count <= _FEW_PAGES else None


@contextmanager
def own_place() -> Iterator[Path]:
    """A place for a copy of a file, and beside it for what is read of it, where only this account may write; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        yield Path(folder) / "scan"


def _begin(path: Path, own: Path, job: Job) -> Scan | Outcome:
    try:
        return job.begin(path, own)
    except Exception as error:
        logger.debug("%s", on_one_line(str(path)), exc_info=True)
        return failure(str(path), error)


def _finish(scan: Scan, job: Job, threads: int, folder: Path) -> Outcome:
    try:
        room = job.limits.memory * max(min(threads, scan.page_count), 1)
        apart(room, _read_pages, scan, folder, threads, job.limits)
        return job.finish(scan, kept_pages(folder, page_numbers(scan)))
    except Exception as error:
        logger.debug("%s", on_one_line(str(scan.given)), exc_info=True)
        return failure(str(scan.given), error, scan.sha256)


def _read_pages(scan: Scan, folder: Path, threads: int, limits: Limits) -> None:
    """In the order of the scan; the first page that concerns the whole scan stops it."""
    read = partial(read_and_keep, scan, folder=folder, limits=limits)
    if threads == 1 or scan.page_count == 1:
        for number in page_numbers(scan):
            read(number)
        return
    with ThreadPoolExecutor(min(threads, scan.page_count)) as readers:
        for _ in readers.map(read, page_numbers(scan)):
            pass


def page_numbers(scan: Scan) -> range:
    """From 1."""
    return range(1, scan.page_count + 1)


@dataclass(frozen=True, slots=True)
class ReadJob:
    """Recognise only; nothing is stored. ``trust`` is for the signatures that a scan may carry."""

    limits: Limits = DEFAULT_LIMITS
    type: str | None = None
    trust: Trust | None = None

    def begin(self, path: Path, own: Path) -> Scan:
        """Take the file in."""
        return apart(self.limits.memory, take_in, path, self.limits, own)

    def finish(self, scan: Scan, pages: Sequence[PageReading]) -> Outcome:
        """The documents as they were read."""
        seconds: dict[str, float] = {}
        reading = interpret(scan, pages, self.type, seconds)
        documents = tuple(Document.of(document) for document in reading.documents)
        signed = apart(self.limits.memory, signatures_on, scan, self.trust) if scan.signed else None
        return Outcome(str(scan.given), Status.READ, scan.sha256, documents, seconds=seconds, signed=signed)


def interpret(
    scan: Scan, pages: Sequence[PageReading], type: str | None, seconds: dict[str, float]
) -> Reading:
    """From pages to documents; ``seconds`` gets the time of this step and of all steps of the pages.

    Raises Damaged when no page could be decoded.
    """
    for page in pages:
        for step, value in page.seconds.items():
            seconds[step] = seconds.get(step, 0.0) + value
    with timed(seconds, "understand"):
        return assemble(scan, pages, type)
