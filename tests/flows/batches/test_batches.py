"""What a manager is told in the morning: the last run of each batch, and what it left."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.batches.batches import batch_page, batches
from flows.caller import local_caller
from flows.services import Services
from schemas.errors import NotFoundInArchive, Unreadable
from tests.flows.fake_work import FakeWork, done, inbox, quick, work_batch

__all__ = ["inbox", "quick"]


def test_the_last_run_is_told_apart_from_the_whole_batch(services: Services, inbox: Path) -> None:
    caller = local_caller()
    assert batches(services, caller) == []
    work_batch(services, inbox, FakeWork(lambda path: Unreadable() if path.name == "b.png" else done(path)))
    (first,) = batches(services, caller)
    assert (first.source, first.files, first.left, first.not_taken) == (str(inbox), 3, 0, 1)
    assert first.run.statuses == {"archived": 2, "rejected": 1}
    assert [(one.code, one.files) for one in first.reasons] == [("unreadable", 1)]
    (inbox / "d.png").write_bytes(b"d")
    work_batch(services, inbox, FakeWork(done), resume=True)
    (second,) = batches(services, caller)
    assert second.began > first.began
    assert (second.files, second.not_taken) == (4, 1), "what was refused before is so still"
    assert second.run.statuses == {"archived": 1}, "only what this run did"
    assert second.reasons == ()


def test_the_report_is_made_where_it_is_asked_for(services: Services, inbox: Path) -> None:
    caller = local_caller()
    work_batch(services, inbox, FakeWork(done))
    (one,) = batches(services, caller)
    assert "Báo cáo số hóa" in batch_page(services, caller, one.batch)
    with pytest.raises(NotFoundInArchive):
        batch_page(services, caller, "none")
