"""The ledger of work and ``procrastinate`` on one PostgreSQL, side by side: what a job costs, and who may end it.

``uv run --with procrastinate python -m bench.ledger [--jobs N] [--processes N]``. Cpu is that of the client's processes and of the server's, in milliseconds a job.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import multiprocessing
import os
import resource
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.servers import postgresql
from storage.index.database import open_database
from storage.queue import NewJob, Queue

_BATCH = 500
_PAYLOAD = {"source": "năm 2025/hộp 12/0123.pdf", "place": "/srv/scans/hộp 12/0123.pdf", "root": ["/srv", 12]}
_RESULT = {"status": "archived", "sha256": "0" * 64, "documents": [], "seconds": 3.2}
_HELD = 200


def ours_in(database: str, jobs: int) -> None:
    """Put jobs into our ledger."""
    name = secrets.token_hex(4)
    new = (NewJob(f"{name}/{n:07}", "scan", _PAYLOAD, batch="b") for n in range(jobs))
    Queue(open_database(database)).enqueue(new)


def ours_out(database: str, _: int) -> None:
    """Take one and end it, until there is none."""
    queue = Queue(open_database(database))
    while found := queue.lease(str(os.getpid()), seconds=40, batch="b"):
        queue.complete(found[0].lease, _RESULT)


def ours_renewed(database: str, times: int) -> None:
    """Hold some, and renew them all so often."""
    queue = Queue(open_database(database))
    leases = [job.lease for job in queue.lease("me", seconds=40, limit=_HELD)]
    for _ in range(times):
        queue.renew(leases, seconds=40)


def ours_fenced(database: str) -> bool:
    """Whether a holder whose job was given to another is kept from ending it."""
    queue = Queue(open_database(database))
    (old,) = queue.lease("first", seconds=0)
    queue.sweep()
    (new,) = queue.lease("second", seconds=40)
    assert new.key == old.key
    return not queue.complete(old.lease) and queue.complete(new.lease)


def theirs_in(database: str, jobs: int) -> None:
    """Put jobs into procrastinate."""

    async def put(manager: Any) -> None:
        job = importlib.import_module("procrastinate.jobs").Job
        made = [
            job(id=None, queue="b", lock=None, queueing_lock=None, task_name="t", task_kwargs=_PAYLOAD)
            for _ in range(_BATCH)
        ]
        for _ in range(jobs // _BATCH):
            await manager.batch_defer_jobs_async(made)

    _with_procrastinate(database, put)


def theirs_out(database: str, _: int) -> None:
    """Take one and end it, until there is none."""

    async def work(manager: Any) -> None:
        status = importlib.import_module("procrastinate.jobs").Status
        worker = await manager.register_worker()
        while job := await manager.fetch_job(["b"], worker):
            await manager.finish_job(job, status.SUCCEEDED, False)

    _with_procrastinate(database, work)


def theirs_renewed(database: str, times: int) -> None:
    """Say so often that the worker lives, which holds all of its jobs."""

    async def beat(manager: Any) -> None:
        worker = await manager.register_worker()
        for _ in range(times):
            await manager.update_heartbeat(worker)

    _with_procrastinate(database, beat)


def theirs_fenced(database: str) -> bool:
    """Whether a holder whose job was given to another is kept from ending it."""
    kept = []

    async def steal(manager: Any) -> None:
        status = importlib.import_module("procrastinate.jobs").Status
        first = await manager.register_worker()
        old = await manager.fetch_job(["b"], first)
        await manager.prune_stalled_workers(0)
        (stalled,) = await manager.get_stalled_jobs()
        await manager.retry_job(stalled)
        new = await manager.fetch_job(["b"], await manager.register_worker())
        assert new.id == old.id
        try:
            await manager.finish_job(old, status.SUCCEEDED, False)  # the first one wakes up
        except importlib.import_module("procrastinate.exceptions").ConnectorException:
            kept.append(True)

    _with_procrastinate(database, steal)
    return bool(kept)


def _with_procrastinate(database: str, do: Callable[[Any], Any], *, schema: bool = False) -> None:
    procrastinate = importlib.import_module("procrastinate")

    async def run() -> None:
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=database))
        async with app.open_async():
            if schema:
                await app.schema_manager.apply_schema_async()
            await do(app.job_manager)

    asyncio.run(run())


async def _nothing(_: Any) -> None:
    """Only the tables are made."""


def measured(do: Callable[[str, int], None], database: str, number: int, processes: int) -> list[float]:
    """Wall seconds, cpu of the clients and cpu of the server, of so many processes at once."""
    context = multiprocessing.get_context("spawn")
    server, clients, began = _server_cpu(), _children_cpu(), perf_counter()
    running = [context.Process(target=do, args=(database, number)) for _ in range(processes)]
    for process in running:
        process.start()
    for process in running:
        process.join()
        if process.exitcode:
            raise RuntimeError(f"{do.__name__}: {process.exitcode}")
    return [perf_counter() - began, _children_cpu() - clients, _server_cpu() - server]


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _server_cpu() -> float:
    """Of all of PostgreSQL's processes, those that have ended counted with their parent."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (process / "stat").read_text().partition(") ")
        except OSError:
            continue
        if "(postgres" in name:
            ticks += sum(map(int, rest.split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def table(database: str, jobs: int, many: int) -> list[str]:
    """Both ledgers measured on an empty database."""
    open_database(database).dispose()
    _with_procrastinate(database, _nothing, schema=True)
    lines = [
        f"{jobs} jobs, {many} processes.",
        "",
        "| | a second | cpu client, ms | cpu server, ms |",
        "|---|---|---|---|",
    ]
    rounds = 200
    for name, put, take, renew, fenced in (
        ("ours", ours_in, ours_out, ours_renewed, ours_fenced),
        ("procrastinate", theirs_in, theirs_out, theirs_renewed, theirs_fenced),
    ):
        put(database, _BATCH)
        kept = fenced(database)
        take(database, 0)
        start = measured(take, database, 0, 1)  # what it costs to start a process is no cost of a job
        for what, do, processes in (("put in", put, 1), ("taken and ended", take, many)):
            wall, client, server = measured(do, database, jobs, processes)
            client -= start[1] * processes
            lines.append(
                f"| {name}: {what} | {jobs / (wall - start[0]):.0f} | {1e3 * client / jobs:.2f} | {1e3 * server / jobs:.2f} |"
            )
        put(database, _BATCH)
        wall, client, server = measured(renew, database, rounds, 1)
        wall, client = wall - start[0], client - start[1]
        lines.append(
            f"| {name}: {_HELD} held jobs renewed | {rounds / wall:.0f} | {1e3 * client / rounds:.2f} | {1e3 * server / rounds:.2f} |"
        )
        lines.append(f"| {name}: whose job went to another may not end it | {'yes' if kept else 'NO'} | | |")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("--jobs", type=int, default=5000, help="a multiple of 500")
    parser.add_argument("--processes", type=int, default=4)
    given = parser.parse_args()
    if importlib.util.find_spec("procrastinate") is None:
        sys.exit("procrastinate is not installed: uv run --with procrastinate python -m bench.ledger")
    with postgresql() as database:
        sys.stdout.write("\n".join(table(database, given.jobs, given.processes)) + "\n")


if __name__ == "__main__":
    main()
