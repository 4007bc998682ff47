"""Somebody exchanges a file to and fro while it is worked on: what was hashed is what is read, verified and archived."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.digitize import DigitizeJob
from flows.outcome import Outcome, Status
from flows.queue.pool import Pool
from flows.record import verifying
from flows.record.verifying import verify_file
from flows.services import Services
from flows.work import ReadJob, work
from pipeline.model import PageReading, Scan
from schemas.errors import ExitStatus
from tests.scans import write_scan


@dataclass(frozen=True)
class ExchangedRead(ReadJob):
    """Between intake and pages the file becomes another, between pages and the end it is the first again."""

    first: Path = Path()
    other: Path = Path()

    def begin(self, path: Path, own: Path) -> Scan:
        scan = ReadJob.begin(self, path, own)
        shutil.copyfile(self.other, path)
        return scan

    def finish(self, scan: Scan, pages: Sequence[PageReading]) -> Outcome:
        shutil.copyfile(self.first, scan.given)
        return ReadJob.finish(self, scan, pages)


@dataclass(frozen=True)
class ExchangedDigitize(DigitizeJob):
    """The same, with all that is archived."""

    first: Path = Path()
    other: Path = Path()

    def begin(self, path: Path, own: Path) -> Scan | Outcome:
        scan = DigitizeJob.begin(self, path, own)
        shutil.copyfile(self.other, path)
        return scan

    def finish(self, scan: Scan, pages: Sequence[PageReading]) -> Outcome:
        shutil.copyfile(self.first, scan.given)
        return DigitizeJob.finish(self, scan, pages)


@pytest.fixture
def three(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The file that is handed in, what it is at first, and what it is exchanged for."""
    first = write_scan(tmp_path / "first.png", ["Quyết định", "số mười hai"])
    other = write_scan(tmp_path / "other.png", ["Giấy khai sinh", "giả mạo"])
    given = tmp_path / "given.png"
    shutil.copyfile(first, given)
    return given, first, other


def _true(outcome: Outcome, given: Path, first: Path) -> None:
    assert outcome.source == str(given)
    assert outcome.sha256 == hashlib.sha256(first.read_bytes()).hexdigest()
    (document,) = outcome.documents
    assert "Quyết" in document.text
    assert "khai" not in document.text


def test_what_was_hashed_is_read(three: tuple[Path, Path, Path]) -> None:
    given, first, other = three
    job = ExchangedRead(first=first, other=other)
    _true(work(given, job), given, first)
    with Pool(1) as pool:
        _true(pool.run(given, job), given, first)


def test_what_was_hashed_is_read_and_archived(three: tuple[Path, Path, Path], services: Services) -> None:
    given, first, other = three
    outcome = work(given, ExchangedDigitize(services, first=first, other=other))
    assert outcome.status is Status.ARCHIVED
    _true(outcome, given, first)
    (document,) = outcome.documents
    assert services.archive.get(document.id, "scan") == first.read_bytes()
    record = services.archive.record(document.id)
    assert (record.scan.name, record.source) == ("given.png", str(given))


def test_what_was_hashed_is_verified(
    services: Services, three: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    given, first, other = three

    def exchanged(path: Path, *rest: object) -> object:
        shutil.copyfile(other, given)
        return verify(path, *rest)

    verify: Callable[..., object] = verifying.verify_pdf
    monkeypatch.setattr(verifying, "verify_pdf", exchanged)
    found = verify_file(services, given).result
    assert given.read_bytes() == other.read_bytes()
    assert found.sha256 == hashlib.sha256(first.read_bytes()).hexdigest()


def test_a_copy_that_cannot_be_made_is_no_fault_of_the_file(three: tuple[Path, Path, Path]) -> None:
    given, _, _ = three

    class NoPlace(ReadJob):
        def begin(self, path: Path, own: Path) -> Scan:
            return ReadJob.begin(self, path, Path("/dev/full/scan"))

    outcome = work(given, NoPlace())
    assert outcome.status is Status.FAILED
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.status) == ("machine_fault", ExitStatus.UNREACHABLE)
