"""``Idempotency-Key``: a request that is sent again after a broken line is done once, and answered as the first time.

A key is known for a day, and only to who sent it. With another request it is refused (409), as well as while the first is in
work. An act that was refused is not kept: it may be tried again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Request

from apps.api.identity import Asking, Parts
from schemas.errors import KeyInUse, KeyUsed
from storage.once import Once


class Doing:
    """A request with its key, if it has one."""

    def __init__(self, once: Once, key: str | None, told: str) -> None:
        self._once, self._key, self._told = once, key, told

    def once(self, given: Any, act: Callable[[], str]) -> str:
        """Run ``act`` once for this idempotency key and keep what it returns, a pointer to its result; a repeated request gets that.

        ``given`` is the request as plain data; the same key with other data is refused. Raises KeyUsed, KeyInUse, and what ``act`` raises.
        """
        if self._key is None:
            return act()
        material = json.dumps([self._told, given], sort_keys=True, ensure_ascii=False, default=str)
        request = hashlib.sha256(material.encode()).hexdigest()
        known = self._once.begin(self._key, request)
        if known is not None:
            if known.request != request:
                raise KeyUsed
            if known.result is None:
                raise KeyInUse
            return known.result
        try:
            result = act()
        except BaseException:
            self._once.drop(self._key)
            raise
        self._once.end(self._key, result)
        return result


def _doing(
    request: Request,
    services: Parts,
    caller: Asking,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1, max_length=200, description="Chosen by the caller; the same request is done once."
        ),
    ] = None,
) -> Doing:
    told = f"{request.method} {request.url.path}"
    key = None
    if idempotency_key is not None:
        key = hashlib.sha256(f"{caller.actor}\0{idempotency_key}".encode()).hexdigest()
    return Doing(services.once, key, told)


Repeatable = Annotated[Doing, Depends(_doing)]
"""As a parameter of a route that acts."""
