"""Rows of the ledger: how a job is written, changed and read; each function is part of somebody's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, or_, update

from schemas.errors import LeaseLost
from storage.index.database import insert_into
from storage.index.database import now as time_of
from storage.index.tables import jobs
from storage.queue import model
from storage.queue.model import DONE, FAILED, LEASED, LOSSES, REFUSED, WAITING, Job, Lease, NewJob


def insert_jobs(connection: Connection, rows: Sequence[NewJob]) -> int:
    """Write jobs where none of their key is, or where that one is to be opened again; how many."""
    now = time_of(connection)
    by_key = {new.key: new for new in rows}
    values = [
        {
            "key": new.key,
            "kind": new.kind,
            "batch": new.batch,
            "priority": new.priority,
            "payload": dump(new.payload),
            "stamp": new.stamp,
            "fence": 0,
            "created": now,
            **fresh(now),
        }
        for new in by_key.values()
    ]
    insert = insert_into(connection, jobs)
    changed = ("kind", "batch", "priority", "payload", "stamp", *fresh(now))
    upsert = insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            **{name: insert.excluded[name] for name in changed},
            "fence": jobs.c.fence + 1,
            "result": case((and_(*unfinished(), jobs.c.stamp == insert.excluded.stamp), jobs.c.result)),
        },
        where=or_(
            jobs.c.state == FAILED,
            and_(*unfinished()),
            and_(or_(jobs.c.state == DONE, jobs.c.state == REFUSED), jobs.c.stamp != insert.excluded.stamp),
        ),
    )
    return len(connection.execute(upsert.returning(jobs.c.number), values).all())


def fresh(now: float) -> dict[str, Any]:
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


def ended(state: str, now: float, error: str | None, result: Mapping[str, Any] | None) -> dict[str, Any]:
    """The columns of a job that has come to an end; what was noted of it before stays where nothing new is."""
    noted = {} if result is None else {"result": dump(result)}
    return {"state": state, "owner": None, "ended": now, "error": error, **noted}


def take_back(connection: Connection, which: ColumnElement[bool]) -> int:
    """Leases that end without a word: the work waits again, behind other work if it was lost before, or is given up in the end."""
    given_up = jobs.c.losses + 1 >= LOSSES
    wait = case({n: model.BACK_OFF * 2**n for n in range(1, LOSSES)}, value=jobs.c.losses, else_=0.0)
    values = {
        "attempts": jobs.c.attempts - 1,
        "losses": jobs.c.losses + 1,
        "state": case((given_up, FAILED), else_=WAITING),
        "error": case((given_up, LeaseLost.code), else_=jobs.c.error),
        "ended": case((given_up, time_of(connection)), else_=None),
        "owner": None,
        "due": time_of(connection) + wait,
        "fence": jobs.c.fence + 1,
    }
    return connection.execute(update(jobs).where(jobs.c.state == LEASED, which).values(values)).rowcount


def mine(lease: Lease) -> ColumnElement[bool]:
    """The job, for as long as nobody else has it."""
    return and_(
        jobs.c.key == lease.key,
        jobs.c.state == LEASED,
        jobs.c.owner == lease.owner,
        jobs.c.fence == lease.fence,
    )


def unfinished() -> tuple[ColumnElement[bool], ...]:
    """Jobs that are done but for something that is still open."""
    return jobs.c.state == DONE, jobs.c.error.is_not(None)


def narrow(
    *,
    batch: str | None = None,
    kinds: Sequence[str] | None = None,
    states: Sequence[str] | None = None,
    priority: int | None = None,
) -> list[ColumnElement[bool]]:
    """Conditions for what is given; ``priority``: this or more urgent."""
    found: list[ColumnElement[bool]] = []
    if batch is not None:
        found.append(jobs.c.batch == batch)
    if kinds is not None:
        found.append(jobs.c.kind.in_(kinds))
    if states is not None:
        found.append(jobs.c.state.in_(states))
    if priority is not None:
        found.append(jobs.c.priority <= priority)
    return found


def dump(value: Mapping[str, Any]) -> str:
    """JSON; names of files that are no UTF-8 come as escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if any("\ud800" <= letter <= "\udfff" for letter in text) else text


def job_of(row: Row[Any]) -> Job:
    """The job that a row says."""
    values = dict(row._mapping)
    values["payload"] = json.loads(values["payload"])
    values["result"] = None if values["result"] is None else json.loads(values["result"])
    return Job(**values)
