"""Settings of who asks through the API, and who is told."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from flows.settings.section import Section


class ApiSettings(Section):
    """The API (`sohoa serve`)."""

    event_key: Path | None = Field(
        default=None,
        description="PEM file with the Ed25519 key that signs events, the same on all machines; by default made in the home.",
    )
    consent_issuer: str | None = Field(
        default=None,
        description="Who signs citizens in and gives their consent as a token (`iss`); without it no citizen channel is answered.",
    )
    consent_keys: Path | None = Field(
        default=None, description="File with the issuer's public keys (JSON Web Key Set)."
    )
