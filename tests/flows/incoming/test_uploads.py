"""Scans that are handed in through the server: kept whole, whatever they are called."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from flows import records
from flows.caller import local_caller
from flows.desk import desk, regroup
from flows.digitize import DigitizeJob
from flows.incoming import uploads
from flows.outcome import Outcome, Status
from flows.queue.dispatch import Wanted, work_off
from flows.queue.patience import Stop
from flows.request import NOTHING_SAID, Request
from flows.services import Services
from flows.settings import load_settings
from flows.work import work
from schemas.errors import ScanChanged
from storage.queue import Job
from tests.flows.desk.test_regroup import scan
from tests.flows.fake_work import quick
from tests.scans import write_scan

__all__ = ["quick", "scan"]

CLERK = local_caller(actor="canbo1")


class Here:
    """Does in this thread what a pool does."""

    workers = 1

    def run(self, path: Path, job: DigitizeJob, priority: int = 0) -> Outcome:
        return work(path, job)


def done(services: Services) -> None:
    """Work off what was handed in, as the server does."""

    def tell(job: Job, outcome: Outcome) -> None:
        if outcome.status in {Status.ARCHIVED, Status.DUPLICATE}:
            uploads.forget(services, job)

    work_off(services, Here(), Wanted(batch=uploads.BATCH), Stop(), tell)  # type: ignore[arg-type]


def handed_in(
    services: Services, path: Path, name: str, request: Request = NOTHING_SAID, by: str = "canbo1"
) -> Job:
    key = uploads.submit(services, local_caller(actor=by), io.BytesIO(path.read_bytes()), name, request)
    job = services.queue.get(key)
    assert job is not None
    return job


def lying(services: Services) -> list[Path]:
    return [path for path in (services.home / "uploads").rglob("*") if path.is_file()]


def test_a_long_name_in_vietnamese_is_cut_where_file_systems_count_bytes(services: Services) -> None:
    key = uploads.submit(services, local_caller(), io.BytesIO(b"scan"), "ễ" * 120 + ".pdf", NOTHING_SAID)
    (kept,) = [path for path in (services.home / "uploads").rglob("*") if path.is_file()]
    job = services.queue.get(key)
    assert job is not None
    assert job.payload["place"] == str(kept)
    given = str(job.payload["given"])
    assert given == job.payload["source"], "where it lies until it is archived is nobody's business"
    assert given.endswith("ễ.pdf")
    assert len(given.encode()) <= 200
    assert kept.read_bytes() == b"scan"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_no_name_is_kept_that_would_break_a_line_or_turn_it(services: Services) -> None:
    name = "a\nb\u2028c\x85d\u202egnp.\tpdf"
    key = uploads.submit(services, local_caller(), io.BytesIO(b"scan"), name, NOTHING_SAID)
    job = services.queue.get(key)
    assert job is not None
    assert job.payload["source"] == "a-b\ufffdc\ufffdd\ufffdgnp.-pdf"


def test_what_was_handed_in_is_what_is_digitized(services: Services, tmp_path: Path) -> None:
    """It waits in the home: what is exchanged there is archived as nobody's scan."""
    scans = [write_scan(tmp_path / f"{n}.png", ["GIẤY KHAI SINH", f"tờ {n}"]) for n in range(2)]
    key = uploads.submit(
        services, local_caller(), io.BytesIO(scans[0].read_bytes()), "giấy khai sinh.png", NOTHING_SAID
    )
    (kept,) = [path for path in (services.home / "uploads").rglob("*") if path.is_file()]
    kept.write_bytes(scans[1].read_bytes())
    job = services.queue.get(key)
    assert job is not None
    given = DigitizeJob(services, sha256=job.payload["sha256"])
    outcome = work(kept, given)
    assert outcome.error is not None
    assert outcome.error.code == ScanChanged.code
    assert list(services.archive.ids()) == []
    kept.write_bytes(scans[0].read_bytes())
    assert work(kept, given).status is Status.ARCHIVED


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return write_scan(tmp_path / "a.png", ["GIẤY KHAI SINH", "Số: 169/2017"])


