"""What lies in an archive's folder or bucket and does not belong there: other software, and people, might take it for the archive's.

A writer that died, or lost a race, leaves content of a version that was never decided; its files are named by their digest.
All else that no inventory lists was put in by others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from datetime import UTC, datetime, timedelta

from schemas.errors import Corrupt, StoreDenied
from storage.archive import Archive
from storage.audit_days import ENTRY
from storage.gravestones import PLACE, read_gravestone
from storage.ocfl import inventory as inv
from storage.ocfl.layout import OBJECT_DECLARATION, ROOT_FILES
from storage.plain_json import loads
from storage.seals import SEALED
from storage.stores.folder import ABANDONED_AFTER, STAGING
from storage.stores.protocol import PROBES, MissingKey, Stat

_CONTENT = re.compile(r"v([1-9][0-9]*)/content/[^/]+-[0-9a-f]{16}(\.[^/]*)?")
"""How our writers name content."""

_COMES_AND_GOES = re.compile(f"({STAGING}/|{PROBES})(lock-)?[0-9a-f]{{32}}(/|$)")
"""How our writers name what they prepare, and what a server is tried out with."""

_LONGEST_WRITE = timedelta(seconds=ABANDONED_AFTER, hours=1)

_AHEAD = timedelta(hours=1)
"""By so much the clocks of machines may differ."""


def begun(name: str, stat: Stat, number: int) -> bool:
    """Whether a file of an object is content that a writer of this version began: named so, and not from the future."""
    found = _CONTENT.fullmatch(name)
    return found is not None and int(found[1]) == number and stat.modified < datetime.now(UTC) + _AHEAD


def lost_writers(listing: Mapping[str, Stat], inventory: inv.Inventory) -> int:
    """How many files writers of decided versions left that were killed, or too late. Publishing has removed them."""
    listed = set(inventory.manifest.values())
    return sum(_lost(name, inventory, listed) for name in listing)


def in_object(listing: Mapping[str, Stat], inventory: inv.Inventory) -> list[str]:
    """Files of an object that neither its newest inventory lists nor one of our writers left behind."""
    next_one = inventory.head.number + 1
    listed = set(inventory.manifest.values())
    own = {OBJECT_DECLARATION, inv.INVENTORY, inv.SIDECAR, *listed, *inv.of_versions(inventory)}
    return sorted(
        name
        for name, stat in listing.items()
        if name not in own and not begun(name, stat, next_one) and not _lost(name, inventory, listed)
    )


def beside(archive: Archive, stat: Stat) -> str | None:
    """What is wrong with a file that lies in no object; None where the archive itself put it there."""
    key, store, root_files = stat.key, archive.root.store, dict(ROOT_FILES)
    if key in root_files:
        return None if _same(archive, key, root_files[key]) else "altered"
    if key == SEALED:
        mark, sealing = _read(archive, key), archive.signing_key
        return None if sealing is None or sealing.any_signed(mark, SEALED.encode()) else "altered"
    if key.startswith(PLACE):
        stone = read_gravestone(store, key)
        genuine = stone is not None and stone.genuine(archive.signing_key)
        return None if genuine else "no gravestone that this archive set"
    known = ENTRY.fullmatch(key) or (_COMES_AND_GOES.match(key) and _of_today(stat))
    return None if known else "it is in no object, and the archive did not put it there"


def _of_today(stat: Stat) -> bool:
    """Whether a writer, or a trial of the server, may still be at it: what is older was left, and cleared when the archive was opened."""
    now = datetime.now(UTC)
    return now - _LONGEST_WRITE < stat.modified < now + _AHEAD


def _lost(name: str, inventory: inv.Inventory, listed: Set[str]) -> bool:
    found = _CONTENT.fullmatch(name)
    return found is not None and int(found[1]) <= inventory.head.number and name not in listed


def _read(archive: Archive, key: str) -> bytes:
    try:
        return archive.root.store.get(key)
    except (MissingKey, Corrupt, StoreDenied):
        return b""


def _same(archive: Archive, key: str, expected: bytes) -> bool:
    """Whether a file of the root says what it must, however it is laid out."""
    found = _read(archive, key)
    if not key.endswith(".json"):
        return found == expected
    try:
        return bool(loads(found) == loads(expected))
    except ValueError:
        return False
