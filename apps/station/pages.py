"""The station's pages: shells that the browser fills through the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from apps.api.identity import COOKIE, address_of, services_of
from apps.station.texts import LANGUAGES, keys, signing_keys, texts
from flows.caller import ALLOWED, Act, Role
from flows.desk import accounts
from flows.dossiers.receipt import receipt_of
from flows.procedures.catalogue import name_of
from schemas.errors import NotSignedIn
from schemas.identifiers.dossier import DOSSIER_PATTERN
from storage.accounts import Session, User

HERE = Path(__file__).parent
LANGUAGE = "sohoa_language"

router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(HERE / "templates")
_templates.env.autoescape = True


def mount(app: FastAPI) -> None:
    """Add the station to the app of the API."""
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(router)


@router.get("/")
def home(request: Request) -> Response:
    """Where the work begins: at the counter, for who only signs at the papers to be signed; for who only looks, where that is."""
    try:
        officer, _ = accounts.signed_in(services_of(request).accounts, request.cookies.get(COOKIE, ""))
    except NotSignedIn:
        return RedirectResponse("/login", 303)
    return RedirectResponse(_first(officer), 303)


_PAGES = {
    "desk": Act.DIGITIZE,
    "queue": Act.CONFIRM,
    "sheet": Act.CONFIRM,
    "sign": Act.SIGN,
    "citizen": Act.FIND,
    "receipt": Act.FIND,
    "manager": Act.CONFIRM,
}
"""Page → what its officer must be allowed to do there: an auditor has no desk."""


def _pages_of(officer: User) -> list[str]:
    return [name for name, act in _PAGES.items() if ALLOWED[act] & set(officer.roles)]


def _first(officer: User) -> str:
    return "/sign" if set(officer.roles) == {Role.SIGNER} else f"/{next(iter(_pages_of(officer)), 'desk')}"


@router.get("/login")
def login(request: Request) -> Response:
    """Signing in."""
    provider = services_of(request).settings.api.oidc_issuer is not None
    return _page(request, "login.html", None, provider=provider)


@router.get("/desk")
def desk(request: Request) -> Response:
    """The counter: a dossier, a paper, its fields."""

    def desk(_: User) -> dict[str, Any]:
        signs = any(one.when == "confirmation" for one in services_of(request).signatories)
        return {
            "signs": signs,
            "phone": _phone(request),
            "code_pattern": DOSSIER_PATTERN,
            "keys": keys(request.cookies.get(LANGUAGE, LANGUAGES[0])),
        }

    return _for_officers(request, "desk.html", desk)


@router.get("/queue")
def queue(request: Request) -> Response:
    """Papers that wait, and search."""
    return _for_officers(request, "queue.html")


@router.get("/sheet")
def sheet(request: Request) -> Response:
    """One field of many papers as cut-outs."""
    return _for_officers(request, "sheet.html")


@router.get("/sign")
def sign(request: Request) -> Response:
    """What waits for an officer's signature: to be looked at, chosen, signed."""

    def sign(_: User) -> dict[str, Any]:
        own_key = services_of(request).settings.signer.kind == "elsewhere"
        return {
            "own_key": own_key,
            "phone": _phone(request),
            "keys": signing_keys(request.cookies.get(LANGUAGE, LANGUAGES[0])),
        }

    return _for_officers(request, "sign.html", sign)


@router.get("/receipt")
def receipt(request: Request, dossier: Annotated[str, Query(max_length=60)] = "") -> Response:
    """What a person is handed when a dossier was taken in, to be printed."""
    services = services_of(request)

    def receipt(officer: User) -> dict[str, Any]:
        caller = accounts.caller_of(officer, address_of(request), dossier)
        found = receipt_of(services, caller, dossier) if dossier else None
        named = name_of(services, found.procedure) if found and found.procedure else None
        return {
            "receipt": found,
            "dossier": dossier,
            "agency": services.settings.agency,
            "procedure_name": named,
        }

    return _for_officers(request, "receipt.html", receipt)


@router.get("/citizen")
def citizen(request: Request) -> Response:
    """What is held on a person, and who looked."""
    return _for_officers(request, "citizen.html")


@router.get("/manager")
def manager(request: Request) -> Response:
    """Where the work stands, and the indicators."""
    return _for_officers(request, "manager.html")


@router.post("/language/{language}")
def language(language: str) -> Response:
    """Remember the language of the pages."""
    answer = Response(status_code=204)
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    answer.set_cookie(LANGUAGE, chosen, max_age=365 * 86400, samesite="strict", httponly=True)
    return answer


def _phone(request: Request) -> bool:
    """Whether the key lies with a remote service, where the signer may have to agree on her phone."""
    return services_of(request).settings.signer.kind == "csc"


def _for_officers(
    request: Request, template: str, more: Callable[[User], dict[str, Any]] = lambda _: {}
) -> Response:
    """A page for who is signed in; ``more`` gives what it shows besides the words."""
    try:
        officer = accounts.signed_in(services_of(request).accounts, request.cookies.get(COOKIE, ""))
    except NotSignedIn:
        return RedirectResponse("/login", 303)
    pages = _pages_of(officer[0])
    if pages and template.removesuffix(".html") not in pages:
        return RedirectResponse(_first(officer[0]), 303)
    return _page(request, template, officer, pages=pages, **more(officer[0]))


def _page(request: Request, template: str, officer: tuple[User, Session] | None, **more: Any) -> HTMLResponse:
    language = request.cookies.get(LANGUAGE, LANGUAGES[0])
    said = texts(language, template.removesuffix(".html"))
    page: dict[str, Any] = {
        "t": said,
        "texts": json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"),
        "language": language if language in LANGUAGES else LANGUAGES[0],
        "user": officer[0] if officer else None,
        "csrf": officer[1].csrf if officer else "",
        **more,
    }
    return _templates.TemplateResponse(request, template, page)
