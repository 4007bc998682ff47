"""A small OpenID Connect provider on a port of its own: it signs in whoever it was told to, and checks what a provider checks (PKCE)."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Annotated, Any

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI, Form, HTTPException
from fastapi.responses import RedirectResponse

from tests.storage.servers import free_port

CLIENT = "sohoa"


class Provider:
    """``claims`` go into the next ID token beside the usual ones, or in their place; ``key`` signs it."""

    def __init__(self) -> None:
        self.port = free_port(1)
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.real = self.key = rsa.generate_private_key(65537, 2048)
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}

    def app(self) -> FastAPI:
        """The provider's addresses."""
        made = FastAPI()

        @made.get("/.well-known/openid-configuration")
        def about() -> dict[str, Any]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
            }

        @made.get("/keys")
        def keys() -> dict[str, Any]:
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.real.public_key(), as_dict=True)
            return {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]}

        @made.get("/authorize")
        def authorize(
            redirect_uri: str, state: str, nonce: str, code_challenge: str, client_id: str
        ) -> RedirectResponse:
            assert client_id == CLIENT
            code = secrets.token_urlsafe(8)
            self.codes[code] = {"nonce": nonce, "challenge": code_challenge, "back": redirect_uri}
            return RedirectResponse(f"{redirect_uri}?code={code}&state={state}", 302)

        @made.post("/token")
        def token(
            code: Annotated[str, Form()],
            code_verifier: Annotated[str, Form()],
            redirect_uri: Annotated[str, Form()],
        ) -> dict[str, Any]:
            asked = self.codes.pop(code, None)
            digest = hashlib.sha256(code_verifier.encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked is None or (proof, redirect_uri) != (asked["challenge"], asked["back"]):
                raise HTTPException(400, "invalid_grant")
            return {
                "access_token": "x",
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": self._token(asked["nonce"]),
            }

        return made

    def _token(self, nonce: str) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": "7", "iat": now, "exp": now + 60, "nonce": nonce}
        return jwt.encode({**usual, **self.claims}, self.key, "RS256", {"kid": "1"})


@contextlib.contextmanager
def running() -> Iterator[Provider]:
    """The provider, answering."""
    provider = Provider()
    config = uvicorn.Config(provider.app(), port=provider.port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the provider ended"
        time.sleep(0.02)
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(60)
