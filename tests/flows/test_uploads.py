"""Scans that are handed in through the server: kept whole, whatever they are called."""

from __future__ import annotations

import io
from pathlib import Path

from flows import uploads
from flows.caller import local_caller
from flows.digitize import DigitizeJob
from flows.outcome import Status
from flows.request import NOTHING_SAID
from flows.services import Services
from flows.work import work
from schemas.errors import ScanChanged
from tests.scans import write_scan


def test_a_long_name_in_vietnamese_is_cut_where_file_systems_count_bytes(services: Services) -> None:
    key = uploads.submit(services, local_caller(), io.BytesIO(b"scan"), "ễ" * 120 + ".pdf", NOTHING_SAID)
    (kept,) = [path for path in (services.home / "uploads").rglob("*") if path.is_file()]
    job = services.queue.get(key)
    assert job is not None
    assert job.payload["place"] == str(kept)
    assert job.payload["given"] == kept.name, "where it lies until it is archived is nobody's business"
    assert kept.read_bytes() == b"scan"
    assert kept.suffix == ".pdf"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_no_name_is_kept_that_would_break_a_line_or_turn_it(services: Services) -> None:
    name = "a\nb\u2028c\x85d\u202egnp.\tpdf"
    uploads.submit(services, local_caller(), io.BytesIO(b"scan"), name, NOTHING_SAID)
    (kept,) = [path for path in (services.home / "uploads").rglob("*") if path.is_file()]
    assert kept.name == "a-b\ufffdc\ufffdd\ufffdgnp.-pdf"


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
