"""The server's own worker: digitizes at once what is handed in through it, before any backlog."""

from __future__ import annotations

import logging
import threading

from flows import uploads
from flows.dispatch import Stop, Wanted, work_off
from flows.outcome import Outcome, Status
from flows.pool import Pool
from flows.services import Services
from schemas.errors import SohoaError
from storage.queue import UPLOAD, Job

logger = logging.getLogger("sohoa")

_AGAIN = 5.0
"""Seconds until the worker begins anew after a fault."""


class Worker:
    """A thread that works off the ledger's urgent jobs, with processes that stay warm between two scans."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = Stop()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

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
                uploads.clear(self._services)
                with Pool(self._services.settings.workers) as pool:
                    work_off(self._services, pool, Wanted(priority=UPLOAD), self._stop, self._tell)
            except Exception as error:  # the server goes on; what was in hand is taken up again
                code = error.code if isinstance(error, SohoaError) else type(error).__name__
                logger.error("worker: %s", code)  # noqa: TRY400 - a trace may show what was read
                self._stop.wait(_AGAIN)

    def _tell(self, job: Job, outcome: Outcome) -> None:
        if outcome.status in {Status.ARCHIVED, Status.DUPLICATE}:
            uploads.forget(self._services, job)
