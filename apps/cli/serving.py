"""The web server: one process, or several that answer on one socket beside one that digitizes what is handed in."""

from __future__ import annotations

import gc
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from apps.api.app import create_app
from apps.api.background import background
from flows.services import Services

_ALWAYS: dict[str, Any] = {
    "log_level": "warning",
    "access_log": False,  # addresses of requests hold identifiers of persons; the audit log has what is needed
    "server_header": False,
    "timeout_keep_alive": 30,
    "timeout_graceful_shutdown": 5,
}
_PATIENCE = 60
"""Seconds without a sign of life after which a process that answers is replaced."""


def serve_with(services: Services, processes: int, *, https: bool, **given: Any) -> None:
    """Serve until Ctrl-C or SIGTERM; ``given`` as ``uvicorn.Config`` takes it."""
    if processes == 1:
        uvicorn.run(_app(services, https=https, worker=True), **given, **_ALWAYS)
        return
    config = uvicorn.Config(
        partial(_app, services, https=https, worker=False),
        factory=True,
        workers=processes,
        timeout_worker_healthcheck=_PATIENCE,
        **given,
        **_ALWAYS,
    )
    socket = config.bind_socket()
    working = background(services)
    for one in working:
        one.start()
    try:
        Multiprocess(config, sockets=[socket]).run()
    finally:
        for one in working:
            one.end()


def _app(services: Services, *, https: bool, worker: bool) -> FastAPI:
    made = create_app(services, https=https, worker=worker)
    gc.collect()
    gc.freeze()  # what was loaded stays: searching it for garbage again and again would hold up requests
    return made
