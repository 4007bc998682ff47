"""Who asks, as a dependency of the routes: an agency with its token, or an officer with a session's cookie."""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from apps.api.certificates import certificate_of
from flows.agencies import clients
from flows.caller import Caller
from flows.desk import accounts
from flows.services import Services
from schemas.errors import ForgedRequest, NotSignedIn
from storage.accounts import Session, User

COOKIE = "sohoa_session"
PURPOSE = "Sohoa-Purpose"
"""Header that says for what somebody looks: the id of a purpose, or the code of a procedure or dossier."""

_SAFE = {"GET", "HEAD", "OPTIONS"}
_bearer = HTTPBearer(auto_error=False, description="The token of an agency.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The session of an officer.")

SECURITY: dict[str, Any] = {"security": [{"APIKeyCookie": []}, {"HTTPBearer": []}]}
"""What the contract says of a route that finds out by itself who asks (``asking``); ``openapi_extra``."""


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


def asking(request: Request) -> Caller:
    """Who asks: an agency with its token, or an officer with a session. Raises NotSignedIn, ForgedRequest."""
    services, address = services_of(request), address_of(request)
    purpose = request.headers.get(PURPOSE, "")[:200]
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    if scheme.lower() == "bearer" and token:
        return clients.caller_of(services, token, address, purpose, certificate_of(request))
    return accounts.caller_of(officer(request)[0], address, purpose)


def officer(request: Request) -> tuple[User, Session]:
    """The officer and the session; an unsafe request must repeat the session's token (X-CSRF-Token)."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise NotSignedIn
    user, session = accounts.signed_in(services_of(request).accounts, cookie)
    if request.method not in _SAFE:
        given = request.headers.get("X-CSRF-Token", "")
        if not hmac.compare_digest(given.encode(), session.csrf.encode()):
            raise ForgedRequest
    return user, session


def end_former(request: Request) -> None:
    """Somebody signs in anew in this browser: the session that it had before serves nobody any more."""
    if cookie := request.cookies.get(COOKIE):
        services_of(request).accounts.end([accounts.digest_of(cookie)])


def signed_in(request: Request, _: Annotated[str | None, Depends(_cookie)]) -> tuple[User, Session]:
    """``officer`` as a dependency of routes."""
    return officer(request)


def caller_of(
    request: Request,
    _: Annotated[str | None, Depends(_cookie)],
    __: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """``asking`` as a dependency of routes; the contract tells of the two ways."""
    return asking(request)


Asking = Annotated[Caller, Depends(caller_of)]
Parts = Annotated[Services, Depends(_parts)]
