"""What a request may bring along: how much, from whom, and as text that can be written down.

A body is read before any route is asked, so what it may cost is decided here. Only scans are large, and who sends them has signed in
before the first byte is read.
"""

from __future__ import annotations

import json
import re

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.api.identity import asking, services_of
from apps.api.problems import answered, not_as_asked, too_large
from schemas.errors import SohoaError

SMALL = 1 << 20
"""Bytes of a body that is no scan."""

_AROUND = 1 << 16
"""Bytes that a form may have beside its file."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Bodies:
    """Answers 413 to larger bodies, 401 to scans of nobody, 422 to JSON that holds half of a sign; ``prefix`` is that of the routes."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self.app, self.scans = app, f"{prefix}/scans"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        most = SMALL
        if scope["path"].rstrip("/") == self.scans:
            try:
                await run_in_threadpool(asking, request)
            except SohoaError as refused:
                await answered(request, refused)(scope, receive, send)
                return
            most = services_of(request).settings.limits.size + _AROUND
        told = request.headers.get("content-length", "")
        if told.isascii() and told.isdigit() and int(told) > most:
            await too_large()(scope, receive, send)
        elif "json" in request.headers.get("content-type", ""):
            await self._json(scope, receive, send)
        else:
            await self.app(scope, _counted(receive, most), send)

    async def _json(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A body that is small enough to be looked at as a whole."""
        body, message = bytearray(), await receive()
        while message["type"] == "http.request":
            body += message.get("body", b"")
            if len(body) > SMALL:
                await too_large()(scope, receive, send)
                return
            if not message.get("more_body"):
                break
            message = await receive()
        if _SURROGATE.search(body) and not _is_text(bytes(body)):
            await not_as_asked([("body", "surrogate")])(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]
        if message["type"] != "http.request":
            whole = [message]

        async def again() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, again, send)


def _is_text(body: bytes) -> bool:
    """Whether all that JSON says can be written as UTF-8; what is no JSON is told by who reads it."""
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    except (ValueError, RecursionError):
        return True
    return True


def _counted(receive: Receive, most: int) -> Receive:
    """What receives no more bytes than this; who reads on is told 413."""
    left = most

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return counted
