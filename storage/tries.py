"""Wrong passwords and assertions of the last minutes, counted for all processes and machines together."""

from __future__ import annotations

import hashlib
from time import time

from sqlalchemy import Engine, delete, func, insert, select

from schemas.errors import TooManyTries
from storage.index.database import reading, writing
from storage.index.tables import wrong_tries

MOST, MOST_OF_ALL, WINDOW = 8, 60, 300.0
"""So many wrong tries of one name, or of all who come from one address, in so many seconds, and no more: a whole office may come from one."""


class Tries:
    """Counts by name and by address, so that guessing is slow; in an opened database, shared by threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def check(self, *keys: str, most: int = MOST) -> None:
        """Raise TooManyTries when one of the keys was wrong so often lately."""
        column = wrong_tries.c
        lately = (column.key.in_(list(map(_kept, keys))), column.at >= time() - WINDOW)
        often = select(column.key).where(*lately).group_by(column.key).having(func.count() >= most)
        with reading(self.engine) as connection:
            if connection.execute(often.limit(1)).one_or_none() is not None:
                raise TooManyTries

    def begin(self, key: str) -> float:
        """Count a try before it is known to be wrong, so that of many at one moment no more are made than one after the other.

        Gives what ``take_back`` needs once it was right. Raises TooManyTries when the key was wrong too often lately.
        """
        began = self.note(key)
        column = wrong_tries.c
        lately = (column.key == _kept(key), column.at >= began - WINDOW)
        with reading(self.engine) as connection:
            count = connection.execute(select(func.count()).where(*lately)).scalar_one()
        if count > MOST:  # this one is among them
            self.take_back(key, began)
            raise TooManyTries
        return began

    def take_back(self, key: str, began: float) -> None:
        """The try that began then was right."""
        column = wrong_tries.c
        with writing(self.engine) as connection:
            connection.execute(delete(wrong_tries).where(column.key == _kept(key), column.at == began))

    def note(self, *keys: str) -> float:
        """One more wrong try, and when it was; old ones are forgotten on the way."""
        now = time()
        with writing(self.engine) as connection:
            connection.execute(delete(wrong_tries).where(wrong_tries.c.at < now - WINDOW))
            connection.execute(insert(wrong_tries), [{"key": _kept(key), "at": now} for key in keys])
        return now


def _kept(key: str) -> str:
    """What somebody typed as a name may be a password: only its digest is kept."""
    return hashlib.sha256(key.encode()).hexdigest()
