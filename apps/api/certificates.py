"""The certificate that a client came with (mutual TLS), for tokens that are bound to it (RFC 8705, section 3)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import ssl
from urllib.parse import unquote

from fastapi import Request
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from flows.services import Services


class WithCertificate(HttpToolsProtocol):
    """Tells the app the client's certificate as the TLS extension of ASGI does (``client_cert_chain``)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As asyncio calls it, when the handshake is done."""
        super().connection_made(transport)
        session = transport.get_extra_info("ssl_object")
        given = session.getpeercert(binary_form=True) if session is not None else None
        self.chain = [ssl.DER_cert_to_PEM_cert(given)] if given else []

    def on_message_begin(self) -> None:
        """As the parser calls it."""
        super().on_message_begin()
        self.scope["extensions"] = {"tls": {"client_cert_chain": self.chain}}


def certificate_of(request: Request) -> str | None:
    """The thumbprint (``x5t#S256``) of the client's certificate; None where none came.

    It comes with the connection, or in the header that the settings name, where a proxy in front of us ends TLS.
    """
    services: Services = request.app.state.services
    header = services.settings.api.certificate_header
    if header is not None:
        return thumbprint(request.headers.get(header, ""))
    chain = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain") or [""]
    return thumbprint(chain[0])


def thumbprint(told: str) -> str | None:
    """Of a certificate as ``:base64 of DER:`` (RFC 9440) or PEM, also with ``%`` escapes; None where it is neither.

    >>> thumbprint(":YQ==:")
    'ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs'
    """
    told = told.strip()
    try:
        if told.startswith(":"):
            der = base64.b64decode(told.strip(":"), validate=True)
        else:
            der = ssl.PEM_cert_to_DER_cert(unquote(told))
    except (ValueError, binascii.Error):
        return None
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
