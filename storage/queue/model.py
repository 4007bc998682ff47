"""What a job is: its states, its priority, who holds it, how often it may fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WAITING, LEASED, DONE, REFUSED, FAILED = "waiting", "leased", "done", "refused", "failed"
OPEN = (WAITING, LEASED)
ENDED = (DONE, REFUSED, FAILED)

COUNTER, UPLOAD, BACKLOG = 0, 10, 100
"""Priorities; the lowest number goes first."""

ALSO = "also"
"""Where a job's payload names who else put it in."""

ATTEMPTS = 3
"""Attempts before a job that does not end well is given up."""
LOSSES = 10
"""Times that a job may be lost with its holder. More than attempts: most that were in hand when a machine died had no
part in it."""
BACK_OFF = 2.0
"""Seconds until the second attempt, or after the second loss; doubled for each further one."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be enqueued. ``batch`` groups jobs; ``stamp`` says which state of the input it is about."""

    key: str
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    batch: str = ""
    priority: int = BACKLOG
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a job, and under which number. Small; it travels to other processes."""

    key: str
    owner: str
    fence: int


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the ledger.

    ``attempts`` counts its leases, but for those that were lost with their holders (``losses``); ``error`` is the code of the last failure; ``result`` is what was noted of it.
    ``number`` grows with time and pages through lists; times are Unix seconds.
    """

    number: int
    key: str
    kind: str
    batch: str
    priority: int
    payload: Mapping[str, Any]
    stamp: str
    state: str
    attempts: int
    losses: int
    fence: int
    owner: str | None
    due: float
    created: float
    ended: float | None
    error: str | None
    result: Mapping[str, Any] | None

    @property
    def lease(self) -> Lease:
        """The lease under which this job was handed out."""
        return Lease(self.key, self.owner or "", self.fence)

    @property
    def askers(self) -> tuple[str, ...]:
        """Everybody who put it in, the first one first: what comes of it is told to each of them."""
        first = [str(self.payload["actor"])] if "actor" in self.payload else []
        return tuple(dict.fromkeys((*first, *map(str, self.payload.get(ALSO, ())))))


def gives_up(job: Job, *, final: bool = False) -> bool:
    """Whether one more failure of this job is the last."""
    return final or job.attempts >= ATTEMPTS
