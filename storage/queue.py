"""The ledger of work: what is to be done, who holds it, what came of it. On SQLite or PostgreSQL.

It spreads nothing and starts nothing. A job has a key; to enqueue it again changes nothing unless its stamp did. States::

    waiting → leased → done | refused | failed

``refused``: the input is at fault, and stays so. ``failed``: given up after several attempts, or at once when a repeat
cannot help. A lease is for some seconds and is renewed; a lease that ran out is swept back to ``waiting``. Every change of
hands raises the job's **fence**: whoever lost the lease holds an old number, and none of its calls does anything. Whoever
is about to write into the archive asks ``held`` first. All times are the database's, so that clocks of workers do not matter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from schemas.errors import LeaseLost
from storage.index.database import now as _now
from storage.index.database import reading, writing
from storage.index.tables import jobs

WAITING, LEASED, DONE, REFUSED, FAILED = "waiting", "leased", "done", "refused", "failed"
OPEN = (WAITING, LEASED)
ENDED = (DONE, REFUSED, FAILED)

COUNTER, UPLOAD, BACKLOG = 0, 10, 100
"""Priorities; the lowest number goes first."""

ATTEMPTS = 3
"""Attempts before a job that does not end well is given up."""
LOSSES = 10
"""Times that a job may be lost with its holder. More than attempts: most that were in hand when a machine died had no
part in it."""
BACK_OFF = 2.0
"""Seconds until the second attempt, or after the second loss; doubled for each further one."""

_ROWS = 500
_INSERT: dict[str, Any] = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}


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


class Queue:
    """Jobs in a database that ``storage.index.database.open_database`` opened; may be shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

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
                changed += _insert(connection, rows)
        return changed

    def forget(self, batch: str) -> int:
        """Remove the jobs of a batch, all but those in somebody's hands; how many."""
        with writing(self.engine) as connection:
            gone = delete(jobs).where(jobs.c.batch == batch, jobs.c.state != LEASED)
            return connection.execute(gone).rowcount

    def forget_ended(self, *, before: float) -> int:
        """Remove jobs that were done before a moment (Unix seconds), what was refused or failed stays; how many."""
        with writing(self.engine) as connection:
            gone = delete(jobs).where(jobs.c.state == DONE, jobs.c.error.is_(None), jobs.c.ended < before)
            return connection.execute(gone).rowcount

    def requeue(self, *, key: str | None = None, batch: str | None = None) -> int:
        """Let failed and refused jobs wait again, attempts forgotten: one job, or those of a batch; how many."""
        which = jobs.c.key == key if key is not None else jobs.c.batch == batch
        with writing(self.engine) as connection:
            values = {**_fresh(_now(connection)), "fence": jobs.c.fence + 1}
            chosen = update(jobs).where(which, jobs.c.state.in_((REFUSED, FAILED)))
            return connection.execute(chosen.values(values)).rowcount

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
            chosen = [jobs.c.state == WAITING, jobs.c.due <= now]
            if kinds is not None:
                chosen.append(jobs.c.kind.in_(kinds))
            if batch is not None:
                chosen.append(jobs.c.batch == batch)
            if priority is not None:
                chosen.append(jobs.c.priority <= priority)
            free = select(jobs.c.number).where(*chosen).order_by(jobs.c.priority, jobs.c.number).limit(limit)
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
            taken = [_job(row) for row in connection.execute(take.values(values).returning(*jobs.c))]
        return sorted(taken, key=lambda job: (job.priority, job.number))

    def renew(self, leases: Iterable[Lease], *, seconds: float) -> list[Lease]:
        """Keep leases for longer; gives those that are lost."""
        with writing(self.engine) as connection:
            due = _now(connection) + seconds
            return [
                lease
                for lease in leases
                if connection.execute(update(jobs).where(_mine(lease)).values(due=due)).rowcount != 1
            ]

    def held(self, lease: Lease) -> bool:
        """Whether the job is still this owner's, under this number, and the lease has not run out."""
        with reading(self.engine) as connection:
            now = _now(connection)
            asked = select(jobs.c.number).where(_mine(lease), jobs.c.due > now)
            return connection.scalar(asked) is not None

    def require(self, lease: Lease) -> None:
        """Raise LeaseLost unless the lease is held."""
        if not self.held(lease):
            raise LeaseLost

    def sweep(self) -> int:
        """Take back every lease that ran out; how many. Every worker does so every few seconds."""
        with writing(self.engine) as connection:
            return _take_back(connection, jobs.c.due <= _now(connection))

    def take_back(self, owner: str) -> int:
        """Take back all leases of an owner who is known to be dead; how many."""
        with writing(self.engine) as connection:
            return _take_back(connection, jobs.c.owner == owner)

    def owners(self) -> list[str]:
        """Who holds leases."""
        with reading(self.engine) as connection:
            return list(connection.scalars(select(jobs.c.owner).where(jobs.c.state == LEASED).distinct()))

    # -- ending; each tells whether the lease was still held, and does nothing otherwise

    def note(self, lease: Lease, result: Mapping[str, Any]) -> bool:
        """Write down how far the work is, or what is about to happen; the next holder finds it in ``Job.result``."""
        return self._change(lease, lambda _: {"result": _dump(result)})

    def complete(
        self, lease: Lease, result: Mapping[str, Any] | None = None, error: str | None = None
    ) -> bool:
        """The work is done; with ``error`` something is still open (a signature), and enqueueing opens it again."""
        return self._change(lease, lambda now: _end(DONE, now, error, result))

    def refuse(self, lease: Lease, error: str, result: Mapping[str, Any] | None = None) -> bool:
        """The input cannot be taken."""
        return self._change(lease, lambda now: _end(REFUSED, now, error, result))

    def fail(
        self, job: Job, error: str, result: Mapping[str, Any] | None = None, *, final: bool = False
    ) -> bool:
        """It did not work: again later, or given up when ``final`` or after the last attempt (see ``gives_up``)."""
        if gives_up(job, final=final):
            return self._change(job.lease, lambda now: _end(FAILED, now, error, result))
        wait = BACK_OFF * 2 ** (job.attempts - 1)
        values = {"state": WAITING, "owner": None, "error": error}
        return self._change(job.lease, lambda now: {**values, "due": now + wait})

    def release(self, lease: Lease, *, wait: float = 0.0) -> bool:
        """Give the job back untouched (a part that it needs is away); the attempt does not count."""
        values = {"state": WAITING, "owner": None, "attempts": jobs.c.attempts - 1}
        return self._change(lease, lambda now: {**values, "due": now + wait})

    # -- looking

    def get(self, key: str) -> Job | None:
        """One job."""
        with reading(self.engine) as connection:
            row = connection.execute(select(jobs).where(jobs.c.key == key)).one_or_none()
        return _job(row) if row else None

    def jobs(
        self,
        *,
        batch: str | None = None,
        kind: str | None = None,
        states: Sequence[str] | None = None,
        priority: int | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[Job]:
        """Jobs in the order of their numbers, after one of them; read in pages, so that memory stays flat."""
        chosen = _chosen(batch, kind)
        if states is not None:
            chosen.append(jobs.c.state.in_(states))
        if priority is not None:
            chosen.append(jobs.c.priority <= priority)
        left = limit
        while left is None or left > 0:
            page = select(jobs).where(*chosen, jobs.c.number > after).order_by(jobs.c.number)
            with reading(self.engine) as connection:
                rows = connection.execute(page.limit(min(_ROWS, left or _ROWS))).all()
            yield from map(_job, rows)
            if len(rows) < min(_ROWS, left or _ROWS):
                return
            after = rows[-1].number
            left = None if left is None else left - len(rows)

    def ended_since(self, moment: float, *, kind: str) -> list[Job]:
        """Jobs of a kind that ended after a moment (Unix seconds)."""
        with reading(self.engine) as connection:
            chosen = select(jobs).where(jobs.c.kind == kind, jobs.c.state.in_(ENDED), jobs.c.ended > moment)
            return [_job(row) for row in connection.execute(chosen)]

    def counts(self, *, batch: str | None = None, kind: str | None = None) -> dict[str, int]:
        """How many jobs are in each state."""
        counted = select(jobs.c.state, func.count()).where(*_chosen(batch, kind)).group_by(jobs.c.state)
        with reading(self.engine) as connection:
            return {row[0]: row[1] for row in connection.execute(counted)}

    def is_open(self, batch: str) -> bool:
        """Whether anything of a batch still waits or is in work."""
        with reading(self.engine) as connection:
            asked = select(jobs.c.number).where(jobs.c.batch == batch, jobs.c.state.in_(OPEN)).limit(1)
            return connection.scalar(asked) is not None

    def oldest_age(self, *, priority: int | None = None) -> float:
        """For how many seconds the oldest job that is due has waited; 0 when none does."""
        chosen = [jobs.c.state == WAITING]
        if priority is not None:
            chosen.append(jobs.c.priority <= priority)
        with reading(self.engine) as connection:
            oldest = connection.scalar(select(func.min(jobs.c.due)).where(*chosen))
            return 0.0 if oldest is None else max(_now(connection) - oldest, 0.0)

    def _change(self, lease: Lease, values: Any) -> bool:
        with writing(self.engine) as connection:
            changed = update(jobs).where(_mine(lease)).values(values(_now(connection)))
            return connection.execute(changed).rowcount == 1


def gives_up(job: Job, *, final: bool = False) -> bool:
    """Whether one more failure of this job is the last."""
    return final or job.attempts >= ATTEMPTS


def _insert(connection: Connection, rows: Sequence[NewJob]) -> int:
    now = _now(connection)
    by_key = {new.key: new for new in rows}
    values = [
        {
            "key": new.key,
            "kind": new.kind,
            "batch": new.batch,
            "priority": new.priority,
            "payload": _dump(new.payload),
            "stamp": new.stamp,
            "fence": 0,
            "created": now,
            **_fresh(now),
        }
        for new in by_key.values()
    ]
    insert = _INSERT[connection.dialect.name](jobs)
    changed = ("kind", "batch", "priority", "payload", "stamp", *_fresh(now))
    upsert = insert.on_conflict_do_update(
        index_elements=["key"],
        set_={**{name: insert.excluded[name] for name in changed}, "fence": jobs.c.fence + 1},
        where=or_(
            jobs.c.state == FAILED,
            and_(jobs.c.state == DONE, jobs.c.error.is_not(None)),
            and_(or_(jobs.c.state == DONE, jobs.c.state == REFUSED), jobs.c.stamp != insert.excluded.stamp),
        ),
    )
    return len(connection.execute(upsert.returning(jobs.c.number), values).all())


def _fresh(now: float) -> dict[str, Any]:
    """The columns of a job that nobody has touched yet."""
    return {
        "state": WAITING,
        "attempts": 0,
        "losses": 0,
        "owner": None,
        "due": now,
        "ended": None,
        "error": None,
        "result": None,
    }


def _end(state: str, now: float, error: str | None, result: Mapping[str, Any] | None) -> dict[str, Any]:
    noted = {} if result is None else {"result": _dump(result)}
    return {"state": state, "owner": None, "ended": now, "error": error, **noted}


def _take_back(connection: Connection, which: ColumnElement[bool]) -> int:
    """Leases that end without a word: the work waits again, behind other work if it was lost before, or is given up in the end."""
    given_up = jobs.c.losses + 1 >= LOSSES
    wait = case({n: BACK_OFF * 2**n for n in range(1, LOSSES)}, value=jobs.c.losses, else_=0.0)
    values = {
        "attempts": jobs.c.attempts - 1,
        "losses": jobs.c.losses + 1,
        "state": case((given_up, FAILED), else_=WAITING),
        "error": case((given_up, LeaseLost.code), else_=jobs.c.error),
        "ended": case((given_up, _now(connection)), else_=None),
        "owner": None,
        "due": _now(connection) + wait,
        "fence": jobs.c.fence + 1,
    }
    return connection.execute(update(jobs).where(jobs.c.state == LEASED, which).values(values)).rowcount


def _mine(lease: Lease) -> ColumnElement[bool]:
    return and_(
        jobs.c.key == lease.key,
        jobs.c.state == LEASED,
        jobs.c.owner == lease.owner,
        jobs.c.fence == lease.fence,
    )


def _chosen(batch: str | None, kind: str | None) -> list[ColumnElement[bool]]:
    chosen = []
    if batch is not None:
        chosen.append(jobs.c.batch == batch)
    if kind is not None:
        chosen.append(jobs.c.kind == kind)
    return chosen


def _dump(value: Mapping[str, Any]) -> str:
    """JSON; names of files that are no UTF-8 come as escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if any("\ud800" <= letter <= "\udfff" for letter in text) else text


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)
    values["payload"] = json.loads(values["payload"])
    values["result"] = None if values["result"] is None else json.loads(values["result"])
    return Job(**values)
