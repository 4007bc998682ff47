"""Where a check that was stopped goes on: a note in a file, signed by the seal key.

Who may write into the home could else have a check pass over what he altered. A note is believed until the check that wrote it has
ended, which a line of the log tells, and no longer than ``BELIEVED``: one that is put back later does not count.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_lines import Access
from storage.signed_notes import keep_note, kept_note

BELIEVED = timedelta(days=60)
"""Twice as long as a whole archive may take by nights (``flows.upkeep.ROUND``)."""


@dataclass(frozen=True, slots=True)
class CheckNote:
    """Of which check, begun when; ``shard`` is the last that was looked at, ``told`` what was found until then."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    shard: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


def read_note(path: Path | None, archive: Archive, log: AuditLog | None) -> CheckNote:
    """Where to go on.

    A note of a new check where there is none, or one that is not ours, about another place (a copy is checked with the same home),
    too old, or of a check that has ended.
    """
    fresh = CheckNote()
    told = kept_note(path, _about(archive), archive.signing_key) if path is not None else None
    if told is None:
        return fresh
    try:
        began = datetime.fromisoformat(told["began"])
        found = CheckNote(str(told["id"]), began, str(told["shard"]), dict(told["told"]))
    except (ValueError, KeyError, TypeError):
        return fresh
    current = timedelta(0) <= fresh.began - found.began < BELIEVED
    return found if current and not (log is not None and log.about([found.id], most=1)) else fresh


def write_note(path: Path | None, note: CheckNote, archive: Archive) -> None:
    """Keep where the check is."""
    if path is None:
        return
    told = {"id": note.id, "began": note.began.isoformat(), "shard": note.shard, "told": note.told}
    keep_note(path, _about(archive), told, archive.signing_key)


def end_note(path: Path | None, note: CheckNote, log: AuditLog | None, summary: str) -> None:
    """The check has ended: the log tells of it, and its notes count no more."""
    if path is None:
        return
    if log is not None:
        log.append(Access("sohoa", "check", note.id, "", summary))
    path.unlink(missing_ok=True)


def _about(archive: Archive) -> str:
    return f"check {archive.root.store.name}"
