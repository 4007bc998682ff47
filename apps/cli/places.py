"""Files and folders that a command is given: ``-`` names none, since no command reads standard input.

Where an output may go to standard output (``get -o -``) its option says so with ``allow_dash``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class Place(click.Path):
    """As click's own; ``-`` is refused instead of being taken for a file or folder of that name."""

    def __init__(self, **how: Any) -> None:
        super().__init__(path_type=Path, **how)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if value == "-" and not self.allow_dash:
            self.fail(
                "- is standard input or output, which is not used here; name a file or folder", param, ctx
            )
        return super().convert(value, param, ctx)
