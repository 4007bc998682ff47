"""All that a browser is told, as one stream: how the jobs of the officer who is signed in stand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from time import monotonic, time
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from apps.api.identity import Asking, Parts
from apps.api.routes.jobs import JobState, state_of
from flows.batches.batch import DIGITIZE
from flows.caller import Act, Caller
from flows.desk.join import JOIN
from flows.desk.regroup import REGROUP
from flows.door import permit
from flows.services import Services
from storage.queue import COUNTER, OPEN, Queue

router = APIRouter(prefix="/stream", tags=["scans"])

_POLL = 0.4
"""Seconds between two looks, for what other processes did; what this one did is told at once."""
_ID = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_BEAT = 15.0
_BACK = 60.0
"""Seconds for which a browser that comes without ``Last-Event-ID`` is told what ended before."""


@router.get("", response_class=StreamingResponse)
async def stream(
    request: Request,
    services: Parts,
    caller: Asking,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
    once: Annotated[bool, Query(description="Tell what there is, and end.")] = False,
) -> StreamingResponse:
    """States of the officer's own jobs as server-sent events; ``Last-Event-ID`` goes on where a line broke."""
    await run_in_threadpool(permit, services, caller, Act.DIGITIZE)
    since = time() - _BACK
    if last_event_id is not None and _ID.fullmatch(last_event_id):
        since = max(float(last_event_id), time() - 86400)
    return StreamingResponse(_stream(services, caller, since, request, once), media_type="text/event-stream")


async def _stream(
    services: Services, caller: Caller, since: float, request: Request, once: bool
) -> AsyncIterator[str]:
    told: dict[str, JobState] = {}
    beat = 0.0
    with _changes(services.queue) as changed:
        while not (request.app.state.stopping or await request.is_disconnected()):
            changed.clear()
            found = await run_in_threadpool(_changed, services, caller, since, told)
            for state, ended in found:
                since = max(since, ended or since)
                yield f"id: {since:.3f}\nevent: job\ndata: {state.model_dump_json()}\n\n"
            if monotonic() - beat > _BEAT:
                beat = monotonic()
                yield ": still here\n\n"
            if once:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), _POLL)


@contextmanager
def _changes(queue: Queue) -> Iterator[asyncio.Event]:
    """Set whenever this process has changed the ledger, from whatever thread."""
    changed, loop = asyncio.Event(), asyncio.get_running_loop()

    def tell() -> None:
        with suppress(RuntimeError):  # the server has just ended
            loop.call_soon_threadsafe(changed.set)

    queue.listeners.add(tell)
    try:
        yield changed
    finally:
        queue.listeners.discard(tell)


def _changed(
    services: Services, caller: Caller, since: float, told: dict[str, JobState]
) -> list[tuple[JobState, float | None]]:
    """Jobs of this officer whose state is another than was told; a little is looked at twice, so that none is missed."""
    queue = services.queue
    ended = (queue.ended_since(since - 2.0, kind=kind) for kind in (DIGITIZE, REGROUP, JOIN))
    found = []
    for job in chain(queue.jobs(states=OPEN, priority=COUNTER), *ended):
        if caller.actor not in job.askers:
            continue
        state = state_of(job)
        if told.get(job.key) != state:
            told[job.key] = state
            found.append((state, job.ended))
    return found
