"""A store through which nothing is committed once the writer has lost its right to: the fence of a lease."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from storage.stores.protocol import Content, Lock, Store


class Fenced:
    """Another store, all of whose commits ask first, after everything else of them is written.

    A version of an object counts from the moment at which its inventory is there (``put_tree``'s decider): a worker that was
    cut off, or asleep, for longer than its lease is stopped there, whatever it was about to write. To complete what was
    decided before is everybody's right and not asked for.
    """

    def __init__(self, store: Store, ask: Callable[[], None]) -> None:
        """``ask`` raises when the right is lost."""
        self._store, self._ask = store, ask

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put_tree(
        self, prefix: str, files: Iterable[tuple[str, Content]], decider: str, lock: Lock | None = None
    ) -> bool:
        """As the store does it; raises what ``ask`` raises, with nothing committed."""

        def asked() -> Iterator[tuple[str, Content]]:
            for name, content in files:
                if name == decider:
                    self._ask()
                yield name, content

        return self._store.put_tree(prefix, asked(), decider, lock)
