"""A bounded pool of processes that read pages and finish documents; one thread per file only waits.

Pieces of work wait for their turn by priority: a paper at the counter goes before the thousandth page of a backlog, and a
file of two thousand pages never has more than a few of them in the pool.

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
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, islice
from multiprocessing.connection import wait as wait_for_end
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from flows.outcome import Outcome, failure
from flows.queue.semaphores import forkserver
from flows.queue.warm import warm
from flows.work import Job, logger, own_place, page_numbers
from pipeline.kept_pages import kept_pages, read_and_keep
from pipeline.limits import DEFAULT_LIMITS, Limits, death, make_expendable
from pipeline.model import Scan
from schemas.errors import TakesTooLong
from schemas.plain import on_one_line

_ARCHIVING = (
    "flows.digitize",
    "pikepdf.pdfa",
    "pyhanko.pdf_utils.incremental_writer",
    "pyhanko.sign.signers",
    "storage.index.index",
    "storage.stores.folder",
)
"""What digitizing imports on the way: once for all workers, since each would need a second for it."""


_IN_SIGHT = 16
"""So many of a file's latest pages are looked at for a fault before the next is begun."""

_T = TypeVar("_T")


class Pool:
    """Processes for ``workers`` pages at a time. ``run`` may be called from many threads."""

    def __init__(self, workers: int, memory: int = DEFAULT_LIMITS.memory) -> None:
        self.workers, self.memory = workers, memory
        self._lock = threading.Lock()
        self._closed = False
        self._executor = processes(workers, memory)
        self._turns = _Turns(workers + 1)

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

    def warm(self) -> None:
        """Let each process load now what it would load with its first scan; does not wait for it."""
        for _ in range(self.workers):
            self._executor.submit(warm)

    def run(self, path: Path, job: Job, priority: int = 0) -> Outcome:
        """Do the job on one file, its pages side by side; blocks until it is done. The lowest priority goes first."""
        executor = self._executor
        try:
            return self._unless_closed(_run(_Lane(executor, self._turns, priority), path, job))
        except BrokenProcessPool:
            if self._closed:
                raise
            self._replace(executor)
        for _ in range(
            2
        ):  # it may have been a mere bystander the first time, and is owed a second try of its own
            with suppress(BrokenProcessPool), processes(1, self.memory) as alone:
                running = alone._processes  # no other way leads to the exit status
                return _run(_Lane(alone, _Turns(2), priority), path, job)
            if any(process.exitcode == -signal.SIGPROF for process in running.values()):
                return failure(str(path), TakesTooLong(path.name))
        return failure(str(path), death(path.name))

    def _unless_closed(self, outcome: Outcome) -> Outcome:
        """What a pool says that is being torn down is not the file's fault."""
        if self._closed:
            raise BrokenProcessPool
        return outcome

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._executor is broken:
                self._executor = processes(self.workers, self.memory)


def run_many(paths: Iterable[Path], job: Job, workers: int) -> Iterator[Outcome]:
    """Do the job on many files; outcomes come in the order of completion. Few files are in work at a time."""
    with (
        ThreadPoolExecutor(workers + 1) as threads,
        Pool(workers, job.limits.memory) as pool,
        _dropping_queue(threads),
    ):
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


class _Turns:
    """Lets so many pieces of work into the pool at a time, the most urgent first."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._order = count()
        self._waiting: list[tuple[int, int]] = []
        self._changed = threading.Condition()

    def take(self, priority: int) -> None:
        """Wait for a turn."""
        with self._changed:
            mine = (priority, next(self._order))
            heappush(self._waiting, mine)
            while not self._free or self._waiting[0] != mine:
                self._changed.wait()
            heappop(self._waiting)
            self._free -= 1
            self._changed.notify_all()

    def give_back(self, _: object = None) -> None:
        """A piece is through."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class _Lane:
    """The way of one file's pieces into the pool."""

    executor: ProcessPoolExecutor
    turns: _Turns
    priority: int

    def submit(self, work: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Wait for a turn, then hand the piece to the pool."""
        self.turns.take(self.priority)
        try:
            future = self.executor.submit(work, *arguments)
        except BaseException:
            self.turns.give_back()
            raise
        future.add_done_callback(self.turns.give_back)
        return future


def _run(lane: _Lane, path: Path, job: Job) -> Outcome:
    scan: Scan | None = None
    try:
        with own_place() as own:
            begun = lane.submit(job.begin, path, own).result()
            if isinstance(begun, Outcome):
                return begun
            scan = begun
            _read(lane, scan, own.parent, job.limits)
            return lane.submit(job.finish, scan, kept_pages(own.parent, page_numbers(scan))).result()
    except BrokenProcessPool:
        raise
    except Exception as error:
        logger.debug("%s", on_one_line(str(path)), exc_info=True)
        return failure(str(path), error, scan.sha256 if scan else None)


def _read(lane: _Lane, scan: Scan, folder: Path, limits: Limits) -> None:
    """All pages in order, each laid down in the folder; the first fault ends it before the rest is read."""
    futures: list[Future[None]] = []
    try:
        for number in page_numbers(scan):
            futures.append(lane.submit(read_and_keep, scan, number, folder, limits))
            if any(future.done() and future.exception() for future in futures[-_IN_SIGHT:]):
                break
        for future in futures:
            future.result()
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def processes(workers: int, memory: int = DEFAULT_LIMITS.memory) -> ProcessPoolExecutor:
    """Processes that start quickly, have so many bytes of memory, leave Ctrl-C to their parent, and never outlive it."""
    context = forkserver()
    archiving = _ARCHIVING if "flows.digitize" in sys.modules else ()
    context.set_forkserver_preload(["flows.work", *archiving])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(memory,))


def _start_worker(memory: int) -> None:
    """A worker has limits, leaves Ctrl-C to its parent, and never outlives it."""
    make_expendable(memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        sentinel = parent.sentinel
        threading.Thread(target=_end_with, args=(sentinel,), daemon=True).start()


def _end_with(sentinel: int, end: Callable[[int], None] = os._exit) -> None:
    wait_for_end([sentinel])
    end(1)
