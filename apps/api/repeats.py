"""A query that names something twice is refused.

We would take one of the two values, and a proxy or a log on the way may take the other: what was checked there would not be what
is answered here.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from apps.api.problems import not_as_asked


class NoRepeats:
    """Answers 422 to such questions below ``prefix``; no question of ours takes a parameter twice."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self.app, self.prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        query = scope.get("query_string", b"")
        if b"&" in query and scope["path"].startswith(self.prefix) and (name := repeated(query)):
            await not_as_asked(f"query.{name}: repeated")(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def repeated(query: bytes) -> str | None:
    """The first name that a query string has twice, as far as it may be told; None where each stands once.

    >>> repeated(b"type=card&since=2026-01-01&typ%65=x"), repeated(b"type=card&since=")
    ('type', None)
    """
    seen: set[str] = set()
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in seen:
            return name if name.isascii() and name.isidentifier() else "?"
        seen.add(name)
    return None
