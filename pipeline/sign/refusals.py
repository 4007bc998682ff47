"""PINs that were refused, remembered over processes and runs: a token locks itself after a few wrong ones.

A batch works in many processes, and an unattended command is run again and again: without a common memory each would try the
same wrong PIN. What is kept of a PIN is two bytes of a salted digest, enough to know it again, too little to guess it from.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import WrongPin

_KEPT = 2


class Refusals:
    """The memory of a services, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def trying(self, key: str, pin: str, name: str) -> Iterator[None]:
        """Try a PIN in this block: one process at a time, and never one that was refused before (WrongPin).

        ``key`` says whose PIN it is (a token's serial number, a credential), ``name`` how messages call the signer. The block
        raises WrongPin when the PIN is refused; when it ends well, the refusal is forgotten.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept = file.read()
            if kept and _is_kept(pin, kept):
                raise WrongPin(f"{name}: refused before and not tried again; if it is right, delete {path}")
            try:
                yield
            except WrongPin:
                _write(file.fileno(), _to_keep(pin))
                raise
            if kept:
                _write(file.fileno(), "")


def _write(handle: int, text: str) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, text.encode(), 0)
    os.fsync(handle)


def _to_keep(pin: str) -> str:
    salt = secrets.token_hex(16)
    return json.dumps({"salt": salt, "pin": _digest(pin, salt)})


def _is_kept(pin: str, text: str) -> bool:
    try:
        kept = json.loads(text)
        return bool(kept["pin"] == _digest(pin, kept["salt"]))
    except (ValueError, KeyError, TypeError):
        return False


def _digest(pin: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}{pin}".encode()).digest()[:_KEPT].hex()
