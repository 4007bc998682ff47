"""The pool does many files side by side and survives whatever one of them does to its process."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from flows.outcome import Outcome, Status
from flows.queue.pool import Pool, run_many
from flows.work import ReadJob, work_small
from pipeline.intake import DEFAULT_LIMITS, Limits
from pipeline.model import MediaType, PageReading, Scan
from schemas.errors import Damaged
from tests.scans import write_scan


@dataclass(frozen=True)
class Trouble:
    """A job without pages: what it does depends on the name of the file."""

    limits: Limits = DEFAULT_LIMITS

    def begin(self, path: Path, own: Path) -> Scan:
        if path.name.startswith("killer"):
            os.kill(os.getpid(), signal.SIGKILL)
        if path.name.startswith("once") and not path.exists():
            path.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if path.name.startswith("refused"):
            raise Damaged("page 3")
        if path.name.startswith("bug"):
            raise ZeroDivisionError
        return Scan(path, "0" * 64, 1, MediaType.PDF, 0)

    def finish(self, scan: Scan, pages: Sequence[PageReading]) -> Outcome:
        return Outcome(str(scan.path), Status.READ, scan.sha256, seconds={"pid": os.getpid()})


def test_a_machine_without_shared_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container without /dev/shm: the system has no locks for us, so a pool makes its own."""

    def refuse(_self: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "sem_open")

    monkeypatch.setattr(ForkServerContext, "Lock", refuse)
    monkeypatch.setattr(ForkServerContext, "BoundedSemaphore", refuse)
    paths = [tmp_path / name for name in ("killer", *map(str, range(30)))]
    outcomes = list(run_many(paths, Trouble(), 2))
    assert sorted(o.source for o in outcomes) == sorted(map(str, paths))
    assert [o.error.code for o in outcomes if o.error] == ["worker_died"]


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    names = ["a", "killer-1", "b", "refused", "bug", "c", "once", "killer-2", "d", "e"]
    outcomes = {Path(o.source).name: o for o in run_many([tmp_path / n for n in names], Trouble(), 2)}
    assert sorted(outcomes) == sorted(names)
    for name in ("a", "b", "c", "d", "e", "once"):
        assert outcomes[name].status is Status.READ, name
    codes = {name: o.error.code for name, o in outcomes.items() if o.error}
    assert codes == {
        "killer-1": "worker_died",
        "killer-2": "worker_died",
        "refused": "damaged",
        "bug": "fault",
    }
    assert outcomes["refused"].error is not None
    assert outcomes["refused"].error.message.count("page 3") == 1
    assert all(o.seconds.get("pid") != os.getpid() for o in outcomes.values())


def test_pages_of_one_scan_come_back_in_their_order(tmp_path: Path) -> None:
    path = write_scan(tmp_path / "ba trang.tif", ["Trang một"], ["Trang hai"], ["Trang ba"])
    with Pool(2) as pool:
        outcome = pool.run(path, ReadJob())
    assert outcome.error is None
    assert [n for d in outcome.documents for n in d.pages] == [1, 2, 3]
    text = " ".join(d.text for d in outcome.documents)
    assert text.index("một") < text.index("hai") < text.index("ba", text.index("hai"))


def test_a_few_pages_need_no_pool_and_keep_their_order(tmp_path: Path) -> None:
    few = work_small(write_scan(tmp_path / "a.tif", ["Xin chào"], ["Tạm biệt"], ["Cảm ơn"]), ReadJob(), 2)
    assert few is not None
    assert few.status is Status.READ
    assert [page for document in few.documents for page in document.pages] == [1, 2, 3]
    text = " ".join(document.text for document in few.documents)
    assert text.index("Xin") < text.index("Tạm") < text.index("Cảm")
    many = write_scan(tmp_path / "b.tif", *([str(number)] for number in range(5)))
    assert work_small(many, ReadJob(), 2) is None
    missing = work_small(tmp_path / "missing.pdf", ReadJob(), 2)
    assert missing is not None
    assert missing.error is not None
    assert missing.error.code == "not_found"


def test_stopping_ends_the_workers(tmp_path: Path) -> None:
    pids: list[int] = []

    def stopped() -> None:
        with Pool(2) as pool:
            pids.append(int(pool.run(tmp_path / "a", Trouble()).seconds["pid"]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
