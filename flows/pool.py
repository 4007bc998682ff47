"""A bounded pool of processes that read pages and finish documents; one thread per file only waits.

A process that dies (out of memory, a fault in a library) takes the pool with it; every file that was in work is then
tried again in a process of its own, so that only the one that kills its process is reported.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing.connection import wait as wait_for_end
from pathlib import Path
from types import TracebackType

from flows.outcome import Outcome, failure
from flows.work import Job, logger, page_numbers
from pipeline.model import PageReading, Scan
from pipeline.read import read_scan_page
from schemas.errors import WorkerDied

_ARCHIVING = (
    "flows.digitize",
    "pikepdf.pdfa",
    "pyhanko.pdf_utils.incremental_writer",
    "pyhanko.sign.signers",
    "storage.index.index",
    "storage.stores.folder",
)
"""What digitizing imports on the way: once for all workers, since each would need a second for it."""


class Pool:
    """Processes for ``workers`` pages at a time. ``run`` may be called from many threads."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._lock = threading.Lock()
        self._closed = False
        self._executor = processes(workers)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        if kind is not None:  # stopped: pages in work are given up, everything can be repeated
            for process in multiprocessing.active_children():
                process.terminate()
        self._executor.shutdown(cancel_futures=True)

    def run(self, path: Path, job: Job) -> Outcome:
        """Do the job on one file, its pages side by side; blocks until it is done."""
        executor = self._executor
        try:
            return _run(executor, path, job)
        except BrokenProcessPool:
            if self._closed:
                raise
            self._replace(executor)
        for _ in range(
            2
        ):  # it may have been a mere bystander the first time, and is owed a second try of its own
            with suppress(BrokenProcessPool), processes(1) as alone:
                return _run(alone, path, job)
        return failure(str(path), WorkerDied(path.name))

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._executor is broken:
                self._executor = processes(self.workers)


def run_many(paths: Iterable[Path], job: Job, workers: int) -> Iterator[Outcome]:
    """Do the job on many files; outcomes come in the order of completion. Few files are in work at a time."""
    with ThreadPoolExecutor(workers + 1) as threads, Pool(workers) as pool, _dropping_queue(threads):
        waiting: set[Future[Outcome]] = set()
        todo = iter(paths)
        while True:
            free = 2 * (workers + 1) - len(waiting)
            waiting |= {threads.submit(pool.run, path, job) for path in islice(todo, free)}
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


@contextmanager
def _dropping_queue(threads: ThreadPoolExecutor) -> Iterator[None]:
    """When stopped, what has not begun is not begun."""
    try:
        yield
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        raise


def _run(executor: ProcessPoolExecutor, path: Path, job: Job) -> Outcome:
    scan: Scan | None = None
    try:
        begun = executor.submit(job.begin, path).result()
        if isinstance(begun, Outcome):
            return begun
        scan = begun
        pages = _all([executor.submit(read_scan_page, scan, number) for number in page_numbers(scan)])
        return executor.submit(job.finish, scan, pages).result()
    except BrokenProcessPool:
        raise
    except Exception as error:
        logger.debug("%s", path, exc_info=True)
        return failure(str(path), error, scan.sha256 if scan else None)


def _all(futures: list[Future[PageReading]]) -> list[PageReading]:
    try:
        return [future.result() for future in futures]
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def processes(workers: int) -> ProcessPoolExecutor:
    """Processes that start quickly, leave Ctrl-C to their parent, and never outlive it."""
    context = multiprocessing.get_context("forkserver")
    archiving = _ARCHIVING if "flows.digitize" in sys.modules else ()
    context.set_forkserver_preload(["flows.work", *archiving])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)


def _start_worker() -> None:
    """A worker leaves Ctrl-C to its parent, and never outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        sentinel = parent.sentinel
        threading.Thread(target=_end_with, args=(sentinel,), daemon=True).start()


def _end_with(sentinel: int, end: Callable[[int], None] = os._exit) -> None:
    wait_for_end([sentinel])
    end(1)
