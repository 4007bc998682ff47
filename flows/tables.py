"""Tables that other systems export: what a file of lines says, by the names of its columns."""

from __future__ import annotations

import csv
from typing import Any

from schemas.errors import UsageError


def lines_of_table(text: str, name: str) -> list[dict[str, Any]]:
    """The lines below the first one, which names the columns; commas, semicolons or tabs are between.

    Raises UsageError with ``name``, which is the file's.
    """
    head = text.partition("\n")[0]
    try:
        return list(csv.DictReader(text.splitlines(), delimiter=max("\t,;", key=head.count)))
    except csv.Error as error:
        raise UsageError(f"{name}: no CSV ({error})") from error
