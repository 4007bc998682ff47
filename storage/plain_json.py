"""JSON that somebody else may have written: whatever is wrong with it is a ``ValueError``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def loads(
    data: bytes | str, *, object_pairs_hook: Callable[[list[tuple[str, Any]]], Any] | None = None
) -> Any:
    """As ``json.loads``. What is nested too deeply, which stops the parser, is a ``ValueError`` as well."""
    try:
        return json.loads(data, object_pairs_hook=object_pairs_hook)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def text_of(value: object) -> str:
    """A value that is a string and can be written down; raises ValueError for half a character (a lone surrogate) and NUL, TypeError."""
    if not isinstance(value, str):
        raise TypeError("not a string")
    value.encode()
    if "\0" in value:
        raise ValueError("NUL")
    return value
