"""Which objects were erased by order, as far as a look every few seconds tells.

An archive is read thousands of times between two erasures: to ask store and log each time would cost every reader two questions
more, for papers that only an attacker can have put back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from time import monotonic

from storage.gravestones import PLACE, place
from storage.stores.protocol import Store

LOOK = 10.0
"""Seconds between two looks."""


class Erased:
    """May be shared by threads. ``noted`` gives the ids of which the audit log notes a gravestone."""

    def __init__(self, store: Store, noted: Callable[[], Collection[str]]) -> None:
        self._store, self._noted = store, noted
        self._known: tuple[float, frozenset[str], frozenset[str]] | None = None

    def may_hold(self, object_id: str) -> bool:
        """Whether something stood where the object's gravestone stands, or the log noted one, at the last look."""
        known = self._known
        if known is None or monotonic() - known[0] > LOOK:
            stones = frozenset(stat.key for stat in self._store.list(PLACE))
            self._known = known = monotonic(), stones, frozenset(self._noted())
        return place(object_id) in known[1] or object_id in known[2]

    def look_again(self) -> None:
        """Something was erased: what was known is old."""
        self._known = None
