"""Headers around every answer: what a browser may load, keep and tell."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class SecurityHeaders:
    """Adds them to every answer; what names no cache of its own is kept by nobody."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app = app
        always = {**HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if https else {})}
        self.headers = [
            (name.lower().encode(), value.encode())
            for name, value in {**always, "Cache-Control": "no-store"}.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = list(message.get("headers", ()))
                named = {name.lower() for name, _ in told}
                message["headers"] = told + [one for one in self.headers if one[0] not in named]
            await send(message)

        await self.app(scope, receive, with_headers)
