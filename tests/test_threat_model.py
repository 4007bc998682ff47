"""docs/threat-model.md names a proof for each attacker: each named test, attack and file is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODEL = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
_QUOTED = re.compile(r"`([^`]+)`")
_DEFINED = re.compile(r"^def (\w+)", re.MULTILINE)


def _functions() -> set[str]:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    return {name for source in sources for name in _DEFINED.findall(source)}


def _proofs() -> list[str]:
    """What stands quoted in the last column of each row."""
    rows = [
        line
        for line in MODEL.splitlines()
        if line.startswith("|") and not line.startswith(("|---", "| who |"))
    ]
    assert len(rows) >= 20
    for row in rows:
        assert _QUOTED.search(row.rstrip("| ").rpartition(" | ")[2]) or "the same" in row, (
            f"no proof: {row[:80]}"
        )
    return [name for row in rows for name in _QUOTED.findall(row.rstrip("| ").rpartition(" | ")[2])]


def test_every_proof_is_there() -> None:
    functions = _functions()
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*")}
    for name in _proofs():
        if name.endswith(".py") or "/" in name:
            assert any(file.endswith(name) for file in files), name
        elif name.endswith("…"):
            assert any(function.startswith(name[:-1]) for function in functions), name
        else:
            assert name in functions, name
