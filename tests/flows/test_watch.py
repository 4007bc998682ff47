"""Hot folders: nothing is taken before it is finished, nothing is lost whenever it is killed, absence is no deletion."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.incoming.hot_folder import REFUSED_FOLDER, HotFolder
from flows.outcome import Outcome
from flows.queue.patience import Stop
from flows.services import Services
from flows.watch import watch
from schemas.errors import SourceAway, UsageError
from storage.queue import COUNTER, Job
from tests.scans import write_scan


@pytest.fixture
def folder(services: Services, tmp_path: Path) -> HotFolder:
    path = tmp_path / "máy quét"
    path.mkdir()
    hot = HotFolder(services, path, settle=0.0)
    hot.adopt()
    return hot


def _take(folder: HotFolder) -> int:
    return folder.take() + folder.take()


def _jobs(folder: HotFolder) -> list[Job]:
    return list(folder.services.queue.jobs(batch=folder.batch))


def test_a_file_is_claimed_whole_and_goes_first(folder: HotFolder) -> None:
    (folder.path / "xã").mkdir()
    (folder.path / "xã" / "a.pdf").write_bytes(b"content")
    assert _take(folder) == 1
    (job,) = _jobs(folder)
    assert (job.priority, job.payload["source"], job.payload["below"]) == (COUNTER, "xã/a.pdf", "xã")
    assert Path(job.payload["place"]).read_bytes() == b"content"
    assert not (folder.path / "xã" / "a.pdf").exists()
    assert _take(folder) == 0


def test_what_is_still_written_is_left_alone(folder: HotFolder) -> None:
    growing = folder.path / "a.pdf"
    for size in range(1, 5):
        growing.write_bytes(b"x" * size)
        assert folder.take() == 0
    for name in ("b.pdf.part", ".c.pdf", "~$d.pdf", "Thumbs.db", "e.TMP"):
        (folder.path / name).write_bytes(b"x")
    (folder.path / "link.pdf").symlink_to("/etc/passwd")
    (folder.path / "empty.pdf").touch()
    assert folder.take() == 1
    assert (folder.path / "empty.pdf").exists(), "a scanner that has only made the name"
    (folder.path / "b.pdf.part").rename(folder.path / "b.pdf")
    assert _take(folder) == 1
    assert sorted(job.payload["source"] for job in _jobs(folder)) == ["a.pdf", "b.pdf"]


def test_two_watchers_of_one_folder(folder: HotFolder) -> None:
    other = HotFolder(folder.services, folder.path, settle=0.0)
    for number in range(30):
        (folder.path / f"{number}.pdf").write_bytes(b"%d" % number)
    folder.take()
    other.take()
    threads = [threading.Thread(target=one.take) for one in (folder, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Path(job.payload["place"]).read_bytes() for job in _jobs(folder)) == sorted(
        b"%d" % number for number in range(30)
    )


def test_a_share_that_is_not_mounted_is_no_empty_folder(folder: HotFolder) -> None:
    (folder.path / "a.pdf").write_bytes(b"x")
    folder.take()
    away = folder.path.with_name("unmounted")
    folder.path.rename(away)
    with pytest.raises(SourceAway):
        folder.take()
    folder.path.mkdir()
    (folder.path / "stray.pdf").write_bytes(b"x")
    folder.adopt()
    with pytest.raises(SourceAway):
        folder.take()
    assert (folder.path / "stray.pdf").exists()
    (folder.path / "stray.pdf").unlink()
    folder.path.rmdir()
    away.rename(folder.path)
    assert _take(folder) == 1
    other = folder.path.with_name("other")
    with pytest.raises(UsageError):
        HotFolder(folder.services, other, settle=0.0).adopt()


def test_killed_between_claim_and_ledger(folder: HotFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.path / "xã").mkdir()
    (folder.path / "xã" / "a.pdf").write_bytes(b"content")

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    folder.take()
    with monkeypatch.context() as patch:
        patch.setattr("storage.queue.Queue.enqueue", killed)
        with pytest.raises(KeyboardInterrupt):
            folder.take()
    assert _jobs(folder) == []
    folder.tidy()
    (job,) = _jobs(folder)
    assert (job.payload["source"], job.payload["below"]) == ("xã/a.pdf", "xã")
    assert Path(job.payload["place"]).read_bytes() == b"content"


def test_a_claimed_file_goes_only_when_the_archive_has_these_bytes(folder: HotFolder) -> None:
    (folder.path / "a.pdf").write_bytes(b"content")
    _take(folder)
    (job,) = folder.services.queue.lease("w", seconds=60)
    place = Path(job.payload["place"])
    place.write_bytes(b"content, and what the scanner wrote later")
    folder.services.queue.complete(job.lease, {"sha256": "0" * 64})
    folder.tidy()
    assert place.exists()
    (again,) = folder.services.queue.lease("w", seconds=60)
    import hashlib

    digest = hashlib.sha256(place.read_bytes()).hexdigest()
    folder.services.queue.complete(again.lease, {"sha256": digest})
    folder.tidy()
    assert not place.exists()
    assert list(folder.work.iterdir()) == []


def test_what_was_given_up_is_seen_by_the_scanners_user(folder: HotFolder) -> None:
    (folder.path / "a.pdf").write_bytes(b"content")
    _take(folder)
    (job,) = folder.services.queue.lease("w", seconds=60)
    folder.services.queue.fail(job, "worker_died", final=True)
    folder.tidy()
    (kept,) = (folder.path / REFUSED_FOLDER).glob("a.*.pdf")
    assert kept.read_bytes() == b"content"
    assert "hồ sơ" in kept.with_name(f"{kept.name}.ly-do.txt").read_text()


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("never came about")


def test_from_the_scanner_into_the_index(services: Services, tmp_path: Path) -> None:
    good, gone = tmp_path / "một", tmp_path / "hai"
    for path in (good, gone):
        path.mkdir()
    stop = Stop()
    told: list[str] = []
    noticed: list[tuple[str, str]] = []

    def tell(job: Job, outcome: Outcome) -> None:
        told.append(outcome.source)

    def notice(path: Path, state: str) -> None:
        noticed.append((path.name, state))

    thread = threading.Thread(
        target=lambda: watch(services, [good, gone], stop, tell, notice, settle=0.2), daemon=True
    )
    thread.start()
    _until(lambda: len(noticed) == 2)
    gone.rename(tmp_path / "unmounted")
    write_scan(tmp_path / "a.png", ["Một"]).rename(good / "a.png")
    (good / "b.pdf").write_bytes(b"no pdf")
    _until(lambda: len(told) == 2)
    _until(lambda: ("hai", "away") in noticed)
    stop.ask()
    thread.join(60)
    assert services.index.count() == 1
    assert [path.suffix for path in (good / REFUSED_FOLDER).iterdir() if path.suffix == ".pdf"] == [".pdf"]
    assert not [path for path in (good / ".sohoa" / "work").rglob("*") if path.is_file()]
