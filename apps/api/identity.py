"""Who asks, as a dependency of the routes: an agency with its token, or an officer with a session's cookie."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from flows import accounts, agencies
from flows.caller import Caller
from flows.services import Services
from schemas.errors import ForgedRequest, NotSignedIn
from storage.accounts import Session, User

COOKIE = "sohoa_session"
PURPOSE = "Sohoa-Purpose"
"""Header that says for what somebody looks: the id of a purpose, or the code of a procedure or dossier."""

_SAFE = {"GET", "HEAD", "OPTIONS"}
_bearer = HTTPBearer(auto_error=False, description="The token of an agency.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The session of an officer.")


def services_of(request: Request) -> Services:
    """The parts put together, as the app was made with them."""
    services: Services = request.app.state.services
    return services


async def _parts(request: Request) -> Services:
    """As above, where routes depend on it: what waits for nothing needs no thread."""
    return services_of(request)


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else "unknown"


def signed_in(request: Request, cookie: Annotated[str | None, Depends(_cookie)]) -> tuple[User, Session]:
    """The officer and the session; an unsafe request must repeat the session's token (X-CSRF-Token)."""
    if not cookie:
        raise NotSignedIn
    user, session = accounts.signed_in(services_of(request).accounts, cookie)
    if request.method not in _SAFE:
        given = request.headers.get("X-CSRF-Token", "")
        if not hmac.compare_digest(given.encode(), session.csrf.encode()):
            raise ForgedRequest
    return user, session


def caller_of(
    request: Request,
    cookie: Annotated[str | None, Depends(_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Who asks: an agency with its token, or an officer with a session."""
    services, address = services_of(request), address_of(request)
    purpose = request.headers.get(PURPOSE, "")[:200]
    if bearer is not None:
        return agencies.caller_of(services, bearer.credentials, address, purpose)
    return accounts.caller_of(signed_in(request, cookie)[0], address, purpose)


Asking = Annotated[Caller, Depends(caller_of)]
Parts = Annotated[Services, Depends(_parts)]
