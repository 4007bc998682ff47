"""A process that archives and is killed at its n-th act on the world: run as ``python -m tests.storage.killed``.

Arguments: the place (JSON), what to do, after how many acts to die. An act is a file opened for writing, a rename, a
link, a folder made or removed, a request sent. The process prints one id per line when a call has returned.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from storage import corrections
from storage.archive import Archive
from storage.stores.opening import open_store
from storage.stores.s3_options import Protection, S3Options
from tests.storage.samples import deposit, record

_ACTS = {"os.rename", "os.link", "os.mkdir", "os.rmdir", "os.remove", "http.client.send"}


def die_at(number: int) -> None:
    """Exit without any clean-up before the n-th act."""
    left = number

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        writes = event == "open" and isinstance(arguments[1], str) and any(c in arguments[1] for c in "wxa+")
        if event in _ACTS or writes:
            left -= 1
            if left == 0:
                os._exit(9)

    sys.addaudithook(watch)


def place_of(text: str) -> Path | S3Options:
    """A place from JSON: a path, or options."""
    given = json.loads(text)
    if isinstance(given, str):
        return Path(given)
    return S3Options(**{**given, "protection": Protection(given["protection"])})


def main() -> None:
    """Archive, or confirm, the documents with these numbers."""
    place, what, acts, *numbers = sys.argv[1:]
    archive = Archive(open_store(place_of(place)))
    die_at(int(acts))
    for number in map(int, numbers):
        if what == "put":
            id = archive.put(deposit(number)).id
        else:
            id = deposit(number).id
            corrections.confirm(archive, id, record(number, excerpt="Về việc khác hẳn"), by="officer")
        print(id, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
