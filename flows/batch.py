"""A batch over a folder, without its driver: which files, what is done already, where refused ones go, the figures."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import time

from flows.digitize import DigitizeJob, Request
from flows.journal import Journal, Line, journal_path
from flows.outcome import Outcome, Status
from flows.pool import Pool
from flows.services import Services
from schemas.errors import NotFound, UsageError


def files_in(folder: Path) -> Iterator[Path]:
    """All files below a folder in a fixed order, hidden ones left out. Raises NotFound, UsageError."""
    if not folder.exists():
        raise NotFound(str(folder))
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(parent) / name


@dataclass
class Figures:
    """How a batch stands."""

    total: int
    skipped: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    refused: list[Line] = field(default_factory=list)
    began: float = field(default_factory=time)

    @property
    def done(self) -> int:
        """Files that are through."""
        return self.skipped + self.counts.total()

    def note(self, line: Line) -> None:
        """Count one file."""
        self.counts[line.status] += 1
        self.documents += len(line.documents) if line.status == Status.ARCHIVED else 0
        if line.code:
            self.refused.append(line)

    def as_markdown(self) -> str:
        """The summary, for a person."""
        rows = [f"| {name} | {count} |" for name, count in sorted(self.counts.items())]
        if self.skipped:
            rows.append(f"| done before | {self.skipped} |")
        text = ["| files | |", "|---|---:|", *rows, f"| **all** | **{self.total}** |", ""]
        text.append(f"{self.documents} documents archived in {time() - self.began:.0f} s.")
        if self.refused:
            text += ["", "| not taken | why | what to do |", "|---|---|---|"]
            text += [
                f"| {_cell(line.source)} | {_cell(line.message)} | {_cell(line.hint)} |"
                for line in self.refused
            ]
        return "\n".join(text) + "\n"


class Batch:
    """A batch in work. ``do`` may be called from many threads."""

    def __init__(self, folder: Path, services: Services, request: Request, *, resume: bool = False) -> None:
        self.folder = folder
        self._quarantine = services.settings.quarantine
        self.journal = Journal(journal_path(services.home, folder), resume=resume)
        files = [path for path in files_in(folder) if not self._is_ours(path, services)]
        self.todo = [path for path in files if self.journal.done(path) is None]
        self.figures = Figures(len(files), len(files) - len(self.todo))
        for path in files:
            line = self.journal.done(path)
            if line is not None and line.code:
                self.figures.refused.append(line)
        self._job = DigitizeJob(services, request)
        services.archive, services.index, services.signer  # noqa: B018 - what cannot be reached is told now, not file by file

    def do(self, path: Path, pool: Pool) -> Outcome:
        """Digitize one file, note it, move it to quarantine when it was refused."""
        outcome = pool.run(path, self._job)
        line = self.journal.add(path, outcome)
        if outcome.status is Status.REJECTED and self._quarantine is not None:
            _move(path, self._quarantine, line)
        self.figures.note(line)
        return outcome

    def _is_ours(self, path: Path, services: Services) -> bool:
        """Whether a file lies in our own home or quarantine, below the folder."""
        ours = [services.home, *([self._quarantine.absolute()] if self._quarantine else [])]
        return any(path.absolute().is_relative_to(place) for place in ours)


def _move(path: Path, quarantine: Path, line: Line) -> None:
    """Move a refused file, whole, and put its reason beside it; a name that is taken gets the digest before it."""
    quarantine.mkdir(parents=True, exist_ok=True)
    target = quarantine / path.name
    if target.exists():
        target = quarantine / f"{(line.sha256 or str(line.changed))[:12]}-{path.name}"[:200]
    reason = quarantine / f"{target.name[:200]}.reason.txt"
    reason.write_text(f"{line.code}: {line.message}\n{line.hint}\n{line.source}\n", encoding="utf-8")
    shutil.move(path, target)


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ").encode(errors="replace").decode()
