"""Settings of who asks through the API, and who is told."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from flows.settings.section import Section

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""What this machine calls itself."""


class ApiSettings(Section):
    """The API (`sohoa serve`)."""

    address: str | None = Field(
        default=None,
        description="Public address of the API (`https://ho-so.example.vn`). Agencies sign their assertions for it, followed by `/api/v1/token`, and for nothing else. Without it only those are taken that are made for this machine (127.0.0.1, localhost) or for the very address, as a number, to which the client is connected: what a request calls its host is not believed.",
    )
    event_key: Path | None = Field(
        default=None,
        description="PEM file with the Ed25519 key that signs events, the same on all machines; by default made in the home.",
    )
    bound_tokens: bool = Field(
        default=False,
        description="Tokens of agencies hold only with the TLS certificate that they were asked for with (RFC 8705); needs `sohoa serve --client-ca`, or a proxy and `certificate_header`.",
    )
    certificate_header: str | None = Field(
        default=None,
        description="The header in which the proxy in front of us tells the client's certificate: `Client-Cert` (RFC 9440), or PEM with % escapes (nginx's `$ssl_client_escaped_cert`). The proxy must remove it from what clients send, and nobody else may reach this server.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="Address of the OpenID Connect provider that signs officers in, beside the local store of users; at it this server is registered with `…/api/v1/session/oidc/done`, below `address` where that is told.",
    )
    oidc_client: str | None = Field(default=None, description="Our id at the provider.")
    oidc_secret: SecretStr | None = Field(
        default=None, description="Our secret at the provider; without one we are a public client (PKCE)."
    )
    oidc_name: str = Field(
        default="preferred_username", description="The claim that is the officer's account here."
    )
    oidc_role_claim: str = Field(
        default="roles",
        description="The claim with the officer's roles, a list or one word; `realm_access.roles` leads into an object.",
    )
    oidc_roles: dict[str, str] = Field(
        default={},
        description="Role of ours by the provider's word for it; by default the words are `clerk`, `reviewer`, `signer`, `auditor`, `administrator`.",
    )
    consent_issuer: str | None = Field(
        default=None,
        description="Who signs citizens in and gives their consent as a token (`iss`); without it no citizen channel is answered.",
    )
    consent_keys: Path | None = Field(
        default=None, description="File with the issuer's public keys (JSON Web Key Set)."
    )

    @model_validator(mode="after")
    def _an_address(self) -> ApiSettings:
        if self.address is None:
            return self
        url = urlsplit(self.address)
        beyond = url.path.strip("/") or url.query or url.fragment or url.username
        if url.scheme not in {"http", "https"} or not url.hostname or beyond:
            raise ValueError("api.address: scheme and host, as https://ho-so.example.vn")
        if url.scheme == "http" and url.hostname not in LOOPBACK:
            raise ValueError("api.address: an address that begins with https://")
        return self

    @model_validator(mode="after")
    def _a_whole_provider(self) -> ApiSettings:
        if self.oidc_issuer is None:
            return self
        if not self.oidc_client:
            raise ValueError("api.oidc_client: the provider knows us by an id")
        here = self.oidc_issuer.startswith(("http://127.0.0.1", "http://localhost"))
        if not (self.oidc_issuer.startswith("https://") or here):
            raise ValueError("api.oidc_issuer: an address that begins with https://")
        return self
