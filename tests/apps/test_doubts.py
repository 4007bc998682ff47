"""Every check that can fail has words for the clerk, and no words are left of checks that are gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from apps.presentation import DOUBTS

ROOT = Path(__file__).parents[2]


def _calls() -> Iterator[ast.Call]:
    for folder in ("pipeline", "flows"):
        for file in (ROOT / folder).rglob("*.py"):
            yield from (
                node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)
            )


def _named(call: ast.Call) -> tuple[str | None, ast.expr | None]:
    """The name of the check that a call makes, and what tells whether it passed; a name that is told elsewhere is None."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    values = {each.arg: each.value for each in call.keywords}
    if name == "check":
        told, passed = call.args[0], call.args[1] if len(call.args) > 1 else None
    elif name == "_add":
        told, passed = call.args[2], call.args[3]
    elif name == "Check":
        told, passed = values.get("name"), values.get("passed")
    elif name == "_listed" and len(call.args) > 1:
        told, passed = call.args[1], None
    else:
        return None, None
    return (str(told.value) if isinstance(told, ast.Constant) else None), passed


def test_every_check_that_can_fail_tells_the_clerk_why_and_every_word_belongs_to_a_check():
    made = {name: [] for name, _ in map(_named, _calls()) if name}
    for name, passed in map(_named, _calls()):
        if name:
            made[name].append(isinstance(passed, ast.Constant) and passed.value is True)
    can_fail = {name for name, always in made.items() if not all(always)}
    assert can_fail - DOUBTS.keys() == set()
    assert DOUBTS.keys() - can_fail == set()
