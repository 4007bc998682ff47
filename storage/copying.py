"""A second copy: every object byte for byte, in an order that leaves each whole or absent; restartable, append-only.

What the copy holds is never written over. An object gets the versions that it lacks; one whose versions differ from ours,
or that has more of them than ours, is a conflict: it is reported and left alone, for it may be the good one. Bytes are
checked against the inventory while they pass, and seals before, so that neither damage nor forgery is copied. What was
erased by order (``storage/gravestones.py``) is erased in the copy as well.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from schemas.errors import Corrupt, NotFoundInArchive, StoreDenied, UsageError
from storage.audit_days import ENTRY, LIST
from storage.erasure import remove_files
from storage.gravestones import PLACE as GRAVESTONES
from storage.gravestones import gravestone, gravestones, read_gravestone
from storage.ocfl import inventory as inv
from storage.ocfl.layout import OBJECT_DECLARATION, object_of, object_path
from storage.ocfl.root import Root
from storage.seals import SealKey, seal_fault
from storage.stores.protocol import PROBES, Content, Lock, MissingKey, Store, blocks, digests, require_size

IN_MEMORY = 4 << 20
"""Bytes up to which a file is passed on without touching the disk."""

BESIDE = (LIST, GRAVESTONES)
"""What lies beside the objects and belongs to the archive: the list of the log's days, gravestones."""


@dataclass(slots=True)
class Copied:
    """How many objects were copied or got new versions, and how many were there already.

    ``damaged`` are paths of objects and files that are damaged or forged here and were not copied; ``conflicts`` say which objects
    differ in the copy and how; ``erased`` counts what was destroyed in the copy.
    """

    copied: int = 0
    present: int = 0
    erased: int = 0
    damaged: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


GivenUp = Callable[[str], Collection[str]]


class Differs(Exception):
    """The copy holds something else than we have."""


def copy(
    source: Store,
    target: Store,
    *,
    key: SealKey | None = None,
    workers: int = 4,
    lock: Lock | None = None,
    progress: Callable[[int], None] | None = None,
    given_up: GivenUp = lambda _: frozenset(),
) -> Copied:
    """Copy all objects; a repeat goes on where it was stopped. ``key`` proves the seals; without it none is looked at.

    ``given_up`` gives the SHA-512 of files of an object that were accepted as lost: what is damaged of them stays behind.
    """
    Root(source).require()
    _require_apart(source, target)
    Root(target).initialise()
    done, erased = Copied(), _erased(source, key) | _erased(target, key)

    def one(path: str) -> bool | tuple[str, bool]:
        if path in erased:  # what a locked bucket takes in it never gives back
            return f"{path}: it was erased by order, and is here again (repeat sohoa erase)", False
        return _one(source, target, path, key, lock, given_up)

    paths = set()
    with ThreadPoolExecutor(workers) as pool:
        for path, outcome in pool.map(lambda path: (path, one(path)), Root(source).paths()):
            paths.add(path)
            if isinstance(outcome, tuple):
                (done.damaged if outcome[1] else done.conflicts).append(outcome[0])
            elif outcome:
                done.copied += 1
            else:
                done.present += 1
            if progress:
                progress(1)
    _copy_beside(source, target, key, done)
    _erase(source, target, key, done)
    done.conflicts += _others(source, target, paths)
    return done


def _others(source: Store, target: Store, paths: set[str]) -> Iterator[str]:
    """Objects that only the copy has; and whose files are the archive's own by another name: what destroys one destroys both."""
    linked: dict[tuple[int, int], str] = {}
    for stat in target.list():
        path = object_of(stat.key)
        published = path is not None and path not in paths and stat.key == f"{path}/{inv.INVENTORY}"
        if published and not _there(source, str(path)):
            yield f"{path}: in the copy only"
        if stat.linked is not None:
            linked[stat.linked] = path or stat.key
    shared = {linked[stat.linked] for stat in source.list() if stat.linked in linked} if linked else set()
    for path in sorted(shared):
        yield f"{path}: what the copy has of it are the archive's own files by another name (hard links), no second copy"


