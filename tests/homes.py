"""Homes with papers in them, made once in a run and copied for each test: what a paper is read and signed for is not what they prove."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

T = TypeVar("T")

_made: dict[str, tuple[Path, object]] = {}


def once(name: str, home: Path, make: Callable[[], T]) -> T:
    """What ``make`` gives, and the home as it fills it: by itself the first time, later as a copy.

    The home must not be open before. The name says what is in it; under pytest it belongs to this run.
    """
    if name in _made:
        folder, given = _made[name]
        shutil.copytree(folder, home, dirs_exist_ok=True)
        return given  # type: ignore[return-value]
    value = make()
    folder = Path(mkdtemp(prefix="sohoa-home-", dir=home.parent))
    shutil.copytree(home, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*-shm"))
    _made[name] = folder, value
    return value
