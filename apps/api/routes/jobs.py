"""How a scan that was handed in stands: once, or as a stream of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from apps.api.identity import Asking, Parts
from apps.api.routes.pictures import WEBP, answer_with
from flows.caller import Act, Caller
from flows.desk.page_pictures import Pictures
from flows.door import note_refusal, permit
from flows.services import Services
from schemas.errors import NotFoundInArchive
from storage.queue import ENDED, Job

router = APIRouter(prefix="/jobs", tags=["scans"])

_POLL = 0.4
_LONGEST = 600


class JobState(BaseModel):
    """``state``: waiting, leased (in work), done, refused, failed; ``documents`` are ids, once there are some."""

    job: str
    state: str
    source: str
    attempts: int
    documents: list[str]
    error: dict[str, Any] | None


@router.get("/{job}")
def job_state(job: str, services: Parts, caller: Asking) -> JobState:
    """How the job stands."""
    permit(services, caller, Act.DIGITIZE)
    return state_of(_job(services, caller, job))


@router.get("/{job}/page.webp", response_class=Response, responses=WEBP)
def first_page(job: str, request: Request, services: Parts, caller: Asking) -> Response:
    """The first page of a scan that is not archived yet, as it was scanned, at 150 dpi; afterwards ask for the page of its document."""
    permit(services, caller, Act.DIGITIZE)
    pictures: Pictures = request.app.state.pictures
    return answer_with(pictures.first_page(services, caller, _job(services, caller, job)), turns=0)


@router.get(
    "/{job}/events",
    response_class=StreamingResponse,
    responses={200: {"description": "Events named job.", "content": {"text/event-stream": {}}}},
)
async def events(job: str, request: Request, services: Parts, caller: Asking) -> StreamingResponse:
    """The job's states as server-sent events, until it has ended."""
    await run_in_threadpool(permit, services, caller, Act.DIGITIZE)
    await run_in_threadpool(_job, services, caller, job)
    return StreamingResponse(_events(services, caller, job, request), media_type="text/event-stream")


async def _events(services: Services, caller: Caller, job: str, request: Request) -> AsyncIterator[str]:
    last = ""
    for _ in range(int(_LONGEST / _POLL)):
        state = state_of(await run_in_threadpool(_job, services, caller, job))
        told = state.model_dump_json()
        if told != last:
            yield f"event: job\ndata: {told}\n\n"
            last = told
        if state.state in ENDED or request.app.state.stopping or await request.is_disconnected():
            return
        await asyncio.sleep(_POLL)


def _job(services: Services, caller: Caller, key: str) -> Job:
    """The job, for all who handed it in and for who decides on papers; to others it is as if there were none."""
    job = services.queue.get(key)
    if job is None:
        raise NotFoundInArchive(f"no job {key[:80]}")
    if caller.actor not in job.askers and not caller.may(Act.REVOKE):
        note_refusal(services, caller, Act.DIGITIZE, f"job:{key}")
        raise NotFoundInArchive(f"no job {key[:80]}")
    return job


def state_of(job: Job) -> JobState:
    """How a job of the ledger stands."""
    result: dict[str, Any] = json.loads(json.dumps(job.result or {}))
    documents = [one["id"] if isinstance(one, dict) else str(one) for one in result.get("documents", ())]
    return JobState(
        job=job.key,
        state=job.state,
        source=str(job.payload.get("source", "")),
        attempts=job.attempts,
        documents=documents,
        error=result.get("error") or ({"code": job.error} if job.error else None),
    )
