"""The journal of a batch: one line for each file that is done, so that a batch goes on where it stopped.

The archive alone would do (a repeat finds everything there); the journal saves the reading of files that are done, and
holds the reasons of those that were refused. A line cut off by a power failure is passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.outcome import Outcome, Status

_DONE = {Status.ARCHIVED, Status.DUPLICATE, Status.REJECTED}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one file; ``size`` and ``changed`` (ns) tell whether it is still the same file."""

    source: str
    status: str
    size: int
    changed: int
    sha256: str | None = None
    documents: tuple[str, ...] = ()
    code: str | None = None
    message: str | None = None
    hint: str | None = None


class Journal:
    """Lines of JSON in a file; ``add`` may be called from many threads."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        """With ``resume`` the lines of earlier runs count, else the file begins anew."""
        self.path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lines = {line.source: line for line in _read(path)} if resume else {}
        self._file = path.open("a" if resume else "w", encoding="utf-8", errors="surrogateescape")
        if resume and path.stat().st_size:
            self._file.write("\n")  # closes a line that was cut off; blank lines are passed over

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def done(self, path: Path) -> Line | None:
        """The line of a file that is done and has not changed since; files that failed are tried again."""
        line = self._lines.get(str(path))
        if line is None or line.status not in _DONE:
            return None
        if line.status == Status.ARCHIVED and line.code:
            return None  # in the archive, but its signature is still to come
        return line if (line.size, line.changed) == _stamp(path) else None

    def add(self, path: Path, outcome: Outcome) -> Line:
        """Note an outcome; it is on the disk when this returns."""
        size, changed = _stamp(path)
        error = outcome.error
        line = Line(
            str(path),
            str(outcome.status),
            size,
            changed,
            outcome.sha256,
            tuple(document.id for document in outcome.documents),
            error.code if error else None,
            error.message if error else None,
            error.hint if error else None,
        )
        with self._lock:
            self._lines[line.source] = line
            self._file.write(_json(line) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        return line


def journal_path(home: Path, folder: Path) -> Path:
    """Where the journal of a folder is kept."""
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return home / "backlog" / f"{name}.jsonl"


def _json(line: Line) -> str:
    """One line; a name that is no UTF-8 comes as escapes."""
    text = json.dumps(asdict(line), ensure_ascii=False)
    return text if _is_text(text) else json.dumps(asdict(line))


def _is_text(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _read(path: Path) -> Iterator[Line]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        for text in file:
            try:
                value = json.loads(text)
                yield Line(**{**value, "documents": tuple(value["documents"])})
            except (ValueError, TypeError, KeyError):
                continue
