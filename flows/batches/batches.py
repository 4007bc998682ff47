"""How the batches of the backlog stand, from the ledger, whichever machine worked on them: what a manager asks in the morning."""

from __future__ import annotations

from dataclasses import dataclass

from flows.batches.batch import DIGITIZE, LIST, began
from flows.batches.figures import Figures, figures_of
from flows.batches.report import as_html
from flows.caller import Act, Caller
from flows.door import permit
from flows.services import Services
from schemas.errors import NotFoundInArchive
from storage.queue import FAILED, LEASED, OPEN, REFUSED, Job

MOST = 5
"""Batches that are told, those first that began last."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why files were not taken, and how many."""

    code: str
    message: str
    message_vi: str
    files: int


@dataclass(frozen=True, slots=True)
class Batch:
    """The last run of a batch: it began at ``began`` (Unix seconds); what it did is in ``run``, up to ``run.last``.

    ``files``, ``left`` and ``not_taken`` are of the whole batch, as it stands now; ``in_work`` files are in somebody's hands.
    """

    batch: str
    source: str
    began: float
    files: int
    left: int
    in_work: int
    not_taken: int
    run: Figures
    reasons: tuple[Reason, ...]


def batches(services: Services, caller: Caller) -> list[Batch]:
    """The batches that were begun last, the newest first."""
    permit(services, caller, Act.CONFIRM)
    listings = sorted(services.queue.jobs(kind=LIST), key=began, reverse=True)
    return [_batch(services, job) for job in listings[:MOST]]


def batch_page(services: Services, caller: Caller, batch: str) -> str:
    """The report of a batch as it stands now, as a page (HTML). Raises NotFoundInArchive."""
    permit(services, caller, Act.CONFIRM)
    job = services.queue.get(batch)
    if job is None or job.kind != LIST:
        raise NotFoundInArchive(f"no batch {batch[:80]}")
    return as_html(figures_of(services.queue, batch))


def _batch(services: Services, job: Job) -> Batch:
    queue, since = services.queue, began(job)
    counts = queue.counts(batch=job.batch, kind=DIGITIZE)
    run = figures_of(queue, job.batch, since=since)
    told = {bad.code: bad for bad in run.bad}
    reasons = (
        Reason(code, told[code].message.partition(" (")[0], told[code].message_vi, files)  # one file's detail
        for code, files in run.codes.most_common()
        if code in told
    )
    return Batch(
        job.batch,
        run.source,
        since,
        sum(counts.values()),
        sum(counts.get(state, 0) for state in OPEN),
        counts.get(LEASED, 0),
        counts.get(REFUSED, 0) + counts.get(FAILED, 0),
        run,
        tuple(reasons),
    )
