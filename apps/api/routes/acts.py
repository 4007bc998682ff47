"""Acts on records. Each names in ``If-Match`` the version that was looked at; a stale one is 409, with nothing changed."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field

from apps.api import answers
from apps.api.identity import Asking, Parts
from apps.api.routes.records import etag
from flows import records
from flows.caller import Act
from flows.desk import require_second_entry
from flows.door import permit
from schemas.errors import UsageError, VersionNeeded
from storage.model import Receipt

router = APIRouter(prefix="/records/{document_id}", tags=["acts"])

IfMatch = Annotated[
    str | None, Header(max_length=40, description="The ETag of the version that was looked at.")
]
Reason = Annotated[str, Field(max_length=2000)]


class Values(BaseModel):
    """Values by field; an empty one removes the field. ``absent``: not on the paper, or not legible.

    A reason is needed where a value contradicts another.
    """

    values: dict[str, Annotated[str, Field(max_length=10000)]] = {}
    absent: dict[str, Literal["blank", "illegible"]] = {}
    reason: Reason = ""


class Because(BaseModel):
    """Why, or by which decision."""

    reason: Reason


class Newer(Because):
    """The paper that took this one's place, and why."""

    newer: Annotated[str, Field(max_length=60)]


@router.post("/confirm")
def confirm(
    document_id: str,
    given: Values,
    services: Parts,
    caller: Asking,
    response: Response,
    if_match: IfMatch = None,
) -> answers.Record:
    """Confirm the record, with corrections."""
    permit(services, caller, Act.CONFIRM, document_id)
    require_second_entry(services, document_id)
    receipt = records.confirm(
        services,
        caller,
        document_id,
        given.values,
        absent=given.absent,
        reason=given.reason,
        expected=version_of(if_match),
    )
    services.desk.forget(document_id)
    return answer_of(receipt, response)


@router.post("/correct")
def correct(
    document_id: str,
    given: Values,
    services: Parts,
    caller: Asking,
    response: Response,
    if_match: IfMatch = None,
) -> answers.Record:
    """Put values right; the state stays."""
    receipt = records.correct(
        services, caller, document_id, given.values, reason=given.reason, expected=version_of(if_match)
    )
    return answer_of(receipt, response)


@router.post("/sign")
def sign(document_id: str, services: Parts, caller: Asking, response: Response) -> answers.Record:
    """Put on the copy what it waits for, with the keys that the server has."""
    records.sign(services, caller, document_id)
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
    if_match: IfMatch = None,
) -> answers.Record:
    """A newer paper took this one's place (*thay thế*)."""
    receipts = records.supersede(
        services, caller, document_id, given.newer, reason=given.reason, expected=version_of(if_match)
    )
    return answer_of(receipts[0], response)


@router.post("/revoke")
def revoke(
    document_id: str,
    given: Because,
    services: Parts,
    caller: Asking,
    response: Response,
    if_match: IfMatch = None,
) -> answers.Record:
    """The paper was withdrawn (*thu hồi*)."""
    receipt = records.revoke(
        services, caller, document_id, reason=given.reason, expected=version_of(if_match)
    )
    return answer_of(receipt, response)


def version_of(if_match: str | None) -> int:
    """The version in ``If-Match``; raises VersionNeeded, UsageError."""
    if if_match is None:
        raise VersionNeeded
    found = re.fullmatch(r'(?:W/)?"(\d{1,9})"', if_match.strip())
    if found is None:
        raise UsageError("If-Match is not the ETag of a record")
    return int(found[1])


def answer_of(receipt: Receipt, response: Response) -> answers.Record:
    """The record as it is now, its version as the entity tag."""
    response.headers["ETag"] = etag(receipt.version)
    return answers.of_archived(receipt.record, receipt.version, receipt.version)
