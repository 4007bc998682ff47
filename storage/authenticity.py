"""Whether objects are what the archive wrote: their seals, and what the audit log noted of them.

Objects archived before there were seals are noted in the log once, by the first check (``adopt``): from then on they, too,
are found when they are altered, put back or removed. An archive that is made now notes at its beginning that there are none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from schemas.errors import Corrupt, Erased, NotFoundInArchive
from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_days import listed
from storage.audit_versions import Version
from storage.gravestones import NOTED, Gravestone, genuine_gravestone, gravestone, gravestones
from storage.losses import Loss
from storage.model import Part, document_object, document_of, scan_object, sha_of_scan
from storage.objects import LOG
from storage.ocfl.inventory import INVENTORY, Inventory, as_written
from storage.ocfl.layout import object_path
from storage.ocfl.verify import rotten, verify
from storage.seals import SEAL, Sealing, SealKey, version_digests
from storage.stores.protocol import MissingKey

OTHER_SCAN = "the scan is not the one that was examined"

RISEN = "it was erased by order, and is there again (repeat sohoa erase)"

UNMARKED = "it was erased by order, and its gravestone is gone"

NO_ORDER = "its key was destroyed, and no gravestone names an order for it"

UNNOTED = "it is sealed by an earlier key, and the audit log does not know it: whoever has that key, or named it one, made it"

UNREAD = "its seal cannot be read"

NO_SEAL = "it has no seal, and the log does not know it: the archive did not write it"

BASELINE = "urn:sohoa:archive"
"""What the log notes when all objects without a seal are noted: from then on one that is not noted is a stranger."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the log knows: the newest version of each object, accepted losses; and whether all without a seal are noted."""

    log: AuditLog
    newest: Mapping[str, Version]
    losses: Sequence[Loss] = ()
    days: frozenset[str] = frozenset()
    """Ids of the days of the log that are listed."""

    @property
    def complete(self) -> bool:
        """Whether an object without a seal must be in the log."""
        return BASELINE in self.newest or self.log.archive.sealed_from_the_beginning

    def was_published(self, object_id: str, number: int) -> bool:
        """Whether whoever made this version of an object came to its end: what is missing of it since then, somebody took away."""
        noted = self.newest.get(object_id)
        return object_id in self.days or (noted is not None and noted.number >= number)


def known(log: AuditLog) -> Known:
    """What the log knows of all objects."""
    noted = log.versions.all()
    days = frozenset(LOG + entry.name for entry in listed(log.archive))
    return Known(log, noted.newest, noted.losses, days)


def faults(archive: Archive, inventory: Inventory, registered: Version | None, log: AuditLog) -> list[str]:
    """What is wrong with an object's newest version; nothing also for one without a seal that the log does not know."""
    if archive.objects.sealing is None:
        return []
    found, head = [], inventory.head.number
    digests = version_digests(inventory)
    if registered is not None and registered.number > head:
        found.append(
            f"version {registered.number}, noted on {registered.at:%Y-%m-%d}, is gone: it was put back to version {head}"
        )
    elif registered is not None and digests[registered.number - 1] != registered.digest:
        found.append(f"version {registered.number} is not the one that was noted on {registered.at:%Y-%m-%d}")
    elif (registered is None or registered.number < head) and digests[-1] in log.versions.lost(inventory.id):
        found.append(f"version {head} was accepted as lost with later ones, and is there again without them")
    fault = _seal_fault(archive, inventory, registered, log)
    found += [fault] if fault is not None else []
    return found or _older_versions(archive, inventory, log)


def _seal_fault(
    archive: Archive, inventory: Inventory, registered: Version | None, log: AuditLog
) -> str | None:
    sealing, head = archive.objects.sealing, inventory.head.number
    seal = archive.objects.seal_of(inventory)
    if seal is None or sealing is None:
        if SEAL in inventory.head.state:
            proved = registered is not None and registered.number == head and _given_up(log, inventory, head)
            return None if proved else f"version {head}: {UNREAD}"
        sealed = registered is not None and (registered.number < head or archive.sealed_from_the_beginning)
        return f"version {head} has no seal" if sealed else None
    if fault := sealing.key.fault(seal, inventory, head):
        return f"version {head}: {fault}"
    unnoted = registered is None or registered.number < head
    if unnoted and seal.key != sealing.key.name and not inventory.id.startswith(LOG):
        return f"version {head}: {UNNOTED}"
    if seal.log is not None and log.digest_of(seal.log.sequence) != seal.log.digest:
        return f"the audit log is not the one in which version {head} was made (line {seal.log.sequence})"
    return None if _as_written(archive, inventory) else "the inventory says more than was sealed, or less"


def _given_up(log: AuditLog, inventory: Inventory, number: int) -> bool:
    """Whether the seal of a version, which the log notes, is damaged everywhere, as an administrator accepted."""
    return inventory.version(number).state[SEAL] in log.versions.given_up(inventory.id)


