"""Prefect's environment, set before it is imported: in our home, quiet, never phoning out.

Where ``PREFECT_API_URL`` names a server, that server is used; otherwise Prefect brings up one of its own for the run.
"""

from __future__ import annotations

import os
from pathlib import Path

from schemas.errors import UsageError


def quiet_prefect(home: Path) -> None:
    """Set what the user has not set."""
    defaults = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }
    if not os.environ.get("PREFECT_API_URL"):
        defaults |= {
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
        }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    try:
        Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{home}: {error.strerror}") from error
