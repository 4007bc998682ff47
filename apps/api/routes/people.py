"""What is held on one person or organisation, in which dossiers it was used, and who looked (the person's view)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from apps.api.identity import Asking, Parts
from flows import personal_store, uses
from flows.caller import Caller
from flows.reuse import subject_of
from schemas.errors import NotAllowed

router = APIRouter(prefix="/people/{subject}", tags=["people"])


def _officers_only(caller: Caller) -> None:
    """These answers know no policy of fields: an agency asks for records instead."""
    if caller.policy is not None:
        raise NotAllowed("people")


class Look(BaseModel):
    """Somebody looked at, or changed, a paper of this person: when, who, what, which paper, for what."""

    at: datetime
    actor: str
    action: str
    record: str
    purpose: str


@router.get("/papers")
def papers(subject: str, services: Parts, caller: Asking) -> list[dict[str, Any]]:
    """The valid papers, one row each, with proof and until when."""
    _officers_only(caller)
    return [one.as_json() for one in personal_store.store_of(services, caller, subject_of(subject))]


@router.get("/uses")
def used(subject: str, services: Parts, caller: Asking) -> list[dict[str, Any]]:
    """In which dossiers the papers were used, the newest first."""
    _officers_only(caller)
    return [one.as_json() for one in uses.uses_of(services, caller, subject_of(subject))]


@router.get("/looks")
def looks(subject: str, services: Parts, caller: Asking) -> list[Look]:
    """Who looked at the papers, for what, the newest first."""
    _officers_only(caller)
    found = personal_store.looks_at(services, caller, subject_of(subject))
    return [
        Look(at=one.at, actor=one.actor, action=one.action, record=one.record, purpose=one.purpose)
        for one in found
    ]
