"""What of an archive is handed out: nothing that was erased by order, wherever it was put back, and nothing whose seal is not good."""

from __future__ import annotations

from schemas.errors import Erased, Lost, NotAuthentic, NotFoundInArchive
from storage.erased import Erased as KnownErased
from storage.gravestones import genuine_gravestone
from storage.objects import Objects
from storage.ocfl.inventory import Inventory
from storage.seals import seal_fault


class HandingOut:
    """For the objects of one archive; ``erased`` is what was known of erasures a moment ago."""

    def __init__(self, objects: Objects, erased: KnownErased) -> None:
        self._objects, self.erased = objects, erased

    def inventory(self, object_id: str) -> Inventory:
        """The newest inventory of an object; raises ``NotFoundInArchive`` (``Lost``), ``Erased``."""
        try:
            inventory = self._objects.root.inventory(object_id)
        except NotFoundInArchive:
            self.require_not_erased(object_id)
            sealing = self._objects.sealing
            if sealing is not None and sealing.lost(object_id):
                raise Lost(object_id) from None
            raise
        if self.erased.may_hold(object_id):
            self.require_not_erased(object_id)
        return inventory

    def require_not_erased(self, object_id: str) -> None:
        """Raise ``Erased``, also where its files, or the key to them, were put back: with its gravestone, or without it."""
        sealing = self._objects.sealing
        key = sealing.key if sealing is not None else None
        if genuine_gravestone(self._objects.root.store, object_id, key) is not None:
            raise Erased(object_id)
        if sealing is not None and self.erased.may_hold(object_id) and object_id in sealing.erased():
            raise Erased(object_id)

    def require_seal(self, inventory: Inventory) -> None:
        """Raise ``NotAuthentic`` where the newest version's seal is not good, or is missing though it must be there."""
        sealing = self._objects.sealing
        if sealing is None:
            return
        fault = seal_fault(self._objects.root.store, inventory, sealing.key)
        if fault is not None:
            raise NotAuthentic(f"{inventory.id}: {fault}")
