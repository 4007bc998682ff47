"""The queue, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.index.index import Index
from storage.index.queue import ATTEMPTS, Queue

pytestmark = pytest.mark.server


@pytest.fixture
def queue(index: Index, monkeypatch: pytest.MonkeyPatch) -> Queue:
    monkeypatch.setattr("storage.index.queue.BACK_OFF", 0.0)
    return Queue(index.engine)


def test_each_job_goes_to_one_worker(queue: Queue) -> None:
    keys = {f"{n:03d}": {"source": f"hộp {n}.pdf"} for n in range(40)}
    assert queue.enqueue("scan", keys) == 40
    assert queue.enqueue("scan", keys) == 0
    with ThreadPoolExecutor(4) as pool:
        leased = list(pool.map(lambda w: queue.lease("scan", f"worker {w}", seconds=60, limit=5), range(8)))
    taken = [job.key for jobs in leased for job in jobs]
    assert len(taken) == len(set(taken)) == 40
    assert queue.lease("scan", "late", seconds=60) == []
    assert leased[0][0].payload["source"].startswith("hộp")
    assert all(queue.done(job) for jobs in leased for job in jobs)
    assert queue.counts("scan") == {"done": 40}
    assert queue.lease("other", "w", seconds=1) == []


def test_the_lease_of_a_dead_worker_ends(queue: Queue) -> None:
    queue.enqueue("scan", {"a": {}})
    (dead,) = queue.lease("scan", "dead", seconds=0.05)
    time.sleep(0.1)
    (alive,) = queue.lease("scan", "alive", seconds=60)
    assert alive.attempts == 2
    assert not queue.done(dead)
    assert not queue.renew(dead, seconds=60)
    assert queue.renew(alive, seconds=60)
    assert queue.done(alive)


def test_failures_end_in_quarantine(queue: Queue) -> None:
    queue.enqueue("scan", {"a": {}, "b": {}})
    for _ in range(ATTEMPTS):
        a, b = sorted(queue.lease("scan", "w", seconds=60, limit=2), key=lambda job: job.key)
        assert queue.fail(a, "fault")
        assert queue.release(b)
    assert queue.lease("scan", "w", seconds=60, limit=1)[0].key == "b"
    (lost,) = queue.jobs("scan", "quarantined")
    assert (lost.key, lost.error, lost.attempts) == ("a", "fault", ATTEMPTS)
    assert queue.requeue("scan") == 1
    (again,) = queue.lease("scan", "w", seconds=60)
    assert queue.fail(again, "damaged", final=True)
    assert queue.counts("scan") == {"leased": 1, "quarantined": 1}


def test_a_job_that_kills_its_workers_is_quarantined(queue: Queue) -> None:
    queue.enqueue("scan", {"bomb": {}})
    for _ in range(ATTEMPTS):
        assert queue.lease("scan", "w", seconds=0.0)
    assert queue.lease("scan", "w", seconds=0.0) == []
    assert queue.counts("scan") == {"quarantined": 1}


def test_work_that_waits_costs_no_attempt(queue: Queue) -> None:
    """The signer is away: the document waits as unsigned for as long as it takes."""
    queue.enqueue("sign", {"a": {}})
    for _ in range(ATTEMPTS * 3):
        (job,) = queue.lease("sign", "w", seconds=60)
        assert queue.release(job)
    assert queue.counts("sign") == {"waiting": 1}
