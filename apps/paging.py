"""Tokens of pages: opaque to whoever asks, the place in the order of the index to us."""

from __future__ import annotations

from schemas.errors import UsageError
from storage.index.people import END

_DIGITS = 36


def token_of(position: int | None) -> str | None:
    """The token that continues after this position; None at the end."""
    if position is None:
        return None
    letters = ""
    while position:
        position, digit = divmod(position, _DIGITS)
        letters = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + letters
    return letters or "0"


def position_of(token: str | None) -> int | None:
    """The position of a token; raises UsageError for what is none of ours."""
    if token is None:
        return None
    ours = token.isascii() and token.isalnum() and len(token) <= 14
    position = int(token.lower(), _DIGITS) if ours else END
    if position >= END:
        raise UsageError("after is not the next of a page")
    return position
