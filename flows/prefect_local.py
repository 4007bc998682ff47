"""Prefect on one machine: its server comes up for the run, in our home, quiet, and never outlives us.

Where ``PREFECT_API_URL`` names a server, that one is used. Prefect's own way to bring up a server leaves it running when
its parent is killed; here the child ends when the pipe to its parent closes. Must be used before Prefect is imported.
"""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from schemas.errors import Unreachable, UsageError

_PATIENCE = 180.0
_QUIET = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
_LOCAL = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # who runs it here is told of each file already
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
}


class PrefectUnreachable(Unreachable):
    """Prefect's server did not come up."""

    code = "prefect_unreachable"
    message_vi = "Bộ điều phối không khởi động được; hồ sơ vẫn còn nguyên."
    message_en = "Prefect's server did not come up."
    hint = "See prefect/server.log in the home; sohoa digitize works without it."


@contextmanager
def local_prefect(home: Path) -> Iterator[None]:
    """Make Prefect usable in this process; raises PrefectUnreachable, UsageError."""
    if os.environ.get("PREFECT_API_URL"):
        for name, value in _QUIET.items():
            os.environ.setdefault(name, value)
        yield
        return
    folder = home / "prefect"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}") from error
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        password = f"sohoa:{secrets.token_urlsafe(24)}"  # other users of this machine stay out
        mine = {
            "PREFECT_HOME": str(folder),
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_API_AUTH_STRING": password,
        }
        os.environ.update({**_QUIET, **_LOCAL, **mine})
        with _server(listener, folder / "server.log", password) as process:
            _wait(process, port)
            yield


@contextmanager
def _server(listener: socket.socket, log: Path, password: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server as a child that lives as long as its standard input is open."""
    environment = {**os.environ, "PREFECT_SERVER_API_AUTH_STRING": password}
    del environment["PREFECT_API_URL"]
    handle = listener.fileno()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.prefect_local", str(handle)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            pass_fds=[handle],
            start_new_session=True,  # Ctrl-C is for us: the flow still has to say how it ended
        )
    try:
        yield process
    finally:
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = monotonic() + _PATIENCE
    while monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=deadline - monotonic())
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/api/health")
            connection.getresponse()  # any answer: without the password it is a refusal
            return
        sleep(0.1)
    raise PrefectUnreachable


def _serve(handle: int) -> None:
    """The child: Prefect's server on a socket that the parent opened."""
    import uvicorn

    threading.Thread(target=_end_with_parent, daemon=True).start()
    uvicorn.run(
        "prefect.server.api.server:create_app", factory=True, fd=handle, log_level="error", lifespan="on"
    )


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(5)
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