def _one(
    source: Store, target: Store, path: str, key: SealKey | None, lock: Lock | None, given_up: GivenUp
) -> bool | tuple[str, bool]:
    """Whether an object was copied; or what hindered it, and whether that is damage here."""
    try:
        return copy_object(source, target, path, key=key, lock=lock, given_up=given_up)
    except (Corrupt, NotFoundInArchive, MissingKey):  # what is listed and missing is a pipe, or a link
        return path, True
    except StoreDenied as error:
        if not error.detail.startswith(source.name):
            raise
        return path, True  # others closed it
    except Differs as difference:
        return f"{path}: {difference}", False


def _require_apart(source: Store, target: Store) -> None:
    """Raise UsageError where both are one place under two names (a link, a mount, a bucket), whatever kind of store it is."""
    trial = f"{PROBES}{uuid.uuid4().hex}"
    target.put(trial, b"copy")
    try:
        if source.stat(trial) is not None:
            raise UsageError(f"{target.name} is the archive itself by another name: that is no second copy")
    finally:
        target.destroy(trial)


def _erased(store: Store, key: SealKey | None) -> set[str]:
    """Where objects would lie that were removed by order, as the gravestones of a store tell."""
    return {object_path(stone.object) for stone in gravestones(store) if stone.removed and stone.genuine(key)}


def copy_object(
    source: Store,
    target: Store,
    path: str,
    *,
    key: SealKey | None = None,
    lock: Lock | None = None,
    given_up: GivenUp = lambda _: frozenset(),
) -> bool:
    """Copy one object, or the versions that the target lacks; whether it wrote anything.

    Raises ``Corrupt`` for what is damaged or forged here, ``Differs`` for what is another object there.
    """
    sidecar = source.get(f"{path}/{inv.SIDECAR}")
    with _in_the_copy():
        same = _get(target, f"{path}/{inv.SIDECAR}") == sidecar
        if same and _get(target, f"{path}/{inv.INVENTORY}") is not None:
            return False
    data = source.get(f"{path}/{inv.INVENTORY}")
    if inv.sidecar(data) != sidecar:
        raise Corrupt(f"{path}/{inv.INVENTORY}")
    inventory = inv.parse(data, path)
    _require_seal(source, inventory, key)
    expected = {content: digest for digest, content in inventory.manifest.items()}
    listing = Root(source).listing(path)
    last = [inv.INVENTORY, inv.SIDECAR, OBJECT_DECLARATION]
    # What else lies in the object nobody of ours put there: it stays behind.
    names = sorted({*expected, *inv.of_versions(inventory) & set(listing)})
    with _in_the_copy():
        there = _inventory_there(target, path)
    if there is not None and there.versions != inventory.versions[: len(there.versions)]:
        raise Differs(_difference(inventory, there))
    with tempfile.TemporaryDirectory(prefix="sohoa-copy-") as folder:
        lost = partial(given_up, inventory.id)
        files = [
            (name, found)
            for number, name in enumerate(names + last)
            if (
                found := _found(
                    source, f"{path}/{name}", expected.get(name), Path(folder) / str(number), lost
                )
            )
            is not None
        ]
        decider = f"v{inventory.head.number}/{inv.INVENTORY}"
        with _in_the_copy():
            if not any(target.list(f"{path}/")):
                if target.put_tree(path, files, decider, lock) or any(target.list(f"{path}/")):
                    return True
                raise Differs("what stands in its place there is no object")
            for name, content in files:
                place = f"{path}/{name}"
                if name in last[:2]:  # the view of the newest version, which is there by now
                    target.put(place, content, lock)
                elif not target.put_new(place, content, lock) and not _same(target, place, content):
                    raise Differs(f"{name} is damaged in the copy")
    return True


