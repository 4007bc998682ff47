"""The helper on a signer's own PC: signs what she chose on the station's page with the key that is plugged in here.

Only the certificate, digests and signatures travel; nothing that she did not choose is ever given to the key.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from pipeline.sign import Signer, chain_of, sign_attributes
from schemas.errors import SohoaError, Unreachable, UsageError

PATIENCE = 120.0
"""Seconds for an answer of the station: it may have to ask a time-stamping authority."""


class StationRefused(SohoaError):
    """The station did not do what it was asked for; code and sentences are its own."""

    code = "station_refused"
    message_vi = "Máy chủ không làm được việc này."
    message_en = "The station refused."
    hint = "Look at the page of the station."
    hint_vi = "Xem trang ký số trên máy chủ."

    def __init__(self, told: Mapping[str, str]) -> None:
        self.code = told.get("code", self.code)
        self.message_vi = told.get("message_vi", self.message_vi)
        self.message_en = told.get("title", self.message_en)
        super().__init__()


class Station:
    """The station as its API shows it to one officer."""

    def __init__(self, address: str) -> None:
        """Raises UsageError where the password would travel unprotected."""
        url = httpx.URL(address)
        if url.scheme != "https" and url.host not in {"127.0.0.1", "localhost", "::1"}:
            raise UsageError("the address of the station must begin with https://")
        self._http = httpx.Client(
            base_url=url.join("/api/v1/"), timeout=PATIENCE, verify=ssl.create_default_context()
        )

    def sign_in(self, name: str, password: str) -> None:
        """Begin a session, which later requests carry. Raises StationRefused."""
        told = self._ask("POST", "session", {"name": name, "password": password})
        self._http.headers["X-CSRF-Token"] = told["csrf"]

    def chosen(self) -> list[dict[str, Any]]:
        """The papers that she chose and that wait for her key. Raises StationRefused, httpx.TransportError."""
        return [one for one in self._ask("GET", "signing") if one["state"] == "waiting"]

    def sign(self, signer: Signer, document: str, version: int) -> None:
        """Have a paper prepared, sign it, send the signature back. Raises StationRefused, an Unreachable of the key."""
        given = {"chain": [base64.b64encode(one).decode() for one in chain_of(signer)]}
        prepared = self._ask("POST", f"records/{document}/signatures", given, version)
        signature = sign_attributes(signer, base64.b64decode(prepared["to_be_signed"]))
        sent = {"signature": base64.b64encode(signature).decode()}
        record = self._ask("PUT", f"signatures/{prepared['name']}", sent)
        if record["pending_signatures"]:
            self._ask("POST", f"records/{document}/sign")  # the agency's seal, where the server has it

    def tell_failure(self, document: str, why: SohoaError) -> None:
        """Let the page say why a paper was not signed."""
        told = {"code": why.code, "message_vi": str(why.message_vi), "message_en": str(why.message_en)}
        self._ask("PUT", f"signing/{document}/failure", told)

    def _ask(self, method: str, path: str, json: Mapping[str, Any] | None = None, version: int = 0) -> Any:
        headers = {"If-Match": f'"{version}"'} if version else {}
        answer = self._http.request(method, path, json=json, headers=headers)
        if answer.is_success:
            return answer.json() if answer.content else None
        raise _refusal(answer)


def sign_chosen(station: Station, signer: Signer, tell: Callable[[str, SohoaError | None], None]) -> None:
    """Sign all that is chosen now; ``tell`` gets each paper, and why it was not signed.

    Raises an Unreachable of the key: none of the papers that are left can be signed either, and the page says so.
    """
    chosen = station.chosen()
    for at, one in enumerate(chosen):
        fault: SohoaError | None = None
        try:
            station.sign(signer, one["document"], one["version"])
        except StationRefused as refused:
            fault = refused
            station.tell_failure(one["document"], refused)
        except Unreachable as away:
            for left in chosen[at:]:
                station.tell_failure(left["document"], away)
            raise
        tell(one["document"], fault)


def _refusal(answer: httpx.Response) -> StationRefused:
    try:
        return StationRefused(answer.json())
    except ValueError:
        return StationRefused({"title": f"{StationRefused.message_en} ({answer.status_code})"})
