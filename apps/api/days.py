"""Days in questions: ISO 8601 and nothing else (a number would be taken for seconds since 1970)."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator


def _iso(given: Any) -> Any:
    if isinstance(given, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise ValueError("not a day")
    return given


Day = Annotated[date, BeforeValidator(_iso)]
