"""The one protocol between the archive and whatever keeps its bytes.

Keys are relative paths with ``/``, never empty, never starting with ``/``. A store promises four things and nothing
more: a ``put`` that has returned is durable; no reader ever sees half a value; of several ``put_new`` on one key,
from any machines, exactly one wins; listing is in the order of the keys' UTF-8 bytes. Every failure is an
``Unreachable`` (``schemas.errors``); only a key that is not there raises ``MissingKey``.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from schemas.errors import Corrupt

Content = bytes | Path
"""What can be put: bytes, or a file that is read as a stream."""

SMALL = 64 << 20
"""Bytes of the largest inventory, sidecar, head, seal, record, and whatever else is JSON or lies outside of an object's content."""

LARGEST = 4 << 30
"""Bytes of the largest content: four times the largest scan that is taken in. What is larger was not put here by us, and is not read."""

PROBES = "extensions/probe/"
"""Where a server is tried out: whether it keeps what is locked."""

BLOCK = 1 << 20
"""Bytes read at a time when content is streamed."""


class MissingKey(Exception):
    """No value under this key."""


@dataclass(frozen=True, slots=True)
class Stat:
    """One value: its key, its size in bytes, when it was written (UTC).

    ``linked`` tells device and inode of a file that has further names (hard links), None of all others.
    """

    key: str
    size: int
    modified: datetime
    linked: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """How long a value must not be deleted: until a moment (UTC), and for as long as a legal hold stands."""

    until: datetime | None = None
    legal_hold: bool = False


class Store(Protocol):
    """A place for bytes."""

    @property
    def name(self) -> str:
        """For messages: where this is, without credentials."""

    @property
    def near(self) -> bool:
        """Whether a look at a value (``stat``) costs much less than to read it."""

    def put(self, key: str, content: Content, lock: Lock | None = None) -> None:
        """Write, replacing what was there."""

    def put_new(self, key: str, content: Content, lock: Lock | None = None) -> bool:
        """Write if nothing is there; tells whether it was us who wrote."""

    def put_tree(
        self, prefix: str, files: Iterable[tuple[str, Content]], decider: str, lock: Lock | None = None
    ) -> bool:
        """Write all files below ``prefix`` in this order, or nothing if ``decider`` (one of them) is there already.

        A folder does it in one step. A server writes one after the other: files before the decider may be left
        without it when the process dies; they belong to no version until it is there.
        """

    def get(self, key: str) -> bytes:
        """The whole value; raises ``MissingKey``, and ``Corrupt``, with nothing read, where it is larger than it can be (``limit_of``)."""

    def first(self, key: str) -> bytes:
        """The value that the first successful ``put_new`` wrote for this key, even if it was overwritten since; limited as ``get``."""

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """A range of the value as a stream that can be sought in; raises ``MissingKey``."""

    def stat(self, key: str) -> Stat | None:
        """What is known of the value, ``None`` when there is none."""

    def list(self, prefix: str = "", after: str = "") -> Iterator[Stat]:
        """Every value whose key starts with ``prefix`` and comes after ``after``."""

    def delete(self, key: str) -> None:
        """Take the value out of sight; nothing happens when there is none."""

    def locked(self, key: str) -> bool:
        """Whether the value is under a lock that forbids to destroy it now."""

    def destroy(self, key: str) -> None:
        """Take the value away for good, all that was ever under this key; nothing happens when there is none.

        Not for values that are ``locked``: raises an ``Unreachable``.
        """

    def extend(self, key: str, lock: Lock) -> None:
        """Lock the value for longer; nothing happens on a store without locks."""

    def probe(self) -> None:
        """Raise an ``Unreachable`` unless the store answers, lets us write, and does all that it is set up for."""


def limit_of(key: str) -> int:
    """Bytes of the largest value that a key can have: ``LARGEST`` for content that is no JSON, else ``SMALL``."""
    return LARGEST if "content/" in key and not key.endswith(".json") else SMALL


def require_size(key: str, size: int) -> None:
    """Raise ``Corrupt`` for a value that is larger than it can be: who may write to a folder puts a terabyte of holes there."""
    if size > limit_of(key):
        raise Corrupt(key)


def size_of(content: Content) -> int:
    """Size in bytes."""
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def open_content(content: Content) -> BinaryIO:
    """The content as a stream from its beginning."""
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def blocks(stream: BinaryIO, size: int = BLOCK) -> Iterator[bytes]:
    """A stream in pieces."""
    while block := stream.read(size):
        yield block


def digests(content: Content, algorithms: Sequence[str]) -> tuple[str, ...]:
    """Hex digests in one pass."""
    hashes = [hashlib.new(algorithm) for algorithm in algorithms]
    with open_content(content) as stream:
        for block in blocks(stream):
            for one in hashes:
                one.update(block)
    return tuple(one.hexdigest() for one in hashes)
