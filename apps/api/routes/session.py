"""Signing in and out at a station with a local store of users."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from apps.api.identity import COOKIE, Parts, address_of, end_former, signed_in
from apps.api.strict import Given
from flows.desk import accounts
from storage.accounts import Session, User

router = APIRouter(prefix="/session", tags=["session"])
Officer = Annotated[tuple[User, Session], Depends(signed_in)]


class Credentials(Given):
    """Name and password of an officer."""

    name: str = Field(max_length=64)
    password: str = Field(max_length=1000)


class SignedIn(BaseModel):
    """Who is signed in, and the token that unsafe requests must repeat in ``X-CSRF-Token``."""

    name: str
    full_name: str
    roles: list[str]
    csrf: str


@router.post("")
def sign_in(given: Credentials, request: Request, response: Response, services: Parts) -> SignedIn:
    """Begin a session; its cookie is out of reach of scripts."""
    cookie, session = accounts.sign_in(
        services.accounts, given.name, given.password, services.tries, address_of(request)
    )
    end_former(request)
    response.set_cookie(
        COOKIE, cookie, httponly=True, samesite="strict", secure=request.app.state.https, path="/"
    )
    user = services.accounts.get(session.user)
    assert user is not None
    return _answer(user, session)


@router.get("")
def who(officer: Officer) -> SignedIn:
    """Who is signed in."""
    return _answer(*officer)


@router.delete("", status_code=204)
def sign_out(officer: Officer, response: Response, services: Parts) -> None:
    """End the session."""
    services.accounts.end([officer[1].digest])
    response.delete_cookie(COOKIE, path="/")


def _answer(user: User, session: Session) -> SignedIn:
    return SignedIn(name=user.name, full_name=user.full_name, roles=list(user.roles), csrf=session.csrf)
