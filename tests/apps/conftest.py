"""Runs ``sohoa`` as its users do: another process, a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@pytest.fixture
def sohoa(tmp_path: Path) -> Run:
    """Run a command in ``tmp_path``; gives exit status, stdout, stderr."""

    def run(*arguments: object, **environment: str) -> Done:
        command = [sys.executable, "-m", "apps.cli", *map(os.fsencode, map(str, arguments))]
        done = subprocess.run(
            command,
            check=False,
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            timeout=180,
        )
        return Done(
            done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        )

    return run
