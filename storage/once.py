"""Keys of requests that must be done once (``Idempotency-Key``): which request came under a key, and what came of it.

Only a pointer is kept (a document and its version, a job), never an answer: those hold personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import time

from sqlalchemy import Engine, delete, select, update

from storage.index.database import insert_into, reading, writing
from storage.index.tables import once

KEPT = 24 * 3600.0
"""Seconds for which a key is known."""
PATIENCE = 120.0
"""Seconds after which a request that came to no end may be tried again: its process has died."""


@dataclass(frozen=True, slots=True)
class Known:
    """A request that came before: its digest, and what came of it; None while it is in work."""

    request: str
    result: str | None


class Once:
    """Keys in an opened database; may be shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def begin(self, key: str, request: str) -> Known | None:
        """Take a key for a request; what came before under it, None where it is new. Old keys are forgotten on the way."""
        now = time()
        new = {"key": key, "request": request, "result": None, "until": now + PATIENCE}
        with writing(self.engine) as connection:
            connection.execute(delete(once).where(once.c.until < now))
            taken = connection.execute(insert_into(connection, once).values(new).on_conflict_do_nothing())
            if taken.rowcount == 1:
                return None
        with reading(self.engine) as connection:
            row = connection.execute(select(once).where(once.c.key == key)).one_or_none()
        return Known(row.request, row.result) if row else Known(request, None)

    def end(self, key: str, result: str) -> None:
        """Keep what came of it."""
        with writing(self.engine) as connection:
            kept = {"result": result, "until": time() + KEPT}
            connection.execute(update(once).where(once.c.key == key).values(**kept))

    def begin_anew(self) -> None:
        """A server starts: where the database is a file, the only processes that could hold keys have ended with the last one.

        On a server's database others may be at work: what a dead one held is free after ``PATIENCE``.
        """
        if self.engine.dialect.name == "sqlite":
            with writing(self.engine) as connection:
                connection.execute(delete(once).where(once.c.result.is_(None)))

    def drop(self, key: str) -> None:
        """Nothing came of it: the key is free again."""
        with writing(self.engine) as connection:
            connection.execute(delete(once).where(once.c.key == key))
