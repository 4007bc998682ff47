"""The real servers that a benchmark needs, from ``script/servers``, each in a folder of its own that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

SCRIPTS = Path(__file__).parent.parent / "script" / "servers"


@contextmanager
def postgresql() -> Iterator[str]:
    """PostgreSQL that waits for the disk at each commit, as in production; its address."""
    folder = Path(mkdtemp(prefix="sohoa-pg-"))
    folder.chmod(0o755)
    try:
        yield _run("postgresql", "start", str(folder), str(_free_port()), DURABLE="1")
    finally:
        _run("postgresql", "stop", str(folder))


@contextmanager
def prefect(database: str) -> Iterator[str]:
    """Prefect's server on a database (``postgresql://``); what PREFECT_API_URL must be."""
    folder = Path(mkdtemp(prefix="sohoa-prefect-"))
    try:
        address = database.replace("postgresql://", "postgresql+asyncpg://")
        yield _run("prefect", "start", str(folder), str(_free_port()), address)
    finally:
        _run("prefect", "stop", str(folder))
        shutil.rmtree(folder, ignore_errors=True)


def _run(script: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [str(SCRIPTS / script), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    return done.stdout.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
