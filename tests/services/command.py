"""``sohoa`` in a process of its own, watched from outside while something happens to what it needs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.batches.batch import DIGITIZE, batch_of
from flows.services import Services
from flows.settings import load_settings
from storage.fixity import check
from storage.queue import ENDED
from tests.services.cluster import wait_until


@dataclass
class Command:
    """A command that runs."""

    process: subprocess.Popen[bytes]
    told: Path
    """What it says on stderr."""

    def says(self, words: str) -> bool:
        """Whether it has said this to the operator."""
        return words in self.told.read_text(errors="replace")

    def end(self, seconds: float = 900) -> int:
        """Wait for its end; its exit status."""
        return self.process.wait(seconds)


@contextmanager
def sohoa(folder: Path, *arguments: str, **environment: str) -> Iterator[Command]:
    """Start ``sohoa`` with these arguments; it is gone afterwards. Its output lies in ``folder``."""
    told = folder / f"{arguments[0]}.err"
    with (folder / f"{arguments[0]}.out").open("wb") as out, told.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "apps.cli", *arguments],
            stdout=out,
            stderr=err,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
            start_new_session=True,
        )
        try:
            yield Command(process, told)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def here() -> Services:
    """Archive, index and ledger as the environment says."""
    return Services(load_settings())


def done(source: Path | str) -> int:
    """Files of a backlog that are through."""
    counts = here().queue.counts(batch=batch_of(str(source)), kind=DIGITIZE)
    return sum(counts.get(state, 0) for state in ENDED)


def wait_for_done(source: Path | str, files: int) -> None:
    """Until so many files of a backlog are through."""
    wait_until(lambda: done(source) >= files)


def demand_each_once(source: Path | str, files: int) -> None:
    """Every file of a backlog done, archived once, whole, and found in the index."""
    services = here()
    jobs = list(services.queue.jobs(batch=batch_of(str(source)), kind=DIGITIZE))
    assert Counter(job.state for job in jobs) == {"done": files}, Counter(job.error for job in jobs)
    ids = list(services.archive.ids())
    assert len({services.archive.record(id).source for id in ids}) == len(ids) == files
    assert services.index.count() == files
    assert check(services.archive).sound
