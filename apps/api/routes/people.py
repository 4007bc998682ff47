"""What is held on one person or organisation, in which dossiers it was used, and who looked (the person's view)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from apps.api.identity import Asking, Parts
from apps.api.once import Repeatable
from apps.api.strict import Given
from flows.caller import Act, Caller
from flows.door import refuse
from flows.dossiers import uses
from flows.people import personal_store
from flows.people.export import Package, exported
from flows.reuse import subject_of
from flows.reuse.numbers import decide, resolve
from flows.services import Services

router = APIRouter(prefix="/people/{subject}", tags=["people"])


def _officers_only(services: Services, caller: Caller) -> None:
    """These answers know no policy of fields: an agency asks for papers and records instead. The refusal is logged."""
    if caller.policy is not None:
        refuse(services, caller, Act.FIND, why="people")


class Look(BaseModel):
    """Somebody looked at, or changed, a paper of this person: when, who, what, which paper, for what.

    ``who`` is the organisation, which the person is told; ``actor`` the account, which the office knows.
    """

    at: datetime
    actor: str
    who: str
    action: str
    record: str
    purpose: str


@router.get("/papers")
def papers(subject: str, services: Parts, caller: Asking) -> list[dict[str, Any]]:
    """The valid papers, one row each, with proof and until when; an agency sees what its policy shows."""
    return [one.as_json() for one in personal_store.store_of(services, caller, subject_of(subject))]


@router.get("/uses")
def used(subject: str, services: Parts, caller: Asking) -> list[dict[str, Any]]:
    """In which dossiers the papers were used, the newest first."""
    _officers_only(services, caller)
    return [one.as_json() for one in uses.uses_of(services, caller, subject_of(subject))]


@router.get("/looks")
def looks(subject: str, services: Parts, caller: Asking) -> list[Look]:
    """Who looked at the papers, for what, the newest first."""
    _officers_only(services, caller)
    found = personal_store.looks_at(services, caller, subject_of(subject))
    return [Look(**asdict(one)) for one in found]


class Decided(Given):
    """Whether another number is the same person's, and why."""

    number: Annotated[str, Field(max_length=20)]
    same: bool
    reason: Annotated[str, Field(max_length=2000)]


@router.get("/numbers")
def numbers(subject: str, services: Parts, caller: Asking) -> dict[str, Any]:
    """The person's numbers, parents and spouses as papers tell; what is in doubt waits for an officer."""
    _officers_only(services, caller)
    return resolve(services, caller, subject_of(subject)).as_json()


@router.post("/numbers")
def decide_numbers(
    subject: str, given: Decided, services: Parts, caller: Asking, doing: Repeatable
) -> dict[str, Any]:
    """Decide that another number is the same person's, or another person's."""
    _officers_only(services, caller)
    mine, other = subject_of(subject), subject_of(given.number)

    def act() -> str:
        decide(services, caller, mine, other, same=given.same, reason=given.reason)
        return "decided"

    doing.once(given.model_dump(), act)
    return resolve(services, caller, mine).as_json()


def _package(subject: str, services: Parts, caller: Asking) -> Iterator[Package]:
    """The file lives until the answer was sent, or the line broke."""
    _officers_only(services, caller)
    with exported(services, caller, subject_of(subject)) as package:
        yield package


@router.get(
    "/export",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The package.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def export(package: Annotated[Package, Depends(_package)]) -> FileResponse:
    """All that is held on the person as one signed package, readable without Sohoa."""
    return FileResponse(package.path, media_type="application/zip", filename="kho.zip")
