"""Reading and writing objects below a storage root.

How a version comes to be, the same on a folder and on a server, with no lock and no clock:

1. the content is written, at paths that carry its digest, so that writers never overwrite one another;
2. ``vN/inventory.json`` is put *if absent*: of all writers of version N exactly one wins. This decides;
3. the sidecars, the root inventory and the object's declaration follow from it, byte for byte. Whoever comes by may
   write them: a version that was decided and not published is completed by the next writer, whoever decided it.

A reader trusts the root inventory when its sidecar agrees, and else the newest version that was decided. Content
that no decided version names is debris of a writer that lost or died; it is cleared when the version is published.
What somebody else put there as a version (``fit`` tells) was not decided: it is never published.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from schemas.errors import Conflict, Corrupt, NoArchive, NotAuthentic, NotFoundInArchive, StoreDenied
from storage.ocfl import inventory as inv
from storage.ocfl.layout import (
    DECLARED,
    OBJECT_DECLARATION,
    ROOT_DECLARATION,
    ROOT_FILES,
    id_of,
    object_of,
    object_path,
)
from storage.ocfl.pieces import complete, decided, new_content, newest_decided, parts
from storage.recent import Recent
from storage.stores.protocol import Content, Lock, MissingKey, Stat, Store, blocks, digests

_IN_MEMORY = 4 << 20
"""Bytes of a stream's copy that are not written to the disk."""

_CONTENT = re.compile(r"v(\d+)/content/")


Seal = tuple[str, Callable[[inv.Inventory], bytes]]
"""Logical path of a file that is made from the inventory of all others, and what makes it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a write: the object's inventory now, and whether it was this call that made the version."""

    inventory: inv.Inventory
    created: bool