def _older_versions(archive: Archive, inventory: Inventory, log: AuditLog) -> list[str]:
    """What is wrong with earlier versions: the newest seal covers all of them but their seals, and whatever it was built on."""
    sealing, found = archive.objects.sealing, []
    sealed, digests = archive.sealed_from_the_beginning, version_digests(inventory)
    noted = log.versions.of(inventory.id) if len(digests) > 1 else {}
    for version in inventory.versions[:-1]:
        fault, note = None, noted.get(version.number)
        if sealing is not None and SEAL in version.state:
            seal, sealed = archive.objects.seal_of(inventory, version.number), True
            fault = sealing.key.fault(seal, inventory, version.number) if seal else UNREAD
            if seal is None and note is not None and _given_up(log, inventory, version.number):
                fault = None
        elif sealed:
            fault = "it has no seal"
        if fault is None and note is not None and note.digest != digests[version.number - 1]:
            fault = f"it is not the one that was noted on {note.at:%Y-%m-%d}"
        found += [f"version {version.number}: {fault}"] if fault else []
    return found


def sealing_with(key: SealKey, log: Callable[[], AuditLog]) -> Sealing:
    """How an archive is sealed that has a log; ``log`` is asked for later, since the log needs the archive."""
    begun = threading.Event()  # asked once: what is noted stays

    def register(object_id: str, number: int, digest: str) -> None:
        if not begun.is_set():
            _require_begun(log())
            begun.set()
        log().versions.note(object_id, number, digest)

    return Sealing(
        key,
        tip=lambda: log().tip(),
        register=register,
        unfit=lambda inventory: unfit(log(), inventory),
        erased=lambda: {one.removeprefix(NOTED) for one in log().versions.under(NOTED)},
        lost=lambda object_id: any(loss.kept == 0 for loss in log().versions.losses_of(object_id)[-1:]),
    )


def unfit(log: AuditLog, inventory: Inventory) -> str | None:
    """Why nothing may be built on an object as it is: it was forged, or put back to an older version. None where it may.

    Lines that the log has lost forbid nothing: good seals stand without it.
    """
    archive, head = log.archive, inventory.head.number
    key, seal = archive.signing_key, archive.objects.seal_of(inventory)
    registered, digests = log.versions.newest(inventory.id), version_digests(inventory)
    if registered is not None and registered.number > head:
        return f"version {registered.number} is gone: it was put back to version {head}"
    if registered is not None and registered.digest != digests[registered.number - 1]:
        return f"version {registered.number} is not the one that was noted"
    if seal is not None and key is not None:
        return key.fault(seal, inventory, head)
    if SEAL in inventory.head.state:
        proved = registered is not None and registered.number == head and _given_up(log, inventory, head)
        return None if proved else UNREAD
    if archive.sealed_from_the_beginning or (registered is not None and registered.number < head):
        return "it has no seal"
    return None if registered is not None or log.versions.newest(BASELINE) is None else NO_SEAL


def _as_written(archive: Archive, inventory: Inventory) -> bool:
    try:
        return as_written(archive.root.store.get(f"{object_path(inventory.id)}/{INVENTORY}"), inventory)
    except (MissingKey, Corrupt, ValueError):
        return True  # that it cannot be read is told elsewhere; the newest version's own is as good


def is_stranger(archive: Archive, inventory: Inventory, registered: Version | None) -> bool:
    """Whether an object has no seal and is not in the log."""
    return (
        archive.objects.sealing is not None
        and registered is None
        and archive.objects.seal_of(inventory) is None
    )


def document_faults(archive: Archive, log: AuditLog, document_id: str) -> list[str]:
    """What is wrong with one document: seal, log, and whether scan and record belong together.

    Raises ``Erased``, ``Corrupt``; ``NotFoundInArchive`` also where the log knows that it was there.
    """
    object_id = document_object(document_id)
    stone = genuine_gravestone(archive.root.store, object_id, archive.signing_key)
    if stone is not None:
        if _is_back(archive, stone):
            return [RISEN]
        raise Erased(object_id)
    if log.versions.newest(NOTED + object_id) is not None:
        return [UNMARKED]
    inventory, registered = archive.root.inventory(object_id), log.versions.newest(object_id)
    found = faults(archive, inventory, registered, log)
    complete = log.versions.newest(BASELINE) is not None or archive.sealed_from_the_beginning
    if complete and is_stranger(archive, inventory, registered):
        found.append(NO_SEAL)
    try:
        shared = archive.record(document_id).scan.object
    except Erased:  # its key was destroyed, and no gravestone stands
        return [*found, NO_ORDER]
    if found:  # what is forged has us read whatever it likes
        return found
    for one in (object_id, shared) if shared else (object_id,):
        found += object_faults(archive, log, one)
    return found


def object_faults(archive: Archive, log: AuditLog, object_id: str) -> list[str]:
    """Whether an object's files are as they were written, and its scan the one that was examined."""
    return _files_altered(archive, log, object_id) or scan_faults(archive, log, object_id)


