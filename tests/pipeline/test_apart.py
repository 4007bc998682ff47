"""Work apart, in a forked process."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from pipeline.apart import apart


class _Ends:
    """Something with an end of its own, as a database's statement has, that holds itself: only a collection finds it."""

    def __init__(self, told: Path) -> None:
        self.told, self.itself = told, self

    def __del__(self) -> None:
        with self.told.open("a") as out:
            out.write(f"{os.getpid()}\n")


def test_what_the_parent_let_go_of_is_ended_by_the_parent_alone(tmp_path: Path) -> None:
    told = tmp_path / "told"
    gc.collect()
    gc.disable()
    try:
        _Ends(told)
        assert apart(1 << 30, gc.collect) >= 0
        assert not told.exists()
    finally:
        gc.enable()
    gc.collect()
    assert told.read_text() == f"{os.getpid()}\n"