@contextmanager
def _in_the_copy() -> Iterator[None]:
    """What cannot be read or written there is no fault of ours: a pipe, a folder in the place of a file, a terabyte."""
    try:
        yield
    except (Corrupt, MissingKey) as error:
        raise Differs("what the copy has of it is damaged") from error


def _difference(ours: inv.Inventory, theirs: inv.Inventory) -> str:
    if ours.versions == theirs.versions[: len(ours.versions)]:
        return f"the copy has {len(theirs.versions)} versions, here are {len(ours.versions)}"
    pairs = zip(ours.versions, theirs.versions, strict=False)
    number = next(mine.number for mine, other in pairs if mine != other)
    return f"version {number} is another one in the copy"


def _inventory_there(target: Store, path: str) -> inv.Inventory | None:
    """The newest version that the copy holds whole; an object that a copy was killed in begins at its first."""
    data = _get(target, f"{path}/{inv.INVENTORY}")
    if data is None:
        return None
    if _get(target, f"{path}/{inv.SIDECAR}") not in (None, inv.sidecar(data)):
        raise Differs("its inventory is damaged in the copy")
    return inv.parse(data, path)


def _require_seal(source: Store, inventory: inv.Inventory, key: SealKey | None) -> None:
    """Raise ``Corrupt`` where the newest version carries a seal that is not good, or none though it must."""
    fault = seal_fault(source, inventory, key) if key is not None else None
    if fault is not None:
        raise Corrupt(f"{object_path(inventory.id)}: {fault}")


def _copy_beside(source: Store, target: Store, key: SealKey | None, done: Copied) -> None:
    """The list of the log's days and the gravestones only grow; what differs stays as it is there.

    What nobody of ours wrote there, or nobody can read, and forged gravestones stay behind.
    """
    for prefix in BESIDE:
        ours = {stat.key: _read_beside(source, stat.key, key) for stat in source.list(prefix)}
        done.damaged += [name for name, data in ours.items() if data is None]
        for name, data in ours.items():
            if data is not None and not target.put_new(name, data) and _get(target, name) != data:
                done.conflicts.append(f"{name}: another one in the copy")
        done.conflicts += [
            f"{stat.key}: in the copy only" for stat in target.list(prefix) if stat.key not in ours
        ]


def _read_beside(source: Store, name: str, key: SealKey | None) -> bytes | None:
    if not ENTRY.fullmatch(name):
        stone = read_gravestone(source, name)
        if stone is None or not stone.genuine(key):
            return None
    try:
        return source.get(name)
    except (Corrupt, MissingKey, StoreDenied):
        return None


def _erase(source: Store, target: Store, key: SealKey | None, done: Copied) -> None:
    """Destroy in the copy what was removed here by order."""
    for stone in gravestones(source):
        if stone.removed and stone.genuine(key) and gravestone(target, stone.object) == stone:
            done.erased += bool(remove_files(target, stone.object))


def _there(source: Store, path: str) -> bool:
    return source.stat(f"{path}/{inv.INVENTORY}") is not None


def _found(
    source: Store, key: str, sha512: str | None, spool: Path, given_up: Callable[[], Collection[str]]
) -> Content | None:
    """A file, None where it is damaged and was accepted as lost."""
    try:
        return _fetch(source, key, sha512, spool)
    except Corrupt:
        if sha512 in given_up():
            return None
        raise


def _fetch(source: Store, key: str, sha512: str | None, spool: Path) -> Content:
    found = source.stat(key)
    if found is None:
        raise Corrupt(f"{key}: missing")
    require_size(key, found.size)
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
    try:
        here = _get(target, key)
    except Corrupt:  # larger than any
        return False
    return here is not None and digests(here, ("sha512",)) == digests(content, ("sha512",))


def _get(store: Store, key: str) -> bytes | None:
    try:
        return store.get(key)
    except MissingKey:
        return None
