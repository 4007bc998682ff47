"""A careful forger: every digest, inventory and sidecar agrees afterwards, laid out as Sohoa writes it, on a folder or a bucket."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.seals import SEAL
from storage.stores.protocol import Store


def forge(
    store: Store, object_id: str, name: str, change: Callable[[bytes], bytes], *, unseal: bool = False
) -> None:
    """Change a file of the newest version, in every version that holds it; ``unseal`` takes all seals out."""
    path = object_path(object_id)
    old = inv.parse(store.get(f"{path}/{inv.INVENTORY}"), path)
    was = old.head.state[name]
    data = change(store.get(f"{path}/{old.manifest[was]}"))
    digest = hashlib.sha512(data).hexdigest()
    place = old.manifest[was].replace(was[:16], digest[:16])
    store.destroy(f"{path}/{old.manifest[was]}")
    store.put(f"{path}/{place}", data)
    versions = []
    for version in old.versions:
        state = {path: digest if one == was else one for path, one in version.state.items()}
        if unseal:
            state.pop(SEAL, None)
        versions.append(replace(version, state=state))
    used = {one for version in versions for one in version.state.values()}
    manifest = {one: where for one, where in {**old.manifest, digest: place}.items() if one in used}
    for where in set(old.manifest.values()) - set(manifest.values()) - {old.manifest[was]}:
        store.destroy(f"{path}/{where}")
    sha256 = {where: old.sha256.get(where, hashlib.sha256(data).hexdigest()) for where in manifest.values()}
    write(store, inv.Inventory(old.id, manifest, sha256, tuple(versions)))


def roll_back(store: Store, object_id: str, to: int) -> None:
    """Take away the versions after ``to``."""
    path = object_path(object_id)
    old = inv.parse(store.get(f"{path}/{inv.INVENTORY}"), path)
    kept = inv.parse(store.get(f"{path}/v{to}/{inv.INVENTORY}"), path)
    for number in range(to + 1, old.head.number + 1):
        for stat in list(store.list(f"{path}/v{number}/")):
            store.destroy(stat.key)
    write(store, kept)


def write(store: Store, inventory: inv.Inventory) -> None:
    """The inventory of each version, and the root's, with their sidecars."""
    path = object_path(inventory.id)
    for number in range(1, inventory.head.number + 1):
        manifest = {
            one: where
            for one, where in inventory.manifest.items()
            if int(where[1 : where.index("/")]) <= number
        }
        part = replace(
            inventory,
            manifest=manifest,
            sha256={where: inventory.sha256[where] for where in manifest.values()},
            versions=inventory.versions[:number],
        )
        for folder in (f"{path}/v{number}", *([path] if number == inventory.head.number else [])):
            store.put(f"{folder}/{inv.INVENTORY}", part.to_bytes())
            store.put(f"{folder}/{inv.SIDECAR}", inv.sidecar(part.to_bytes()))
