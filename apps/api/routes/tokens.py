"""Tokens for agencies (OAuth 2.0 client credentials with ``private_key_jwt``, RFC 7523)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel

from apps.api.audience import audience_of
from apps.api.certificates import certificate_of
from apps.api.identity import Parts, address_of
from flows.agencies import clients

router = APIRouter(prefix="/token", tags=["agencies"])


class Token(BaseModel):
    """A token for ``Authorization: Bearer``; it holds for so many seconds."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int


@router.post("")
def token(
    request: Request,
    services: Parts,
    grant_type: Annotated[Literal["client_credentials"], Form()],  # noqa: ARG001 - the standard asks for it
    client_assertion_type: Annotated[  # noqa: ARG001 - as above
        Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"], Form()
    ],
    client_assertion: Annotated[str, Form(min_length=1, max_length=10000)],
) -> Token:
    """A token for an assertion that the agency signed; ``aud`` is this address, as the settings tell it (``api.address``)."""
    tries = services.tries
    tries.check(f"token from {address_of(request)}")
    try:
        given, seconds = clients.token_for(
            services, client_assertion, audience_of(request), certificate_of(request)
        )
    except Exception:
        tries.note(f"token from {address_of(request)}")
        raise
    return Token(access_token=given, expires_in=int(seconds))
