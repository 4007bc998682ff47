"""What the server does beside answering: digitizes what is handed in through it, before any backlog, and tells what happened."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from flows.agencies.events import deliver
from flows.incoming import uploads
from flows.outcome import Outcome, Status
from flows.queue.dispatch import Wanted, work_off
from flows.queue.patience import Stop
from flows.queue.pool import Pool
from flows.services import Services
from schemas.errors import SohoaError
from storage.queue import UPLOAD, Job

logger = logging.getLogger("sohoa")

_PAUSE = 2.0
"""Seconds between two deliveries of events."""


class Background:
    """A thread that does a piece of work again and again, and begins anew ``again`` seconds after a fault."""

    def __init__(self, name: str, work: Callable[[Stop], None], again: float) -> None:
        self._name, self._work, self._again = name, work, again
        self._stop = Stop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self, seconds: float = 20.0) -> None:
        """Begin nothing more, and wait for what is in hand."""
        self._stop.ask()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.asked:
            try:
                self._work(self._stop)
            except Exception as error:  # the server goes on; what was in hand is taken up again
                code = error.code if isinstance(error, SohoaError) else type(error).__name__
                logger.error("%s: %s", self._name, code)  # noqa: TRY400 - a trace may show what was read
                self._stop.wait(self._again)


def background(services: Services) -> tuple[Background, ...]:
    """The server's own worker, with processes that stay warm between two scans; and its delivery of events."""

    def digitize(stop: Stop) -> None:
        uploads.clear(services)
        with Pool(services.settings.workers) as pool:
            pool.warm()
            work_off(services, pool, Wanted(priority=UPLOAD), stop, forget)

    def forget(job: Job, outcome: Outcome) -> None:
        if outcome.status in {Status.ARCHIVED, Status.DUPLICATE}:
            uploads.forget(services, job)

    def tell(stop: Stop) -> None:
        stop.wait(_PAUSE)
        if not stop.asked:
            deliver(services)

    return Background("worker", digitize, again=5.0), Background("events", tell, again=30.0)