def _files_altered(archive: Archive, log: AuditLog, object_id: str) -> list[str]:
    """Files of an object that are not as they were written: those that its inventory lists, its declaration, the root's inventory.

    Where that one was altered, readers went by the newest version's.
    """
    path, stone = object_path(object_id), gravestone(archive.root.store, object_id)
    if stone is not None and _is_back(archive, stone):  # the scan that it shares with others
        return [RISEN]
    try:
        altered = rotten(archive.root.store, path, archive.root.listing(path))
        altered += files_damaged(archive, log, archive.root.inventory(object_id))
    except MissingKey as error:  # a pipe, a link: listed, and nothing that can be read
        altered = [str(error).removeprefix(f"{path}/")]
    return [f"{one}: altered" for one in altered]


def files_damaged(archive: Archive, log: AuditLog, inventory: Inventory) -> list[str]:
    """Content of an object that is not as it was written, by its path there; without what was accepted as lost."""
    damaged = verify(archive.root, inventory)
    if damaged:  # few objects are: the log is asked for those only
        damaged = verify(archive.root, inventory, log.versions.given_up(inventory.id))
    return [key.removeprefix(f"{object_path(inventory.id)}/") for key in damaged]


def risen(archive: Archive) -> Iterator[tuple[str, str]]:
    """Objects that were erased by order and can be read again: files, or a key, that were put back. Id and fault."""
    for stone in gravestones(archive.root.store):
        if _is_back(archive, stone):
            yield stone.object, RISEN


def unmarked(archive: Archive, known: Known) -> list[str]:
    """Ids of objects that the log knows as erased by order and whose gravestone is gone."""
    noted = (name.removeprefix(NOTED) for name in known.newest if name.startswith(NOTED))
    return [object_id for object_id in noted if not _marked(archive, object_id)]


def note_gravestones(archive: Archive, known: Known) -> None:
    """Note gravestones that the log does not know: of older releases, or of one who was killed before he noted it."""
    for stone in gravestones(archive.root.store):
        if stone.genuine(archive.signing_key) and NOTED + stone.object not in known.newest:
            known.log.versions.note(NOTED + stone.object, 0, "")


def _marked(archive: Archive, object_id: str) -> bool:
    return genuine_gravestone(archive.root.store, object_id, archive.signing_key) is not None


def _is_back(archive: Archive, stone: Gravestone) -> bool:
    """Whether what was erased by order can be read again: its files, or the key to them."""
    if not stone.genuine(archive.signing_key):
        return False
    if stone.removed:
        return archive.objects.has(stone.object)
    vault = archive.vault
    return vault is not None and vault.knows(stone.object) and not vault.erased(stone.object)


def scan_faults(archive: Archive, log: AuditLog, object_id: str) -> list[str]:
    """Whether an archived scan is the one that was examined: that of a document, or one that several share.

    A document whose scan is shared is asked for the name of the scan's object only, which is its digest.
    """
    document = document_of(object_id)
    if archive.vault is not None and not archive.vault.knows(object_id):
        return ["it is not encrypted with a key of this archive"]
    try:
        if document is None:
            expected, whole = sha_of_scan(object_id), archive.objects.sole_scan(object_id)
        else:
            scan = archive.record(document).scan
            if scan.object is not None:
                return [] if scan.object == scan_object(scan.sha256) else [OTHER_SCAN]
            expected, whole = scan.sha256, archive.get(document, Part.SCAN)
    except Erased:
        destroyed = archive.vault is not None and archive.vault.erased(object_id)
        return [NO_ORDER] if destroyed and not _marked(archive, object_id) else []
    except NotFoundInArchive:
        return []
    except Corrupt as error:
        given_up, state = log.versions.given_up(object_id), archive.root.inventory(object_id).head.state
        lost = any(name.startswith("scan.") and digest in given_up for name, digest in state.items())
        return [] if lost else [f"{error.detail}: altered"]
    return [] if expected is None or sha256(whole).hexdigest() == expected else [OTHER_SCAN]


def adopt(log: AuditLog, inventories: Iterable[Inventory]) -> int:
    """Note objects without a seal, as they are, and that these were all; how many."""
    count = 0
    for inventory in inventories:
        log.versions.note(inventory.id, inventory.head.number, version_digests(inventory)[-1])
        count += 1
    begin(log)
    return count


def _require_begun(log: AuditLog) -> None:
    """Before the first version of a new archive is noted: that none without a seal is in it."""
    if log.versions.newest(BASELINE) is None and log.archive.sealed_from_the_beginning:
        begin(log)


def begin(log: AuditLog) -> None:
    """Note that every object without a seal is noted."""
    log.versions.note(BASELINE, 0, "")


def missing(archive: Archive, known: Known, seen: Iterable[str]) -> list[str]:
    """Ids of objects that the log knows, that were not erased, and that are not there."""
    store, here = archive.root.store, set(seen)
    gone = []
    for object_id in known.newest:
        if object_id in here or object_id == BASELINE or object_id.startswith((LOG, NOTED)):
            continue
        if NOTED + object_id in known.newest:
            continue
        stone = genuine_gravestone(store, object_id, archive.signing_key)
        erased = stone is not None and stone.removed
        if not erased and not archive.objects.has(object_id):
            gone.append(object_id)
    return gone
