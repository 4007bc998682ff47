"""The inputs of a command, each worked on once, in as few processes as it takes."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import UsageError

if TYPE_CHECKING:
    from flows.outcome import Outcome
    from flows.work import Job


def outcomes(sources: Sequence[str], job: Job, workers: int) -> Iterator[Outcome]:
    """What became of each input, in the order of completion; a few pages are worked on in this process."""
    from flows.work import work_small

    given = {existing(source): source for source in sources}
    paths = list(given)
    if len(paths) == 1 and (small := work_small(paths[0], job, workers)):
        found: Iterator[Outcome] = iter([small])
    else:
        from flows.queue.pool import run_many

        found = run_many(paths, job, workers)
    for outcome in found:
        yield replace(outcome, source=given[Path(outcome.source)])


def existing(source: str) -> Path:
    """The path, in the normal form that the file system has: Vietnamese letters may be typed in one and stored in another.

    Standard input is read by no command, so ``-`` raises UsageError. A name that begins so is told from an option by its folder.
    """
    if source == "-":
        raise UsageError("standard input is not read; name a file")
    path = Path(source).absolute() if source.startswith("-") else Path(source)
    if not os.path.lexists(path):
        for form in ("NFC", "NFD"):
            other = Path(unicodedata.normalize(form, source))
            if os.path.lexists(other):
                return other
    return path
