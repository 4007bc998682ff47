"""Signing in through the office's own provider (OpenID Connect, authorization code with PKCE); for browsers only.

What must survive until the provider sends the browser back (state, nonce, code verifier) lies in a cookie of ten minutes that scripts
cannot read: no other browser can finish a sign-in, and any process of the server can.
"""

from __future__ import annotations

import base64
import json
from typing import Any, cast

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from apps.api.identity import COOKIE, Parts, end_former
from flows.desk import accounts
from flows.services import Services
from schemas.errors import NotFound, NotSignedIn, ProviderUnreachable

router = APIRouter(prefix="/session/oidc", include_in_schema=False)

_PENDING = "sohoa_oidc"
_SECONDS = 600
_LONGEST = 8000


@router.get("")
async def begin(request: Request, services: Parts) -> Response:
    """Send the browser to the provider."""
    from authlib.integrations.starlette_client import OAuthError

    pending: dict[str, Any] = {}
    request.scope["session"] = pending
    try:
        answer: Response = await _provider(services).authorize_redirect(request, _back(request, services))
    except (httpx.HTTPError, OAuthError, ValueError) as error:
        raise ProviderUnreachable(services.settings.api.oidc_issuer or "") from error
    answer.set_cookie(
        _PENDING,
        base64.urlsafe_b64encode(json.dumps(pending).encode()).decode(),
        max_age=_SECONDS,
        path=f"/api/v1{router.prefix}",
        httponly=True,
        samesite="lax",  # the provider's page sends the browser back
        secure=request.app.state.https,
    )
    return answer


@router.get("/done", name="finish")
async def finish(request: Request, services: Parts) -> Response:
    """The browser comes back with a code: a session begins, or the sign-in page says that it was refused."""
    from authlib.integrations.starlette_client import OAuthError
    from joserfc.errors import JoseError

    request.scope["session"] = _pending(request)
    try:
        told = await _provider(services).authorize_access_token(request)
        claims = told.get("userinfo") or {}
        cookie = await run_in_threadpool(
            accounts.sign_in_by_claims, services.accounts, services.settings.api, claims
        )
    except (OAuthError, JoseError, NotSignedIn, KeyError, ValueError):
        answer = RedirectResponse("/login?refused=1", 303)
    except httpx.HTTPError as error:
        raise ProviderUnreachable(services.settings.api.oidc_issuer or "") from error
    else:
        await run_in_threadpool(end_former, request)
        answer = RedirectResponse("/desk", 303)
        secure = request.app.state.https
        # "lax": with "strict" the browser, which comes from the provider's page, would not send it to the desk
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=secure, path="/")
    answer.delete_cookie(_PENDING, path=f"/api/v1{router.prefix}")
    return answer


def _back(request: Request, services: Services) -> str:
    """Where the provider shall send the browser: our public address where it is told, else the host that the browser asked for.

    A provider sends browsers to addresses that are registered there and to no other, so that the host may be believed here.
    """
    told = services.settings.api.address
    if told is None:
        return str(request.url_for("finish"))
    return told.rstrip("/") + str(request.app.url_path_for("finish"))


def _provider(services: Services) -> Any:
    """The provider of the settings, as a client. Raises NotFound where there is none."""
    from authlib.integrations.starlette_client import OAuth  # not before it is used: it takes a while

    chosen = services.settings.api
    if chosen.oidc_issuer is None or chosen.oidc_client is None:
        raise NotFound("no OpenID Connect provider is configured")
    known = OAuth()
    secret = chosen.oidc_secret.get_secret_value() if chosen.oidc_secret else None
    known.register(
        "office",
        client_id=chosen.oidc_client,
        client_secret=secret,
        server_metadata_url=f"{chosen.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
        },
    )
    return known.office


def _pending(request: Request) -> dict[str, Any]:
    text = request.cookies.get(_PENDING, "")
    try:
        found = json.loads(base64.urlsafe_b64decode(text[:_LONGEST]))
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
