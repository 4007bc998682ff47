"""Appointed days in the index: those that dossiers have, and the first of those that each paper serves in.

A dossier's own object in the archive tells its day. It may become known before its papers or after them: whichever is written
last puts the day on the papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, case, delete, func, or_, select, text, update

from storage.index.database import insert_into
from storage.index.tables import deadlines, documents, uses

_LOCK = 0x50A0D0
"""Of PostgreSQL: papers are written side by side, but not while a day is: each would miss the other."""

CHUNK = 500
"""Papers in one statement."""


def hold(connection: Connection) -> None:
    """Before papers of dossiers are written: until this transaction ends no appointed day changes."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _LOCK})


def put_on(connection: Connection, positions: Sequence[int]) -> None:
    """Give these papers the first day of the dossiers that they serve in, none where no dossier has one."""
    served = (
        select(func.min(deadlines.c.due))
        .join(uses, uses.c.dossier == deadlines.c.dossier)
        .where(uses.c.position == documents.c.position, uses.c.kind != "refused")
        .scalar_subquery()
    )
    for start in range(0, len(positions), CHUNK):
        some = documents.c.position.in_(positions[start : start + CHUNK])
        connection.execute(update(documents).where(some).values(due=served))


def write(connection: Connection, dossier: str, due: date | None, generation: int) -> None:
    """Note the day of a dossier, or that it has none, and put it on its papers."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if due is None:
        connection.execute(delete(deadlines).where(deadlines.c.dossier == dossier))
    else:
        values = {"due": due.isoformat(), "generation": generation}
        insert = insert_into(connection, deadlines).values(dossier=dossier, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=["dossier"], set_=values))
    served = select(uses.c.position).where(uses.c.dossier == dossier)
    put_on(connection, list(connection.scalars(served.distinct())))


def older_than(connection: Connection, generation: int) -> list[str]:
    """Dossiers of which a rebuild of this generation found no day."""
    return list(connection.scalars(select(deadlines.c.dossier).where(deadlines.c.generation < generation)))


def overdue(connection: Connection, today: date) -> tuple[int, int]:
    """Papers that wait to be checked or signed: those whose day has passed, those whose day is today."""
    column, day = documents.c, today.isoformat()
    waits = or_(column.state == "unconfirmed", (column.state == "confirmed") & column.signed.is_(False))
    counted = select(func.count(case((column.due < day, 1))), func.count())
    late, all = connection.execute(counted.where(waits, column.due <= day)).one()
    return late, all - late
