"""What an officer has on the desk: claims on papers (leases), and drafts of answers, kept key by key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, and_, delete, or_, select
from sqlalchemy import update as change

from schemas.errors import Claimed, Conflict
from storage.index.database import insert_into, now, reading, writing
from storage.index.tables import claims, drafts

CLAIM = 15 * 60.0
"""Seconds that a claim holds without work."""


Answers = Mapping[str, Mapping[str, str]]
"""Field → ``{"value": text}``, or ``{"answer": "blank" | "illegible"}``."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has a paper open, until when (Unix seconds)."""

    document: str
    user: str
    until: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed on version ``version`` of a record; ``revision`` counts the changes, from 1."""

    document: str
    user: str
    version: int
    revision: int
    answers: Answers
    changed: float


class Desk:
    """Claims and drafts in an opened database; may be shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def claim(self, document: str, user: str) -> Claim:
        """Take a paper, or renew the claim on it. Raises Claimed while somebody else holds it."""
        with writing(self.engine) as connection:
            present = now(connection)
            row = {"document": document, "user": user, "until": present + CLAIM}
            insert = insert_into(connection, claims).values(row)
            free = or_(claims.c.user == user, claims.c.until < present)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["document"], set_=row, where=free)
            )
            held = connection.execute(select(claims).where(claims.c.document == document)).one()
        if held.user != user:
            raise Claimed(held.user)
        return Claim(*held)

    def release(self, document: str, user: str) -> None:
        """Give a paper back."""
        with writing(self.engine) as connection:
            connection.execute(delete(claims).where(claims.c.document == document, claims.c.user == user))

    def claims(self, documents: list[str]) -> dict[str, Claim]:
        """The claims that hold now on some of these papers."""
        with reading(self.engine) as connection:
            chosen = select(claims).where(claims.c.document.in_(documents), claims.c.until >= now(connection))
            return {row.document: Claim(*row) for row in connection.execute(chosen)}

    # -- drafts

    def draft(self, document: str) -> Draft | None:
        """The draft of a paper."""
        with reading(self.engine) as connection:
            return _draft(connection, document)

    def write(
        self,
        document: str,
        user: str,
        version: int,
        field: str,
        answer: Mapping[str, str] | None,
        revision: int,
    ) -> Draft:
        """Keep the answer for one field (None: forget it); on the disk when this returns.

        ``revision`` is the one that the answer was typed on, 0 for no draft. Raises Conflict when another was written since.
        """
        with writing(self.engine) as connection:
            before = _draft(connection, document)
            if (before.revision if before else 0) != revision:
                raise Conflict(document)
            answers = dict(before.answers) if before and before.version == version else {}
            answers.pop(field, None)
            if answer is not None:
                answers[field] = dict(answer)
            row = {
                "document": document,
                "user": user,
                "version": version,
                "revision": revision + 1,
                "answers": json.dumps(answers, ensure_ascii=False),
                "changed": now(connection),
            }
            if before is None:
                insert = insert_into(connection, drafts).values(row).on_conflict_do_nothing()
                if connection.execute(insert).rowcount != 1:
                    raise Conflict(document)
            else:
                same = and_(drafts.c.document == document, drafts.c.revision == revision)
                if connection.execute(change(drafts).where(same).values(row)).rowcount != 1:
                    raise Conflict(document)
        return Draft(document, user, version, revision + 1, answers, float(str(row["changed"])))

    def forget(self, *documents: str) -> None:
        """Remove the drafts of papers: they were confirmed, or erased."""
        with writing(self.engine) as connection:
            connection.execute(delete(drafts).where(drafts.c.document.in_(documents)))


def _draft(connection: Connection, document: str) -> Draft | None:
    row = connection.execute(select(drafts).where(drafts.c.document == document)).one_or_none()
    return None if row is None else Draft(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5])
