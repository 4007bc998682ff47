"""The ledger of work, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schemas.errors import LeaseLost
from storage.index.database import open_database
from storage.index.index import Index
from storage.queue import ATTEMPTS, COUNTER, LOSSES, Job, NewJob, Queue

pytestmark = pytest.mark.server


@pytest.fixture
def queue(index: Index, monkeypatch: pytest.MonkeyPatch) -> Queue:
    monkeypatch.setattr("storage.queue.model.BACK_OFF", 0.0)
    return Queue(index.engine)


def _one(queue: Queue, owner: str = "w", seconds: float = 60) -> Job:
    (job,) = queue.lease(owner, seconds=seconds)
    return job


def _wait(condition: object) -> None:
    for _ in range(600):
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError("never came about")


def test_each_job_goes_to_one_worker(queue: Queue) -> None:
    new = [NewJob(f"{n:03d}", "scan", {"source": f"hộp {n}.pdf"}, batch="b") for n in range(40)]
    assert queue.enqueue(new) == 40
    assert queue.enqueue(new) == 0
    with ThreadPoolExecutor(4) as pool:
        leased = list(pool.map(lambda w: queue.lease(f"worker {w}", seconds=60, limit=5), range(8)))
    taken = [job.key for jobs in leased for job in jobs]
    assert len(taken) == len(set(taken)) == 40
    assert queue.lease("late", seconds=60) == []
    assert leased[0][0].payload["source"].startswith("hộp")
    assert queue.is_open("b")
    assert all(queue.complete(job.lease, {"pages": 1}) for jobs in leased for job in jobs)
    assert queue.counts(batch="b") == {"done": 40}
    assert not queue.is_open("b")
    assert next(queue.jobs(batch="b")).result == {"pages": 1}


def test_the_counter_goes_before_the_backlog(queue: Queue) -> None:
    queue.enqueue([NewJob("old", "scan"), NewJob("older", "other")])
    queue.enqueue([NewJob("now", "scan", priority=COUNTER)])
    assert [job.key for job in queue.lease("w", seconds=60, limit=1)] == ["now"]
    assert queue.lease("w", seconds=60, priority=COUNTER) == []
    assert queue.oldest_age(priority=COUNTER) == 0
    assert queue.oldest_age() >= 0
    assert [job.key for job in queue.lease("w", seconds=60, kinds=["other"])] == ["older"]


def test_whoever_lost_the_lease_can_do_nothing(queue: Queue) -> None:
    queue.enqueue([NewJob("a", "scan")])
    cut_off = _one(queue, "cut off", seconds=0.0)
    assert not queue.held(cut_off.lease)
    assert queue.sweep() == 1
    other = _one(queue, "other")
    assert other.fence > cut_off.fence
    with pytest.raises(LeaseLost):
        queue.require(cut_off.lease)
    assert queue.renew([cut_off.lease, other.lease], seconds=60) == [cut_off.lease]
    assert not queue.complete(cut_off.lease)
    assert not queue.refuse(cut_off.lease, "damaged")
    assert not queue.fail(cut_off, "fault")
    assert not queue.release(cut_off.lease)
    assert not queue.note(cut_off.lease, {})
    queue.require(other.lease)
    assert queue.complete(other.lease)


def test_one_owner_twice_is_told_apart_by_the_fence(queue: Queue) -> None:
    """Two workers with one name, or one that was given the job back."""
    queue.enqueue([NewJob("a", "scan")])
    first = _one(queue)
    queue.take_back("w")
    second = _one(queue)
    assert not queue.held(first.lease)
    assert queue.held(second.lease)


def test_failures_are_tried_again_then_given_up(queue: Queue) -> None:
    queue.enqueue([NewJob("a", "scan", batch="x"), NewJob("b", "scan")])
    for _ in range(ATTEMPTS):
        a, b = queue.lease("w", seconds=60, limit=2)
        assert queue.fail(a, "fault", {"why": "?"})
        assert queue.release(b.lease)
    assert [job.key for job in queue.lease("w", seconds=60, limit=2)] == ["b"]
    (lost,) = queue.jobs(states=["failed"])
    assert (lost.key, lost.error, lost.attempts, lost.result) == ("a", "fault", ATTEMPTS, {"why": "?"})
    queue.enqueue([NewJob("c", "scan")])
    assert queue.fail(_one(queue), "worker_died", final=True)
    assert queue.counts() == {"leased": 1, "failed": 2}


def test_a_job_that_kills_its_workers_is_given_up(queue: Queue) -> None:
    queue.enqueue([NewJob("bomb", "scan")])
    for _ in range(LOSSES):
        _one(queue, seconds=0.0)
        assert queue.sweep() == 1
    assert queue.lease("w", seconds=0.0) == []
    job = queue.get("bomb")
    assert job is not None
    assert (job.state, job.error) == ("failed", "lease_lost")


def test_what_is_enqueued_again(queue: Queue) -> None:
    queue.enqueue(NewJob(key, "scan", stamp="1") for key in ("done", "refused", "failed", "unsigned", "held"))
    jobs = {job.key: job for job in queue.lease("w", seconds=60, limit=9)}
    queue.complete(jobs["done"].lease)
    queue.refuse(jobs["refused"].lease, "damaged")
    queue.fail(jobs["failed"], "fault", final=True)
    queue.complete(jobs["unsigned"].lease, error="signer_unavailable")
    again = [NewJob(key, "scan", stamp="1") for key in jobs]
    assert queue.enqueue(again) == 2
    assert {job.key for job in queue.jobs(states=["waiting"])} == {"failed", "unsigned"}
    changed = [NewJob(key, "scan", {"new": True}, stamp="2") for key in jobs]
    assert queue.enqueue(changed) == 2, "what waits already reads its input when it begins"
    assert {job.key for job in queue.jobs(states=["waiting"])} == {"done", "refused", "failed", "unsigned"}
    assert queue.held(jobs["held"].lease)
    assert queue.forget("") == 4


def test_notes_survive_their_writer(queue: Queue) -> None:
    queue.enqueue([NewJob("a", "scan")])
    assert queue.note(_one(queue, "dead").lease, {"about to": "move"})
    assert queue.owners() == ["dead"]
    assert queue.take_back("dead") == 1
    assert _one(queue).result == {"about to": "move"}


MANY = """
import resource, sys
from pathlib import Path
from storage.index.database import open_database
from storage.queue import NewJob, Queue
queue = Queue(open_database(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])))
for count in (2_000, 20_000):
    queue.enqueue(NewJob(f"{n:06d}", "scan", {"path": "x" * 100}, batch="b") for n in range(count))
    assert sum(1 for _ in queue.jobs(batch="b")) == count
    assert len(list(queue.jobs(batch="b", limit=1200))) == 1200
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def test_many_jobs_in_little_memory(database: Path | str) -> None:
    """Ten times as many jobs need no more memory, but for the database's own cache."""
    told = subprocess.run(
        [sys.executable, "-c", MANY, str(database)], check=True, capture_output=True, text=True, timeout=600
    )
    few, many = map(int, told.stdout.split())
    assert many - few < 30_000_000


