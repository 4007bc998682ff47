"""What is demanded of every argument of every command, in one place: text is UTF-8, and a number fits a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

_LARGEST = 2**63 - 1

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
"""A day, as data has it or as people write it (*31/12/2026*)."""


class CheckedContext(click.Context):
    """Looks at what was given before a command runs; raises a click.BadParameter, which ends it with exit status 2."""

    def invoke(self, callback: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Check, then run."""
        for parameter in self.command.params:
            for value in _all(kwargs.get(parameter.name or "")):
                if (wrong := _wrong(parameter, value)) is not None:
                    raise click.BadParameter(wrong, ctx=self, param=parameter)
        return super().invoke(callback, *args, **kwargs)


def _all(value: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple) else (value,)


def _wrong(parameter: click.Parameter, value: Any) -> str | None:
    """What is wrong with a value; names of files may hold any byte, a folder that is named may not."""
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "too large a number"
    if isinstance(value, str) and not _names_a_file(parameter):
        try:
            value.encode()
        except UnicodeEncodeError:
            return "not in UTF-8"
    return None


def _names_a_file(parameter: click.Parameter) -> bool:
    told = parameter.metavar or ""
    return any(word in told for word in ("FILE", "SCAN"))
