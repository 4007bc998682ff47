"""Writing dossiers: which documents came in together, and for what (*hồ sơ*)."""

from __future__ import annotations

from schemas.errors import Conflict
from storage.archive import DOSSIER, TRIES, Archive
from storage.model import Dossier, Event


def put_dossier(archive: Archive, dossier: Dossier, event: Event) -> int:
    """Write a dossier: a new object, or a new version with what is added; gives the version's number."""
    object_id = archive.dossier_object(dossier.code)
    for _ in range(TRIES):
        data = (dossier.model_dump_json(indent=1) + "\n").encode()
        now = archive.clock()
        lock = archive.retention(DOSSIER, now)
        created, number = archive.objects.create(object_id, {"dossier.json": data}, (event,), now, lock)
        if created:
            return number
        inventory = archive.root.inventory(object_id)
        before = Dossier.model_validate_json(archive.objects.read(object_id, inventory, "dossier.json"))
        given = {name: value for name, value in dossier if value}
        documents = tuple(dict.fromkeys((*before.documents, *dossier.documents)))
        dossier = before.model_copy(update={**given, "documents": documents})
        if dossier == before:
            return inventory.head.number
        data = (dossier.model_dump_json(indent=1) + "\n").encode()
        try:
            return archive.objects.add(object_id, inventory, {"dossier.json": data}, event, now, lock)
        except Conflict:
            continue
    raise Conflict(dossier.code)
