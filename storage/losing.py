"""Accepting that versions of an object are lost everywhere, so that work on what is left of it goes on.

The log knows a version that neither the archive nor a copy holds any more (a disk that failed before the next copy, a folder that was put
back), or all hold it damaged. Until that is accepted the object is told as put back, gone or damaged, and takes no new version.
"""

from __future__ import annotations

from collections.abc import Set

from schemas.errors import NotAuthentic, NotFoundInArchive, NothingLost
from storage.archive import DOSSIER, SCAN, Archive
from storage.audit import AuditLog
from storage.audit_lines import Access, content_of
from storage.authenticity import UNREAD, faults, files_damaged
from storage.gravestones import NOTED
from storage.losses import ACTION, Loss
from storage.model import FILES, Event, Part, document_of, is_dossier
from storage.objects import LOG
from storage.ocfl.inventory import Inventory
from storage.ocfl.layout import object_path
from storage.seals import SEAL, version_digests
from storage.stores.protocol import Lock

EVENT = "loss accepted"
"""Type of the event that an object's provenance keeps of it."""


ESSENTIAL = (FILES[Part.RECORD], "dossier.json")
"""What an object is nothing without."""


def accept_loss(
    archive: Archive, log: AuditLog, object_id: str, *, by: str, reason: str, origin: str = ""
) -> tuple[Loss, int]:
    """Accept what is lost of an object; the loss, and the number of the version that notes it (0 where nothing is left).

    Lost are versions that are gone, and files of what is left that are damaged: they stay where they are, and the next version goes by
    the newest that is whole. May be repeated: a repeat completes what was stopped. Raises ``NothingLost`` where the archive holds all
    that the log knows, ``NotAuthentic`` where what is left is not what was written, or holds nothing to go on from.
    """
    key, noted = archive.signing_key, log.versions.newest(object_id)
    here = _left(archive, object_id)
    if key is None or object_id.startswith(LOG) or log.versions.newest(NOTED + object_id) is not None:
        raise NothingLost(object_id)
    damaged = _damaged(archive, log, here) if here is not None and noted is not None else ()
    gone = noted is not None and (here is None or here.head.number < noted.number)
    if noted is not None and (gone or damaged):
        if here is not None:
            _require_genuine(archive, log, here, {digest for digest, _ in damaged})
            _going_on(here, {digest for digest, _ in damaged} | log.versions.given_up(object_id))
        said = content_of(Access(by, ACTION, object_id, origin, reason))
        kept = (here.head.number, version_digests(here)[-1]) if here is not None else (0, "")
        lost = (noted.number, noted.digest)
        stated = log.reasons.hidden(said)["purpose"]
        loss = Loss(object_id, *kept, *lost, said["actor"], said["purpose"], archive.clock(), stated, damaged)
        log.versions.note_loss(loss, key, origin)
        return loss, _tell(archive, log, here, loss) if here is not None else 0
    losses = log.versions.losses_of(object_id)
    if here is None or not losses or here.head.number != losses[-1].kept:
        raise NothingLost(object_id)
    # A run before this one was stopped when it had noted it.
    return losses[-1], _tell(archive, log, here, losses[-1])


def _left(archive: Archive, object_id: str) -> Inventory | None:
    try:
        return archive.root.publish(object_path(object_id))
    except NotFoundInArchive:
        return None


def _damaged(archive: Archive, log: AuditLog, here: Inventory) -> tuple[tuple[str, str], ...]:
    """Files of what is left that are missing or not as they were written: SHA-512 and path of each."""
    paths = set(files_damaged(archive, log, here))
    return tuple((digest, path) for digest, path in here.manifest.items() if path in paths)


def _require_genuine(archive: Archive, log: AuditLog, here: Inventory, damaged: Set[str]) -> None:
    """What is built on must be the version that the log knows by this number, sealed by us; where the seal is damaged the log proves it."""
    noted = log.versions.of(here.id).get(here.head.number)
    unread = {f"version {one.number}: {UNREAD}" for one in here.versions if one.state.get(SEAL) in damaged}
    found = [fault for fault in faults(archive, here, noted, log) if noted is None or fault not in unread]
    if found:
        raise NotAuthentic(f"{here.id}: {'; '.join(found)}")


def _going_on(here: Inventory, damaged: Set[str]) -> dict[str, int]:
    """From which version each file is taken that the newest has not whole. Raises ``NotAuthentic`` where none is left to go on from.

    All of one version, the newest that lacks nothing which another one has; where there is none, the newest of each file.
    """
    names = set(here.head.state) - {SEAL}
    whole = {
        name: [
            one.number for one in reversed(here.versions) if one.state.get(name, name) not in {name, *damaged}
        ]
        for name in names
    }
    if not all(whole[name] for name in names & set(ESSENTIAL)):
        raise NotAuthentic(
            f"{here.id}: its record is damaged in every version; keep its folder elsewhere and take it away"
        )
    for number in range(here.head.number, 0, -1):
        if all(number in found for found in whole.values() if found):
            return {name: number for name, found in whole.items() if found and number != here.head.number}
    return {name: found[0] for name, found in whole.items() if found}


def _tell(archive: Archive, log: AuditLog, here: Inventory, loss: Loss) -> int:
    """A version whose history tells the loss, and that changes nothing else where no file is damaged; its number."""
    what = {"kept": loss.kept, "lost": loss.lost, **({"damaged": len(loss.damaged)} if loss.damaged else {})}
    event = Event(type=EVENT, at=archive.clock(), agent=loss.by, reason=loss.reason, settings=what)
    provenance, taken = FILES[Part.PROVENANCE], _going_on(here, log.versions.given_up(here.id))
    files = {
        name: archive.objects.read(here.id, here, name, number)
        for name, number in taken.items()
        if name != provenance and here.version(number).state[name] != here.head.state[name]
    }
    past = archive.objects.events(here, taken[provenance]) if provenance in taken else None
    if past is None and here.head.state.get(provenance) in log.versions.given_up(here.id):
        past = ()
    record = taken.get(FILES[Part.RECORD], here.head.number)
    lock = _lock(archive, here.id, record)
    return archive.objects.add(here.id, here, files, event, archive.clock(), lock, past)


def _lock(archive: Archive, object_id: str, version: int) -> Lock | None:
    document = document_of(object_id)
    if document is None:
        return archive.retention(DOSSIER if is_dossier(object_id) else SCAN, archive.clock())
    record = archive.record(document, version)
    return archive.retention(record.type, record.archived_at)