WORKER = """
import sys, time
from pathlib import Path
from storage.index.database import open_database
from storage.queue import Queue
queue = Queue(open_database(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])))
while True:
    queue.sweep()
    for job in queue.lease(sys.argv[2], seconds=0.5):
        print(job.key, flush=True)
        time.sleep(0.01)
        if queue.held(job.lease):
            with open(sys.argv[3], "a") as file:
                file.write(job.key + "\\n")
        queue.complete(job.lease)
"""


def test_two_processes_killed_at_any_moment(database: Path | str, tmp_path: Path) -> None:
    queue = Queue(open_database(database))
    queue.enqueue(NewJob(f"{n:03d}", "scan", batch="b") for n in range(60))
    done = tmp_path / "done"
    command = [sys.executable, "-c", WORKER, str(database)]
    workers = [subprocess.Popen([*command, f"w{n}", str(done)], stdout=subprocess.PIPE) for n in range(2)]
    kills = 0
    try:
        while kills < 4:
            victim = workers.pop(0)
            assert victim.stdout is not None
            victim.stdout.readline()  # it has a job in hand
            os.kill(victim.pid, signal.SIGKILL)
            victim.communicate()
            kills += 1
            workers.append(subprocess.Popen([*command, f"w{kills}", str(done)], stdout=subprocess.PIPE))
        _wait(lambda: not queue.is_open("b"))
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert queue.counts(batch="b") == {"done": 60}
    written = done.read_text().split()
    assert len(set(written)) == 60
    assert len(written) <= 60 + kills, "only what was in hand at a kill is done twice"
    queue.engine.dispose()
