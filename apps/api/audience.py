"""For whom an agency signs its assertion: this API by its public address, never by what a request calls its host.

Whoever has an assertion that was made for another system would else hand it in here, with that system's name as ``Host``.
"""

from __future__ import annotations

from fastapi import Request

from flows.services import Services
from flows.settings.asking import LOOPBACK
from schemas.errors import AssertionRefused


def audience_of(request: Request) -> str:
    """The address of this route as a client must have signed for it. Raises AssertionRefused where nothing tells our address."""
    services: Services = request.app.state.services
    told = services.settings.api.address
    path = request.url.path
    if told is not None:
        return told.rstrip("/") + path
    if request.url.hostname in LOOPBACK or request.url.hostname == _bound(request):
        return str(request.url.replace(query="", fragment=""))
    raise AssertionRefused


def _bound(request: Request) -> str | None:
    """The address that the connection came to, as the system knows it."""
    server = request.scope.get("server")
    return server[0] if server else None
