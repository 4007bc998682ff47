"""What was made from proved bytes a moment ago, kept in memory: bytes under a digest never change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")

MOST = 500
"""So many are kept, those that were asked for last."""

LARGEST = 64 * 1024
"""Bytes; what is made from more is not kept."""


class Recent(Generic[Made]):
    """Immutable things by what proves them; may be shared by threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = Lock()

    def get(self, proof: Hashable, size: int, make: Callable[[], Made]) -> Made:
        """What was made under this proof before, or else what ``make`` makes now; ``size`` is that of its bytes."""
        with self._lock:
            if proof in self._kept:
                self._kept.move_to_end(proof)
                return self._kept[proof]
        made = make()
        if size <= LARGEST:
            with self._lock:
                self._kept[proof] = made
                if len(self._kept) > MOST:
                    self._kept.popitem(last=False)
        return made
