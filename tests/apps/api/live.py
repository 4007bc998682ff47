"""A server as its users have it: ``sohoa serve`` in a process of its own, with a paper and an officer."""

from __future__ import annotations

import contextlib
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import httpx

from flows import records
from flows.caller import local_caller
from flows.desk.accounts import add_user
from flows.digitize import Request, digitize
from flows.services import Services
from flows.settings import load_settings
from tests.apps.api.conftest import PASSWORD
from tests.scans import write_scan
from tests.storage.servers import free_port

ROOT = Path(__file__).parents[3]
SUBJECT = "056320001234"
NAME = "Nguyễn Thị Ánh"


@dataclass(frozen=True)
class Live:
    """``address`` without a slash at its end, ``paper`` a confirmed birth certificate, ``log`` what the process wrote."""

    address: str
    services: Services
    paper: str
    log: Path

    @contextlib.contextmanager
    def officer(self, name: str = "quantri") -> Iterator[httpx.Client]:
        """Signed in as an administrator, as a browser is."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            answer = client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            yield client


@contextlib.contextmanager
def serving(
    folder: Path, *arguments: str, verify: ssl.SSLContext | None = None, **settings: str
) -> Iterator[Live]:
    """Start it on a home in ``folder``, and end it; ``arguments`` of the command, ``verify`` for a client that needs TLS."""
    told = {"SOHOA_HOME": str(folder / "home"), "SOHOA_WORKERS": "1", **settings}
    with patch.dict(os.environ, told):  # the test's own services look at the same home
        services = Services(load_settings())
        add_user(services.accounts, "quantri", PASSWORD, ["administrator"], "Trần Thị Quản Trị")
        path = write_scan(folder / "a.png", ["GIẤY KHAI SINH"])
        paper = digitize(path, services, Request(type="birth_certificate")).documents[0].id
        values = {"full_name": NAME, "birth_date": "05/03/2020", "personal_id": SUBJECT}
        records.confirm(services, local_caller(), paper, values)
        port, log = free_port(1), folder / "server.log"
        command = [sys.executable, "-m", "apps.cli", "serve", "--port", str(port), *arguments]
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        try:
            address = f"{'https' if verify else 'http'}://127.0.0.1:{port}"
            _wait(address, process, verify)
            yield Live(address, services, paper, log)
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], verify: ssl.SSLContext | None) -> None:
    for _ in range(600):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/api/v1/keys", timeout=60, verify=verify or True).status_code == 200:
                return
        assert process.poll() is None, "the server ended"
        time.sleep(0.2)
    raise AssertionError("the server does not answer")
