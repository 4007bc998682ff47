"""In which language commands tell people what happened: by the setting, else Vietnamese where somebody looks on."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from schemas.errors import SohoaError
from schemas.plain import on_one_line

if TYPE_CHECKING:
    from flows.outcome import Fault


@cache
def vietnamese() -> bool:
    """Whether sentences are told in Vietnamese: ``language`` of the settings; where it is not set, on a terminal."""
    chosen = os.environ.get("SOHOA_LANGUAGE") or _configured()
    return chosen == "vi" if chosen else sys.stderr.isatty()


def _configured() -> str | None:
    from flows.defaults import anything_set

    try:
        if not anything_set():
            return None
        from flows.settings import load_settings

        return load_settings().language
    except SohoaError:  # a wrong setting is what is being told
        return None


def sentence(error: SohoaError) -> str:
    """What happened, with the thing at fault."""
    if not vietnamese():
        return error.message
    return f"{error.message_vi} ({on_one_line(error.detail)})" if error.detail else error.message_vi


def advice(error: SohoaError | Fault) -> str:
    """What to do."""
    return error.hint_vi if vietnamese() and error.hint_vi else error.hint


def say(in_vietnamese: str, in_english: str) -> str:
    """One of two wordings of the same."""
    return in_vietnamese if vietnamese() else in_english


STATES = {
    "unconfirmed": "chưa xác nhận",
    "confirmed": "đã xác nhận",
    "superseded": "đã được thay thế",
    "revoked": "đã thu hồi",
}


def state_in_words(state: str) -> str:
    """The state of a record as it is told here."""
    return STATES[state] if vietnamese() else state


def version_in_words(version: int) -> str:
    """The number of a version."""
    return f"phiên bản {version}" if vietnamese() else f"version {version}"
