"""A whole batch: its report, what waits for a signature at its end, what is logged of it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from flows.batches.markdown import as_markdown
from flows.logs import start_logging
from flows.outcome import Fault, Outcome, Status
from flows.queue.patience import Stop
from flows.queue.whole_batch import run_batch
from flows.request import Request
from flows.services import Services
from schemas.errors import SignerUnavailable, StoreUnreachable
from tests.flows.fake_work import FakeWork, done, inbox, quick, work_batch
from tests.scans import write_scan

__all__ = ["inbox", "quick"]


def test_the_report_tells_the_wholework_batch(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write_scan(folder / "a.png", ["Một"])
    (folder / "=cmd.pdf").write_bytes(b"no pdf")
    (folder / "<b>.pdf").write_bytes(b"no pdf")
    told: list[str] = []
    for resume in (False, True):
        report = run_batch(
            services,
            str(folder),
            Request(),
            resume=resume,
            stop=Stop(),
            tell=lambda job, _: told.append(job.key),
        )
    assert len(told) == 3
    figures = report.figures
    assert figures.statuses == {"archived": 1, "rejected": 2}
    assert (figures.files, figures.documents, figures.pages, figures.left) == (3, 1, 1, 0)
    page = (report.folder / "report.html").read_text()
    assert "&lt;b&gt;.pdf" in page
    assert "<b>.pdf" not in page
    assert "không nhận" in page
    assert "Lưu bản quét ở một trong các định dạng này" in page
    assert "Save the scan in one of these formats" not in page, "the page is Vietnamese"
    table = (report.folder / "report.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(table) == 4
    assert report.folder.stat().st_mode & 0o077 == 0
    shown = as_markdown(report)
    assert "| rejected | 2 |" in shown
    assert "&lt;b>.pdf" in shown
    assert "<b>" not in shown
    assert report.folder.name in shown


def test_a_signature_that_is_still_to_come_is_tried_on_resume(services: Services, inbox: Path) -> None:
    away = Fault.of(SignerUnavailable())
    told = work_batch(services, inbox, FakeWork(lambda path: replace(done(path), error=away)))
    assert set(told.values()) == {("archived", "signer_unavailable")}
    assert len(work_batch(services, inbox, FakeWork(done), resume=True)) == 3


class _Standing(FakeWork):
    """As the pool that a batch opens for itself."""

    def __enter__(self) -> _Standing:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(("back_after", "asked"), [(4, 6), (99, 4)])
def test_what_was_archived_unsigned_is_signed_at_the_end(
    services: Services, inbox: Path, monkeypatch: pytest.MonkeyPatch, back_after: int, asked: int
) -> None:
    """One file is tried again; only where that can be signed, the others are, too. The report counts each once."""
    away = Fault.of(SignerUnavailable())

    def answer(path: Path) -> Outcome:
        again = work.seen.count(path.name) > 1
        error = away if len(work.seen) < back_after else None
        return replace(done(path), status=Status.DUPLICATE if again else Status.ARCHIVED, error=error)

    work = _Standing(answer)
    monkeypatch.setattr("flows.queue.whole_batch.Pool", lambda workers: work)
    monkeypatch.setattr("flows.queue.whole_batch.REST", 0.0)
    told: list[str] = []
    report = run_batch(
        services, str(inbox), Request(), resume=True, stop=Stop(), tell=lambda job, _: told.append(job.key)
    )
    assert len(work.seen) == asked
    assert len(told) == 3
    assert report.figures.statuses == {"archived": 3}
    assert report.figures.unsigned == (0 if back_after < 99 else 3)
    assert [(code, why.files) for code, why in report.figures.waiting.items()] == (
        [] if back_after < 99 else [("signer_unavailable", 3)]
    )


def test_the_log_names_jobs_and_documents_and_no_file(
    services: Services, inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away: list[str] = []

    def answer(path: Path) -> Outcome | BaseException:
        away.append(path.name)
        return StoreUnreachable("s3") if len(away) == 1 else done(path)

    logger = logging.getLogger("sohoa")
    start_logging("json")
    try:
        work_batch(services, inbox, FakeWork(answer))
    finally:
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
        logger.propagate = True
    told = capsys.readouterr().err
    lines = [json.loads(line) for line in told.splitlines()]
    assert [line["status"] for line in lines if "job" in line] == ["archived"] * 3
    assert {line["waiting_for"] for line in lines if "waiting_for" in line} == {"store_unreachable"}
    assert not any(name in told for name in ("a.png", "b.png", "c.png"))
