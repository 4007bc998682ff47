"""A whole batch on this machine: begun, worked off, reported. What ``sohoa backlog`` and Prefect's flow both call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.batches.batch import begin, ended_before
from flows.batches.report import Report, write_report
from flows.outcome import Outcome
from flows.queue.dispatch import Tell, Wanted, work_off
from flows.queue.patience import Stop
from flows.queue.pool import Pool
from flows.request import Request
from flows.services import Services
from schemas.days import VIETNAM
from schemas.errors import UsageError
from storage.queue import FAILED, Job

"""No summer time since 1975."""

REST = 30.0
"""Seconds that are waited for key and authority before what is unsigned at the end is tried once more."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A batch that is about to be worked off: its name, and how many files were through before."""

    batch: str
    before: int


def run_batch(
    services: Services,
    source: str,
    request: Request,
    *,
    resume: bool,
    force: bool = False,
    stop: Stop,
    tell: Tell,
    begun: Callable[[Begun], None] = lambda _: None,
    workers: int | None = None,
    run: str | None = None,
) -> Report:
    """Digitize everything in a source, together with whoever else works on it; the report of the whole batch.

    ``run`` is the id of Prefect's run, where this is one; ``force`` takes codes whatever their form.

    Raises NotFound, UsageError, an Unreachable.
    """
    batch = begin(services, source, request, resume=resume, force=force)
    begun(Begun(batch, ended_before(services.queue, batch)))
    at_once = workers or services.settings.workers
    wanted = Wanted(batch=batch, run=run)
    with Pool(at_once) as pool:
        work_off(services, pool, wanted, stop, tell)
    if services.queue.unfinished(batch, limit=1):
        stop.wait(REST)
        with Pool(at_once) as pool:  # new processes: none of them leaves key or authority alone
            if _signed_now(services, pool, wanted, stop, limit=1):
                _signed_now(services, pool, wanted, stop, limit=None)
    listing = services.queue.get(batch)
    if listing is not None and listing.state == FAILED:
        error = (listing.result or {}).get("error", {})
        raise UsageError(str(error.get("message", listing.error)))
    return write_report(services, batch)


def _signed_now(services: Services, pool: Pool, wanted: Wanted, stop: Stop, *, limit: int | None) -> bool:
    """Try so many files once more that wait for their signature, the oldest first; whether the first of them has it now."""
    batch = str(wanted.batch)
    waiting = services.queue.unfinished(batch, limit=1)
    if stop.asked or not waiting:
        return False
    services.queue.reopen(batch, limit=limit)
    work_off(services, pool, wanted, stop, _told_before)
    still = services.queue.unfinished(batch, limit=1)
    return not still or still[0].key != waiting[0].key


def _told_before(job: Job, outcome: Outcome) -> None:
    """Of a file that was told already only its signature was missing; the report says how many are."""


def until(clock: str | None, now: datetime | None = None) -> float | None:
    """The next time that a clock in Vietnam shows ``HH:MM``, in Unix seconds; raises UsageError.

    >>> until("06:00", datetime(2026, 11, 28, 22, 0, tzinfo=VIETNAM)) - datetime(2026, 11, 28, 22, 0, tzinfo=VIETNAM).timestamp()
    28800.0
    """
    if clock is None:
        return None
    try:
        wanted = datetime.strptime(clock, "%H:%M")  # noqa: DTZ007 - a time of day
    except ValueError:
        raise UsageError(f"{clock}: a time of day is HH:MM, such as 06:00") from None
    present = now or datetime.now(VIETNAM)
    moment = present.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
    return (moment if moment > present else moment + timedelta(days=1)).timestamp()
