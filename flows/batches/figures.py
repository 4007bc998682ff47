"""The figures of a batch, from the ledger: the whole batch, whichever run and whichever machine did what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.batches.batch import DIGITIZE, source_of
from storage.queue import DONE, FAILED, OPEN, REFUSED, Job, Queue

MEASURES = ("correct", "complete", "clean", "alive")


@dataclass(frozen=True, slots=True)
class Bad:
    """A file that was refused or given up."""

    source: str
    state: str
    code: str
    message: str
    message_vi: str
    hint: str
    hint_vi: str


@dataclass
class Waiting:
    """A reason why copies are archived without a signature that is due, and how many files it concerns."""

    message: str
    message_vi: str
    hint: str
    hint_vi: str
    files: int = 0


@dataclass
class Figures:
    """How a batch stands. Counters are by code, type, measure or field; times are Unix seconds."""

    source: str
    files: int = 0
    left: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    pages: int = 0
    types: Counter[str] = field(default_factory=Counter)
    measures: Counter[str] = field(default_factory=Counter)
    doubtful: Counter[str] = field(default_factory=Counter)
    fields: int = 0
    duplicates: int = 0
    near: int = 0
    unsigned: int = 0
    waiting: dict[str, Waiting] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)
    bad: list[Bad] = field(default_factory=list)
    hidden: int = 0
    seconds: float = 0.0
    per_minute: Counter[int] = field(default_factory=Counter)
    first: float | None = None
    last: float | None = None

    @property
    def pages_per_minute(self) -> float:
        """Over the minutes in which something was finished, so that a night's break does not count."""
        return self.pages / len(self.per_minute) if self.per_minute else 0.0


MOST_BAD = 2000
"""So many refused files are held for the report; the CSV lists all."""


def figures_of(
    queue: Queue, batch: str, each: Callable[[Job], None] | None = None, *, since: float | None = None
) -> Figures:
    """Walk through the batch once, in flat memory; ``each`` is shown every file's job. ``since``: only what ended from then on."""
    figures = Figures(source_of(queue, batch))
    for job in queue.jobs(batch=batch, kind=DIGITIZE, ended_from=since):
        _count(figures, job)
        if each is not None:
            each(job)
    return figures


def _count(figures: Figures, job: Job) -> None:
    figures.files += 1
    if job.state in OPEN:
        figures.left += 1
        return
    result: Mapping[str, Any] = job.result or {}
    if job.state in {REFUSED, FAILED}:
        _count_bad(figures, job, result.get("error") or {})
        return
    if job.state != DONE:
        return
    status = str(result.get("status", "archived"))
    figures.statuses[status] += 1
    figures.seconds += float(result.get("seconds", 0))
    if job.error is not None:
        _count_unsigned(figures, job.error, result.get("error") or {})
    figures.duplicates += status == "duplicate"
    ended = job.ended or 0.0
    figures.first = min(figures.first or ended, ended - float(result.get("seconds", 0)))
    figures.last = max(figures.last or ended, ended)
    pages = 0
    for document in result.get("documents", ()):
        if status == "archived":
            figures.documents += 1
            pages += document["pages"]
        figures.types[document["type"]] += 1
        figures.measures.update(document["met"])
        figures.doubtful.update(document["doubtful"])
        figures.fields += document["fields"]
        figures.near += bool(document["near"])
    figures.pages += pages
    figures.per_minute[int(ended // 60)] += pages


def _count_unsigned(figures: Figures, code: str, error: Mapping[str, Any]) -> None:
    figures.unsigned += 1

    def said(name: str) -> str:
        return str(error.get(name) or "")

    why = Waiting(said("message"), said("message_vi"), said("hint"), said("hint_vi"))
    figures.waiting.setdefault(code, why).files += 1


def _count_bad(figures: Figures, job: Job, error: Mapping[str, Any]) -> None:
    figures.statuses["rejected" if job.state == REFUSED else "failed"] += 1
    code = str(error.get("code") or job.error)
    figures.codes[code] += 1
    if len(figures.bad) >= MOST_BAD:
        figures.hidden += 1
        return
    figures.bad.append(
        Bad(
            str(job.payload["source"]),
            job.state,
            code,
            str(error.get("message") or code),
            str(error.get("message_vi") or ""),
            str(error.get("hint") or ""),
            str(error.get("hint_vi") or ""),
        )
    )
