"""Agencies that ask through the API: their public keys, their tokens, how often each asked today."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import time
from typing import Any

from sqlalchemy import Engine, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from schemas.errors import UsageError
from storage.index.database import insert_into, reading, writing
from storage.index.quick import Quick
from storage.index.tables import agencies, agency_tokens, used_assertions

_DAY = 86400


@dataclass(frozen=True, slots=True)
class Agency:
    """``keys`` are JSON Web Keys (RFC 7517), at most two, so that one can follow the other; ``policy`` is its YAML text."""

    id: str
    name: str
    keys: tuple[Mapping[str, Any], ...]
    policy: str
    active: bool


class Agencies:
    """Agencies in an opened database; may be shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, agency: Agency) -> None:
        """Add an agency; raises UsageError when there is one of this id."""
        try:
            with writing(self.engine) as connection:
                connection.execute(insert(agencies).values(_row(agency)))
        except IntegrityError as error:
            raise UsageError(f"there is an agency {agency.id} already") from error

    def replace(self, agency: Agency) -> None:
        """Keep the agency as it is now; its tokens end."""
        with writing(self.engine) as connection:
            connection.execute(delete(agency_tokens).where(agency_tokens.c.agency == agency.id))
            connection.execute(update(agencies).where(agencies.c.id == agency.id).values(_row(agency)))

    def get(self, id: str) -> Agency | None:
        """The agency of this id."""
        with reading(self.engine) as connection:
            row = connection.execute(select(agencies).where(agencies.c.id == id)).one_or_none()
        return None if row is None else _agency(row)

    def list(self) -> Sequence[Agency]:
        """All agencies, by id."""
        with reading(self.engine) as connection:
            return [_agency(row) for row in connection.execute(select(agencies).order_by(agencies.c.id))]

    # -- tokens

    def use_assertion(self, digest: str, until: float) -> bool:
        """Note that an assertion was used; whether it is the first time. Old ones are forgotten on the way."""
        with writing(self.engine) as connection:
            connection.execute(delete(used_assertions).where(used_assertions.c.until < time()))
            new = insert_into(connection, used_assertions).values(digest=digest, until=until)
            return bool(connection.execute(new.on_conflict_do_nothing()).rowcount == 1)

    def give_token(self, digest: str, agency: str, until: float, certificate: str | None = None) -> None:
        """Keep the SHA-256 of a token, and the thumbprint of the certificate that it is bound to."""
        with writing(self.engine) as connection:
            connection.execute(delete(agency_tokens).where(agency_tokens.c.until < time()))
            row = {"digest": digest, "agency": agency, "until": until, "certificate": certificate}
            connection.execute(insert(agency_tokens).values(row))

    def of_token(self, digest: str) -> tuple[Agency, str | None] | None:
        """The agency of a token that holds now, and the certificate that it is bound to."""
        with reading(self.engine) as connection:
            rows = _OF_TOKEN.rows(connection, {"token": digest, "now": time()})
        return (_agency(rows[0][:-1]), rows[0][-1]) if rows else None

    def count_look(self, agency: str) -> int:
        """Count one more request of today (UTC); how many there are."""
        day = int(time()) // _DAY
        with reading(self.engine) as connection:  # one statement is a transaction of its own
            return int(_COUNT.rows(connection, {"agency": agency, "day": day})[0][0])


_OF_TOKEN = Quick(
    select(*agencies.columns, agency_tokens.c.certificate)
    .join(agency_tokens, agency_tokens.c.agency == agencies.c.id)
    .where(agency_tokens.c.digest == bindparam("token"), agency_tokens.c.until >= bindparam("now"))
)


_COUNT = Quick(
    {
        "sqlite": text(
            "INSERT INTO agency_looks (agency, day, looks) VALUES (:agency, :day, 1)"
            " ON CONFLICT (agency, day) DO UPDATE SET looks = agency_looks.looks + 1 RETURNING looks"
        ),
        # nobody waits for the disk: all looks of an agency change one row, and a power cut may forget a few of them here (the log has all)
        "postgresql": text(
            "INSERT INTO agency_looks (agency, day, looks) SELECT CAST(:agency AS varchar), :day, 1"
            " FROM set_config('synchronous_commit', 'off', true)"
            " ON CONFLICT (agency, day) DO UPDATE SET looks = agency_looks.looks + 1 RETURNING looks"
        ),
    }
)


def _row(agency: Agency) -> dict[str, object]:
    return {
        "id": agency.id,
        "name": agency.name,
        "keys": json.dumps(list(agency.keys)),
        "policy": agency.policy,
        "active": agency.active,
    }


def _agency(row: Sequence[Any]) -> Agency:
    id, name, keys, policy, active = row
    return Agency(id, name, tuple(json.loads(keys)), policy, active)
