"""Runs ``sohoa`` as its users do: another process, a home of its own (forked from one that has imported it, see launcher)."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TextIO

import pytest


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


ROOT = Path(__file__).parents[2]
PATIENCE = 180
"""Seconds that a command may take."""


@pytest.fixture(scope="session")
def launcher() -> Iterator[socket.socket]:
    """Starts commands (tests.apps.launcher)."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.apps.launcher", str(theirs.fileno())]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
    ):
        theirs.close()
        with ours:
            yield ours


@pytest.fixture
def sohoa(tmp_path: Path, launcher: socket.socket) -> Run:
    """Run a command in ``tmp_path``; gives exit status, stdout, stderr."""

    def run(*arguments: object, **environment: str) -> Done:
        asked = {
            "arguments": list(map(str, arguments)),
            "cwd": str(tmp_path),
            "environment": {**os.environ, **environment},
        }
        with TemporaryFile() as out, TemporaryFile() as err, launcher.makefile() as told:
            socket.send_fds(launcher, [json.dumps(asked).encode()], [out.fileno(), err.fileno()])
            child = int(told.readline())
            status = _end_of(child, launcher, told)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode(errors="replace"))
        return Done(status, *texts)

    return run


def _end_of(child: int, launcher: socket.socket, told: TextIO) -> int:
    """The exit status, negative for a signal, as subprocess has it."""
    ready, _, _ = select.select([launcher], [], [], PATIENCE)
    if not ready:
        os.kill(child, signal.SIGKILL)
    status = int(told.readline())
    assert ready, f"did not end in {PATIENCE} s"
    return status
