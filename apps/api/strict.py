"""What a request holds and its address does not take is refused, and so is what stands in it twice.

A member that is misspelt would be dropped in silence: ``confirm`` with ``value`` for ``values`` would confirm what was read. Of what
stands twice we would take one, and who checked the request on its way may have seen the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict

from apps.api.contract import form_of, operations
from apps.api.problems import tellable

_NO_BODY = 4
"""Bytes of a body that holds nothing: ``null`` or ``{}``, as some clients send with every act."""


class Given(BaseModel):
    """What is sent as JSON: a model of the body of a request, which takes no other members."""

    model_config = ConfigDict(extra="forbid")


_operations = lru_cache(8)(operations)
"""Each request asks; an app is the same as long as it lives."""


async def only_what_is_taken(request: Request) -> None:
    """For every route of the contract. Raises RequestValidationError, which names what is not taken."""
    names = [name for name, _ in request.query_params.multi_items()]
    refuse("query", repeated(names), "repeated")
    operation = _operations(request.app).get(request.scope["route"].name)
    if operation is None:  # no part of the contract: what a provider sends a browser back with
        return
    known = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    refuse("query", unknown(names, known), "extra_forbidden")
    taken = operation.get("requestBody", {}).get("content", {})
    if not taken:
        if request.method not in {"GET", "HEAD"} and _has_body(request):
            raise RequestValidationError([{"loc": ("body",), "type": "extra_forbidden"}])
    elif (form := form_of(request.app, operation)) is not None:
        names = [name for name, _ in (await request.form()).multi_items()]
        refuse("body", repeated(names), "repeated")
        if form["additionalProperties"] is False:
            refuse("body", unknown(names, form["properties"]), "extra_forbidden")
    else:
        refuse("body", repeated_members(await request.body()), "repeated")


def refuse(where: str, name: str | None, why: str) -> None:
    """Raise RequestValidationError where there is such a name."""
    if name is not None:
        raise RequestValidationError([{"loc": (where, tellable(name)), "type": why}])


def unknown(names: Iterable[str], known: Iterable[str]) -> str | None:
    """The first of the names that is not known."""
    taken = frozenset(known)
    return next((name for name in names if name not in taken), None)


def repeated(names: Iterable[str]) -> str | None:
    """The first name that stands twice.

    >>> repeated(["file", "type", "file"]), repeated(["file", "type"])
    ('file', None)
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def repeated_members(body: bytes) -> str | None:
    """The first member that an object of a JSON text has twice, at any depth; None also where it is no JSON.

    >>> repeated_members(b'{"values": {"a": 1, "a": 2}}'), repeated_members(b'{"a": {"a": 1}}')
    ('a', None)
    """
    found: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> None:
        if (name := repeated(name for name, _ in pairs)) is not None:
            found.append(name)

    try:
        json.loads(body, object_pairs_hook=members)
    except (ValueError, RecursionError):  # told by who reads it
        return None
    return next(iter(found), None)


def _has_body(request: Request) -> bool:
    length = request.headers.get("Content-Length", "0")
    return "Transfer-Encoding" in request.headers or not length.isdecimal() or int(length) > _NO_BODY
