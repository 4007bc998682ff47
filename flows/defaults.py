"""Where settings come from, without the cost of loading them: ``sohoa read`` looks here first."""

from __future__ import annotations

import os
from pathlib import Path

from flows.owned_files import demand_own
from schemas.errors import UsageError

PREFIX = "SOHOA_"


def default_home() -> Path:
    """The user's data folder (XDG base directories)."""
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "sohoa"


def config_file() -> Path | None:
    """The file that is read: the one that is named, else ``sohoa.toml`` in the home; None when there is none.

    Never one in the current folder, which may be a folder of scans that came from anywhere. Raises UsageError when the named file
    is missing, or when others may write the file.
    """
    if named := os.environ.get(f"{PREFIX}CONFIG"):
        if not Path(named).is_file():
            raise UsageError(f"{PREFIX}CONFIG: no file {named}")
        return demand_own(Path(named), f"{PREFIX}CONFIG")
    home = Path(os.environ.get(f"{PREFIX}HOME") or default_home())
    own = home / "sohoa.toml"
    return demand_own(own, "settings") if own.is_file() else None


def anything_set() -> bool:
    """Whether there is any setting besides the home."""
    names = {name for name in os.environ if name.upper().startswith(PREFIX)} - {f"{PREFIX}HOME"}
    return bool(names) or config_file() is not None
