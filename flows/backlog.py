"""The batch as a Prefect flow: one long-lived flow, one task per file, pages inside in a bounded pool of processes.

Prefect shows and schedules; it is asked for nothing that must last. Kill the flow at any moment and run it again: the
archive and the journal know what is done. On one machine (``sohoa backlog``) Prefect brings up its own server for the
run; with ``PREFECT_API_URL`` and a worker the same flow is a deployment (``prefect.yaml``).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.batch import Batch
from flows.digitize import Request
from flows.outcome import Outcome, Status
from flows.pool import Pool
from flows.services import Services
from flows.settings import load_settings

Listener = Callable[[Outcome | None, Batch], None]

_listeners: list[Listener] = []
_SLICE = 200


def listen(listener: Listener) -> None:
    """Tell ``listener`` of flows in this process: first of the batch, then of every outcome (from many threads)."""
    _listeners.append(listener)


@flow(name="backlog", validate_parameters=False, log_prints=False)
def backlog(
    folder: str, resume: bool = False, dossier: str | None = None, procedure: str | None = None
) -> dict[str, int]:
    """Digitize everything in a folder; gives how many files came to which end.

    ``resume`` goes on where a run was stopped, without looking again at what is done.
    """
    services = Services(load_settings())
    batch = Batch(Path(folder), services, Request(dossier=dossier, procedure=procedure), resume=resume)
    _tell(None, batch)
    with Pool(services.settings.workers) as pool:
        _drive(batch, pool)
    batch.journal.close()
    create_markdown_artifact(key="backlog", markdown=batch.figures.as_markdown(), description=str(folder))
    return {**batch.figures.counts, "skipped": batch.figures.skipped}


def _drive(batch: Batch, pool: Pool) -> None:
    """One task per file; a slice of the files at a time, so that a hundred thousand do not wait in memory."""

    @task(name="digitize", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
    def digitize_file(name: str, position: int) -> State[Any]:  # noqa: ARG001 - the name is the run's name
        outcome = batch.do(batch.todo[position], pool)
        _tell(outcome, batch)
        if outcome.error is None:
            return Completed(message=f"{len(outcome.documents)} documents", name=outcome.status.capitalize())
        if outcome.status is Status.REJECTED:
            return Completed(message=outcome.error.message, name="Rejected")
        return Failed(message=outcome.error.message)

    threads: ThreadPoolTaskRunner[Any] = ThreadPoolTaskRunner(max_workers=pool.workers + 1)
    with threads as runner:
        for start in range(0, len(batch.todo), _SLICE):
            futures: list[PrefectFuture[Any]] = [
                runner.submit(digitize_file, {"name": _run_name(batch, position), "position": position})
                for position in range(start, min(start + _SLICE, len(batch.todo)))
            ]
            for future in as_completed(futures):
                with suppress(Exception):
                    future.wait()


def _tell(outcome: Outcome | None, batch: Batch) -> None:
    for listener in _listeners:
        listener(outcome, batch)


def _run_name(batch: Batch, position: int) -> str:
    path = batch.todo[position]
    return str(path.relative_to(batch.folder)).encode(errors="replace").decode()
