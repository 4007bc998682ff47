"""The clock of the country: papers hold days of Vietnam, wherever the machine stands and whatever its own zone is."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
"""Indochina time, all year (Decision 134/2002/QĐ-TTg on the official time)."""


def today() -> date:
    """The day that it is in Vietnam."""
    return datetime.now(VIETNAM).date()
