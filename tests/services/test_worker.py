"""Prefect workers that fail: one whose run was taken for dead while it lived, and one on a machine without our program."""

from __future__ import annotations

import os
import random
import time
from collections import Counter

import pytest

from flows.batches.batch import DIGITIZE, batch_of
from flows.deploy import DEAD_AFTER
from storage.fixity import check
from tests.services.cluster import cluster, wait_until
from tests.services.test_killed import fill

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(os.getuid() != 0, reason="namespaces need root"),
]
QUICK = 5
DOCUMENTS, MANY = 30, 200
"""Files of a run; and of one that must still be at work when a program has been started beside it."""
AGAIN = """import asyncio, sys
from prefect import get_client
from prefect.states import AwaitingRetry
async def main():
    async with get_client() as client:
        for run in await client.read_flow_runs():
            if run.state.is_running():
                await client.set_flow_run_state(run.id, AwaitingRetry(), force=True)
asyncio.run(main())
"""


def test_a_run_that_is_started_again_while_it_lives() -> None:
    """Prefect hands the run to the worker that still holds it. That worker ends at once, whatever it had begun."""
    with cluster() as made:
        inbox = fill(made.folder / "in", MANY, random.Random(3))
        machine = made.machine("m1")
        queue, batch = made.services().queue, batch_of(str(inbox))
        made.prefect(
            "deployment", "run", "backlog/backlog", "--param", f"folder={inbox}", "--param", "workers=1"
        )
        wait_until(lambda: queue.counts(batch=batch).get("done", 0) > 2)
        made.python(AGAIN)
        wait_until(lambda: not machine.runs)
        assert "already holding" in (machine.home / "worker.log").read_text()
        with made.supervise():
            wait_until(lambda: not queue.is_open(batch), 900, 2)
        archive = made.services().archive
        assert Counter(job.state for job in queue.jobs(batch=batch, kind=DIGITIZE)) == {"done": MANY}
        ids = list(archive.ids())
        assert len({archive.record(id).source for id in ids}) == len(ids) == MANY
        assert check(archive).sound


def test_quick_runs_that_have_ended_stay_ended() -> None:
    """Their last sign of life may reach the server after their end, and is followed by none."""
    with cluster() as made:
        made.machine("m1")
        for _ in range(QUICK):
            made.prefect("deployment", "run", "events/events")
        with made.sql("prefect", autocommit=True) as connection:
            ended = "SELECT count(*) FROM flow_run WHERE state_type = 'COMPLETED'"
            wait_until(lambda: connection.execute(ended).fetchall() >= [(QUICK,)], 300)
            time.sleep(DEAD_AFTER.total_seconds() + 40)  # the server looks every 15 s
            again = "SELECT name FROM flow_run WHERE run_count > 1 OR state_type IN ('CRASHED', 'SCHEDULED') AND run_count > 0"
            assert connection.execute(again).fetchall() == []


def test_a_machine_without_the_flow_holds_up_nobody() -> None:
    """A half done update: the run crashes there, and is started again until a machine takes it that can do it."""
    with cluster() as made:
        inbox = fill(made.folder / "in", DOCUMENTS, random.Random(5))
        empty = made.folder / "half" / "flows"
        empty.mkdir(parents=True)
        (empty / "__init__.py").touch()
        made.machine("m1", instead=empty.parent)
        made.start_rescue()
        queue, batch = made.services().queue, batch_of(str(inbox))
        made.prefect(
            "deployment", "run", "backlog/backlog", "--param", f"folder={inbox}", "--param", "workers=1"
        )
        with made.sql("prefect", autocommit=True) as connection:
            crashed = "SELECT 1 FROM flow_run WHERE state_type = 'CRASHED'"
            wait_until(lambda: connection.execute(crashed).fetchall(), 300)
        made.machine("m2")
        with made.supervise():
            wait_until(lambda: queue.counts(batch=batch).get("done", 0) >= DOCUMENTS, 900, 2)
        archive = made.services().archive
        ids = list(archive.ids())
        assert len({archive.record(id).source for id in ids}) == len(ids) == DOCUMENTS
