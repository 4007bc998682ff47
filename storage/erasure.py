"""Erasure by order of the law: what the archive keeps of a paper is destroyed, a gravestone stays.

Where the archive is encrypted the object's key is destroyed: its bytes stay, under whatever lock, and can never be read
again. Elsewhere the object's files are removed with all their versions, where no lock forbids it. Order of the acts: the
gravestone, then the key or the files. A repeat completes what was killed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.errors import Erased, NotErasable
from storage.archive import Archive
from storage.gravestones import NOTED, Gravestone, gravestone, put_gravestone
from storage.model import document_object
from storage.ocfl.layout import object_path
from storage.stores.protocol import Store


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased: OCFL ids of the objects (the document, and the scan that it shared with others).

    ``removed`` tells whether files were removed; else their keys were destroyed.
    """

    objects: tuple[str, ...]
    removed: bool
    at: datetime


def erase(archive: Archive, document_id: str, *, order: str, by: str) -> Erasure:
    """Destroy a document, all its versions, and the scan that it was read from, also where other papers are on it.

    ``order`` is the number of the order, ``by`` the account that carries it out. May be repeated. Raises
    ``NotFoundInArchive`` and, with nothing destroyed, ``NotErasable`` where the object is neither encrypted nor deletable.
    """
    object_id = document_object(document_id)
    objects, stone = _objects(archive, document_id), gravestone(archive.root.store, object_id)
    encrypted = _encrypted(archive, objects)
    require_erasable(archive, (document_id,))
    stone = stone or Gravestone(object_id, order, archive.clock(), by, removed=not encrypted[object_id])
    for one in reversed(objects):  # the document last: its record names the scan, for a repeat after a kill
        put_gravestone(
            archive.root.store, replace(stone, object=one, removed=not encrypted[one]), archive.signing_key
        )
        if archive.objects.sealing is not None:
            archive.objects.sealing.register(NOTED + one, 0, "")
        if archive.vault is not None and encrypted[one]:
            archive.vault.destroy(one)
        else:
            remove_files(archive.root.store, one)
    archive.handing_out.erased.look_again()
    return Erasure(objects, not encrypted[object_id], stone.at)


def require_erasable(archive: Archive, documents: Iterable[str]) -> None:
    """Raise ``NotErasable`` where one of these documents is neither encrypted nor deletable."""
    for document_id in documents:
        for one, encrypted in _encrypted(archive, _objects(archive, document_id)).items():
            if not encrypted and _locked(archive, one):
                raise NotErasable(document_id)


def _encrypted(archive: Archive, objects: Iterable[str]) -> dict[str, bool]:
    return {one: archive.vault is not None and archive.vault.knows(one) for one in objects}


def remove_files(store: Store, object_id: str) -> int:
    """Destroy every file of an object, those that readers look for first; how many there were."""
    path = object_path(object_id)
    keys = sorted((stat.key for stat in store.list(path + "/")), key=lambda key: (key.count("/"), key))
    for key in keys:
        store.destroy(key)
    return len(keys)


def _objects(archive: Archive, document_id: str) -> tuple[str, ...]:
    """The document's object, and that of its scan where it has one of its own.

    What was put back after an erasure goes as well. A forged record would have the scan of others destroyed: ``Corrupt``.
    """
    object_id = document_object(document_id)
    try:
        shared = archive.lying(document_id).scan.object
    except Erased:
        return (object_id,)
    return (object_id,) if shared is None else (object_id, shared)


def _locked(archive: Archive, object_id: str) -> bool:
    store = archive.root.store
    return any(store.locked(stat.key) for stat in store.list(object_path(object_id) + "/"))
