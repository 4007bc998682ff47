"""The server's own delivery of events: what happened is told within seconds."""

from __future__ import annotations

import logging
import threading

from flows.events import deliver
from flows.services import Services
from schemas.errors import SohoaError

logger = logging.getLogger("sohoa")

_PAUSE = 2.0


class Teller:
    """A thread that tells receivers what they were not told yet."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self, seconds: float = 15.0) -> None:
        """Begin nothing more, and wait for what is in hand."""
        self._stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE):
            try:
                deliver(self._services)
            except Exception as error:  # the server goes on; what was not told is told later
                code = error.code if isinstance(error, SohoaError) else type(error).__name__
                logger.error("events: %s", code)  # noqa: TRY400 - a trace may show more than ids
                self._stop.wait(30.0)
