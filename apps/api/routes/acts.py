"""Acts on records. Each names in ``If-Match`` the version that was looked at; a stale one is 409, with nothing changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field

from apps.api import answers
from apps.api.identity import Asking, Parts
from apps.api.once import Doing, Repeatable
from apps.api.routes.records import etag
from apps.api.strict import Given
from flows import records
from flows.caller import Caller
from flows.desk import desk
from flows.dossiers.moving import move_paper
from flows.record.opened import as_made
from flows.services import Services
from schemas.errors import UsageError, VersionNeeded
from storage.model import Receipt

router = APIRouter(prefix="/records/{document_id}", tags=["acts"])

IfMatch = Annotated[
    str | None, Header(max_length=40, description="The ETag of the version that was looked at.")
]
Reason = Annotated[str, Field(max_length=2000)]


class Corrected(Given):
    """Values by field; an empty one removes the field. A reason is needed."""

    values: Mapping[str, Annotated[str, Field(max_length=10000)]] = {}
    reason: Reason = ""


class Values(Corrected):
    """Values by field; an empty one removes the field. ``absent``: not on the paper, or not legible.

    A reason is needed where a value contradicts another.
    """

    absent: Mapping[str, Literal["blank", "illegible"]] = {}


class Because(Given):
    """Why, or by which decision."""

    reason: Reason


class Newer(Because):
    """The paper that took this one's place, and why; ``force`` where it is meant to be another person's."""

    newer: Annotated[str, Field(max_length=60)]
    force: bool = False


@router.post("/confirm")
def confirm(
    document_id: str,
    given: Values,
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
    if_match: IfMatch = None,
) -> answers.Record:
    """Confirm the record, with corrections."""
    expected = version_of(if_match)

    def act() -> Receipt:
        return desk.confirm(
            services,
            caller,
            document_id,
            given.values,
            absent=given.absent,
            reason=given.reason,
            expected=expected,
        )

    return done(services, caller, doing, [given, expected], act, response)


@router.post("/correct")
def correct(
    document_id: str,
    given: Corrected,
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
    if_match: IfMatch = None,
) -> answers.Record:
    """Put values right; the state stays."""
    expected = version_of(if_match)

    def act() -> Receipt:
        return records.correct(
            services, caller, document_id, given.values, reason=given.reason, expected=expected
        )

    return done(services, caller, doing, [given, expected], act, response)


@router.post("/sign")
def sign(
    document_id: str,
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
    if_match: IfMatch = None,
) -> answers.Record:
    """Put on the copy what it waits for, with the keys that the server has; with ``If-Match`` only what was looked at."""
    expected = None if if_match is None else version_of(if_match)

    def act() -> str:
        records.sign(services, caller, document_id, expected=expected)
        return document_id

    doing.once(expected, act)
    opened = records.open_record(services, caller, document_id)
    response.headers["ETag"] = etag(opened.version)
    return answers.record(opened)


@router.post("/supersede")
def supersede(
    document_id: str,
    given: Newer,
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
    if_match: IfMatch = None,
) -> answers.Record:
    """A newer paper took this one's place (*thay thế*)."""
    expected = version_of(if_match)

    def act() -> Receipt:
        return records.supersede(
            services,
            caller,
            document_id,
            given.newer,
            reason=given.reason,
            expected=expected,
            force=given.force,
        )[0]

    return done(services, caller, doing, [given, expected], act, response)


@router.post("/revoke")
def revoke(
    document_id: str,
    given: Because,
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
    if_match: IfMatch = None,
) -> answers.Record:
    """The paper was withdrawn (*thu hồi*)."""
    expected = version_of(if_match)

    def act() -> Receipt:
        return records.revoke(services, caller, document_id, reason=given.reason, expected=expected)

    return done(services, caller, doing, [given, expected], act, response)


class Belongs(Given):
    """The dossier that the paper was handed in for."""

    dossier: Annotated[str, Field(max_length=60)]


@router.post("/dossier")
def move(
    document_id: str,
    given: Belongs,
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
    if_match: IfMatch = None,
) -> answers.Record:
    """The paper came with this dossier, not with the one that it was noted for."""
    expected = version_of(if_match)

    def act() -> Receipt:
        return move_paper(services, caller, document_id, given.dossier, expected=expected)

    return done(services, caller, doing, [given, expected], act, response)


class Restriction(Because):
    """The number of the request or order; ``lift``: the restriction is over."""

    order: Annotated[str, Field(max_length=200)]
    lift: bool = False


@router.post("/restrict")
def restrict(
    document_id: str,
    given: Restriction,
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
) -> answers.Record:
    """Restrict the paper (*hạn chế xử lý*): no agency sees it, and it stands in for nothing, until that is lifted."""

    def act() -> Receipt:
        return records.restrict(
            services, caller, document_id, reason=given.reason, order=given.order, lift=given.lift
        )

    return done(services, caller, doing, [given], act, response)


def version_of(if_match: str | None) -> int:
    """The version in ``If-Match``; raises VersionNeeded, UsageError."""
    if if_match is None:
        raise VersionNeeded
    found = re.fullmatch(r'(?:W/)?"(\d{1,9})"', if_match.strip())
    if found is None:
        raise UsageError("If-Match is not the ETag of a record")
    return int(found[1])


def done(
    services: Services,
    caller: Caller,
    doing: Doing,
    given: Sequence[BaseModel | int],
    act: Callable[[], Receipt],
    response: Response,
) -> answers.Record:
    """The answer to an act that is done once; a repeat is answered with the version that the first one made."""
    made: list[Receipt] = []

    def do() -> str:
        made.append(act())
        return f"{made[0].id} {made[0].version}"

    plain = [one.model_dump() if isinstance(one, BaseModel) else one for one in given]
    document_id, _, version = doing.once(plain, do).partition(" ")
    response.headers["ETag"] = etag(int(version))
    if made:
        return answers.record(as_made(services, caller, made[0]))
    return answers.record(records.open_record(services, caller, document_id, int(version)))
