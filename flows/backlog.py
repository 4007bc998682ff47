"""The backlog as Prefect sees it: a long flow run that leases from the ledger, with its progress and its report.

Prefect starts, places, restarts and shows; it is asked for nothing that must last. A run that dies is started again and
goes on with what is left; two runs of one batch share it. No task per file: two hundred of them would cost more than
they show.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import PurePath
from threading import Event, Thread
from typing import Any
from uuid import UUID

from prefect import flow, get_client
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.runtime import flow_run

from flows.batches.batch import DIGITIZE, batch_of
from flows.batches.markdown import as_markdown, readable
from flows.batches.report import Report
from flows.logs import services_of_run
from flows.outcome import Outcome
from flows.queue.dispatch import Wanted, work_off
from flows.queue.patience import Stop
from flows.queue.pool import Pool
from flows.queue.stopping import stopping
from flows.queue.whole_batch import run_batch, until
from flows.request import Request
from flows.services import Services
from schemas.days import VIETNAM
from storage.queue import ENDED, Job

_EVERY = 20.0
"""Seconds between two looks at how the batch stands."""


def _run_name() -> str:
    """Folder and night, such as ``scans 2026-11-28``: a night belongs to the day that it began on."""
    folder = str(flow_run.parameters.get("folder", "")).rstrip("/")
    return f"{PurePath(folder).name or folder} {datetime.now(VIETNAM):%Y-%m-%d %H:%M}"


@flow(name="backlog", flow_run_name=_run_name, retries=3, retry_delay_seconds=60)
def backlog(
    folder: str,
    resume: bool = True,
    until_clock: str | None = None,
    dossier: str | None = None,
    procedure: str | None = None,
    workers: int | None = None,
    helpers: int = 0,
) -> dict[str, int]:
    """Digitize everything in a folder, a bucket's prefix or a manifest; gives how many files came to which end.

    ``helpers``: so many more runs are started that work on the same files, each wherever a worker has a place for it.
    """
    services = services_of_run()
    for number in range(helpers):
        _help(batch_of(folder), until_clock, workers, f"{flow_run.id}-{number}")
    with stopping(Stop(at=until(until_clock))) as stop:
        report = shown(
            services,
            lambda begun: run_batch(
                services,
                folder,
                Request(dossier=dossier, procedure=procedure),
                resume=resume,
                stop=stop,
                tell=_silent,
                begun=lambda batch: begun(batch.batch),
                workers=workers,
                run=flow_run.id,
            ),
        )
    return dict(report.figures.statuses)


def _help(batch: str, until_clock: str | None, workers: int | None, key: str) -> None:
    """Start one more run for a batch; one that is there already is not started twice."""
    parameters = {"batch": batch, "until_clock": until_clock, "workers": workers}
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("work/work")
        client.create_flow_run_from_deployment(deployment.id, parameters=parameters, idempotency_key=key)


def _work_name() -> str:
    return f"work on {flow_run.parameters.get('batch') or 'everything'}"


@flow(name="work", flow_run_name=_work_name, retries=3, retry_delay_seconds=60)
def work(batch: str | None = None, until_clock: str | None = None, workers: int | None = None) -> None:
    """Lease from the ledger: what is left of one batch, or whatever comes until the run is cancelled."""
    services = services_of_run()
    with (
        stopping(Stop(at=until(until_clock))) as stop,
        Pool(workers or services.settings.workers) as pool,
    ):
        work_off(services, pool, Wanted(batch=batch, run=flow_run.id), stop, _silent)


def _silent(job: Job, outcome: Outcome) -> None:
    """Of single files Prefect is told nothing: two hundred tasks would cost more than they show."""


def shown(services: Services, run: Callable[[Callable[[str], None]], Report]) -> Report:
    """Run a batch, its progress and its end shown in Prefect's page. ``run`` says the batch's name as it begins."""
    with _progress(services) as begun:
        report = run(begun)
    figures = report.figures
    create_markdown_artifact(
        key="backlog", markdown=as_markdown(report), description=readable(figures.source)
    )
    if figures.bad:
        rows = [
            {
                "file": readable(bad.source),
                "why": bad.message,
                "lý do": bad.message_vi,
                "what to do": bad.hint,
            }
            for bad in figures.bad[:500]
        ]
        create_table_artifact(key="backlog-refused", table=rows, description=readable(figures.source))
    return report


def as_flow_run(
    folder: str,
    services: Services,
    run: Callable[[Callable[[str], None]], Report],
    unseen: Callable[[], None] = lambda: None,
) -> Report:
    """A batch that a person started by hand, seen in Prefect's page like any other.

    Where the server does not answer the batch is worked off all the same; ``unseen`` is told that the page misses it.
    """
    begun: list[str] = []
    reports: list[Report] = []

    def noted(seen: Callable[[str], None]) -> Report:
        reports.append(run(seen))
        return reports[0]

    @flow(name="backlog", flow_run_name=_run_name)
    def by_hand(folder: str) -> dict[str, int]:
        begun.append(folder)
        return dict(shown(services, noted).figures.statuses)

    try:
        by_hand(readable(folder))
    except Exception:  # Prefect has many words for a server that is away
        if begun and not reports:
            raise
        unseen()
    return reports[0] if reports else run(lambda _: None)


@contextmanager
def _progress(services: Services) -> Iterator[Callable[[str], None]]:
    """A progress artifact that follows a batch; gives what is to be called with its name."""
    end = Event()
    threads: list[Thread] = []

    def follow(batch: str) -> None:
        artifact: Any = create_progress_artifact(progress=0.0, description="files of this batch")
        while not end.wait(_EVERY):
            with suppress(Exception):  # what cannot be shown now is shown the next time
                counts = services.queue.counts(batch=batch, kind=DIGITIZE)
                done = sum(counts.get(state, 0) for state in ENDED)
                assert isinstance(artifact, UUID)
                update_progress_artifact(artifact, progress=100.0 * done / (sum(counts.values()) or 1))

    def begun(batch: str) -> None:
        context = contextvars.copy_context()
        threads.append(Thread(target=context.run, args=(follow, batch), daemon=True))
        threads[0].start()

    try:
        yield begun
    finally:
        end.set()
        for thread in threads:
            thread.join(10)
