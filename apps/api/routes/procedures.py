"""Procedures: what they ask for, and what of it a person need not hand in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from apps.api.identity import Asking, Parts
from apps.api.once import Repeatable
from apps.api.strict import Given
from flows import reuse
from flows.dossiers import uses
from flows.dossiers.codes import WrongDossier, checked_dossier
from flows.services import Services
from schemas.procedures import procedures

router = APIRouter(prefix="/procedures", tags=["procedures"])


class ProcedureRow(BaseModel):
    """A procedure, its cases and the persons whose papers it asks for, each with its label."""

    code: str
    name: str
    cases: dict[str, str]
    persons: dict[str, str]


class Asked(Given):
    """Who applies; the cases that hold (an empty list: none of them; null: nobody said); others whose papers are asked for (role → identifier)."""

    subject: Annotated[str, Field(max_length=20)]
    cases: list[Annotated[str, Field(max_length=300)]] | None = None
    persons: Mapping[str, Annotated[str, Field(max_length=20)]] = {}
    name: Annotated[str | None, Field(max_length=200)] = None
    online: bool = False


class Decision(Asked):
    """What the person decided at the counter on the papers that are *there*.

    ``agreed`` (left out: to all of them) and ``refused`` are ids of records; ``declared`` is what the person declares otherwise
    than the form says, by its fields.
    """

    dossier: Annotated[str, Field(min_length=1, max_length=60)]
    agreed: list[Annotated[str, Field(max_length=60)]] | None = None
    refused: Sequence[Annotated[str, Field(max_length=60)]] = ()
    declared: Mapping[str, Annotated[str, Field(max_length=2000)]] = {}


class Used(BaseModel):
    """The records in which the decision stands now, with their new versions."""

    records: dict[str, int]


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
    return reuse.ask(services, caller, _question(services, code, given)).as_json()


@router.post("/{code}/decisions")
def decide(
    code: Annotated[str, Field(max_length=40)],
    given: Decision,
    services: Parts,
    caller: Asking,
    doing: Repeatable,
) -> Used:
    """Note what the person agreed to or refused (*đồng ý dùng lại*): it counts, and stands in the person's view.

    ``Sohoa-Purpose`` is needed.
    """
    # An agency's system has codes of its own form, which nobody types.
    dossier = checked_dossier(given.dossier, force=True)
    if dossier is None:
        raise WrongDossier(given.dossier)

    def act() -> str:
        found = reuse.ask(services, caller, _question(services, code, given))
        receipts = uses.decide(
            services,
            caller,
            found,
            dossier,
            agreed=given.agreed,
            refused=given.refused,
            declared=given.declared,
        )
        return " ".join(f"{one.id}:{one.version}" for one in receipts)

    made = (one.split(":") for one in doing.once(given.model_dump(), act).split())
    return Used(records={id: int(version) for id, version in made})


def _question(services: Services, code: str, given: Asked) -> reuse.Question:
    return reuse.question(
        services,
        code,
        given.subject,
        cases=given.cases,
        persons=given.persons,
        name=given.name,
        online=given.online,
    )
