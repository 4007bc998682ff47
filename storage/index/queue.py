"""Work in progress: a queue with leases, so that what a dead worker held is done by another.

A job has a key (the scan's SHA-256, a document's id); to enqueue it again changes nothing. States: ``waiting`` →
``leased`` → ``done``; a failure goes back to ``waiting`` and later, after the last attempt, to ``quarantined``. A
document that waits for its signature is a job of kind ``sign``. All times are the database's, so that the clocks of
workers do not matter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, case, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.index.database import reading, writing
from storage.index.tables import jobs

WAITING, LEASED, DONE, QUARANTINED = "waiting", "leased", "done", "quarantined"
ATTEMPTS = 5
"""Attempts before a job is quarantined."""
BACK_OFF = 10.0
"""Seconds until the second attempt; doubled for each further one."""

_INSERT: dict[str, Any] = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}
_NOW: dict[str, Any] = {
    "sqlite": literal_column("((julianday('now') - 2440587.5) * 86400.0)"),
    "postgresql": literal_column("extract(epoch FROM clock_timestamp())"),
}


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work. ``attempts`` counts the leases so far; ``error`` is the code of the last failure."""

    key: str
    kind: str
    payload: Mapping[str, Any]
    state: str
    attempts: int
    worker: str | None
    error: str | None


class Queue:
    """Jobs in the database of the index."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def enqueue(self, kind: str, items: Mapping[str, Mapping[str, Any]]) -> int:
        """Add jobs by key, with what the worker needs to know; those that are there already stay. How many are new."""
        if not items:
            return 0
        with writing(self.engine) as connection:
            now = _now(connection)
            insert = _INSERT[connection.dialect.name](jobs).on_conflict_do_nothing()
            before = connection.scalar(select(func.count()).select_from(jobs)) or 0
            for key, payload in items.items():
                connection.execute(
                    insert.values(
                        key=key,
                        kind=kind,
                        payload=json.dumps(payload, ensure_ascii=False),
                        state=WAITING,
                        attempts=0,
                        due=now,
                        created=now,
                    )
                )
            return (connection.scalar(select(func.count()).select_from(jobs)) or 0) - before

    def lease(self, kind: str, worker: str, *, seconds: float, limit: int = 1) -> list[Job]:
        """Take jobs that are due, or whose lease ended, the oldest first; they are this worker's for so long."""
        with writing(self.engine) as connection:
            now = _now(connection)
            free = (
                select(jobs.c.key)
                .where(jobs.c.kind == kind, jobs.c.state.in_((WAITING, LEASED)), jobs.c.due <= now)
                .order_by(jobs.c.due, jobs.c.created)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            keys = list(connection.scalars(free))
            take = (
                update(jobs)
                .where(jobs.c.key.in_(keys))
                .values(
                    state=case((jobs.c.attempts >= ATTEMPTS, QUARANTINED), else_=LEASED),
                    attempts=jobs.c.attempts + 1,
                    worker=worker,
                    due=now + seconds,
                )
                .returning(*jobs.c)
            )
            taken = [_job(row) for row in connection.execute(take)]
        order = {key: place for place, key in enumerate(keys)}
        return sorted((job for job in taken if job.state == LEASED), key=lambda job: order[job.key])

    def renew(self, job: Job, *, seconds: float) -> bool:
        """Keep a lease for longer; ``False`` when another worker has the job by now."""
        return self._change(job, lambda now: {"due": now + seconds})

    def done(self, job: Job) -> bool:
        """The work is finished; ``False`` when another worker has the job by now (what was done is done)."""
        return self._change(job, lambda _: {"state": DONE, "error": None})

    def fail(self, job: Job, code: str, *, final: bool = False) -> bool:
        """It did not work: again later, or into quarantine when ``final`` or after the last attempt."""
        stop = final or job.attempts >= ATTEMPTS
        delay = BACK_OFF * 2 ** (job.attempts - 1)
        state = QUARANTINED if stop else WAITING
        return self._change(job, lambda now: {"state": state, "error": code, "due": now + delay})

    def release(self, job: Job) -> bool:
        """Give the job back untouched (the part that it needs is away): due at once, the attempt not counted."""
        return self._change(
            job, lambda now: {"state": WAITING, "due": now, "attempts": max(job.attempts - 1, 0)}
        )

    def requeue(self, kind: str, keys: Sequence[str] | None = None) -> int:
        """Take jobs (all of the kind for ``None``) out of quarantine; how many."""
        with writing(self.engine) as connection:
            chosen = and_(jobs.c.kind == kind, jobs.c.state == QUARANTINED)
            if keys is not None:
                chosen = and_(chosen, jobs.c.key.in_(keys))
            values = {"state": WAITING, "attempts": 0, "due": _now(connection)}
            return connection.execute(update(jobs).where(chosen).values(values)).rowcount

    def get(self, key: str) -> Job | None:
        """One job."""
        with reading(self.engine) as connection:
            row = connection.execute(select(jobs).where(jobs.c.key == key)).one_or_none()
        return _job(row) if row else None

    def jobs(self, kind: str, state: str | None = None) -> list[Job]:
        """All jobs of a kind, in a state if one is named, the oldest first."""
        chosen = select(jobs).where(jobs.c.kind == kind)
        if state is not None:
            chosen = chosen.where(jobs.c.state == state)
        with reading(self.engine) as connection:
            return [_job(row) for row in connection.execute(chosen.order_by(jobs.c.created, jobs.c.key))]

    def counts(self, kind: str) -> dict[str, int]:
        """How many jobs are in each state."""
        counted = select(jobs.c.state, func.count()).where(jobs.c.kind == kind).group_by(jobs.c.state)
        with reading(self.engine) as connection:
            return {row[0]: row[1] for row in connection.execute(counted)}

    def _change(self, job: Job, values: Any) -> bool:
        mine = (
            jobs.c.key == job.key,
            jobs.c.state == LEASED,
            jobs.c.worker == job.worker,
            jobs.c.attempts == job.attempts,
        )
        with writing(self.engine) as connection:
            changed = update(jobs).where(*mine).values(values(_now(connection)))
            return connection.execute(changed).rowcount == 1


def _now(connection: Connection) -> float:
    return float(connection.scalar(select(_NOW[connection.dialect.name])) or 0)


def _job(row: Row[Any]) -> Job:
    return Job(row.key, row.kind, json.loads(row.payload), row.state, row.attempts, row.worker, row.error)