def test_one_scan_is_one_file_whatever_it_was_called_and_goes_once_it_is_archived(
    services: Services, paper: Path
) -> None:
    said = Request(type="birth_certificate")
    first, second = handed_in(services, paper, "a.png"), handed_in(services, paper, "b.png", by="canbo2")
    other = handed_in(services, paper, "c.png", said)
    assert first.key == second.key != other.key
    assert len(lying(services)) == 1
    done(services)
    assert lying(services) == []
    assert handed_in(services, paper, "d.png").state == "done"
    assert lying(services) == [], "what is done already is not kept again"


def test_everybody_who_handed_it_in_is_remembered(services: Services, paper: Path) -> None:
    for by in ("canbo1", "canbo2", "canbo1"):
        job = handed_in(services, paper, "a.png", by=by)
    assert job.askers == ("canbo1", "canbo2")
    lease = services.queue.lease("one", seconds=60)[0]
    services.queue.fail(lease, "fault", final=True)
    again = handed_in(services, paper, "a.png", by="canbo2")
    assert (again.state, set(again.askers)) == ("waiting", {"canbo1", "canbo2"})


def test_the_sweep_takes_what_no_job_needs(services: Services, paper: Path, tmp_path: Path) -> None:
    other = write_scan(tmp_path / "b.png", ["GIẤY KHAI TỬ"])
    handed_in(services, paper, "a.png")
    left = services.home / "uploads" / ("0" * 64) / "scan"
    left.parent.mkdir()
    left.write_bytes(other.read_bytes())
    assert uploads.clear(services) == 0, "it may just be handed in"
    old = time.time() - 7200
    os.utime(left.parent, (old, old))
    assert uploads.clear(services) == 1
    assert len(lying(services)) == 1
    done(services)
    kept = next(services.queue.jobs(batch=uploads.BATCH))
    assert kept.state == "done"
    again = Path(str(kept.payload["place"]))
    again.parent.mkdir()
    again.write_bytes(paper.read_bytes())
    assert uploads.clear(services) == 1, "what is archived need not lie here"


def test_a_scan_that_was_erased_lies_nowhere_and_is_not_told_as_done(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_QUARANTINE", str(tmp_path / "q"))
    services = Services(load_settings(workers=1))
    handed_in(services, paper, "Nguyễn Văn A.png")
    done(services)
    job = handed_in(services, paper, "a.png")
    document = str((job.result or {})["documents"][0]["id"])
    place = Path(str(job.payload["place"]))
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(paper.read_bytes())  # as an earlier version left it
    kept = tmp_path / "q" / f"b.{place.parent.name[:16]}.png"
    kept.parent.mkdir()
    kept.write_bytes(paper.read_bytes())
    kept.with_name(f"{kept.name}.ly-do.txt").write_text("Nguyễn Văn A")
    same = kept.with_name(f"c.{place.parent.name[:16]}.png")
    same.write_bytes(b"another scan")
    desk.write_answer(services, local_caller(actor="canbo1"), document, 1, "full_name", {"value": "A"}, 0)
    records.erase(services, CLERK, document, reason="theo lệnh", order="12/QĐ-TA")
    assert lying(services) == []
    assert list((tmp_path / "q").iterdir()) == [same]
    assert services.desk.draft(document) is None
    assert services.queue.get(job.key) is None, "its name is forgotten, too"

    again = handed_in(services, paper, "a.png")
    assert again.state == "waiting"
    done(services)
    told = services.queue.get(again.key)
    assert told is not None
    assert (told.state, told.error) == ("refused", "erased")
    assert lying(services) == []
    assert list((tmp_path / "q").iterdir()) == [same]


@pytest.mark.slow
def test_drafts_of_what_held_the_pages_are_erased_too(services: Services, scan: Path) -> None:
    handed_in(services, scan, "a.pdf")
    done(services)
    whole = next(iter(services.archive.ids()))
    desk.write_answer(services, local_caller(actor="canbo1"), whole, 1, "number", {"value": "GÕ DỞ"}, 0)
    made = regroup.regroup(services, CLERK, [whole], [regroup.Group((1,)), regroup.Group((2, 3))])
    for one in made:
        records.erase(services, CLERK, one.id, reason="theo lệnh", order="12/QĐ-TA")
    assert services.desk.draft(whole) is None
