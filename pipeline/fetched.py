"""A long sequence of which few things are in memory at a time: each is fetched when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar, overload

REMEMBERED = 100
"""Things that are held in memory at a time, so that papers of usual length are fetched once."""

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Fetched(Sequence[T], Generic[K, T]):
    """What ``fetch`` gives for each of the ``keys``, in their order; the last ones are remembered. A slice fetches nothing.

    It can be pickled when ``fetch`` can: the keys travel, the things do not.
    """

    def __init__(self, fetch: Callable[[K], T], keys: Sequence[K]) -> None:
        self._keys = keys
        self._fetch = lru_cache(maxsize=REMEMBERED)(fetch)

    def __reduce__(self) -> tuple[type[Fetched[K, T]], tuple[Callable[[K], T], Sequence[K]]]:
        return Fetched, (self._fetch.__wrapped__, self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Fetched[K, T]: ...
    def __getitem__(self, at: int | slice) -> T | Fetched[K, T]:
        if isinstance(at, slice):
            return Fetched(self._fetch.__wrapped__, self._keys[at])
        return self._fetch(self._keys[at])
