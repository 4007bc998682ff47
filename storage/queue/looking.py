"""Looking into the ledger; nothing changes by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, func, select

from schemas.errors import LeaseLost
from storage.index.database import now as _now
from storage.index.database import reading
from storage.index.tables import jobs
from storage.queue.model import ENDED, LEASED, OPEN, WAITING, Job, Lease
from storage.queue.rows import job_of, mine, narrow, unfinished

_ROWS = 500


class Looking:
    """What the ledger says, in a database that ``storage.index.database.open_database`` opened; may be shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def get(self, key: str) -> Job | None:
        """One job."""
        with reading(self.engine) as connection:
            row = connection.execute(select(jobs).where(jobs.c.key == key)).one_or_none()
        return job_of(row) if row else None

    def jobs(
        self,
        *,
        batch: str | None = None,
        kind: str | None = None,
        states: Sequence[str] | None = None,
        priority: int | None = None,
        ended_from: float | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[Job]:
        """Jobs in the order of their numbers, after one of them; read in pages, so that memory stays flat.

        ``ended_from``: only those that ended then (Unix seconds) or later.
        """
        kinds = None if kind is None else (kind,)
        chosen = narrow(batch=batch, kinds=kinds, states=states, priority=priority)
        chosen += [] if ended_from is None else [jobs.c.ended >= ended_from]
        left = limit
        while left is None or left > 0:
            page = select(jobs).where(*chosen, jobs.c.number > after).order_by(jobs.c.number)
            with reading(self.engine) as connection:
                rows = connection.execute(page.limit(min(_ROWS, left or _ROWS))).all()
            yield from map(job_of, rows)
            if len(rows) < min(_ROWS, left or _ROWS):
                return
            after = rows[-1].number
            left = None if left is None else left - len(rows)

    def unfinished(self, batch: str, *, limit: int = _ROWS) -> list[Job]:
        """Jobs of a batch that are done but for something that is still open (a signature), the oldest first."""
        chosen = select(jobs).where(jobs.c.batch == batch, *unfinished()).order_by(jobs.c.number)
        with reading(self.engine) as connection:
            return [job_of(row) for row in connection.execute(chosen.limit(limit))]

    def ended_since(self, moment: float, *, kind: str) -> list[Job]:
        """Jobs of a kind that ended after a moment (Unix seconds)."""
        with reading(self.engine) as connection:
            chosen = select(jobs).where(jobs.c.kind == kind, jobs.c.state.in_(ENDED), jobs.c.ended > moment)
            return [job_of(row) for row in connection.execute(chosen)]

    def counts(self, *, batch: str | None = None, kind: str | None = None) -> dict[str, int]:
        """How many jobs are in each state."""
        chosen = narrow(batch=batch, kinds=None if kind is None else (kind,))
        counted = select(jobs.c.state, func.count()).where(*chosen).group_by(jobs.c.state)
        with reading(self.engine) as connection:
            return {row[0]: row[1] for row in connection.execute(counted)}

    def is_open(self, batch: str) -> bool:
        """Whether anything of a batch still waits or is in work."""
        with reading(self.engine) as connection:
            asked = select(jobs.c.number).where(jobs.c.batch == batch, jobs.c.state.in_(OPEN)).limit(1)
            return connection.scalar(asked) is not None

    def oldest_age(self, *, priority: int | None = None) -> float:
        """For how many seconds the oldest job that is due has waited; 0 when none does."""
        chosen = narrow(states=(WAITING,), priority=priority)
        with reading(self.engine) as connection:
            oldest = connection.scalar(select(func.min(jobs.c.due)).where(*chosen))
            return 0.0 if oldest is None else max(_now(connection) - oldest, 0.0)

    def held(self, lease: Lease) -> bool:
        """Whether the job is still this owner's, under this number, and the lease has not run out."""
        with reading(self.engine) as connection:
            now = _now(connection)
            asked = select(jobs.c.number).where(mine(lease), jobs.c.due > now)
            return connection.scalar(asked) is not None

    def require(self, lease: Lease) -> None:
        """Raise LeaseLost unless the lease is held."""
        if not self.held(lease):
            raise LeaseLost

    def owners(self) -> list[str]:
        """Who holds leases."""
        with reading(self.engine) as connection:
            return list(connection.scalars(select(jobs.c.owner).where(jobs.c.state == LEASED).distinct()))
