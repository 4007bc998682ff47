"""A counter as it stands in an office: ``sohoa serve`` as a process of its own that may be killed, and a clerk at a browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, Playwright

PASSWORD = "một mật khẩu đủ dài"
SIZE = (1366, 768)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium(playwright: Playwright) -> Browser:
    """The browser of this machine."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=FLAGS
    )


class Counter:
    """A home folder, its officers, and the server on a port that stays the same when it is started again."""

    def __init__(self, home: Path, *, more: dict[str, str] | None = None) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("SOHOA_", "PREFECT_"))
        }
        self.environment = (
            clean | {"SOHOA_HOME": str(home), "SOHOA_WORKERS": "1", "OMP_THREAD_LIMIT": "1"} | (more or {})
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where the server is."""
        return f"http://127.0.0.1:{self.port}"

    def sohoa(self, *arguments: str, given: str = "") -> str:
        """What a command prints; its exit status must be 0."""
        command = [sys.executable, "-m", "apps.cli", *arguments]
        done = subprocess.run(
            command, env=self.environment, input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def add_officer(self, name: str, full_name: str, role: str = "reviewer") -> None:
        """An officer with ``PASSWORD``."""
        self.sohoa(
            "users",
            "add",
            name,
            "--role",
            role,
            "--full-name",
            full_name,
            "--password-stdin",
            given=PASSWORD + "\n",
        )

    def start(self) -> None:
        """Begin to serve; gives control back when it listens."""
        log = (self.home / "serve.log").open("ab")
        command = [sys.executable, "-m", "apps.cli", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert self._process.poll() is None, (self.home / "serve.log").read_text("utf-8")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server does not listen")

    def kill(self) -> None:
        """As a power cut: the server and all that it started, without a word."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def __enter__(self) -> Counter:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
