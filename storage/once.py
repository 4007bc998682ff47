"""Keys of requests that must be done once (``Idempotency-Key``): which request came under a key, and what came of it.

Only a pointer is kept (a document and its version, a job), never an answer: those hold personal data.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from time import sleep

from sqlalchemy import Engine, delete, select, update

from schemas.errors import SohoaError
from storage.index.database import insert_into, now, reading, writing
from storage.index.tables import once

KEPT = 24 * 3600.0
"""Seconds for which a key is known."""
PATIENCE = 30.0
"""Seconds after which a request whose process has died may be tried again. While it lives its keys are renewed, however long it takes."""
_RENEWALS = 6
"""So often keys in work are renewed in that time: some may fail."""


@dataclass(frozen=True, slots=True)
class Known:
    """A request that came before: its digest, and what came of it; None while it is in work."""

    request: str
    result: str | None


class Once:
    """Keys in an opened database; may be shared by threads."""

    def __init__(self, engine: Engine, *, patience: float = PATIENCE) -> None:
        self.engine = engine
        self._patience = patience
        self._in_work: set[str] = set()
        self._renewing = False
        self._changing = threading.Lock()

    def begin(self, key: str, request: str) -> Known | None:
        """Take a key for a request; what came before under it, None where it is new. Old keys are forgotten on the way."""
        with writing(self.engine) as connection:
            present = now(connection)
            new = {"key": key, "request": request, "result": None, "until": present + self._patience}
            connection.execute(delete(once).where(once.c.until < present))
            taken = connection.execute(insert_into(connection, once).values(new).on_conflict_do_nothing())
        if taken.rowcount == 1:
            self._hold(key)
            return None
        with reading(self.engine) as connection:
            row = connection.execute(select(once).where(once.c.key == key)).one_or_none()
        return Known(row.request, row.result) if row else Known(request, None)

    def end(self, key: str, result: str) -> None:
        """Keep what came of it."""
        self._let_go(key)
        with writing(self.engine) as connection:
            kept = {"result": result, "until": now(connection) + KEPT}
            connection.execute(update(once).where(once.c.key == key).values(**kept))

    def drop(self, key: str) -> None:
        """Nothing came of it: the key is free again."""
        self._let_go(key)
        with writing(self.engine) as connection:
            connection.execute(delete(once).where(once.c.key == key))

    def begin_anew(self) -> None:
        """A server starts: where the database is a file, the only processes that could hold keys have ended with the last one.

        On a server's database others may be at work: what a dead one held is free after ``PATIENCE``.
        """
        if self.engine.dialect.name == "sqlite":
            with writing(self.engine) as connection:
                connection.execute(delete(once).where(once.c.result.is_(None)))

    def _hold(self, key: str) -> None:
        """Renew the key until it is let go: one thread does so for all, and ends when there are none."""
        with self._changing:
            self._in_work.add(key)
            if not self._renewing:
                self._renewing = True
                threading.Thread(target=self._renew, name="keys in work", daemon=True).start()

    def _let_go(self, key: str) -> None:
        with self._changing:
            self._in_work.discard(key)

    def _renew(self) -> None:
        while True:
            sleep(self._patience / _RENEWALS)
            with self._changing:
                keys = tuple(self._in_work)
                if not keys:
                    self._renewing = False
                    return
            # What fails is tried again: a key lasts longer than a few failures.
            with suppress(SohoaError), writing(self.engine) as connection:
                mine = update(once).where(once.c.key.in_(keys), once.c.result.is_(None))
                connection.execute(mine.values(until=now(connection) + self._patience))
