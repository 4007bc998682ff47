"""A backlog of 200 documents while flow processes, machines and Prefect's server are killed (−9) at 30 random moments.

The host restarts what systemd restarts (worker, server) and does nothing else. Takes about twenty minutes on two busy cores:
``CHAOS=200,30`` runs more documents and kills.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from flows.batches.batch import DIGITIZE, batch_of
from storage.fixity import check
from tests.scans import write_scan
from tests.services.cluster import Cluster, cluster, signal_all, wait_until

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(os.getuid() != 0, reason="namespaces need root"),
]
DOCUMENTS, KILLS = map(int, os.environ.get("CHAOS", "60,12").split(","))
"""Papers and kills; the numbers of docs/deploy.md are of ``CHAOS=200,30``."""
WORDS = "hộ tịch khai sinh xã phường ông bà huyện tỉnh chứng thực đăng ký kết hôn giấy tờ ngày tháng".split()


def fill(folder: Path, documents: int, chance: random.Random) -> Path:
    """Small papers, none like another."""
    folder.mkdir()
    for number in range(documents):
        lines = [" ".join(chance.choices(WORDS, k=5)) for _ in range(2)]
        write_scan(folder / f"{number:03}.png", [f"Giấy {number}", *lines])
    return folder


def times_done(made: Cluster) -> Counter[str]:
    """How often each paper was made up to the archive, by the log."""
    with made.sql("postgres") as connection:
        asked = "SELECT line::json->>'object' FROM audit WHERE line::json->>'action' = 'digitize'"
        return Counter(str(row[0]) for row in connection.execute(asked))


def test_killed_at_random_moments() -> None:
    chance = random.Random(7)
    with cluster() as made:
        inbox = fill(made.folder / "in", DOCUMENTS, chance)
        machines = [made.machine("m1"), made.machine("m2")]
        made.start_rescue()
        queue, batch = made.services().queue, batch_of(str(inbox))
        made.prefect("deployment", "run", "backlog/backlog", "--param", f"folder={inbox}", "--param", "workers=1",
                     "--param", "helpers=1")  # fmt: skip
        wait_until(lambda: queue.counts(batch=batch).get("done", 0) > 2)
        in_hand: Counter[str] = Counter()
        for _ in range(KILLS):
            time.sleep(chance.uniform(1, 12))
            if not queue.is_open(batch):
                break
            in_hand.update(job.key for job in queue.jobs(batch=batch, states=["leased"]))
            what = chance.choice(["flow", "flow", "machine", "server"])
            if what == "flow":
                signal_all([pid for one in machines for pid in one.flows()][:1])
            elif what == "machine":
                one = chance.choice(machines)
                one.kill()
                one.start()
            else:
                made.kill_server()
                made.start_server()
        wait_until(lambda: not queue.is_open(batch), 1800, 2)
        archive = made.services().archive
        jobs = list(queue.jobs(batch=batch, kind=DIGITIZE))
        assert Counter(job.state for job in jobs) == {"done": DOCUMENTS}
        ids = list(archive.ids())
        assert len({archive.record(id).source for id in ids}) == len(ids) == DOCUMENTS
        assert {len(archive.versions(id)) for id in ids} == {1}
        done = times_done(made)
        assert sum(done[id] - 1 for id in ids) <= sum(in_hand.values())
        assert check(archive).sound
