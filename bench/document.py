"""Keeps the sections of ``docs/benchmarks.md``, one for each benchmark, each dated."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_HEAD = (
    "# Benchmarks\n\nEach section is written by the benchmark that its first line names, with `--write`.\n"
)


def write_section(title: str, body: str, page: Path = PAGE, *, command: str = "") -> None:
    """Put a section in place of the one with the same title, or at the end; ``command`` where it is not called like its title."""
    text = page.read_text("utf-8") if page.exists() else _HEAD
    day = datetime.now(UTC).date().isoformat()
    section = f"## {title}\n\n`script/bench {command or title.lower()}`, {day}.\n\n{body}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    text = pattern.sub(lambda _: section, text) if pattern.search(text) else f"{text.rstrip()}\n\n{section}"
    page.write_text(text, "utf-8")
