"""A process with everything that ``sohoa`` imports already imported, which forks once for each command.

Each command is still a process of its own, with its own environment, folder, output and end; only the second that Python
takes to import is spent once. Commands started as they are in life: ``test_cli.py``, ``script/demo``.
"""

from __future__ import annotations

import json
import os
import socket
import sys

IMPORTED = (
    "flows.digitize flows.work flows.records flows.services flows.settings flows.keeping flows.signatures.signing flows.record.verifying"
    " pipeline.verify pipeline.sign pipeline.apart storage.index.index rich.console rich.table alembic.command"
).split()


def serve(channel: socket.socket) -> list[str] | None:
    """Wait for commands; gives the arguments in the child that is to be one, nothing when no more will come."""
    while True:
        message, fds, _, _ = socket.recv_fds(channel, 1 << 20, 2)
        if not message:
            return None
        asked = json.loads(message)
        child = os.fork()
        if child == 0:
            channel.close()
            _become(asked["cwd"], asked["environment"], fds)
            arguments: list[str] = asked["arguments"]
            return arguments
        for fd in fds:
            os.close(fd)
        channel.sendall(b"%d\n" % child)
        _, status = os.waitpid(child, 0)
        channel.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(cwd: str, environment: dict[str, str], fds: list[int]) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for fd, number in zip(fds, (1, 2), strict=True):
        os.dup2(fd, number)
        os.close(fd)


def main() -> None:
    """``python -m tests.apps.launcher FD``."""
    from importlib import import_module

    from apps.cli.main import main as sohoa
    from storage.index import database
    from tests.prepared import copy_tables

    for name in IMPORTED:
        import_module(name)
    database._migrate = copy_tables
    arguments = serve(socket.socket(fileno=int(sys.argv[1])))
    if arguments is not None:
        sys.argv = ["sohoa", *arguments]
        sohoa()


if __name__ == "__main__":
    main()
