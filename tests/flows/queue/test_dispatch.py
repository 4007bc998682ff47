"""Working off the ledger: batches, priorities, what is away, what is refused, and whoever lost the lease."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from flows.batches.batch import batch_of, begin, ended_badly
from flows.leases import Keeper, is_dead, this_owner
from flows.outcome import Outcome, Status, failure
from flows.queue.dispatch import Wanted, work_off
from flows.queue.patience import Patience, Stop
from flows.request import Request
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import Damaged, LeaseLost, SourceAway, StoreUnreachable
from storage.queue import COUNTER, Job, Lease, NewJob
from tests.flows.fake_work import FakeWork, done, inbox, quick, work_batch
from tests.scans import write_scan

__all__ = ["inbox", "quick"]


def test_each_file_once_and_resuming_takes_what_is_new(services: Services, inbox: Path) -> None:
    work = FakeWork(done)
    assert set(work_batch(services, inbox, work)) == {"a.png", "b.png", "c.png"}
    (inbox / "d.png").write_bytes(b"d")
    (inbox / "a.png").write_bytes(b"changed")
    assert set(work_batch(services, inbox, work, resume=True)) == {"d.png", "a.png"}
    assert len(work_batch(services, inbox, work)) == 4, "without --resume all is looked at anew"


def test_refused_files_go_away_with_their_folders(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_QUARANTINE", str(tmp_path / "q"))
    services = Services(load_settings())
    told = work_batch(services, inbox, FakeWork(lambda path: Damaged(path.name)))
    assert told == dict.fromkeys(("a.png", "b.png", "c.png"), ("rejected", "damaged"))
    assert not list(inbox.rglob("*.png"))
    assert len(list((tmp_path / "q").glob("?.*.png"))) == 2
    (kept,) = (tmp_path / "q" / "xã").glob("c.*.png")
    assert kept.read_bytes() == "xã/c.png".encode()
    again = work_batch(services, inbox, FakeWork(done), resume=True)
    assert again == {}
    assert [job.error for job in ended_badly(services.queue, batch_of(str(inbox)))] == ["damaged"] * 3


def test_a_refusal_that_was_killed_on_its_way_to_quarantine(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_QUARANTINE", str(tmp_path / "q"))
    services = Services(load_settings())

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("flows.queue.dispatch.put_away", killed)
        with pytest.raises(KeyboardInterrupt):
            work_batch(services, inbox, FakeWork(lambda path: Damaged()))
    told = work_batch(services, inbox, FakeWork(lambda path: Damaged()), resume=True)
    assert set(told.values()) == {("rejected", "damaged")}
    assert len(list((tmp_path / "q").rglob("*.ly-do.txt"))) == 3


def test_what_is_away_is_waited_for(services: Services, inbox: Path) -> None:
    tries: dict[str, int] = {}

    def answer(path: Path) -> Outcome | BaseException:
        tries[path.name] = tries.get(path.name, 0) + 1
        return StoreUnreachable("s3") if tries[path.name] < 6 else done(path)

    told = work_batch(services, inbox, FakeWork(answer))
    assert told == dict.fromkeys(("a.png", "b.png", "c.png"), ("archived", None))


def test_what_is_away_for_too_long(services: Services, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.queue.patience.PATIENCE", 0.05)
    with pytest.raises(Exception, match="too long"):
        work_batch(services, inbox, FakeWork(lambda path: StoreUnreachable("s3")))
    monkeypatch.undo()
    assert len(work_batch(services, inbox, FakeWork(done), resume=True)) == 3


def test_faults_are_tried_again_and_told_once(services: Services, inbox: Path) -> None:
    work = FakeWork(lambda path: ValueError("?") if path.name == "b.png" else done(path))
    told = work_batch(services, inbox, work)
    assert told["b.png"] == ("failed", "fault")
    assert work.seen.count("b.png") == 3
    assert set(work_batch(services, inbox, FakeWork(done), resume=True)) == {"b.png"}


def test_whoever_lost_the_lease_says_nothing(services: Services, inbox: Path) -> None:
    """Cut off for longer than its lease, it comes back: another has done the work."""

    def stolen(path: Path) -> Outcome | BaseException:
        if path.name == "b.png" and work.seen.count("b.png") == 1:
            services.queue.take_back(services.queue.owners()[0])
            return LeaseLost()
        return done(path)

    work = FakeWork(stolen)
    told = work_batch(services, inbox, work)
    assert told["b.png"] == ("archived", None)
    assert services.queue.counts(kind="digitize") == {"done": 3}


def test_what_a_dead_worker_had_archived_is_told_as_archived(services: Services, tmp_path: Path) -> None:
    """It died between the archive and the ledger; the same scan under another name is a duplicate all the same."""
    from flows.work import work as digitize

    class Dying(FakeWork):
        def run(self, path: Path, job: Any, priority: int = 0) -> Outcome:
            outcome = digitize(path, job)
            if path.name == "a.png" and not self.seen:
                self.seen.append(path.name)
                services.queue.take_back(services.queue.owners()[0])
                return failure(str(path), LeaseLost())
            return outcome

    folder = tmp_path / "two"
    folder.mkdir()
    first = write_scan(folder / "a.png", ["Một"])
    dying = Dying(done)
    assert work_batch(services, folder, dying)["a.png"] == ("archived", None)
    shutil.copy(first, folder / "b.png")
    told = work_batch(services, folder, dying, resume=True)
    assert told["b.png"] == ("duplicate", None)


def test_nothing_is_archived_once_the_lease_is_lost(services: Services, tmp_path: Path) -> None:
    from flows.digitize import DigitizeJob
    from flows.work import work

    path = write_scan(tmp_path / "a.png", ["Một"])
    services.queue.enqueue([NewJob("a", "digitize")])
    (job,) = services.queue.lease("me", seconds=60)
    services.queue.take_back("me")
    outcome = work(path, DigitizeJob(services, Request(), lease=job.lease))
    assert outcome.error is not None
    assert outcome.error.code == "lease_lost"
    assert list(services.archive.ids()) == []
    (again,) = services.queue.lease("other", seconds=60)
    assert work(path, DigitizeJob(services, Request(), lease=again.lease)).status is Status.ARCHIVED


def test_a_soft_stop_leaves_the_rest_for_later(services: Services, inbox: Path) -> None:
    batch = begin(services, str(inbox), Request(), resume=True)
    stop = Stop()
    work_off(services, FakeWork(done), Wanted(batch=batch), stop, lambda job, outcome: stop.ask())  # type: ignore[arg-type]
    counts = services.queue.counts(kind="digitize")
    assert counts.get("leased", 0) == 0
    assert len(work_batch(services, inbox, FakeWork(done), resume=True)) == counts.get("waiting", 0)


def test_nothing_begins_after_the_hour(services: Services, inbox: Path) -> None:
    batch = begin(services, str(inbox), Request(), resume=True)
    work = FakeWork(done)
    work_off(services, work, Wanted(batch=batch), Stop(at=1.0), lambda job, outcome: None)  # type: ignore[arg-type]
    assert work.seen == []


def test_the_counter_goes_first(services: Services, inbox: Path) -> None:
    urgent = NewJob("now", "digitize", {"source": "u.png", "place": str(inbox / "a.png")}, "", COUNTER)
    begin(services, str(inbox), Request(), resume=True)
    stop = Stop()
    seen: list[str] = []

    def tell(job: Job, outcome: Outcome) -> None:
        seen.append(job.key)
        if len(seen) == 4:
            stop.ask()

    def answer(path: Path) -> Outcome | BaseException:
        services.queue.enqueue([urgent])
        return done(path)

    work_off(services, FakeWork(answer), Wanted(), stop, tell)  # type: ignore[arg-type]
    assert "now" in seen


def test_owners_that_are_dead() -> None:
    mine = this_owner()
    assert not is_dead(mine)
    head, machine, process, _, token = mine.rsplit("/", 4)
    assert is_dead(f"{head}/{machine}/{process}/1/{token}"), "the number is another process's by now"
    assert is_dead(f"{head}/{machine}/{2**22 + 1}/1/{token}")
    assert not is_dead(f"{head}/elsewhere.1/{process}/1/{token}"), "nobody knows"
    assert not is_dead("odd")


def test_work_of_a_killed_process_is_taken_up_as_soon_as_another_looks(services: Services) -> None:
    """A server that was killed and started again, as well as any other worker: nobody waits for the lease to run out."""
    say = "from flows.leases import this_owner; print(this_owner())"
    dead = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True).stdout
    living = this_owner()
    services.queue.enqueue([NewJob("a", "other", priority=COUNTER), NewJob("b", "other")])
    assert [job.key for job in services.queue.lease(dead.strip(), seconds=600)] == ["a"]
    assert [job.key for job in services.queue.lease(living, seconds=600)] == ["b"]
    stop = Stop()
    stop.ask()
    work_off(services, FakeWork(done), Wanted(priority=COUNTER), stop, lambda *_: None)  # type: ignore[arg-type]
    states = {key: job.state for key in "ab" if (job := services.queue.get(key))}
    assert states == {"a": "waiting", "b": "leased"}
    services.queue.lease(dead.strip(), seconds=600)
    with Keeper(services.queue) as keeper:
        assert keeper.swept == 1
        services.queue.lease(dead.strip(), seconds=600)
        keeper._round()
        assert keeper.swept == 2, "also what dies while we look"


def test_the_lease_is_asked_for_right_before_each_commit(services: Services, tmp_path: Path) -> None:
    """Cut off after it has begun to write: neither paper, nor dossier, nor a second use of a paper is committed."""
    from flows.digitize import DigitizeJob
    from flows.work import work
    from schemas.errors import NotFoundInArchive

    path = write_scan(tmp_path / "a.png", ["Một"])

    def lease() -> Job:
        (job,) = services.queue.lease("me", seconds=60)
        return job

    def lost_after(commits: int, dossier: str) -> Outcome:
        job = lease()
        asked = 0
        inner = services.queue.require

        def require(given: Lease) -> None:
            nonlocal asked
            if asked == commits:
                services.queue.take_back("me")
            asked += 1
            inner(given)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(services.queue, "require", require)
            outcome = work(path, DigitizeJob(services, Request(dossier=dossier), lease=job.lease))
        assert outcome.error is not None
        assert outcome.error.code == "lease_lost"
        return outcome

    services.queue.enqueue([NewJob("a", "digitize")])
    lost_after(0, "d1")
    assert list(services.archive.ids()) == []
    lost_after(1, "d1")
    (paper,) = services.archive.ids()
    with pytest.raises(NotFoundInArchive):
        services.archive.dossier("d1")
    done = work(path, DigitizeJob(services, Request(dossier="d1"), lease=lease().lease))
    assert done.error is None
    assert services.archive.dossier("d1").documents == (paper,)
    services.queue.take_back("me")
    services.queue.forget("")
    services.queue.enqueue([NewJob("b", "digitize")])
    lost_after(0, "d2")
    assert services.archive.record(paper).dossiers == ("d1",)
    assert len(services.archive.versions(paper)) == 1


def test_a_refusal_while_the_share_is_gone_is_none(services: Services, inbox: Path) -> None:
    def gone(path: Path) -> BaseException | Outcome:
        if work.seen.count(path.name) == 1:
            inbox.rename(inbox.with_name("unmounted"))
            return Damaged(path.name)
        return done(path)

    def mounted(*_: object) -> bool:
        """Away until each file that was refused is tried again, whoever asks; the first who does brings the folder back."""
        with suppress(FileNotFoundError):
            inbox.with_name("unmounted").rename(inbox)
        return any(work.seen.count(name) == 1 for name in set(work.seen))

    work = FakeWork(gone)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.batches.sources.is_away", mounted)
        told = work_batch(services, inbox, work)
    assert told == dict.fromkeys(("a.png", "b.png", "c.png"), ("archived", None))


def test_a_refusal_while_the_share_was_gone_is_none_either(services: Services, inbox: Path) -> None:
    begun, waiting = threading.Event(), threading.Event()

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            waiting.set()

    def gone_and_back(path: Path) -> BaseException | Outcome:
        if work.seen.count(path.name) > 1 or path.name == "c.png":
            return done(path)
        if path.name == "b.png":
            assert begun.wait(60)
            return SourceAway(str(inbox))
        begun.set()
        assert waiting.wait(60)
        return Damaged(path.name)

    work, heard = FakeWork(gone_and_back), Heard()
    logging.getLogger("sohoa").addHandler(heard)
    try:
        told = work_batch(services, inbox, work)
    finally:
        logging.getLogger("sohoa").removeHandler(heard)
    assert told == dict.fromkeys(("a.png", "b.png", "c.png"), ("archived", None))


def test_one_file_that_stays_unreadable_ends_the_wait_for_it(
    services: Services, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bad spot on a disk looks like a share that went away, but the folder is there."""
    monkeypatch.setattr("flows.queue.dispatch._FOR", 0.2)
    work = FakeWork(lambda path: SourceAway(path.name) if path.name == "b.png" else done(path))
    told = work_batch(services, inbox, work)
    assert told == {
        "a.png": ("archived", None),
        "b.png": ("failed", "unreadable"),
        "c.png": ("archived", None),
    }
    assert work.seen.count("b.png") > 2, "a share may have been away and be back"
    assert (inbox / "b.png").read_bytes() == b"b.png"
    assert "not there" not in caplog.text
    (failed,) = ended_badly(services.queue, batch_of(str(inbox)))
    assert (failed.result or {})["error"]["code"] == "unreadable"
    assert set(work_batch(services, inbox, FakeWork(done), resume=True)) == {"b.png"}


def test_the_wait_is_told_in_whole_seconds_that_passed(caplog: pytest.LogCaptureFixture) -> None:
    patience = Patience(Stop())
    patience.lose(StoreUnreachable("s3"))
    patience.found()
    (record,) = [one for one in caplog.records if "Going on" in one.message]
    assert record.message == "Going on after 1 s."
    assert vars(record)["vi"] == "Đã chờ 1 giây; công việc lại tiếp tục."
