"""``sohoa watch``: hot folders of several scanners, each from a thread of its own, so that a share that hangs stops no other.

The same process reads what was claimed: a pool that is warm, and no backlog before it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from flows.caller import local_caller
from flows.incoming.hot_folder import HotFolder
from flows.outcome import Outcome, Status
from flows.queue.dispatch import Wanted, work_off
from flows.queue.patience import Stop
from flows.queue.pool import Pool
from flows.services import Services
from flows.signatures.signing import sign_waiting
from schemas.errors import SohoaError, SourceAway
from storage.queue import COUNTER, Job

logger = logging.getLogger("sohoa")

HANG = 30.0
"""Seconds after which a folder that does not answer is told."""
_TIDY = 60.0
SIGN_AGAIN = 60.0
"""Seconds between two tries to sign what waits for a signature."""

Notice = Callable[[Path, str], None]
"""Told of a folder: ``there``, ``away``, ``hangs``, or ``fault`` and its kind."""


def watch(
    services: Services,
    folders: Sequence[Path],
    stop: Stop,
    tell: Callable[[Job, Outcome], None],
    notice: Notice,
    *,
    settle: float,
    adopt: bool = False,
) -> None:
    """Read what comes into the folders until told to stop. Raises UsageError where a folder cannot be watched.

    ``settle``: seconds for which a file must not have changed. ``adopt``: the folders' shares were replaced on purpose.
    """
    hot = [HotFolder(services, folder, settle) for folder in folders]
    for one in hot:
        one.adopt(again=adopt)
    by_batch = {one.batch: one for one in hot}
    watchers = [_Watcher(one, stop, notice) for one in hot]

    def see(job: Job, outcome: Outcome) -> None:
        folder = by_batch.get(job.batch)
        if folder is not None and outcome.status is not Status.FAILED:
            current = services.queue.get(job.key)
            if current is not None:
                folder.clear(current)
        tell(job, outcome)

    with Pool(services.settings.workers) as pool:
        for watcher in watchers:
            watcher.start()
        threading.Thread(target=_sign_later, args=(services, tuple(by_batch), stop), daemon=True).start()
        work_off(services, pool, Wanted(priority=COUNTER), stop, see)


def _sign_later(services: Services, batches: Sequence[str], stop: Stop) -> None:
    """Sign what was archived while key or authority were away, once they are back."""
    while not stop.asked:
        stop.wait(SIGN_AGAIN)
        try:
            for batch in batches:
                sign_what_waits(services, batch)
        except SohoaError as error:
            logger.info("signatures wait: %s", error.code)


def sign_what_waits(services: Services, batch: str) -> int:
    """Sign copies of a batch that wait for what is due at archiving; how many files. Raises an Unreachable, Conflict."""
    signed = 0
    for job in services.queue.unfinished(batch):
        ids = [str(document["id"]) for document in (job.result or {}).get("documents", ())]
        sign_waiting(services, local_caller(), ids)
        services.queue.settle(job.key)
        signed += 1
    return signed


class _Watcher(threading.Thread):
    """Looks into one folder again and again; the clock beside it tells when the folder hangs."""

    def __init__(self, folder: HotFolder, stop: Stop, notice: Notice) -> None:
        super().__init__(name=f"watch {folder.path}", daemon=True)
        self._folder, self._stop, self._notice = folder, stop, notice
        self._state = ""
        self._looked = monotonic()

    def start(self) -> None:
        """Begin, with the clock."""
        super().start()
        threading.Thread(target=self._watch_the_clock, daemon=True).start()

    def run(self) -> None:
        """Until told to stop."""
        pause = min(self._folder.settle / 4, 1.0)
        tidied = -_TIDY
        while not self._stop.asked:
            try:
                if monotonic() - tidied >= _TIDY:
                    self._folder.tidy()
                    tidied = monotonic()
                self._folder.take()
                self._say("there")
            except SourceAway:
                self._say("away")
            except SohoaError as error:
                self._say(f"fault {error.code}")
            except Exception as error:  # one bad moment never ends the watch
                logger.exception("watching")
                self._say(f"fault {type(error).__name__}")
            self._looked = monotonic()
            self._stop.wait(pause)

    def _watch_the_clock(self) -> None:
        while not self._stop.asked:
            self._stop.wait(HANG / 4)
            if monotonic() - self._looked > HANG:
                self._say("hangs")

    def _say(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self._notice(self._folder.path, state)
