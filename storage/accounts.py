"""The local store of users and their sessions, in the database of the index. It knows no passwords, only their hashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from schemas.errors import UsageError
from storage.index.database import insert_into, reading, writing
from storage.index.quick import Quick
from storage.index.tables import sessions, users


@dataclass(frozen=True, slots=True)
class User:
    """An officer: account, full name, roles (``flows.caller.Role``), hash of the password; times are Unix seconds."""

    name: str
    full_name: str
    roles: tuple[str, ...]
    password: str
    active: bool
    created: float


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in. ``digest`` is the SHA-256 of the cookie, ``csrf`` what unsafe requests must repeat."""

    digest: str
    user: str
    csrf: str
    created: float
    seen: float


class Accounts:
    """Users and sessions in an opened database; may be shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, user: User) -> None:
        """Add a user; raises UsageError when there is one of this name."""
        row = {**_columns(user), "roles": " ".join(user.roles)}
        try:
            with writing(self.engine) as connection:
                connection.execute(insert(users).values(row))
        except IntegrityError as error:
            raise UsageError(f"there is a user {user.name} already") from error

    def put(self, user: User) -> None:
        """Add a user, or keep one as told now; sessions stay."""
        row = {**_columns(user), "roles": " ".join(user.roles)}
        with writing(self.engine) as connection:
            new = insert_into(connection, users).values(row)
            connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=row))

    def get(self, name: str) -> User | None:
        """The user of this name."""
        with reading(self.engine) as connection:
            row = connection.execute(_OF_NAME, {"called": name}).one_or_none()
        return None if row is None else _user(row)

    def list(self) -> list[User]:
        """All users, by name."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(users).order_by(users.c.name)).all()
        return [_user(row) for row in rows]

    def set_password(self, name: str, password: str) -> bool:
        """Keep a new hash and end the user's sessions; whether there is such a user."""
        return self._update(name, {"password": password})

    def set_active(self, name: str, *, active: bool) -> bool:
        """Let a user in, or keep one out and end the sessions; whether there is such a user."""
        return self._update(name, {"active": active})

    def _update(self, name: str, values: dict[str, object]) -> bool:
        with writing(self.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.user == name))
            done = connection.execute(update(users).where(users.c.name == name).values(values))
            return done.rowcount > 0

    # -- sessions

    def begin(self, session: Session) -> None:
        """Store a new session."""
        with writing(self.engine) as connection:
            connection.execute(insert(sessions).values(_columns(session)))

    def session(self, digest: str) -> tuple[Session, User] | None:
        """The session of a cookie with this digest, old or not, and its user; one look, since every request asks."""
        with reading(self.engine) as connection:
            rows = _OF_DIGEST.rows(connection, {"cookie": digest})
        return (Session(*rows[0][:_SESSION]), _user(rows[0][_SESSION:])) if rows else None

    def touch(self, digest: str, seen: float) -> None:
        """Note that the session was used."""
        with writing(self.engine) as connection:
            connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen=seen))

    def end(self, digests: Iterable[str]) -> None:
        """Forget sessions."""
        with writing(self.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.digest.in_(list(digests))))

    def end_unused(self, before: float) -> None:
        """Forget sessions that were last used before that time."""
        with writing(self.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.seen < before))


_OF_NAME = select(users).where(users.c.name == bindparam("called"))
_OF_DIGEST = Quick(
    select(*sessions.columns, *users.columns)
    .join_from(sessions, users, users.c.name == sessions.c.user)
    .where(sessions.c.digest == bindparam("cookie"))
)
_SESSION = len(sessions.columns)


def _user(row: Sequence[Any]) -> User:
    return User(row[0], row[1], tuple(row[2].split()), row[3], row[4], row[5])


def _columns(row: User | Session) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__slots__}
