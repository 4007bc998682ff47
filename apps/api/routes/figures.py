"""The figures: what waits now, and the indicators of digitization and reuse."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from apps.api.days import Day
from apps.api.identity import Asking, Parts
from apps.presentation import type_name
from flows.batches import batches as flows_batches
from flows.caller import Act
from flows.door import permit
from flows.reports.outlook import outlook
from flows.reports.report import make_report
from flows.reports.review_quality import review_quality
from schemas.days import today
from schemas.labels import field_labels
from storage.queue import FAILED, LEASED, REFUSED, WAITING

router = APIRouter(tags=["figures"])

_REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The report has its style within, so that it is one file; no script runs in it, nothing is loaded."""


class Now(BaseModel):
    """Papers by state; ``to_sign`` of the confirmed ones wait for a signature; scans that wait, are in work, were refused.

    ``oldest_seconds`` is how long the oldest scan has waited. Papers of ``to check`` and ``to sign`` whose appointed day has passed
    (``overdue``), or is today (``due_today``).
    """

    unconfirmed: int
    confirmed: int
    ended: int
    to_sign: int
    scans_waiting: int
    scans_in_work: int
    scans_refused: int
    oldest_seconds: float
    overdue: int
    due_today: int


@router.get("/figures/now")
def now(services: Parts, caller: Asking) -> Now:
    """The state of the work now: papers to check, jobs that wait, scans that were refused, the age of the oldest job."""
    permit(services, caller, Act.CONFIRM)
    states, jobs = services.index.states(), services.queue.counts()
    overdue, due_today = services.index.overdue(today())
    return Now(
        unconfirmed=states.get(("unconfirmed", True), 0) + states.get(("unconfirmed", False), 0),
        confirmed=states.get(("confirmed", True), 0) + states.get(("confirmed", False), 0),
        ended=sum(count for (state, _), count in states.items() if state in {"revoked", "superseded"}),
        to_sign=states.get(("confirmed", False), 0),
        scans_waiting=jobs.get(WAITING, 0),
        scans_in_work=jobs.get(LEASED, 0),
        scans_refused=jobs.get(REFUSED, 0) + jobs.get(FAILED, 0),
        oldest_seconds=services.queue.oldest_age(),
        overdue=overdue,
        due_today=due_today,
    )


class BatchState(BaseModel):
    """The last run of a batch of the backlog; times are Unix seconds.

    Of this run: ``archived``, ``duplicates`` (there before), ``rejected``, ``failed``, ``reasons``, ``pages``, ``pages_per_minute``
    over the minutes in which something was finished, ``unsigned`` files whose signature is still to come, ``last`` when something
    ended last. Of the whole batch as it stands: ``files``, ``left``, ``in_work``, ``not_taken`` (rejected or failed).
    """

    batch: str
    source: str
    began: float
    last: float | None
    files: int
    left: int
    in_work: int
    not_taken: int
    archived: int
    duplicates: int
    rejected: int
    failed: int
    documents: int
    pages: int
    pages_per_minute: float
    unsigned: int
    reasons: list[flows_batches.Reason]


@router.get("/figures/batches")
def batches(services: Parts, caller: Asking) -> list[BatchState]:
    """What the last runs of the backlog did, and what they left; the newest first, at most five."""
    return [
        BatchState(
            batch=one.batch,
            source=one.source,
            began=one.began,
            last=one.run.last,
            files=one.files,
            left=one.left,
            in_work=one.in_work,
            not_taken=one.not_taken,
            archived=one.run.statuses["archived"],
            duplicates=one.run.statuses["duplicate"],
            rejected=one.run.statuses["rejected"],
            failed=one.run.statuses["failed"],
            documents=one.run.documents,
            pages=one.run.pages,
            pages_per_minute=round(one.run.pages_per_minute, 1),
            unsigned=one.run.unsigned,
            reasons=list(one.reasons),
        )
        for one in flows_batches.batches(services, caller)
    ]


@router.get("/figures/batches/{batch}/report", response_class=HTMLResponse)
def batch_report(batch: str, services: Parts, caller: Asking) -> Response:
    """The report of a whole batch as it stands, a page in Vietnamese that loads nothing."""
    page = flows_batches.batch_page(services, caller, batch)
    return HTMLResponse(page, headers={"Content-Security-Policy": _REPORT_POLICY})


@router.get("/report")
def report(
    services: Parts,
    caller: Asking,
    start: Annotated[Day | None, Query(alias="from")] = None,
    end: Annotated[Day | None, Query(alias="to")] = None,
    dossiers: bool = False,
) -> dict[str, Any]:
    """Dossiers digitized and reused by agency, procedure and month, and the indicators in force (QĐ 766)."""
    permit(services, caller, Act.CONFIRM)
    day = today()
    made = make_report(services, caller, start or date(day.year, 1, 1), end or day)
    savings = [{"type": one.type, "name": one.name, "askings": one.askings} for one in outlook(made)]
    return {**made.as_json(opened=dossiers), "outlook": savings}


@router.get("/report/quality")
def quality(
    services: Parts,
    caller: Asking,
    start: Annotated[Day | None, Query(alias="from")] = None,
    end: Annotated[Day | None, Query(alias="to")] = None,
) -> dict[str, Any]:
    """How well papers were read and checked: corrections by field, doubtful share, errors that escaped, time for a paper."""
    permit(services, caller, Act.CONFIRM)
    last = end or today()
    told = review_quality(
        services, caller, start or date.fromordinal(max(last.toordinal() - 30, 1)), last
    ).as_json()
    named = [
        {
            **one,
            "type_name": type_name(one["type"]),
            "label": field_labels(one["type"]).get(one["field"], one["field"]),
        }
        for one in told["fields"]
    ]
    return {**told, "fields": named}
