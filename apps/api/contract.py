"""The contract as OpenAPI 3.1: what FastAPI derives from the routes, and every refusal that a route may answer with.

``apps/api/openapi.json`` is the contract as it was agreed; a test compares, so that nothing changes it silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field


class Problem(BaseModel):
    """Problem details (RFC 9457): ``code`` is stable, ``title`` and ``detail`` are for an operator, ``message_vi`` and ``hint_vi`` for a clerk."""

    type: str
    title: str
    status: int
    code: str
    detail: str = Field(description="What to do, or where the request is wrong.")
    message_vi: str
    hint_vi: str = Field(description="``detail`` in Vietnamese; empty where there is nothing to advise.")
    fields: list[str] | None = Field(default=None, description="Fields whose values contradict others.")


_MEANING = {
    400: "Asked in a way that no schema can tell: a value that the field does not take, a reason that is missing.",
    401: "Not signed in.",
    403: "Not allowed: by the role, the policy of the agency, the purpose, or the session's token is missing.",
    404: "There is none.",
    405: "Not with this method.",
    409: "Understood, and refused as things stand: stale, ended, taken, or the paper is not taken in.",
    410: "It was erased by order (`erased`; a gravestone is left), or is lost (`lost`).",
    413: "Too large.",
    416: "The file has no such bytes.",
    422: "The request does not have the form that is asked for.",
    428: "If-Match is missing.",
    429: "Too many wrong tries.",
    503: "A part that is needed is away; nothing is lost.",
}
_ALWAYS = (400, 401, 403, 422, 503)
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def contract(app: FastAPI) -> dict[str, Any]:
    """The contract of the app, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            routes=app.routes,
            openapi_version="3.1.0",
        )
        for path, methods in made["paths"].items():
            for method, operation in methods.items():
                for status in _refusals(path, method, operation):
                    operation["responses"][str(status)] = {
                        "description": _MEANING[status],
                        "content": _PROBLEM,
                    }
                _close_form(made, path, operation)
        schemas = made["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema()
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = made
    return app.openapi_schema


def operations(app: FastAPI) -> dict[str, dict[str, Any]]:
    """All operations of the contract by their names, which are those of the routes."""
    paths = contract(app)["paths"].values()
    return {operation["operationId"]: operation for methods in paths for operation in methods.values()}


FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
"""What browsers and OAuth clients send."""

_TAKE_MORE = "/token"
"""A form of which unknown parameters are ignored: so the standard says (RFC 6749, section 3.2), and clients send ``scope``."""


def form_of(app: FastAPI, operation: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of the form that an operation takes; None where it takes none."""
    return _form(contract(app), operation)


def _form(made: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    taken = operation.get("requestBody", {}).get("content", {})
    named = next((taken[kind]["schema"]["$ref"] for kind in FORMS if kind in taken), None)
    found: dict[str, Any] | None = named and made["components"]["schemas"][named.rpartition("/")[2]]
    return found


def _close_form(made: dict[str, Any], path: str, operation: dict[str, Any]) -> None:
    """Say of a form what is said of JSON by its model: that it takes nothing else."""
    if (form := _form(made, operation)) is not None:
        form["additionalProperties"] = {"type": "string"} if path.endswith(_TAKE_MORE) else False


def methods_of(app: FastAPI, address: str) -> list[str]:
    """What an address takes: several routes may share it, and the framework tells of the first only."""
    found: set[str] = set()
    for path, methods in contract(app)["paths"].items():
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), address):
            found |= {method.upper() for method in methods}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


_NAME_PAPERS = ("/regroup", "/join", "/signing")
"""Routes that name papers in the body."""


def _refusals(path: str, method: str, operation: dict[str, Any]) -> Iterator[int]:
    """What a route may refuse with, by its address: the same for all routes of a kind."""
    yield from _ALWAYS
    names_papers = path.endswith(_NAME_PAPERS)
    if "{" in path or path.endswith("/events") or names_papers:  # events are named in the query
        yield 404
    if path.endswith("/files/{token}") or "{document_id}" in path or names_papers:
        yield from (409, 410)
    if method in {"post", "put", "delete"}:
        yield from (409, 413)
    headers = {one["name"].lower() for one in operation.get("parameters", ()) if one["in"] == "header"}
    if "if-match" in headers:
        yield 428
    if "range" in headers:
        yield 416
    if path.endswith(("/session", "/token")):
        yield 429
