"""The PAdES levels, and how a demo certificate is known."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """PAdES baseline levels: bare; with trusted time; with validation data; with archive time-stamp over all."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


DEMO_ORGANIZATION = "SOHOA DEMO"
"""Subject organisation (O) of every demo certificate; verification recognises demos by it."""
