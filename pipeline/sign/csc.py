"""Remote signing by the API of the Cloud Signature Consortium, versions 1.0.4 and 2.

The key stays with a service, and the officer agrees with a PIN, a one-time password, or on a phone. Only a digest leaves the machine; the document does not.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline.sign.refusals import Refusals
from schemas.errors import CertificateRefused, PinMissing, SignerUnavailable, WrongPin

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.signers import Signer as PyHankoSigner

Secret = str | Callable[[], str] | None
"""A secret, or a function that asks for it each time."""


@dataclass(frozen=True, slots=True)
class CscService:
    """A signing service. ``url`` is what stands before ``/csc/v1/…``.

    Access by ``token`` (OAuth2 bearer), or by client credentials at ``oauth`` (base address of ``/oauth2/token``).
    ``timeout`` is seconds for ordinary calls, ``patience`` for those that wait for a person with a phone.
    """

    url: str
    version: Literal["v1", "v2"] = "v1"
    token: str | None = None
    oauth: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    timeout: float = 15.0
    patience: float = 300.0


class CscSigner:
    """A credential at a signing service. ``pin`` is sent when given, ``otp`` when the credential asks for one.

    Without ``credential`` the service's only one is taken. A refused PIN is not tried again, also not by another signer
    with the same memory of ``refusals``.
    """

    def __init__(
        self,
        service: CscService,
        credential: str | None = None,
        *,
        pin: Secret = None,
        otp: Secret = None,
        name: str = "csc",
        refusals: Refusals | None = None,
    ) -> None:
        self.name = name
        self.demo = False
        self._service, self._credential, self._pin, self._otp = service, credential, pin, otp
        self._refusals = refusals
        self._token = service.token
        self._certificates: tuple[Certificate, tuple[Certificate, ...]] | None = None
        self._algorithms: frozenset[str] = frozenset()
        self._one_time: str | None = None
        self._refused: WrongPin | None = None
        self._accepted = False

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PyHankoSigner]:
        """The remote key; raises SignerUnavailable, WrongPin or CertificateRefused."""
        import asyncio

        from pipeline.sign.outside import OutsideKey

        if self._refused:
            raise self._refused
        if self._certificates is None:
            self._certificates = await asyncio.to_thread(self._fetch_certificates)
        yield OutsideKey(*self._certificates, self._sign)

    def credentials(self) -> list[str]:
        """The ids of the credentials that the service has for us."""
        ids = self._call("credentials/list", {}).get("credentialIDs", [])
        return [str(value) for value in ids]

    def _fetch_certificates(self) -> tuple[Certificate, tuple[Certificate, ...]]:
        from asn1crypto.x509 import Certificate

        if self._credential is None:
            known = self.credentials()
            if len(known) != 1:
                raise SignerUnavailable(f"{self.name}: {len(known)} credentials; name one")
            self._credential = known[0]
        info = self._call("credentials/info", {"credentialID": self._credential, "certificates": "chain"})
        try:
            certificates = [Certificate.load(base64.b64decode(c)) for c in info["cert"]["certificates"]]
            self._algorithms = frozenset(info["key"]["algo"])
            enabled = info["key"]["status"] == "enabled"
            self._one_time = _one_time(info)
        except (KeyError, TypeError, ValueError) as error:
            raise SignerUnavailable(f"{self.name}: unexpected answer to credentials/info") from error
        if not certificates or not enabled:
            raise CertificateRefused(f"{self.name}: the credential is disabled or has no certificate")
        return certificates[0], tuple(certificates[1:])

    def _sign(self, data: bytes, digest: str, mechanism: Any) -> bytes:
        from asn1crypto.algos import DigestAlgorithmId

        hashed = base64.b64encode(hashlib.new(digest, data).digest()).decode("ascii")
        hash_oid = DigestAlgorithmId(digest).dotted
        named = (
            {"hash": [hashed], "hashAlgo": hash_oid}
            if self._service.version == "v1"
            else {"hashes": [hashed], "hashAlgorithmOID": hash_oid}
        )
        request = {"credentialID": self._credential, "signAlgo": mechanism["algorithm"].dotted, **named}
        if mechanism["parameters"].native is not None:
            request["signAlgoParams"] = base64.b64encode(mechanism["parameters"].dump()).decode("ascii")
        request["SAD"] = self._authorize(named)
        answer = self._call("signatures/signHash", request, self._service.patience)
        try:
            (signature,) = answer["signatures"]
            return base64.b64decode(signature, validate=True)
        except (KeyError, TypeError, ValueError) as error:
            raise SignerUnavailable(f"{self.name}: unexpected answer to signatures/signHash") from error

    def _authorize(self, named: dict[str, Any]) -> str:
        """Signature activation data for one digest."""
        request = {"credentialID": self._credential, "numSignatures": 1, **named}
        secrets = {"PIN": self._pin, "OTP": self._otp if self._one_time else None}
        if self._one_time and self._otp is None:
            raise PinMissing(f"{self.name}: a one-time password")
        if self._one_time == "online":  # it comes to the phone by SMS or app
            self._call("credentials/sendOTP", {"credentialID": self._credential})
        given = {name: s() if callable(s) else s for name, s in secrets.items() if s is not None}
        if self._service.version == "v1":
            request.pop("hashAlgo")
            request.update(given)
        elif given:
            request["authData"] = [{"id": name, "value": value} for name, value in given.items()]
        with self._trying(given.get("PIN")):
            answer = self._call("credentials/authorize", request, self._service.patience)
        self._accepted = True
        try:
            return str(answer["SAD"])
        except KeyError as error:
            raise SignerUnavailable(f"{self.name}: no authorization given") from error

    def _trying(self, pin: str | None) -> AbstractContextManager[None]:
        """Until the service has accepted the PIN once, never the one that it refused before."""
        if self._refusals is None or pin is None or self._accepted:
            return nullcontext()
        return self._refusals.trying(f"csc:{self._service.url}:{self._credential}", pin, self.name)

    def _call(self, method: str, request: dict[str, Any], timeout: float | None = None) -> dict[str, Any]:
        url = f"{self._service.url.rstrip('/')}/csc/{self._service.version}/{method}"
        status, answer = self._post(url, request, timeout)
        if status == 401 and self._service.oauth:
            self._token = None
            status, answer = self._post(url, request, timeout)
        if status == 200:
            return answer
        code = str(answer.get("error", f"HTTP {status}"))
        if code == "invalid_pin":
            self._refused = WrongPin(f"{self.name}: {code}")
            raise self._refused
        if code == "invalid_otp":
            raise SignerUnavailable(f"{self.name}: {code}")
        raise SignerUnavailable(f"{self.name}: {method}: {code}")

    def _post(self, url: str, request: dict[str, Any], timeout: float | None) -> tuple[int, dict[str, Any]]:
        import requests

        try:
            if self._token is None and self._service.oauth:
                self._token = self._log_in()
            headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
            response = requests.post(  # nosec B113
                url, json=request, headers=headers, timeout=timeout or self._service.timeout
            )
        except requests.RequestException as error:
            raise SignerUnavailable(f"{self.name}: {type(error).__name__}") from error
        try:
            answer = response.json()
        except ValueError:
            answer = {}
        return response.status_code, answer if isinstance(answer, dict) else {}

    def _log_in(self) -> str:
        """An access token by client credentials (RFC 6749, 4.4)."""
        import requests

        response = requests.post(
            f"{(self._service.oauth or '').rstrip('/')}/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self._service.client_id,
                "client_secret": self._service.client_secret,
            },
            timeout=self._service.timeout,
        )
        if response.status_code != 200:
            raise SignerUnavailable(f"{self.name}: login refused (HTTP {response.status_code})")
        return str(response.json().get("access_token", ""))


def _one_time(info: dict[str, Any]) -> str | None:
    """How the one-time password comes that a credential asks for: ``offline`` (its owner has it) or ``online``."""
    told = info.get("OTP") or {}  # version 1
    if told.get("presence") == "true":
        return "online" if told.get("type") == "online" else "offline"
    objects = (info.get("auth") or {}).get("objects") or ()  # version 2
    return "offline" if any(one.get("id") == "OTP" for one in objects) else None
