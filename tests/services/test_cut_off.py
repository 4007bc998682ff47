"""A machine whose network is cut for longer than its lease, the database away, a run deleted, SIGTERM, two workers of one name."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

import pytest

from flows.batches.batch import DIGITIZE, batch_of
from flows.leases import LEASE, ROUND
from storage.fixity import check
from tests.services.cluster import cluster, signal_all, wait_until
from tests.services.test_killed import fill

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(os.getuid() != 0, reason="namespaces need root"),
]


def test_everything_is_archived_once_all_the_same() -> None:
    with cluster() as made:
        inbox = fill(made.folder / "in", 90, random.Random(11))
        first, second = made.machine("m1"), made.machine("m2", worker="m1")
        made.start_rescue()
        queue, batch = made.services().queue, batch_of(str(inbox))
        for _ in range(2):
            made.prefect(
                "deployment", "run", "backlog/backlog", "--param", f"folder={inbox}", "--param", "workers=1"
            )
        wait_until(lambda: queue.counts(batch=batch).get("done", 0) > 2)
        first.cut()
        time.sleep(LEASE + 2 * ROUND)
        first.mend()
        made.kill_database()
        time.sleep(20)
        made.start_database()
        with made.sql("prefect") as connection:
            runs = [
                str(row[0])
                for row in connection.execute("SELECT id FROM flow_run WHERE state_type = 'RUNNING'")
            ]
        for run in runs[:1]:
            made.prefect("flow-run", "delete", run)
        signal_all([*first.flows(), *second.flows()][:1], signal.SIGTERM)
        wait_until(lambda: not queue.is_open(batch), 1200, 2)
        archive = made.services().archive
        assert Counter(job.state for job in queue.jobs(batch=batch, kind=DIGITIZE)) == {"done": 90}
        ids = list(archive.ids())
        assert len({archive.record(id).source for id in ids}) == len(ids) == 90
        assert {len(archive.versions(id)) for id in ids} == {1}
        assert check(archive).sound
