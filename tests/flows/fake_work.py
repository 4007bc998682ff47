"""Working off the ledger with a double of the pool, so that faults come when a test wants them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.batches.batch import begin
from flows.outcome import Outcome, Status, failure
from flows.queue.dispatch import Wanted, work_off
from flows.queue.patience import Stop
from flows.request import Request
from flows.services import Services
from storage.queue import Job


class FakeWork:
    """Stands for the pool: answers for a file's name, so that faults come when a test wants them."""

    workers = 2

    def __init__(self, answer: Callable[[Path], Outcome | BaseException]) -> None:
        self.answer = answer
        self.seen: list[str] = []

    def run(self, path: Path, job: object, priority: int = 0) -> Outcome:
        self.seen.append(path.name)
        answer = self.answer(path)
        return answer if isinstance(answer, Outcome) else failure(str(path), answer)


def done(path: Path) -> Outcome:
    return Outcome(str(path), Status.ARCHIVED, "0" * 64)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "flows.queue.dispatch.POLL",
        "flows.queue.dispatch._AGAIN",
        "flows.queue.patience._PAUSE",
        "flows.queue.patience._LONGEST_PAUSE",
    ):
        monkeypatch.setattr(name, 0.01)
    monkeypatch.setattr("storage.queue.model.BACK_OFF", 0.0)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "xã").mkdir(parents=True)
    for name in ("a.png", "b.png", "xã/c.png"):
        (folder / name).write_bytes(name.encode())
    return folder


def work_batch(
    services: Services, inbox: Path, work: FakeWork, *, resume: bool = False
) -> dict[str, tuple[str, str | None]]:
    batch = begin(services, str(inbox), Request(), resume=resume)
    told: dict[str, tuple[str, str | None]] = {}

    def tell(job: Job, outcome: Outcome) -> None:
        told[Path(outcome.source).name] = (str(outcome.status), outcome.error.code if outcome.error else None)

    work_off(services, work, Wanted(batch=batch), Stop(), tell)  # type: ignore[arg-type]
    return told
