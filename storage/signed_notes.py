"""Notes that we leave ourselves in the home between two runs, signed by the seal key: what others put there is not ours.

Who may write into the home could else have a check pass over what he altered, or the next signature put on what nobody chose.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storage.plain_json import loads
from storage.seals import SealKey


def signed_note(about: str, content: Mapping[str, Any], key: SealKey | None) -> bytes:
    """The bytes of a note; ``about`` is what it belongs to, so that none stands in for another."""
    note = json.dumps(content, ensure_ascii=False)
    signature = key.private.sign(_covered(about, note)) if key is not None else b""
    return json.dumps({"note": note, "signature": base64.b64encode(signature).decode()}).encode()


def own_note(about: str, data: bytes, key: SealKey | None) -> dict[str, Any] | None:
    """What a note says; None for one that is not ours, or about something else."""
    try:
        whole = loads(data)
        note = whole["note"]
        covered = _covered(about, note)
        if key is not None and not key.signed(key.name, base64.b64decode(whole["signature"]), covered):
            return None
        content = loads(note)
        return content if isinstance(content, dict) else None
    except (ValueError, KeyError, TypeError):
        return None


def keep_note(path: Path, about: str, content: Mapping[str, Any], key: SealKey | None) -> None:
    """Write a note to a file of its own; killed meanwhile, what was kept before stays."""
    fresh = path.with_suffix(".new")
    with open(fresh, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(signed_note(about, content, key))
    fresh.replace(path)


def kept_note(path: Path, about: str, key: SealKey | None) -> dict[str, Any] | None:
    """What the note in a file says; None where there is none of ours."""
    try:
        return own_note(about, path.read_bytes(), key)
    except OSError:
        return None


def _covered(about: str, note: str) -> bytes:
    return json.dumps(["sohoa note", about, note], ensure_ascii=False).encode()
