"""Accepting that versions of an object are lost everywhere, so that work on what is left of it goes on.

The log knows a version that neither the archive nor a copy holds any more (a disk that failed before the next copy, a folder that was put
back). Until that is accepted the object is told as put back, or gone, and takes no new version.
"""

from __future__ import annotations

from schemas.errors import NotAuthentic, NotFoundInArchive, NothingLost
from storage.archive import DOSSIER, SCAN, Archive
from storage.audit import AuditLog
from storage.audit_lines import Access, content_of
from storage.authenticity import faults, object_faults
from storage.gravestones import NOTED
from storage.losses import ACTION, Loss
from storage.model import Event, document_of, is_dossier
from storage.objects import LOG
from storage.ocfl.inventory import Inventory
from storage.ocfl.layout import object_path
from storage.seals import version_digests
from storage.stores.protocol import Lock

EVENT = "loss accepted"
"""Type of the event that an object's provenance keeps of it."""


def accept_loss(
    archive: Archive, log: AuditLog, object_id: str, *, by: str, reason: str, origin: str = ""
) -> tuple[Loss, int]:
    """Accept what is lost of an object; the loss, and the number of the version that notes it (0 where nothing is left).

    May be repeated: a repeat completes what was stopped. Raises ``NothingLost`` where the archive holds all that the log knows,
    ``NotAuthentic`` where what is left is not as it was written.
    """
    key, noted = archive.signing_key, log.versions.newest(object_id)
    here = _left(archive, object_id)
    if key is None or object_id.startswith(LOG) or log.versions.newest(NOTED + object_id) is not None:
        raise NothingLost(object_id)
    if noted is not None and (here is None or here.head.number < noted.number):
        if here is not None:
            _require_sound(archive, log, here)
        said = content_of(Access(by, ACTION, object_id, origin, reason))
        kept = (here.head.number, version_digests(here)[-1]) if here is not None else (0, "")
        lost = (noted.number, noted.digest)
        stated = log.reasons.hidden(said)["purpose"]
        loss = Loss(object_id, *kept, *lost, said["actor"], said["purpose"], archive.clock(), stated)
        log.versions.note_loss(loss, key, origin)
        return loss, _tell(archive, here, loss) if here is not None else 0
    losses = log.versions.losses_of(object_id)
    if here is None or not losses or here.head.number != losses[-1].kept:
        raise NothingLost(object_id)
    # A run before this one was stopped when it had noted it.
    return losses[-1], _tell(archive, here, losses[-1])


def _left(archive: Archive, object_id: str) -> Inventory | None:
    try:
        return archive.root.publish(object_path(object_id))
    except NotFoundInArchive:
        return None


def _require_sound(archive: Archive, log: AuditLog, here: Inventory) -> None:
    """What is built on must be the version that the log knows by this number, sealed, every byte of it."""
    noted = log.versions.of(here.id).get(here.head.number)
    found = faults(archive, here, noted, log) or object_faults(archive, here.id)
    if found:
        raise NotAuthentic(f"{here.id}: {'; '.join(found)}")


def _tell(archive: Archive, here: Inventory, loss: Loss) -> int:
    """A version that changes nothing and whose history tells the loss; its number."""
    what = {"kept": loss.kept, "lost": loss.lost}
    event = Event(type=EVENT, at=archive.clock(), agent=loss.by, reason=loss.reason, settings=what)
    return archive.objects.add(here.id, here, {}, event, archive.clock(), _lock(archive, here.id))


def _lock(archive: Archive, object_id: str) -> Lock | None:
    document = document_of(object_id)
    if document is None:
        return archive.retention(DOSSIER if is_dossier(object_id) else SCAN, archive.clock())
    record = archive.record(document)
    return archive.retention(record.type, record.archived_at)
