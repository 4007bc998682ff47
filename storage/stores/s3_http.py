"""What the client sends, with two headers that none of its functions offers: a pool of connections that adds them.

``Content-MD5`` goes with every body (locked buckets ask for it, and the client leaves it out over plain HTTP);
``If-None-Match: *`` with what is put inside ``only_if_absent``. Neither is among the headers that S3 signatures must cover.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import urllib3

_absent: ContextVar[bool] = ContextVar("only if absent", default=False)


@contextlib.contextmanager
def only_if_absent() -> Iterator[None]:
    """What is put in this block (and thread) is put only where nothing is yet."""
    token = _absent.set(True)
    try:
        yield
    finally:
        _absent.reset(token)


class Connections(urllib3.PoolManager):
    """Connections to one server."""

    def urlopen(self, method: str, url: str, redirect: bool = True, **rest: Any) -> Any:  # type: ignore[override]
        """Send a request. Bytes are read as they lie there: a value that says it is compressed is what it is, not what it unfolds to."""
        rest["decode_content"] = False
        body, headers = rest.get("body"), rest.get("headers")
        if method in {"PUT", "POST"} and isinstance(body, bytes) and headers is not None:
            if "Content-MD5" not in headers:
                digest = hashlib.md5(body, usedforsecurity=False).digest()
                headers["Content-MD5"] = base64.b64encode(digest).decode()
            if _absent.get():
                headers["If-None-Match"] = "*"
        return super().urlopen(method, url, redirect, **rest)
