"""Objects with their history: OCFL objects that carry ``provenance.json``, sealed where the archive is encrypted."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from schemas.errors import NotFoundInArchive
from storage.model import FILES, Event, Part, Provenance
from storage.ocfl.inventory import Inventory
from storage.ocfl.layout import object_path
from storage.ocfl.root import Root
from storage.stores.protocol import Content, Lock, MissingKey

if TYPE_CHECKING:
    from storage.encryption import Vault


class Objects:
    """All objects below one storage root; documents, dossiers and logs alike."""

    def __init__(self, root: Root, vault: Vault | None, agent: str) -> None:
        """``agent`` is named in OCFL as the maker of first versions."""
        self.root = root
        self.vault = vault
        self._agent = agent

    def has(self, object_id: str) -> bool:
        """Whether an object is there; one request."""
        return self.root.store.stat(f"{object_path(object_id)}/inventory.json") is not None

    def create(
        self,
        object_id: str,
        files: Mapping[str, Content],
        events: tuple[Event, ...],
        now: datetime,
        lock: Lock | None = None,
    ) -> tuple[bool, int]:
        """Make an object unless it is there: whether it is new, and the number of its newest version."""
        everything = {**files, FILES[Part.PROVENANCE]: _provenance(object_id, events)}
        message = (events[-1].reason or events[-1].type) if events else "ingestion"
        with self._seal(object_id, everything) as ready:
            written = self.root.create(
                object_id, ready, created=now, message=message, user=self._agent, lock=lock
            )
        return written.created, written.inventory.head.number

    def add(
        self,
        object_id: str,
        base: Inventory,
        files: Mapping[str, Content],
        event: Event,
        now: datetime,
        lock: Lock | None = None,
    ) -> int:
        """Add a version on top of ``base``; raises ``Conflict`` when somebody was faster."""
        name = FILES[Part.PROVENANCE]
        past = Provenance.model_validate_json(self.read(object_id, base, name)).events
        everything = {**files, name: _provenance(object_id, (*past, event))}
        with self._seal(object_id, everything) as ready:
            written = self.root.add_version(
                base, ready, created=now, message=event.reason or event.type, user=event.agent, lock=lock
            )
        return written.inventory.head.number

    def get(self, object_id: str, name: str) -> bytes:
        """One file of the newest version, its digest checked."""
        return self.read(object_id, self.root.inventory(object_id), name)

    def read(self, object_id: str, inventory: Inventory, name: str, version: int | None = None) -> bytes:
        """One file of a version, its digest checked; raises ``NotFoundInArchive`` or ``Corrupt``."""
        try:
            data = self.root.read(inventory, name, version)
        except MissingKey:
            raise NotFoundInArchive(f"{object_id}: no {name}") from None
        return data if self.vault is None else self.vault.unseal(object_id, data)

    def _seal(
        self, object_id: str, files: Mapping[str, Content]
    ) -> contextlib.AbstractContextManager[Mapping[str, Content]]:
        return contextlib.nullcontext(files) if self.vault is None else self.vault.seal(object_id, files)


def _provenance(object_id: str, events: tuple[Event, ...]) -> bytes:
    return (Provenance(object=object_id, events=events).model_dump_json(indent=1) + "\n").encode()
