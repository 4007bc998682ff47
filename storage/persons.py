"""What officers decided on two numbers: that one person has both, or that they are two people's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, or_, select

from storage.index.database import insert_into, reading, writing
from storage.index.quick import Quick
from storage.index.tables import same_person
from storage.reasons import Reasons


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether two numbers are one person's; who found so, why, when (Unix seconds)."""

    same: bool
    by: str
    reason: str
    at: float


_ABOUT = Quick(
    select(*same_person.columns).where(
        or_(same_person.c.one == bindparam("mine"), same_person.c.other == bindparam("mine"))
    )
)


class Persons:
    """Decisions in an opened database. Beside an encrypted archive numbers stand there as keyed digests (``digest``), reasons encrypted."""

    def __init__(
        self, engine: Engine, digest: Callable[[str], str] | None = None, reasons: Reasons | None = None
    ) -> None:
        self.engine = engine
        self._digest, self._reasons = digest or str, reasons or Reasons(None)

    def decide(self, one: str, other: str, decision: Decision) -> None:
        """Keep a decision in place of an earlier one."""
        first, second = sorted(map(self._digest, (one, other)))
        told = {
            "same": decision.same,
            "by": decision.by,
            "reason": self._reasons.kept(decision.reason, first, second),
            "at": decision.at,
        }
        with writing(self.engine) as connection:
            new = insert_into(connection, same_person).values(one=first, other=second, **told)
            connection.execute(new.on_conflict_do_update(index_elements=["one", "other"], set_=told))

    def about(self, number: str) -> Mapping[str, Decision]:
        """The decisions on a number, by the other number as it is kept (``key``)."""
        mine = self._digest(number)
        with reading(self.engine) as connection:
            found = _ABOUT.rows(connection, {"mine": mine})
        return {
            (other if one == mine else one): Decision(same, by, self._reasons.told(reason, one, other), at)
            for one, other, same, by, reason, at in found
        }

    def key(self, number: str) -> str:
        """As what a number is kept."""
        return self._digest(number)
