"""What an officer chose at the station to sign with a key on her own PC; the helper there asks for it (``sohoa sign station``)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from apps.api.identity import Asking, Parts
from apps.api.strict import Given
from flows.signatures import wanted as wanted_signatures
from flows.signatures.wanted import Failure

router = APIRouter(prefix="/signing", tags=["signing"])

Id = Annotated[str, Field(max_length=60)]


class Chosen(Given):
    """Papers to sign: id → the version that was looked at."""

    papers: Annotated[dict[Id, Annotated[int, Field(ge=1)]], Field(max_length=200)]


class Why(Given):
    """Why a paper was not signed."""

    code: Annotated[str, Field(max_length=60)]
    message_vi: Annotated[str, Field(max_length=500)]
    message_en: Annotated[str, Field(max_length=500)]


class WantedAnswer(BaseModel):
    """A chosen paper and what became of it."""

    document: str
    version: int
    state: Literal["waiting", "signed", "failed"]
    failure: Why | None


@router.put("")
def want(given: Chosen, services: Parts, caller: Asking) -> list[WantedAnswer]:
    """Choose papers, in place of those chosen before; they wait for the key for a quarter of an hour."""
    return _answers(wanted_signatures.want(services, caller, given.papers))


@router.get("")
def wanted(services: Parts, caller: Asking) -> list[WantedAnswer]:
    """The papers that were chosen, and what became of them."""
    return _answers(wanted_signatures.wanted(services, caller))


@router.delete("", status_code=204)
def take_back(services: Parts, caller: Asking) -> None:
    """Choose nothing any more."""
    wanted_signatures.take_back(services, caller)


@router.put("/{document_id}/failure", status_code=204)
def failed(document_id: str, given: Why, services: Parts, caller: Asking) -> None:
    """Write down why the key did not sign a paper, for the page that waits for it."""
    wanted_signatures.failed(services, caller, document_id, Failure(**given.model_dump()))


def _answers(found: list[wanted_signatures.Wanted]) -> list[WantedAnswer]:
    return [WantedAnswer.model_validate(asdict(one)) for one in found]
