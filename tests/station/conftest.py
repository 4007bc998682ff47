"""A real server and a real Chromium. Whatever the browser complains of (a script's error, the content policy) fails a test."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from platform import freedesktop_os_release

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from apps.api.app import create_app
from flows.desk.accounts import add_user
from flows.services import Services
from flows.settings import load_settings
from tests.homes import once
from tests.station.counter import PASSWORD, Counter, chromium

PATIENCE = 60_000
"""Milliseconds: the machine may be busy."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if shutil.which("chromium") is None and freedesktop_os_release()["ID"] == "ubuntu":
        pytest.skip("Ubuntu has Chromium as a snap only: snap install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = chromium(playwright)
        yield running
        running.close()


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(tmp_path)
    made = Services(load_settings(workers=1))
    once("two clerks", made.home, lambda: _two_clerks(made))
    return made


def _two_clerks(services: Services) -> None:
    for name, full_name in (("canbo1", "Lê Thị Mẫu"), ("canbo2", "Trần Văn Thử")):
        add_user(services.accounts, name, PASSWORD, ["reviewer"], full_name)


class Server:
    """The app on a port of its own; may be stopped and started again."""

    def __init__(self, services: Services, *, worker: bool = False) -> None:
        self.services, self.worker = services, worker
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        config = uvicorn.Config(
            create_app(self.services, worker=self.worker), port=self.port, log_level="error", access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until = time.monotonic() + 60
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.02)

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(30)


@pytest.fixture
def server(services: Services, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server; with a worker for tests that hand scans in (marked ``worker``)."""
    running = Server(services, worker=request.node.get_closest_marker("worker") is not None)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """Signed in as canbo1."""
    yield from signed_in(browser, server, "canbo1")


@pytest.fixture
def other_page(browser: Browser, server: Server) -> Iterator[Page]:
    """Signed in as canbo2, in a browser of its own."""
    yield from signed_in(browser, server, "canbo2")


def signed_in(browser: Browser, server: Server | Counter, name: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, base_url=server.address, timezone_id="Asia/Ho_Chi_Minh"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None,
    )
    page.goto("/")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("body[data-ready]")
    yield page
    context.close()
    assert not complaints
