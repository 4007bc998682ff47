"""What happens, told on stderr: a sentence for a person, or by setting (``log = "json"``) an object per line for a machine.

Lines of the second kind name the job and the documents by their ids. Neither kind holds a name, a value that was read, or the
name of a file, which may name a person.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

from flows.outcome import Outcome
from flows.services import Services
from flows.settings import load_settings
from storage.queue import Job

logger = logging.getLogger("sohoa")

Form = Literal["plain", "json"]


def start_logging(form: Form, *, vietnamese: Callable[[], bool] = lambda: False) -> None:
    """Let the log be written in this form; warnings in plain, in JSON also what became of each job. May be repeated."""
    for handler in [one for one in logger.handlers if one.get_name() == "sohoa"]:
        logger.removeHandler(handler)
    handler = _Stderr()
    handler.set_name("sohoa")
    handler.setFormatter(_Json() if form == "json" else _Plain(vietnamese))
    logger.addHandler(handler)
    logger.propagate = logging.getLogger().hasHandlers() and form == "plain"
    if logger.propagate:  # ``sohoa -v`` tells everything already
        logger.removeHandler(handler)
    elif form == "json":
        logger.setLevel(logging.INFO)


def services_of_run() -> Services:
    """What a run of Prefect's works with, its log written as the settings say."""
    settings = load_settings()
    start_logging(settings.log)
    return Services(settings)


def told(job: Job, outcome: Outcome, seconds: float) -> None:
    """One line of what became of a job: ids, codes and counts."""
    facts = {
        "job": job.key,
        "batch": job.batch,
        "status": str(outcome.status),
        "code": outcome.error.code if outcome.error else None,
        "documents": [document.id for document in outcome.documents],
        "pages": sum(len(document.pages) for document in outcome.documents),
        "sha256": outcome.sha256,
        "seconds": round(seconds, 2),
    }
    logger.info("file %s", facts["status"], extra={"facts": facts})


class _Stderr(logging.StreamHandler[Any]):
    """Writes to what stderr is at that moment: a progress bar puts itself before it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """Stderr."""
        return sys.stderr

    @stream.setter
    def stream(self, given: Any) -> None:
        """Never another."""


class _Plain(logging.Formatter):
    def __init__(self, vietnamese: Callable[[], bool]) -> None:
        super().__init__("%(message)s")
        self._vietnamese = vietnamese

    def format(self, record: logging.LogRecord) -> str:
        text = getattr(record, "vi", None)
        return text if text and self._vietnamese() else super().format(record)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "host": socket.gethostname(),
            "process": os.getpid(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)
