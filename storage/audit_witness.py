"""A witness of the audit log: a file, best on storage of its own, that notes the head of every day that was closed.

Who can write into archive and database can take back the last days of both; what the witness saw of them stays.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from schemas.errors import StoreDenied
from storage.plain_json import loads
from storage.stores.protocol import SMALL


@dataclass(frozen=True, slots=True)
class Seen:
    """A day that the witness saw closed: its number, its name, SHA-256 of its head."""

    number: int
    name: str
    head: str


def bear_witness(witness: Path | None, number: int, name: str, head: str) -> None:
    """Note a head; it is on the disk when this returns. Raises ``StoreDenied``."""
    if witness is None:
        return
    line = json.dumps({"number": number, "day": name, "head": head, "at": datetime.now(UTC).isoformat()})
    try:
        witness.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # without waiting: at a pipe, which somebody put there, nobody may read
        handle = os.open(witness, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o600)
        with os.fdopen(handle, "ab") as out:
            out.write(f"{line}\n".encode())
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise StoreDenied(f"{witness}: {error.strerror}") from error


def dumb(witness: Path | None) -> str | None:
    """Why a witness that is there tells nothing; None where it does, or where there is none."""
    if witness is None or not os.path.lexists(witness):
        return None
    try:
        found = witness.stat()
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if not stat.S_ISREG(found.st_mode):
        return "it is no file"
    return "it is larger than any" if found.st_size > SMALL else None


def testimony(witness: Path | None) -> list[Seen]:
    """What the witness saw, in order; lines that are no notes (a copy that was cut off) are left out."""
    if witness is None or not witness.is_file() or dumb(witness) is not None:
        return []
    seen = []
    for line in witness.read_text("utf-8", errors="replace").split("\n"):
        try:
            noted = loads(line)
            seen.append(Seen(int(noted["number"]), str(noted["day"]), str(noted["head"])))
        except (ValueError, KeyError, TypeError):
            continue
    return seen
