"""The floor: FastAPI and one SELECT, nobody signed in, nothing logged. ``python -m bench.api.floor ADDRESS PORT PROCESSES``."""

from __future__ import annotations

import sys
import threading
from functools import partial
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI
from psycopg.rows import dict_row
from uvicorn.supervisors import Multiprocess

_ASKED = (
    "SELECT id, version, type, state, number, title, agency, subject_id, subject_name, issued_on, archived_at, pages"
    " FROM documents WHERE subject_id = %(subject)s ORDER BY position DESC LIMIT 21"
)


def app(address: str) -> FastAPI:
    """The app over a database of the index; each thread has a connection of its own to the driver."""
    own, made = threading.local(), FastAPI()

    @made.get("/records")
    def find(subject: str) -> list[dict[str, Any]]:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(
                address, autocommit=True, row_factory=dict_row, prepare_threshold=0
            )
        return list(own.connection.execute(_ASKED, {"subject": subject}))

    return made


def main() -> None:
    """Serve until it is ended."""
    address, port, processes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    config = uvicorn.Config(
        partial(app, address),
        factory=True,
        port=port,
        workers=processes,
        log_level="warning",
        access_log=False,
    )
    Multiprocess(config, sockets=[config.bind_socket()]).run()


if __name__ == "__main__":
    main()
