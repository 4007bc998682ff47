"""A second copy: every object byte for byte, in an order that leaves each whole or absent; restartable.

An object that the target has with the same root sidecar is not copied again. Bytes are checked against the
inventory while they pass, so that damage is never copied.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import Corrupt, NotFoundInArchive
from storage.ocfl import inventory as inv
from storage.ocfl.layout import OBJECT_DECLARATION
from storage.ocfl.pieces import newest_decided
from storage.ocfl.root import Root
from storage.stores.protocol import Content, Lock, MissingKey, Store, blocks, digests

IN_MEMORY = 4 << 20
"""Bytes up to which a file is passed on without touching the disk."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many objects were copied, how many were there already, and the paths of those that are damaged."""

    copied: int
    present: int
    damaged: tuple[str, ...]


def copy(
    source: Store,
    target: Store,
    *,
    workers: int = 4,
    lock: Lock | None = None,
    progress: Callable[[int], None] | None = None,
) -> Copied:
    """Copy all objects; a repeat goes on where it was stopped."""
    Root(source).require()
    Root(target).initialise()
    outcomes = {True: 0, False: 0}
    damaged = []

    def one(path: str) -> bool | str:
        try:
            return copy_object(source, target, path, lock=lock)
        except (Corrupt, NotFoundInArchive):
            return path

    with ThreadPoolExecutor(workers) as pool:
        for outcome in pool.map(one, Root(source).paths()):
            if isinstance(outcome, str):
                damaged.append(outcome)
            else:
                outcomes[outcome] += 1
            if progress:
                progress(1)
    return Copied(outcomes[True], outcomes[False], tuple(damaged))


def copy_object(
    source: Store, target: Store, path: str, *, lock: Lock | None = None, again: bool = False
) -> bool:
    """Copy one object; ``again`` writes over files of the target that differ (a repair). Whether it wrote anything."""
    sidecar = source.get(f"{path}/{inv.SIDECAR}")
    if not again and _get(target, f"{path}/{inv.SIDECAR}") == sidecar:
        return False
    data = source.get(f"{path}/{inv.INVENTORY}")
    if inv.sidecar(data) != sidecar:
        raise Corrupt(f"{path}/{inv.INVENTORY}")
    expected = {content: digest for digest, content in inv.parse(data, path).manifest.items()}
    listing = Root(source).listing(path)
    last = [inv.INVENTORY, inv.SIDECAR, OBJECT_DECLARATION]
    names = [name for name in sorted(set(listing) - set(last)) if name in expected or "/content/" not in name]
    with tempfile.TemporaryDirectory(prefix="sohoa-copy-") as folder:
        files = [
            (name, _fetch(source, f"{path}/{name}", expected.get(name), Path(folder) / str(number)))
            for number, name in enumerate(names + last)
        ]
        decider = f"v{newest_decided(listing)}/{inv.INVENTORY}"
        if not again and not any(target.list(f"{path}/")):
            return target.put_tree(path, files, decider, lock)
        for name, content in files:
            if not _same(target, f"{path}/{name}", content):
                target.put(f"{path}/{name}", content, lock)
    return True


def _fetch(source: Store, key: str, sha512: str | None, spool: Path) -> Content:
    found = source.stat(key)
    if found is None:
        raise Corrupt(f"{key}: missing")
    content: Content
    if found.size <= IN_MEMORY:
        content = source.get(key)
    else:
        with source.open(key) as stream, spool.open("wb") as out:
            for block in blocks(stream):
                out.write(block)
        content = spool
    if sha512 is not None and digests(content, ("sha512",)) != (sha512,):
        raise Corrupt(key)
    return content


def _same(target: Store, key: str, content: Content) -> bool:
    here = _get(target, key)
    return here is not None and digests(here, ("sha512",)) == digests(content, ("sha512",))


def _get(store: Store, key: str) -> bytes | None:
    try:
        return store.get(key)
    except MissingKey:
        return None
