"""Links to other systems: how a dossier stands (one-stop system), the citizen's question (app, callbot), signing with a key elsewhere."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from apps.api import answers
from apps.api.identity import Asking, Parts
from apps.api.once import Repeatable
from apps.api.routes.acts import IfMatch, done, version_of
from apps.api.strict import Given
from flows.dossiers.status import dossier_status
from flows.people.citizen import my_looks, my_paper
from flows.signatures import two_steps
from schemas.errors import UsageError
from storage.model import Receipt

router = APIRouter(tags=["links"])

Consent = Annotated[
    str | None,
    Header(max_length=10000, description="The person's own consent, a token of who signed them in."),
]


class CitizenAnswer(BaseModel):
    """One short sentence that can be spoken, and the same as data; ``unavailable``: it is there and cannot be read now."""

    sentence_vi: str
    there: bool
    valid_until: str | None
    unavailable: bool = False


class Certificates(Given):
    """The signer's certificate and those above it, each DER in base64; for which signature that the copy waits for."""

    chain: Annotated[list[Annotated[str, Field(max_length=20000)]], Field(min_length=1, max_length=8)]
    role: Annotated[str, Field(max_length=20)] = "signer"


class Signature(Given):
    """What the key made of ``to_be_signed``, base64."""

    signature: Annotated[str, Field(max_length=20000)]


@router.get("/dossiers/{code}")
def dossier(code: str, services: Parts, caller: Asking) -> dict[str, Any]:
    """How a dossier stands, by its code in the old form or the new; papers by id and state."""
    return dossier_status(services, caller, code).as_json()


@router.get("/citizen/paper", response_model_exclude_unset=True)
def citizen_paper(
    services: Parts,
    caller: Asking,
    type: Annotated[str, Query(max_length=60)],
    sohoa_consent: Consent = None,
) -> CitizenAnswer:
    """Is my paper there, until when does it hold? For the person who consents, in one spoken sentence."""
    return CitizenAnswer.model_validate(my_paper(services, caller, sohoa_consent or "", type).as_json())


class CitizenLook(BaseModel):
    """Which organisation looked at, or changed, a paper of the person: when, what it did, the paper's type, for what purpose."""

    at: datetime
    who: str
    action: str
    type: str
    purpose: str


@router.get("/citizen/looks")
def citizen_looks(services: Parts, caller: Asking, sohoa_consent: Consent = None) -> list[CitizenLook]:
    """Who looked at my papers, for what? For the person who consents, the newest first."""
    return [CitizenLook(**asdict(one)) for one in my_looks(services, caller, sohoa_consent or "")]


@router.post("/records/{document_id}/signatures")
def prepare_signature(
    document_id: str,
    given: Certificates,
    services: Parts,
    caller: Asking,
    doing: Repeatable,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Prepare the copy for a key that is elsewhere; what it must sign. It waits for a quarter of an hour.

    With ``If-Match`` only the version that was looked at is prepared.
    """
    chain = [_bytes(one) for one in given.chain]
    expected = None if if_match is None else version_of(if_match)

    def act() -> str:
        return two_steps.prepare_signature(
            services, caller, document_id, chain, role=given.role, expected=expected
        ).name

    name = doing.once([given.model_dump(), expected], act)
    return two_steps.prepared(services, caller, name).as_json()


@router.put("/signatures/{name}")
def finish_signature(
    name: str, given: Signature, services: Parts, caller: Asking, response: Response, doing: Repeatable
) -> answers.Record:
    """Put the signature that came back on the copy: the record's next version."""
    signature = _bytes(given.signature)

    def act() -> Receipt:
        return two_steps.finish_signature(services, caller, name, signature)

    return done(services, caller, doing, [given], act, response)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UsageError("not base64") from error
