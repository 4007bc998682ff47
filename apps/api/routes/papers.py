"""Papers put right as a whole: divided, put together, given another type; a confirmation taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from apps.api import answers
from apps.api.identity import Asking, Parts
from apps.api.once import Repeatable
from apps.api.routes.acts import IfMatch, done, version_of
from apps.api.strict import Given
from flows import records
from flows.desk.join import ask_join
from flows.desk.regroup import Group, ask_regroup
from storage.model import Receipt

router = APIRouter(tags=["papers"])


class Pages(Given):
    """Pages of the scan that are one paper; its type where an officer says so.

    ``turns``: page → quarter turns clockwise that bring it upright; the paper is read again then.
    """

    pages: Annotated[list[int], Field(min_length=1, max_length=5000)]
    type: Annotated[str | None, Field(max_length=60)] = None
    turns: Annotated[
        Mapping[int, Annotated[int, Field(ge=0, le=3)]],
        Field(json_schema_extra={"propertyNames": {"pattern": "^[1-9][0-9]{0,4}$"}}),
    ] = {}


class Regroup(Given):
    """The papers (id → the version that was looked at), and the groups into which their pages are dealt."""

    papers: Annotated[dict[str, int], Field(min_length=1, max_length=200)]
    groups: Annotated[list[Pages], Field(min_length=1, max_length=500)]


class RegroupJob(BaseModel):
    """The job that does it; ``href`` tells how it stands."""

    job: str
    href: str


@router.post("/regroup", status_code=202)
def regroup(
    given: Regroup, services: Parts, caller: Asking, response: Response, doing: Repeatable
) -> RegroupJob:
    """Divide unconfirmed papers of one scan, put them together, give them another type, read them another way up. The scan stays as it is."""
    groups = [Group(tuple(one.pages), one.type, one.turns) for one in given.groups]
    job = doing.once(given.model_dump(), lambda: ask_regroup(services, caller, given.papers, groups))
    return _accepted(job, response)


class Join(Given):
    """The papers (id → the version that was looked at), in the order of their pages."""

    papers: Annotated[dict[str, int], Field(min_length=1, max_length=20)]


@router.post("/join", status_code=202)
def join(given: Join, services: Parts, caller: Asking, response: Response, doing: Repeatable) -> RegroupJob:
    """Make one paper of unconfirmed papers of several scans; every scan stays as it is."""
    job = doing.once(list(given.papers.items()), lambda: ask_join(services, caller, given.papers))
    return _accepted(job, response)


def _accepted(job: str, response: Response) -> RegroupJob:
    href = response.headers["Location"] = f"/api/v1/jobs/{job}"
    return RegroupJob(job=job, href=href)


@router.post("/records/{document_id}/reopen")
def reopen(
    document_id: str,
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
    if_match: IfMatch = None,
) -> answers.Record:
    """Take a confirmation back, as long as nothing was built on it."""
    expected = version_of(if_match)

    def act() -> Receipt:
        return records.reopen(services, caller, document_id, expected=expected)

    return done(services, caller, doing, [expected], act, response)
