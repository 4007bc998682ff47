"""Where settings come from, without the cost of loading them: ``sohoa read`` looks here first."""

from __future__ import annotations

import os
from pathlib import Path

from schemas.errors import UsageError

PREFIX = "SOHOA_"


def default_home() -> Path:
    """The user's data folder (XDG base directories)."""
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "sohoa"


def config_file() -> Path | None:
    """The file that is read, None when there is none; raises UsageError when the one that is named is missing."""
    if named := os.environ.get(f"{PREFIX}CONFIG"):
        if not Path(named).is_file():
            raise UsageError(f"{PREFIX}CONFIG: no file {named}")
        return Path(named)
    home = Path(os.environ.get(f"{PREFIX}HOME") or default_home())
    return next((path for path in (Path("sohoa.toml"), home / "sohoa.toml") if path.is_file()), None)


def anything_set() -> bool:
    """Whether there is any setting besides the home."""
    names = {name for name in os.environ if name.upper().startswith(PREFIX)} - {f"{PREFIX}HOME"}
    return bool(names) or config_file() is not None
