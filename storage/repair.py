"""Mending an object from copies of the archive, by evidence: never by the mere wish to have something there.

A copy of an object is taken when all its bytes agree with its inventory and

1. it is the version that the audit log noted last, or a later one whose seal is good; else, where the log knows nothing,
2. its seal is good; else, for objects from before there were seals,
3. more of the copies hold it than hold any other.

What is put in its place here stays out of the archive until the copy is whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.errors import SohoaError
from storage.archive import Archive
from storage.authenticity import Known, faults
from storage.gravestones import genuine_gravestone, place
from storage.ocfl import inventory as inv
from storage.ocfl.layout import OBJECT_DECLARATION, object_path
from storage.ocfl.root import Root
from storage.ocfl.verify import verify
from storage.seals import SEAL, lacks_seal, seal_fault, version_digests
from storage.stores.protocol import MissingKey, Store

_RANKS = ("most copies hold it", "its seal is good", "the audit log noted it")


@dataclass(frozen=True, slots=True)
class _Candidate:
    store: Store
    inventory: inv.Inventory
    digest: str
    rank: int
    """How strong the evidence is, an index of ``_RANKS``; -1: none."""


def repair(archive: Archive, path: str, copies: Sequence[Store], known: Known | None) -> tuple[bool, str]:
    """Mend the object at ``path`` from the copy that the evidence speaks for; whether it was, and why (not)."""
    if not copies:
        return False, ""
    found = [one for store in copies if (one := _candidate(archive, store, path, known)) is not None]
    if not found:
        return False, "no copy holds it whole"
    best = max(found, key=lambda one: (one.rank, one.inventory.head.number))
    if best.rank < 0:
        return False, "every copy holds a forged or an older one"
    if best.rank == 0:
        votes = Counter(one.digest for one in found).most_common(2)
        if len(votes) > 1 and votes[0][1] == votes[1][1]:
            return False, "the copies hold different ones, and nothing tells which is right"
        best = next(one for one in found if one.digest == votes[0][0])
    return _mend(archive, path, best, known)


def _mend(archive: Archive, path: str, best: _Candidate, known: Known | None) -> tuple[bool, str]:
    try:
        _replace(best, archive.root.store, path)
        mended = archive.root.publish(path)
        whole = not verify(archive.root, mended, _given_up(known, mended.id))
    except (SohoaError, MissingKey):
        return False, f"{best.store.name} could not be read"
    if known is not None and faults(archive, mended, known.newest.get(mended.id), known.log):
        return False, f"{best.store.name} holds the same: look at the audit log (sohoa verify --audit)"
    return whole, f"from {best.store.name}: {_RANKS[best.rank]}"


def bring_gravestone(archive: Archive, object_id: str, copies: Sequence[Store]) -> tuple[bool, str]:
    """Set the gravestone of an erased object again, from a copy that has it; whether it was, and why (not)."""
    for store in copies:
        if genuine_gravestone(store, object_id, archive.signing_key) is not None:
            archive.root.store.put(place(object_id), store.get(place(object_id)))
            return True, f"from {store.name}: it is signed by this archive"
    return False, "no copy has its gravestone; look for the order" if copies else ""


def _candidate(archive: Archive, store: Store, path: str, known: Known | None) -> _Candidate | None:
    try:
        data = store.get(f"{path}/{inv.INVENTORY}")
        if store.get(f"{path}/{inv.SIDECAR}") != inv.sidecar(data):
            return None
        inventory = inv.parse(data, path)
        if object_path(inventory.id) != path:
            return None
        rank = _rank(archive, store, inventory, known)
        if SEAL in inventory.head.state and not inv.as_written(data, inventory):
            rank = -1
        if rank >= 0 and verify(
            Root(store), inventory, _given_up(known, inventory.id)
        ):  # what is forged has us read whatever it likes
            return None
    except (SohoaError, MissingKey):
        return None
    return _Candidate(store, inventory, version_digests(inventory)[-1], rank)


def _given_up(known: Known | None, object_id: str) -> frozenset[str]:
    """Files that an administrator accepted as damaged everywhere: no copy needs them to be whole."""
    return known.log.versions.given_up(object_id) if known is not None else frozenset()


def _rank(archive: Archive, store: Store, inventory: inv.Inventory, known: Known | None) -> int:
    key, noted = archive.signing_key, known.newest.get(inventory.id) if known else None
    digests, head = version_digests(inventory), inventory.head.number
    sealed = key is not None and SEAL in inventory.head.state
    if key is not None and lacks_seal(archive.root.store, inventory, key):
        return -1
    if key is not None and seal_fault(store, inventory, key) is not None:
        return -1
    if noted is not None:
        agrees = noted.number <= head and digests[noted.number - 1] == noted.digest
        return 2 if agrees and (sealed or noted.number == head) else -1
    return 1 if sealed else 0


def _replace(best: _Candidate, store: Store, path: str) -> None:
    """Every file that is the object's as the copy has it, the newest inventory last; all else goes."""
    listing, here = Root(best.store).listing(path), Root(store).listing(path)
    own = {inv.INVENTORY, inv.SIDECAR, OBJECT_DECLARATION, *inv.of_versions(best.inventory)}
    names = [name for name in listing if name in own or name in best.inventory.manifest.values()]
    names.sort(key=lambda name: "/" not in name)  # the root's inventory after what it names
    for name in names:
        data = best.store.get(f"{path}/{name}")
        same = name in here and here[name].size == len(data)
        if not same or store.get(f"{path}/{name}") != data:
            store.put(f"{path}/{name}", data)
    for name in set(here) - set(names):
        store.delete(f"{path}/{name}")
