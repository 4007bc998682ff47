"""Working off the ledger on this machine: leases jobs, does them in the pool, writes down what came of each.

Prefect starts and shows processes that run this; the ledger says what is to be done and who holds it. A part that is
away (archive, key, database, share) costs nobody an attempt: the job waits and is tried again, for as long as ``PATIENCE``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from flows.batches import sources
from flows.batches.batch import DIGITIZE, LIST, list_batch, refusal, result_of
from flows.batches.sources import fetched
from flows.caller import Caller, local_caller
from flows.desk.join import JOIN, join_job
from flows.desk.regroup import REGROUP, regroup_job
from flows.digitize import DigitizeJob
from flows.incoming import uploads
from flows.leases import LEASE, Keeper, this_owner
from flows.logs import told
from flows.outcome import Fault, Outcome, Status, failure
from flows.quarantine import put_away
from flows.queue.patience import Patience, Stop
from flows.queue.pool import Pool
from flows.request import Request
from flows.services import Services
from schemas.errors import (
    Conflict,
    Erased,
    ExitStatus,
    LeaseLost,
    SohoaError,
    SourceAway,
    Unreachable,
    Unreadable,
    WorkerDied,
)
from storage.queue import BACKLOG, Job, gives_up

logger = logging.getLogger("sohoa")

POLL = 0.5
"""Seconds between two looks into a ledger that had nothing for us."""
_ELSEWHERE = 10.0

_AGAIN, _FOR = 5.0, 120.0
"""Seconds until the next try of a file that cannot be read to its end while its folder is there, and for how long it is tried: shares remember
for a minute that their folder was there."""

_UNREAD = Fault.of(Unreadable("the system gives an error while it is read"))

_ACTS = {REGROUP: regroup_job, JOIN: join_job}
"""Kind of a job → what an officer asked for."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs a run takes: of one batch, or of all; of this priority or more urgent.

    ``run`` is its id at Prefect's, where it is one of Prefect's.
    """

    batch: str | None = None
    priority: int | None = None
    run: str | None = None


Faulty = Callable[[str, Mapping[str, Any]], bool]
"""Ends a job in the ledger, with a code and what is noted of it."""

Tell = Callable[[Job, Outcome], None]
"""Called for each file that is through, from one thread at a time."""


def work_off(services: Services, pool: Pool, wanted: Wanted, stop: Stop, tell: Tell) -> None:
    """Do what the ledger has for us until it is done or we are told to stop.

    A run for one batch ends when nothing of it waits or is in work anywhere. Raises the Unreachable that outlasted
    ``PATIENCE``.
    """
    _Run(services, pool, wanted, stop, tell).run()


class _Run:
    """One run of ``work_off``."""

    def __init__(self, services: Services, pool: Pool, wanted: Wanted, stop: Stop, tell: Tell) -> None:
        self._services, self._pool, self._wanted, self._stop = services, pool, wanted, stop
        self._queue = services.queue
        self._tell = tell
        self._telling = threading.Lock()
        self._owner = this_owner()
        self._patience = Patience(stop)
        self._unread: dict[str, float] = {}  # key of a job → when its file could first not be read
        self._share_lost = 0.0  # when a share was last found to be away, on the monotonic clock

    def run(self) -> None:
        """Until there is nothing left, or nothing more is to be begun."""
        files = self._pool.workers + 1
        urgent = (
            2  # places that only what cannot wait may take, so that a full backlog never holds up the counter
        )
        services = self._services
        with (
            Keeper(self._queue, services.slots, self._wanted.run) as self._keeper,
            ThreadPoolExecutor(files + urgent) as threads,
        ):
            hands: dict[Future[None], Job] = {}
            self._queue.listeners.add(self._stop.wake)
            try:
                while True:
                    for job in self._leased(files - len(hands), urgent if len(hands) < files + urgent else 0):
                        self._keeper.add(job.lease)
                        hands[hand := threads.submit(self._do, job)] = job
                        hand.add_done_callback(lambda _: self._stop.wake())
                    if not hands and self._over():
                        return
                    self._pause(hands)
                    for hand in [one for one in hands if one.done()]:
                        self._keeper.drop(hands.pop(hand).lease)
                        hand.result()
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                with suppress(SohoaError):
                    self._queue.take_back(self._owner)
                raise
            finally:
                self._queue.listeners.discard(self._stop.wake)

    def _pause(self, hands: Collection[Future[None]]) -> None:
        """Until something ends or comes in; when nothing more is to be begun, until something ends."""
        if self._stop.asked:
            wait(hands, timeout=POLL, return_when=FIRST_COMPLETED)
        else:
            self._stop.wait_for_work(POLL)

    def _leased(self, free: int, urgent: int) -> list[Job]:
        """New jobs for free places; none while something is away."""
        if self._stop.asked or self._patience.pausing:
            return []
        limit, priority = (free, self._wanted.priority) if free > 0 else (urgent, BACKLOG - 2)
        if limit <= 0 or (free <= 0 and self._wanted.batch is not None):
            return []
        try:
            found = self._queue.lease(
                self._owner, seconds=LEASE, limit=limit, batch=self._wanted.batch, priority=priority
            )
        except Unreachable as away:
            self._patience.lose(away)
            return []
        return found

    def _over(self) -> bool:
        """Whether this run has nothing more to do; raises what was away for too long."""
        if self._stop.asked:
            self._patience.end()
            return True
        if self._wanted.batch is None or self._patience.pausing:
            return False
        try:
            return not self._queue.is_open(self._wanted.batch)
        except Unreachable as away:
            self._patience.lose(away)
            return False

    def _do(self, job: Job) -> None:
        services = self._services
        if job.kind == LIST:
            self._carry(job, partial(self._list, job), partial(self._queue.fail, job, final=True))
        elif job.kind in _ACTS:
            act = partial(_ACTS[job.kind], services, _caller(job), job)
            self._carry(job, act, partial(self._queue.refuse, job.lease))
        elif job.kind == DIGITIZE:
            began = monotonic()
            try:
                outcome = self._digitize(job)
            except BrokenProcessPool:
                return  # the run is being ended at once; the job goes back with all others
            self._settle(job, outcome, monotonic() - began)
        else:
            fault = Fault.of(SohoaError(f"job of kind {job.kind}"))
            self._surely(lambda: self._queue.fail(job, fault.code, final=True))

    def _list(self, job: Job) -> None:
        list_batch(self._services, job)

    def _carry(self, job: Job, do: Callable[[], Mapping[str, Any] | None], faulty: Faulty) -> None:
        """A job that is no file: do it, and write down what came of it; ``faulty`` ends one that cannot be done."""
        try:
            result = do()
        except LeaseLost:
            return
        except Unreachable as away:
            self._wait_for(job, away)
        except Exception as error:
            if not isinstance(error, SohoaError):
                logger.exception("a job of kind %s", job.kind)
            fault = Fault.of(error)
            self._surely(lambda: faulty(fault.code, {"error": vars_of(fault)}))
        else:
            self._surely(lambda: self._queue.complete(job.lease, result))

    def _digitize(self, job: Job) -> Outcome:
        source, began = str(job.payload["source"]), monotonic()
        noted = job.result or {}
        if noted.get("status") == Status.REJECTED:  # the run before us was about to put it away
            return Outcome(source, Status.REJECTED, noted.get("sha256"), error=Fault(**noted["error"]))
        if "refused" in job.payload:
            return failure(source, refusal(job.payload["refused"]))
        try:
            with fetched(job.payload, self._services) as path:
                request = Request(**job.payload.get("request", {}))
                work = DigitizeJob(
                    self._services,
                    request,
                    _caller(job),
                    job.lease,
                    job.payload.get("given", job.payload["place"]),
                    cut_off=job.losses > 0,
                    sha256=job.payload.get("sha256"),
                )
                outcome = self._pool.run(path, work, job.priority)
        except BrokenProcessPool:
            raise
        except Exception as error:
            if not isinstance(error, SohoaError):
                logger.error("at a file: %s", type(error).__name__)  # noqa: TRY400 - a trace may show what was read
            return failure(source, error)
        root = job.payload.get("root")
        if outcome.status is Status.REJECTED and (self._share_lost >= began or sources.is_away(root)):
            # gone while we worked on it, and perhaps back by now
            return failure(source, SourceAway(str(root[0]) if root else ""))
        return replace(outcome, source=source)

    def _settle(self, job: Job, outcome: Outcome, seconds: float) -> None:
        """Write down what came of a job; nothing is written once the lease is lost."""
        error, result, queue = outcome.error, _result(job, outcome, seconds), self._queue
        if outcome.status in {Status.ARCHIVED, Status.DUPLICATE}:
            self._patience.found()
            code = error.code if error else None
            kept = self._surely(lambda: queue.complete(job.lease, result, code))
        elif error is None or error.code == LeaseLost.code:
            return
        elif error.status == ExitStatus.UNREACHABLE:
            if not self._is_unreadable(job, error):
                return
            outcome = replace(outcome, error=_UNREAD)
            result = _result(job, outcome, seconds)
            kept = self._surely(lambda: queue.fail(job, _UNREAD.code, result, final=True))
        elif outcome.status is Status.REJECTED and error.code != Conflict.code:
            if not self._surely(lambda: queue.note(job.lease, result)):
                return
            self._put_away(job, error)
            kept = self._surely(lambda: queue.refuse(job.lease, error.code, result))
        else:
            final = error.code == WorkerDied.code
            kept = self._surely(lambda: queue.fail(job, error.code, result, final=final))
            kept = kept and gives_up(job, final=final)
        if kept:
            told(job, outcome, seconds)
            with self._telling:
                self._tell(job, outcome)

    def _put_away(self, job: Job, fault: Fault) -> None:
        """Move a refused file to quarantine, where there is one; a file that cannot be moved stays."""
        folder, place = self._services.settings.quarantine, str(job.payload["place"])
        if "quarantine" in job.payload:
            folder = Path(job.payload["quarantine"])
        handed_in = uploads.is_upload(self._services, job)
        if handed_in and fault.code == Erased.code:  # the law ordered that nothing of it is kept
            uploads.forget_scan(self._services, Path(place).parent.name)
            return
        if folder is None or place.startswith("s3://") or "refused" in job.payload:
            return
        source = str(job.payload["source"])
        below, name = str(job.payload.get("below", "")), source if handed_in else ""
        try:
            put_away(Path(place), folder, fault, source, below, name=name)
        except OSError as error:
            logger.warning("a refused file stays where it is: %s", error.strerror)

    def _is_unreadable(self, job: Job, away: Fault) -> bool:
        """Whether what is away is one file, and stays so; else the job was given back for later.

        A share that went away while a file was read may be back by now; a bad spot on a disk stays, and must not hold up a run for ever.
        """
        if away.code != SourceAway.code or sources.is_away(job.payload.get("root")):
            self._unread.pop(job.key, None)
            self._wait_for(job, away)
            return False
        now = monotonic()
        first = self._unread.setdefault(job.key, now)
        if now - first > _FOR:
            del self._unread[job.key]
            return True
        if first == now:
            self._share_lost = now
            logger.warning(
                "A file cannot be read to its end; it is tried again.",
                extra={
                    "facts": {"job": job.key},
                    "vi": "Có tệp chưa đọc được đến cuối; sẽ thử lại.",
                },
            )
        self._surely(lambda: self._queue.release(job.lease, wait=_AGAIN))
        return False

    def _wait_for(self, job: Job, away: Unreachable | Fault) -> None:
        """Something is away: give the job back for later. A share that only some machines have stops none of them."""
        if away.code == SourceAway.code:
            self._share_lost = monotonic()
        elsewhere = away.code == SourceAway.code and self._wanted.batch is None
        pause = _ELSEWHERE if elsewhere else self._patience.lose(away)
        self._surely(lambda: self._queue.release(job.lease, wait=pause))

    def _surely(self, write: Callable[[], _T]) -> _T | None:
        """Write into the ledger, for as long as it takes to answer; None when it never did."""
        while True:
            try:
                return write()
            except Unreachable as away:
                self._patience.lose(away)
                if self._patience.exhausted:
                    return None
                sleep(1)


def _caller(job: Job) -> Caller:
    """Who handed the scan in; where the ledger does not say, whoever runs this."""
    here = local_caller()
    if "actor" not in job.payload:
        return here
    return replace(here, actor=str(job.payload["actor"]), origin=str(job.payload["origin"]))


def _result(job: Job, outcome: Outcome, seconds: float) -> dict[str, Any]:
    """What the ledger keeps; of a file that was only signed now, what came of it when it was archived."""
    before = dict(job.result or {})
    if outcome.status is not Status.DUPLICATE or before.get("status") != Status.ARCHIVED:
        return result_of(outcome, seconds)
    before.pop("error", None)
    return before | ({"error": vars_of(outcome.error)} if outcome.error else {})


def vars_of(fault: Fault | None) -> dict[str, object]:
    """A fault as data."""
    from dataclasses import asdict

    return asdict(fault) if fault else {}
