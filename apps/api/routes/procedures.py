"""Procedures: what they ask for, and what of it a person need not hand in again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from apps.api.identity import Asking, Parts
from flows import reuse
from schemas.procedures import procedures

router = APIRouter(prefix="/procedures", tags=["procedures"])


class ProcedureRow(BaseModel):
    """A procedure, its cases and the persons whose papers it asks for, each with its label."""

    code: str
    name: str
    cases: dict[str, str]
    persons: dict[str, str]


class Asked(BaseModel):
    """Who applies; the cases that hold, where they are known; others whose papers are asked for (role → identifier)."""

    subject: Annotated[str, Field(max_length=20)]
    cases: list[Annotated[str, Field(max_length=300)]] | None = None
    persons: dict[str, Annotated[str, Field(max_length=20)]] = {}
    name: Annotated[str | None, Field(max_length=200)] = None
    online: bool = False


@router.get("")
def list_procedures(_: Asking) -> list[ProcedureRow]:
    """The procedures that come with the software, by code."""
    return [
        ProcedureRow(
            code=code,
            name=one.name,
            cases={name: case.label for name, case in one.cases.items()},
            persons={role: person.label for role, person in one.persons.items()},
        )
        for code, one in procedures().items()
    ]


@router.post("/{code}/reuse")
def ask_reuse(
    code: Annotated[str, Field(max_length=40)], given: Asked, services: Parts, caller: Asking
) -> dict[str, Any]:
    """Before anything is scanned: what is there, what must be handed in or shown, and the form filled in."""
    asked = reuse.question(
        services,
        code,
        given.subject,
        cases=given.cases or None,
        persons=given.persons,
        name=given.name,
        online=given.online,
    )
    return reuse.ask(services, caller, asked).as_json()
