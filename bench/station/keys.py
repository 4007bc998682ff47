"""Keys for each paper at the desk, against typing every field that is printed on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.station.clerk import Clerk, Truth


@dataclass(frozen=True, slots=True)
class Keys:
    """For one paper: keys pressed, keys for typing it all, doubtful fields, those put right, and wrong ones shown as sure.

    ``usual``: one page at 300 dpi.
    """

    source: str
    pressed: int
    typed: int
    doubtful: int
    corrected: int
    passed: tuple[str, ...]
    usual: bool


def typing(truth: Truth) -> int:
    """Keys for typing each value and going on, and one to confirm."""
    return sum(len(value) + 1 for value in truth.values()) + 1


def paper(clerk: Clerk, scan: Path, truth: Truth, *, usual: bool) -> Keys:
    """Check and confirm the open paper; a sure value that is wrong passes, since nobody is asked to look."""
    clerk.is_ready()
    clerk.keys, clerk.wrong = 0, []
    doubtful = clerk.left
    shown = {
        row["name"]: row["value"]
        for row in clerk.page.evaluate(
            "[...document.querySelectorAll('.field:not(.doubt)')].map(one => ({name: one.dataset.field, value: one.querySelector('textarea').value}))"
        )
    }
    clerk.check(truth)
    clerk.confirm()
    passed = tuple(
        f"{name}: {shown[name]!r}, not {value!r}"
        for name, value in truth.items()
        if name in shown and shown[name] != value
    )
    return Keys(scan.name, clerk.keys, typing(truth), doubtful, len(clerk.wrong), passed, usual)
