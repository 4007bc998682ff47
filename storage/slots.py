"""Places in what machines share: sessions of a signer, of a time-stamping authority, writes to a server; and who is alive.

A place is a row that is somebody's for some seconds. Nothing needs to be given back for it to become free again, so a machine
that dies blocks nobody for long. Times are the database's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex
from time import sleep

from sqlalchemy import Engine, delete, select, update

from schemas.errors import Unreachable
from storage.index.database import insert_into, now, reading, writing
from storage.index.tables import slots

_LOOK = 0.2
"""Seconds between two looks for a free place."""


class Slots:
    """Places by name, in the database of the index; may be shared by threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def take(self, name: str, owner: str, *, of: int, seconds: float) -> int | None:
        """One of so many places, for so many seconds; its number, None when all are taken."""
        with writing(self.engine) as connection:
            present = now(connection)
            insert = insert_into(connection, slots)
            for number in range(of):
                row = {"name": name, "number": number, "owner": owner, "due": present + seconds}
                taken = insert.values(row).on_conflict_do_update(
                    index_elements=["name", "number"],
                    set_={"owner": owner, "due": present + seconds},
                    where=slots.c.due <= present,
                )
                if connection.scalar(taken.returning(slots.c.number)) is not None:
                    return number
        return None

    def renew(self, name: str, owner: str, *, seconds: float) -> bool:
        """Keep a place; False when it is lost."""
        with writing(self.engine) as connection:
            mine = update(slots).where(slots.c.name == name, slots.c.owner == owner)
            return connection.execute(mine.values(due=now(connection) + seconds)).rowcount > 0

    def give_back(self, name: str, owner: str) -> None:
        """The place is free."""
        with writing(self.engine) as connection:
            connection.execute(delete(slots).where(slots.c.name == name, slots.c.owner == owner))

    def taken(self, prefix: str) -> set[str]:
        """Names that begin so and of which a place is somebody's now."""
        with reading(self.engine) as connection:
            held = select(slots.c.name).where(
                slots.c.name.startswith(prefix, autoescape=True), slots.c.due > now(connection)
            )
            return set(connection.scalars(held.distinct()))

    def forget(self) -> int:
        """Remove rows of places that have been free for a day; how many."""
        with writing(self.engine) as connection:
            return connection.execute(delete(slots).where(slots.c.due < now(connection) - 86400)).rowcount

    @contextmanager
    def held(self, name: str, *, of: int | None, seconds: float) -> Iterator[None]:
        """Wait for one of so many places and hold it meanwhile; without a limit (None) nothing is asked.

        ``seconds`` is for how long the holder may take. Raises an Unreachable.
        """
        if of is None:
            yield
            return
        owner = token_hex(8)
        while self.take(name, owner, of=of, seconds=seconds) is None:
            sleep(_LOOK)
        try:
            yield
        finally:
            with suppress(Unreachable):  # it frees itself
                self.give_back(name, owner)
