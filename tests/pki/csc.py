"""A remote signing service on the loopback: certomancer-csc-dummy (v1), behind a guard that knows PINs, OAuth2 and v2."""

from __future__ import annotations

import asyncio
import json
import threading
import warnings
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from certomancer.registry import CertomancerConfig
from csc_dummy.csc_dummy_server import CSCWithCertomancer, DummyServiceParams

from tests.pki.harness import Pki

PIN = "135790"


@dataclass
class CscServer:
    """``calls`` are the methods asked for; ``token`` is the one bearer token that it takes (None: all).

    ``refuse`` is the error that it gives instead of an authorization. With ``one_time`` (``online``, ``offline``) each
    authorization needs a new password, kept in ``sent``. With ``phone`` an authorization waits until somebody agrees there.
    """

    url: str = ""
    token: str | None = None
    logins: int = 0
    refuse: str | None = None
    one_time: str | None = None
    phone: threading.Event | None = None
    sent: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)


def start(pki: Pki) -> CscServer:
    server = CscServer()
    config = CertomancerConfig.from_file(str(pki.folder / "pki.yml"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", web.NotAppKeyWarning)
        dummy = CSCWithCertomancer(config, service_params=DummyServiceParams(hash_pinning_required=True))

    async def guard(request: web.Request) -> web.StreamResponse:
        if request.path == "/oauth2/token":
            form = await request.post()
            if form.get("client_secret") != "bí mật":
                return web.json_response({"error": "invalid_client"}, status=401)
            server.logins += 1
            server.token = f"token-{server.logins}"
            return web.json_response({"access_token": server.token, "token_type": "Bearer"})
        if server.token and request.headers.get("Authorization") != f"Bearer {server.token}":
            return web.json_response({"error": "invalid_token"}, status=401)
        method = request.path.split("/", 3)[3]
        body = await request.json()
        server.calls.append(method)
        server.requests.append(body)
        if method == "credentials/list":
            return web.json_response({"credentialIDs": ["sohoa/officer"]})
        if request.path.startswith("/csc/v2/"):
            body = _as_v1(body)
        if method == "credentials/authorize" and body.get("PIN") != PIN:
            return web.json_response({"error": "invalid_pin"}, status=400)
        if method == "credentials/sendOTP":
            server.sent.append(f"{len(server.sent) + 1:06d}")
            return web.json_response({})
        wanted = (server.sent or ["000000"])[-1] if server.one_time else None
        if method == "credentials/authorize" and body.pop("OTP", None) != wanted:
            return web.json_response({"error": "invalid_otp"}, status=400)
        if method == "credentials/authorize" and server.phone is not None:
            await asyncio.to_thread(server.phone.wait, 120)
        if method == "credentials/authorize" and server.refuse:
            return web.json_response({"error": server.refuse}, status=400)
        handler = {
            "credentials/info": dummy.credentials_info,
            "credentials/authorize": dummy.credentials_authorize,
            "signatures/signHash": dummy.signatures_sign_hash,
        }[method]
        answer = await handler(_Body(body))
        if method == "credentials/info" and server.one_time:
            told = json.loads(answer.body)
            if request.path.startswith("/csc/v2/"):
                told["auth"] = {"mode": "explicit", "objects": [{"id": "PIN"}, {"id": "OTP"}]}
            else:
                told["OTP"] = {"presence": "true", "type": server.one_time}
            return web.json_response(told)
        return answer

    ready = threading.Event()

    async def serve() -> None:
        application = web.Application()
        application.router.add_post("/{path:.*}", guard)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        server.url = f"http://127.0.0.1:{port}"
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(server._loop)
        server._loop.run_until_complete(serve())
        server._loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(10)
    return server


def _as_v1(body: dict[str, Any]) -> dict[str, Any]:
    old = {key: value for key, value in body.items() if key not in {"hashes", "hashAlgorithmOID", "authData"}}
    if "hashes" in body:
        old |= {"hash": body["hashes"], "hashAlgo": body["hashAlgorithmOID"]}
    return old | {entry["id"]: entry["value"] for entry in body.get("authData", ())}


class _Body:
    """As much of a request as the dummy asks for."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body

    async def json(self) -> dict[str, Any]:
        return json.loads(json.dumps(self._body))
