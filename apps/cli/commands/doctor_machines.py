"""What ``sohoa doctor`` looks at where several machines work together: their clocks, and Prefect's server."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemas.errors import SohoaError

if TYPE_CHECKING:
    from flows.services import Services

LEAP = 5.0
"""Seconds by which a clock may differ. Leases go by the database's clock; time-stamps, the log and schedules by ours."""


def clock(services: Services) -> tuple[bool, str, str]:
    """Whether our clock is that of the database, what was found, how to mend it. Raises IndexUnreachable."""
    from storage.index.database import now, reading

    with reading(services.index.engine) as connection:
        before = time.time()
        told = now(connection)
        apart = told - (before + time.time()) / 2
    if abs(apart) <= LEAP:
        return True, f"within {LEAP:.0f} s of the database's", ""
    return (
        False,
        f"{abs(apart):.0f} s {'behind' if apart > 0 else 'before'} the database's",
        "timedatectl set-ntp true",
    )


def prefect() -> Iterator[tuple[bool, str, str]]:
    """What is missing on the server that ``PREFECT_API_URL`` names; nothing where none is named."""
    if not os.environ.get("PREFECT_API_URL"):
        return
    from flows.deploy import missing

    try:
        absent = missing()
    except SohoaError as error:
        yield False, error.message, error.hint
        return
    yield (
        not absent,
        f"missing: {', '.join(absent)}" if absent else "all is set up",
        "sohoa deploy" if absent else "",
    )