class Root:
    """An OCFL 1.1 storage root on a store."""

    def __init__(self, store: Store, fit: Callable[[inv.Inventory], bool] | None = None) -> None:
        """``fit`` tells whether the newest version of an inventory is one that this archive made; all are where it is not given."""
        self.store = store
        self.fit = fit or (lambda _: True)
        self._recent = Recent[inv.Inventory]()

    def initialise(self) -> bool:
        """Declare the root where there is none yet; whether it was not there."""
        if self.store.stat(ROOT_DECLARATION) is not None:
            return False
        for key, content in ROOT_FILES:
            self.store.put(key, content)
        return True

    def require(self) -> None:
        """Raise ``NoArchive`` where no storage root is declared: a wrong place, or a disk not mounted."""
        if self.store.stat(ROOT_DECLARATION) is None:
            raise NoArchive(self.store.name)

    # -- reading

    def inventory(self, object_id: str) -> inv.Inventory:
        """The newest published inventory; raises ``NotFoundInArchive`` or ``Corrupt``, also where another object lies in its place."""
        path = object_path(object_id)
        found = self._published(object_id, path)
        if found.id != object_id:
            raise Corrupt(f"{path}: another object lies there")
        return found

    def _published(self, object_id: str, path: str) -> inv.Inventory:
        try:
            data = self.store.get(f"{path}/{inv.INVENTORY}")
            sidecar = self.store.get(f"{path}/{inv.SIDECAR}")
            if sidecar == inv.sidecar(data):
                return self._recent.get(sidecar, len(data), lambda: inv.parse(data, path))
        except (MissingKey, Corrupt):  # none, or larger than any: that of the newest version decides
            pass
        listing = self.listing(path)
        for number in decided(listing):
            key = f"{path}/v{number}/{inv.INVENTORY}"
            try:
                found = inv.parse(self.store.first(key), path)
            except MissingKey:  # listed, and nothing that can be read: a link, a pipe
                raise Corrupt(key) from None
            if self._is_fit(found, path, number):
                return found
        if inv.INVENTORY in listing:
            raise Corrupt(f"{path}/{inv.INVENTORY}")
        raise NotFoundInArchive(object_id)

    def read(self, inventory: inv.Inventory, name: str, version: int | None = None) -> bytes:
        """One file of a version, its digest checked; raises ``MissingKey`` or ``Corrupt``."""
        digest, key = self.locate(inventory, name, version)
        try:
            data = self.store.get(key)
        except MissingKey:
            raise Corrupt(f"{key}: missing") from None
        if digests(data, ("sha512",)) != (digest,):
            raise Corrupt(key)
        return data

    def open(self, inventory: inv.Inventory, name: str) -> BinaryIO:
        """One file of the newest version as a stream; raises ``MissingKey`` or ``Corrupt``.

        It is a copy whose digest was checked before its first byte is given away: what was altered in the store would be signed and sent
        on as the archive's.
        """
        digest, key = self.locate(inventory, name)
        found = hashlib.sha512()
        with contextlib.ExitStack() as undone:
            kept = undone.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))
            try:
                source = undone.enter_context(contextlib.closing(self.store.open(key)))
            except MissingKey:
                raise Corrupt(f"{key}: missing") from None
            for block in blocks(source):
                found.update(block)
                kept.write(block)
            if found.hexdigest() != digest:
                raise Corrupt(key)
            kept.seek(0)
            source.close()
            undone.pop_all()
        return cast("BinaryIO", kept)

    def locate(self, inventory: inv.Inventory, name: str, version: int | None = None) -> tuple[str, str]:
        """sha512 and key of one file of a version; raises ``MissingKey``."""
        try:
            digest = inventory.version(version).state[name]
        except KeyError:
            raise MissingKey(f"{name} of {inventory.id}") from None
        return digest, f"{object_path(inventory.id)}/{inventory.manifest[digest]}"

    def trace(
        self, inventory: inv.Inventory, name: str, version: int | None = None
    ) -> tuple[str, Stat] | None:
        """The sha512 of a file of a version, and what lies there by the look of it; None where that is not known, or not quickly."""
        if not self.store.near:
            return None
        try:
            digest, key = self.locate(inventory, name, version)
        except MissingKey:
            return None
        found = self.store.stat(key)
        return None if found is None else (digest, found)

    def paths(self, after: str = "") -> Iterator[str]:
        """Paths of all objects that are published, in order, after the path given."""
        for stat in self.store.list("", after=f"{after}/\U0010ffff" if after else ""):
            path = object_of(stat.key)
            if path is not None and stat.key == f"{path}/{inv.INVENTORY}":
                yield path

    def ids(self, after: str = "") -> Iterator[str]:
        """Ids of all objects that are published, in the order of their paths, after the path of the id given."""
        for path in self.paths(object_path(after) if after else ""):
            if (object_id := id_of(path) or self._long_id(path)) is not None:
                yield object_id

    def _long_id(self, path: str) -> str | None:
        """An id that is too long to stand in its path; None where nothing readable lies there (``storage.fixity`` tells it)."""
        try:
            return inv.parse(self.store.get(f"{path}/{inv.INVENTORY}"), path).id
        except (Corrupt, MissingKey, StoreDenied):
            return None

    def listing(self, path: str) -> dict[str, Stat]:
        """All that lies in an object's folder, by path relative to it."""
        return {stat.key[len(path) + 1 :]: stat for stat in self.store.list(path + "/")}

    # -- writing

    def create(
        self,
        object_id: str,
        files: Mapping[str, Content],
        *,
        created: datetime,
        message: str,
        user: str,
        lock: Lock | None = None,
        seal: Seal | None = None,
    ) -> Written:
        """Make the object unless it is there; what was left half-written is completed or replaced.

        ``seal`` gives one more file from the inventory of the others.
        """
        path = object_path(object_id)
        listing = self.listing(path)
        if newest := newest_decided(listing):
            try:
                present = self.inventory(object_id)
                if present.head.number != newest or not complete(listing, newest):
                    present = self.publish(path, listing, lock)
            except NotFoundInArchive:
                raise NotAuthentic(
                    f"{object_id}: version {newest} there is none that this archive made"
                ) from None
            return Written(present, created=False)
        inventory, files = _sealed(
            lambda parts: inv.first(object_id, parts, created, message, user), files, seal
        )
        data = inventory.to_bytes()
        tree = [
            *new_content(inventory, files),
            (f"v1/{inv.INVENTORY}", data),
            (f"v1/{inv.SIDECAR}", inv.sidecar(data)),
            (inv.INVENTORY, data),
            (inv.SIDECAR, inv.sidecar(data)),
            (OBJECT_DECLARATION, DECLARED),
        ]
        won = self.store.put_tree(path, tree, f"v1/{inv.INVENTORY}", lock)
        if won and not listing:
            return Written(inventory, created=True)
        try:
            published = self.publish(path, lock=lock, ours=data)
            return Written(published, created=won or published == inventory)
        except NotFoundInArchive:
            raise Corrupt(f"{path}: files without an inventory stand in the way") from None

    def add_version(
        self,
        base: inv.Inventory,
        files: Mapping[str, Content],
        *,
        created: datetime,
        message: str,
        user: str,
        lock: Lock | None = None,
        seal: Seal | None = None,
    ) -> Written:
        """Add a version on top of ``base``; raises ``Conflict`` when somebody added one first."""
        path = object_path(base.id)
        current = self.publish(path, lock=lock)
        if current != base:
            raise Conflict(base.id)
        inventory, files = _sealed(
            lambda parts: inv.next_version(base, parts, created, message, user), files, seal
        )
        data = inventory.to_bytes()
        number = inventory.head.number
        tree = [
            *((name.partition("/")[2], content) for name, content in new_content(inventory, files)),
            (inv.INVENTORY, data),
            (inv.SIDECAR, inv.sidecar(data)),
        ]
        won = self.store.put_tree(f"{path}/v{number}", tree, inv.INVENTORY, lock)
        published = self.publish(path, lock=lock, ours=data)
        if not won and published == current:
            raise NotAuthentic(f"{base.id}: version {number} there is none that this archive made")
        if (
            not won and published != inventory
        ):  # an answer that got lost on the way makes our own write look lost
            raise Conflict(base.id)
        return Written(published, created=True)

    def publish(
        self,
        path: str,
        listing: Mapping[str, Stat] | None = None,
        lock: Lock | None = None,
        ours: bytes | None = None,
    ) -> inv.Inventory:
        """Complete the newest decided version of the object at ``path`` and clear what it made obsolete.

        Safe to call at any time by anybody; raises ``NotFoundInArchive`` where nothing was decided. ``ours`` is an inventory that was
        written by who calls.
        """
        while True:
            listing = self.listing(path) if listing is None else listing
            root = self._shown(path, listing) if ours is None else None
            data = self._newest(path, listing, root, ours)
            if data is None:
                return self._undivided(path, listing)
            inventory = inv.parse(data, path)
            number = inventory.head.number
            wrote = [
                self._ensure(f"{path}/{name}", content, listing, lock)
                for name, content in (
                    (f"v{number}/{inv.INVENTORY}", data),
                    (f"v{number}/{inv.SIDECAR}", inv.sidecar(data)),
                    (inv.INVENTORY, data),
                    (inv.SIDECAR, inv.sidecar(data)),
                    (OBJECT_DECLARATION, DECLARED),
                )
                if data != root or name not in (inv.INVENTORY, inv.SIDECAR)  # read a moment ago
            ]
            kept = set(inventory.manifest.values())
            for name in listing:
                found = _CONTENT.match(name)
                if found and int(found[1]) <= number and name not in kept:
                    self.store.delete(f"{path}/{name}")
            if not any(wrote):
                return inventory
            listing = None  # while we wrote, a still newer version may have been published: look again

    def _newest(
        self, path: str, listing: Mapping[str, Stat], root: bytes | None, ours: bytes | None
    ) -> bytes | None:
        """The inventory of the newest version that was decided, None where there is none.

        What is newer than the root's own, and no version of ours, takes its place neither there nor in its version's folder.
        """
        if ours is not None:
            number = newest_decided(listing)
            with contextlib.suppress(Corrupt):
                if number and self._decided(path, number, listing) == ours:
                    return ours
            root = self._shown(path, listing)
        shown = inv.parse(root, path) if root is not None else None
        standing = root if shown is not None and self._is_fit(shown, path, shown.head.number) else None
        for number in decided(listing):
            newer = shown is None or number > shown.head.number
            if not newer and shown is not None and number < shown.head.number and standing is not None:
                return standing  # its own copy of it was taken away
            try:
                data = self._decided(path, number, listing)
                if data == root or self._is_fit(inv.parse(data, path), path, number):
                    return data
            except Corrupt:
                if shown is None or (not newer and standing is None):
                    raise
                data = b""
            if not newer:
                return standing or data
        return None

    def _is_fit(self, inventory: inv.Inventory, path: str, number: int) -> bool:
        return inventory.head.number == number and object_path(inventory.id) == path and self.fit(inventory)

    def _shown(self, path: str, listing: Mapping[str, Stat]) -> bytes | None:
        """The root's inventory; None where there is none that its sidecar agrees with, and that can be read."""
        if not {inv.INVENTORY, inv.SIDECAR} <= listing.keys():
            return None
        try:
            data = self.store.get(f"{path}/{inv.INVENTORY}")
            inv.parse(data, path)
            return data if self.store.get(f"{path}/{inv.SIDECAR}") == inv.sidecar(data) else None
        except (Corrupt, MissingKey):
            return None

    def _decided(self, path: str, number: int, listing: Mapping[str, Stat]) -> bytes:
        """The inventory that won version N; from the root's copy where the version's own has rotted."""
        key, sidecar = f"{path}/v{number}/{inv.INVENTORY}", f"v{number}/{inv.SIDECAR}"
        try:
            data = self.store.first(key)
        except Corrupt:
            if sidecar not in listing:
                raise
            data = b""
        if sidecar in listing:
            expected = self.store.get(f"{path}/{sidecar}")
            if expected != inv.sidecar(data):
                data = self.store.get(f"{path}/{inv.INVENTORY}") if inv.INVENTORY in listing else b""
                if expected != inv.sidecar(data):
                    raise Corrupt(key)
        return data

    def _undivided(self, path: str, listing: Mapping[str, Stat]) -> inv.Inventory:
        """An object of another OCFL client that keeps no inventories in its versions."""
        if inv.INVENTORY not in listing:
            raise NotFoundInArchive(path)
        return inv.parse(self.store.get(f"{path}/{inv.INVENTORY}"), path)

    def _ensure(self, key: str, content: bytes, listing: Mapping[str, Stat], lock: Lock | None) -> bool:
        name = key[len(object_of(key) or "") + 1 :]
        if name in listing and listing[name].size == len(content) and self.store.get(key) == content:
            return False
        self.store.put(key, content, lock)
        return True


def _sealed(
    make: Callable[[Mapping[str, inv.Part]], inv.Inventory], files: Mapping[str, Content], seal: Seal | None
) -> tuple[inv.Inventory, Mapping[str, Content]]:
    """The inventory of these files, and of the seal over them where there is one."""
    found = parts(files)
    if seal is None:
        return make(found), files
    name, content = seal[0], seal[1](make(found))
    return make({**found, **parts({name: content})}), {**files, name: content}
