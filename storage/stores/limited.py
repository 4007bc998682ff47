"""A store of which all machines together write only so much at a time: a server, or the line to it, that bears no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from storage.stores.protocol import Content, Lock, Store


class Limited:
    """Another store, each write to which waits for a place of its own. Reading is not limited."""

    def __init__(self, store: Store, place: Callable[[], AbstractContextManager[None]]) -> None:
        """``place`` waits for a place and holds it in its block (``storage.slots``)."""
        self._store, self._place = store, place

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, key: str, content: Content, lock: Lock | None = None) -> None:
        """As the store does it."""
        with self._place():
            self._store.put(key, content, lock)

    def put_new(self, key: str, content: Content, lock: Lock | None = None) -> bool:
        """As the store does it."""
        with self._place():
            return self._store.put_new(key, content, lock)

    def put_tree(
        self, prefix: str, files: Iterable[tuple[str, Content]], decider: str, lock: Lock | None = None
    ) -> bool:
        """As the store does it; one place for the whole tree."""
        with self._place():
            return self._store.put_tree(prefix, files, decider, lock)
