"""What changes the ledger: jobs put in, handed out, taken back, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Engine, delete, or_, select, update

from storage.index.database import now as _now
from storage.index.database import writing
from storage.index.tables import jobs
from storage.queue import model
from storage.queue.looking import Looking
from storage.queue.model import (
    ALSO,
    DONE,
    ENDED,
    FAILED,
    LEASED,
    REFUSED,
    WAITING,
    Job,
    Lease,
    NewJob,
    gives_up,
)
from storage.queue.rows import (
    dump,
    ended,
    fresh,
    insert_jobs,
    job_of,
    mine,
    narrow,
    take_back,
    unfinished,
)

_ROWS = 500


class Queue(Looking):
    """The ledger; may be shared by threads and processes. ``listeners`` are called when something was put in, handed out or ended from this process."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.listeners: set[Callable[[], None]] = set()

    # -- putting in

    def enqueue(self, new: Iterable[NewJob]) -> int:
        """Add jobs; how many were added or opened again. Takes any number in bounded memory.

        A job that is there stays as it is, unless it ended and its stamp differs now, it failed, or it was done with
        an error still open: then it waits again.
        """
        changed = 0
        rest = iter(new)
        while rows := list(islice(rest, _ROWS)):
            with writing(self.engine) as connection:
                changed += insert_jobs(connection, rows)
        self._tell()
        return changed

    def share(self, key: str, actor: str) -> None:
        """Note that somebody else put in the same job: what comes of it is hers to know as well (``Job.askers``)."""
        with writing(self.engine) as connection:
            row = connection.execute(select(jobs).where(jobs.c.key == key).with_for_update()).one_or_none()
            job = job_of(row) if row else None
            if job is not None and actor not in job.askers:
                payload = {**job.payload, ALSO: [*job.payload.get(ALSO, ()), actor]}
                connection.execute(update(jobs).where(jobs.c.key == key).values(payload=dump(payload)))

    def forget(self, batch: str) -> int:
        """Remove the jobs of a batch, all but those in somebody's hands; how many."""
        with writing(self.engine) as connection:
            gone = delete(jobs).where(jobs.c.batch == batch, jobs.c.state != LEASED)
            return connection.execute(gone).rowcount

    def forget_about(self, words: Sequence[str]) -> list[Job]:
        """Remove jobs that have ended and name one of these (digests of scans, ids of documents); what they were."""
        named = [
            column.contains(word, autoescape=True)
            for word in words
            for column in (jobs.c.payload, jobs.c.result)
        ]
        with writing(self.engine) as connection:
            gone = delete(jobs).where(jobs.c.state.in_(ENDED), or_(*named)).returning(*jobs.c)
            return [job_of(row) for row in connection.execute(gone)] if words else []

    def forget_ended(self, *, before: float) -> int:
        """Remove jobs that were done before a moment (Unix seconds), what was refused or failed stays; how many."""
        with writing(self.engine) as connection:
            gone = delete(jobs).where(jobs.c.state == DONE, jobs.c.error.is_(None), jobs.c.ended < before)
            return connection.execute(gone).rowcount

    def reopen(self, batch: str, *, limit: int | None = None) -> int:
        """Let jobs of a batch wait again that were done with something still open (a signature); how many.

        What came of them before stays noted.
        """
        with writing(self.engine) as connection:
            still = select(jobs.c.number).where(jobs.c.batch == batch, *unfinished()).order_by(jobs.c.number)
            again = update(jobs).where(jobs.c.number.in_(still.limit(limit)))
            values = {**fresh(_now(connection)), "result": jobs.c.result, "fence": jobs.c.fence + 1}
            return connection.execute(again.values(values)).rowcount

    def settle(self, key: str) -> None:
        """What was still open of a job that is done has been done since."""
        with writing(self.engine) as connection:
            connection.execute(update(jobs).where(jobs.c.key == key, *unfinished()).values(error=None))

    # -- taking out

    def lease(
        self,
        owner: str,
        *,
        seconds: float,
        limit: int = 1,
        kinds: Sequence[str] | None = None,
        batch: str | None = None,
        priority: int | None = None,
    ) -> list[Job]:
        """Take jobs that are due, the most urgent and then the oldest first; they are the owner's for so many seconds.

        ``kinds``, ``batch`` and ``priority`` (this or more urgent) narrow the choice.
        """
        with writing(self.engine) as connection:
            now = _now(connection)
            chosen = narrow(states=(WAITING,), kinds=kinds, batch=batch, priority=priority)
            free = (
                select(jobs.c.number)
                .where(*chosen, jobs.c.due <= now)
                .order_by(jobs.c.priority, jobs.c.number)
                .limit(limit)
            )
            numbers = list(connection.scalars(free.with_for_update(skip_locked=True)))
            if not numbers:
                return []
            take = update(jobs).where(jobs.c.number.in_(numbers))
            values = {
                "state": LEASED,
                "owner": owner,
                "due": now + seconds,
                "attempts": jobs.c.attempts + 1,
                "fence": jobs.c.fence + 1,
            }
            taken = [job_of(row) for row in connection.execute(take.values(values).returning(*jobs.c))]
        self._tell()
        return sorted(taken, key=lambda job: (job.priority, job.number))

    def renew(self, leases: Iterable[Lease], *, seconds: float) -> list[Lease]:
        """Keep leases for longer; gives those that are lost."""
        with writing(self.engine) as connection:
            due = _now(connection) + seconds
            return [
                lease
                for lease in leases
                if connection.execute(update(jobs).where(mine(lease)).values(due=due)).rowcount != 1
            ]

    def sweep(self) -> int:
        """Take back every lease that ran out; how many. Every worker does so every few seconds."""
        with writing(self.engine) as connection:
            return take_back(connection, jobs.c.due <= _now(connection))

    def take_back(self, owner: str) -> int:
        """Take back all leases of an owner who is known to be dead; how many."""
        with writing(self.engine) as connection:
            return take_back(connection, jobs.c.owner == owner)

    # -- ending; each tells whether the lease was still held, and does nothing otherwise

    def note(self, lease: Lease, result: Mapping[str, Any]) -> bool:
        """Write down how far the work is, or what is about to happen; the next holder finds it in ``Job.result``."""
        return self._change(lease, lambda _: {"result": dump(result)})

    def complete(
        self, lease: Lease, result: Mapping[str, Any] | None = None, error: str | None = None
    ) -> bool:
        """The work is done; with ``error`` something is still open (a signature), and enqueueing opens it again."""
        return self._change(lease, lambda now: ended(DONE, now, error, result))

    def refuse(self, lease: Lease, error: str, result: Mapping[str, Any] | None = None) -> bool:
        """The input cannot be taken."""
        return self._change(lease, lambda now: ended(REFUSED, now, error, result))

    def fail(
        self, job: Job, error: str, result: Mapping[str, Any] | None = None, *, final: bool = False
    ) -> bool:
        """It did not work: again later, or given up when ``final`` or after the last attempt (see ``gives_up``)."""
        if gives_up(job, final=final):
            return self._change(job.lease, lambda now: ended(FAILED, now, error, result))
        wait = model.BACK_OFF * 2 ** (job.attempts - 1)
        values = {"state": WAITING, "owner": None, "error": error}
        return self._change(job.lease, lambda now: {**values, "due": now + wait})

    def release(self, lease: Lease, *, wait: float = 0.0) -> bool:
        """Give the job back untouched (a part that it needs is away); the attempt does not count."""
        values = {"state": WAITING, "owner": None, "attempts": jobs.c.attempts - 1}
        return self._change(lease, lambda now: {**values, "due": now + wait})

    def _change(self, lease: Lease, values: Any) -> bool:
        with writing(self.engine) as connection:
            change = update(jobs).where(mine(lease)).values(values(_now(connection)))
            changed = connection.execute(change).rowcount == 1
        self._tell()
        return changed

    def _tell(self) -> None:
        for listener in tuple(self.listeners):
            listener()
