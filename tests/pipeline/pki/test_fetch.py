"""Certificates cannot make us ask where we should not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from pipeline.pki import fetch
from pipeline.sign import Pkcs12Signer, Trust, sign_pdf
from pipeline.verify import Reason, Verdict, verify_pdf
from tests.pki.harness import PASSWORD, Pki

Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], tuple[str, list[str]]]]:
    """A server on this machine, and the paths that it was asked for."""
    servers = []

    def start(answer: Answer) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _ok(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    request.wfile.write(b"x" * 100)


def test_private_addresses_hear_nothing(serve: Callable[[Answer], tuple[str, list[str]]]) -> None:
    url, asked = serve(_ok)
    with pytest.raises(requests.RequestException):
        fetch.ask(url, None, {}, timeout=10, private=False)
    with pytest.raises(requests.RequestException):
        fetch.ask(url.replace("127.0.0.1", "localhost"), None, {}, timeout=10, private=False)
    assert asked == [], "given up before anything was sent"
    assert fetch.ask(url, None, {}, timeout=10, private=True) == b"x" * 100


def test_no_redirect_no_endless_answer(
    serve: Callable[[Answer], tuple[str, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, asked = serve(_ok)

    def elsewhere(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", target)
        request.end_headers()

    url, _ = serve(elsewhere)
    with pytest.raises(requests.RequestException):
        fetch.ask(url, None, {}, timeout=10, private=True)
    assert asked == []
    monkeypatch.setattr(fetch, "ANSWER", 10)
    with pytest.raises(requests.RequestException, match="too long"):
        fetch.ask(target, None, {}, timeout=10, private=True)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.invalid/x", "gopher://127.0.0.1/x", "nonsense"]
)
def test_other_schemes(url: str) -> None:
    with pytest.raises(requests.RequestException):
        fetch.ask(url, None, {}, timeout=5, private=True)


def test_nobody_is_asked_for_a_stranger(copy_pdf: Path, pki: Pki, tmp_path: Path) -> None:
    """Its path ends at no root of ours, so its addresses are nobody's that we trust."""
    path = tmp_path / "a.pdf"
    sign_pdf(copy_pdf, path, Pkcs12Signer(pki.pkcs12("officer"), PASSWORD))
    pki.asked.clear()
    trust = Trust((pki.stranger_root,), fetch=True, private=True)
    assert verify_pdf(path, trust).signatures[0].reason is Reason.UNTRUSTED
    assert pki.asked == []


def test_a_private_network_has_to_be_allowed(copy_pdf: Path, pki: Pki, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    sign_pdf(copy_pdf, path, Pkcs12Signer(pki.pkcs12("officer"), PASSWORD))
    pki.asked.clear()
    refused = verify_pdf(path, Trust((pki.root,), fetch=True))
    assert refused.signatures[0].reason is Reason.REVOCATION_UNKNOWN
    assert pki.asked == []
    assert verify_pdf(path, Trust((pki.root,), fetch=True, private=True)).verdict is Verdict.VALID
