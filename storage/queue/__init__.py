"""The ledger of work: what is to be done, who holds it, what came of it. On SQLite or PostgreSQL.

It spreads nothing and starts nothing. A job has a key; to enqueue it again changes nothing unless its stamp did. States::

    waiting → leased → done | refused | failed

``refused``: the input is at fault, and stays so. ``failed``: given up after several attempts, or at once when a repeat
cannot help. A lease is for some seconds and is renewed; a lease that ran out is swept back to ``waiting``. Every change of
hands raises the job's **fence**: whoever lost the lease holds an old number, and none of its calls does anything. Whoever
is about to write into the archive asks ``held`` first. All times are the database's, so that clocks of workers do not matter.
"""

from __future__ import annotations

from storage.queue.model import (
    ALSO,
    ATTEMPTS,
    BACKLOG,
    COUNTER,
    DONE,
    ENDED,
    FAILED,
    LEASED,
    LOSSES,
    OPEN,
    REFUSED,
    UPLOAD,
    WAITING,
    Job,
    Lease,
    NewJob,
    gives_up,
)
from storage.queue.queue import Queue

__all__ = [
    "ALSO",
    "ATTEMPTS",
    "BACKLOG",
    "COUNTER",
    "DONE",
    "ENDED",
    "FAILED",
    "LEASED",
    "LOSSES",
    "OPEN",
    "REFUSED",
    "UPLOAD",
    "WAITING",
    "Job",
    "Lease",
    "NewJob",
    "Queue",
    "gives_up",
]
