"""Writing dossiers: which documents came in together, and for what (*hồ sơ*); and in which dossiers a document served.

A document names its dossiers in its own record (``ArchivedRecord.uses``), a dossier its documents: either is read without the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from schemas.errors import Conflict
from storage.archive import DOSSIER, TRIES, Archive
from storage.model import ArchivedRecord, Change, Dossier, Event, Receipt, Use, UseKind


def put_dossier(archive: Archive, dossier: Dossier, event: Event) -> int:
    """Write a dossier: a new object, or a new version with what is added; gives the version's number.

    What came with it first counts for the day of receipt and the appointed day: ``set_due`` changes the latter.
    """

    def added(before: Dossier) -> Dossier:
        given = {name: value for name, value in dossier if value and name not in {"received_at", "due"}}
        first = {name: getattr(before, name) or getattr(dossier, name) for name in ("received_at", "due")}
        documents = tuple(dict.fromkeys((*before.documents, *dossier.documents)))
        return before.model_copy(update={**given, **first, "documents": documents})

    return _write(archive, dossier, added, event)


def set_due(archive: Archive, code: str, due: date | None, event: Event) -> int:
    """Give a dossier another appointed day, or none; one that is not there yet is made. Gives the version's number."""
    return _write(
        archive, Dossier(code=code, due=due), lambda before: before.model_copy(update={"due": due}), event
    )


def _write(archive: Archive, dossier: Dossier, change: Callable[[Dossier], Dossier], event: Event) -> int:
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
        after = change(before)
        if after == before:
            return inventory.head.number
        data = (after.model_dump_json(indent=1) + "\n").encode()
        try:
            return archive.objects.add(object_id, inventory, {"dossier.json": data}, event, now, lock)
        except Conflict:
            continue
    raise Conflict(dossier.code)


def note_use(
    archive: Archive, document_id: str, use: Use, *, flags: tuple[str, ...] = (), expected: int | None = None
) -> Receipt:
    """Note that the document served in a dossier, or was not to: a new version of its record.

    Noted already, nothing is added. ``flags`` are added to the record's own.
    """

    def change(before: ArchivedRecord) -> ArchivedRecord:
        kept = tuple(dict.fromkeys((*before.quality_flags, *flags)))
        if any(use.same(one) for one in before.uses):
            return before.model_copy(update={"quality_flags": kept})
        return before.model_copy(update={"uses": (*before.uses, use), "quality_flags": kept})

    event = Event(
        type="accession",
        at=use.at,
        agent=use.by,
        reason=f"{use.kind} in dossier {use.dossier}",
        settings={
            "procedure": use.procedure,
            "component": use.component,
            "purpose": use.purpose,
            "law": use.law,
        },
    )
    return archive.revise(document_id, change, event, expected=expected)


def move_use(
    archive: Archive, document_id: str, wrong: str | None, use: Use, *, expected: int | None = None
) -> Receipt:
    """The document was not handed in for the dossier ``wrong`` (None: for no dossier), but as ``use`` tells: a new version.

    In what other dossiers it served stays.
    """

    def change(before: ArchivedRecord) -> ArchivedRecord:
        kept = tuple(
            one
            for one in before.uses
            if not (one.kind is UseKind.RECEIVED and one.dossier in {wrong, use.dossier})
        )
        own = use.dossier if before.dossier in {wrong, None} else before.dossier
        return before.model_copy(update={"uses": (*kept, use), "dossier": own})

    event = Event(
        type="accession",
        at=use.at,
        agent=use.by,
        reason=f"handed in for dossier {use.dossier}",
        changes=(Change(field="dossier", before=wrong, after=use.dossier),),
    )
    return archive.revise(document_id, change, event, expected=expected)


def take_out(archive: Archive, code: str, document_id: str, event: Event) -> None:
    """A dossier without one of its documents; one that is not there, or never had it, stays as it is."""

    def without(before: Dossier) -> Dossier:
        left = tuple(one for one in before.documents if one != document_id)
        return before.model_copy(update={"documents": left})

    if archive.objects.has(archive.dossier_object(code)):
        _write(archive, Dossier(code=code), without, event)
