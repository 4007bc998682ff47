"""How pyHanko is put to work here: its coroutines run to their end, and files change whole or not at all."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, also where an event loop already runs in this thread.

    Silences pyHanko's log on the way, since it names the persons in certificates.
    """
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    result: list[T] = []
    fault: list[BaseException] = []

    def target() -> None:
        try:
            result.append(asyncio.run(work))
        except BaseException as error:
            fault.append(error)

    thread = Thread(target=target)
    thread.start()
    thread.join()
    if fault:
        raise fault[0]
    return result[0]


@contextmanager
def working_copy(source: Path, target: Path) -> Iterator[BinaryIO]:
    """A copy of ``source`` to write on, which becomes ``target`` at the end and vanishes after a fault."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    copy = Path(name)
    try:
        shutil.copyfile(source, copy)
        with copy.open("r+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(source, copy)
        copy.replace(target)
    finally:
        copy.unlink(missing_ok=True)
