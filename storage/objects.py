"""Objects with their history: OCFL objects that carry ``provenance.json``, sealed where the archive is encrypted."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from schemas.errors import Conflict, Corrupt, NotAuthentic, NotFoundInArchive, StoreDenied
from storage.model import FILES, Event, Part, Provenance
from storage.ocfl.inventory import Inventory
from storage.ocfl.layout import object_path
from storage.ocfl.pieces import version_of_path
from storage.ocfl.root import Root
from storage.ocfl.root import Seal as MakeSeal
from storage.seals import SEAL, Seal, Sealing, parse, version_digests
from storage.stores.protocol import Content, Lock, MissingKey

if TYPE_CHECKING:
    from storage.encryption import Vault


LOG = "urn:sohoa:audit:"
"""What the ids of the days of the audit log begin with."""


class Objects:
    """All objects below one storage root; documents, dossiers and logs alike."""

    def __init__(self, root: Root, vault: Vault | None, agent: str, sealing: Sealing | None = None) -> None:
        """``agent`` is named in OCFL as the maker of first versions."""
        self.root = root
        self.vault = vault
        self.sealing = sealing
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
        with self._encrypted(object_id, everything, 1) as ready:
            written = self.root.create(
                object_id,
                ready,
                created=now,
                message=message if self.vault is None else _kind(events),
                user=self._agent,
                lock=lock,
                seal=self._seal(),
            )
        if written.created:
            self._register(written.inventory)
        return written.created, written.inventory.head.number

    def add(
        self,
        object_id: str,
        base: Inventory,
        files: Mapping[str, Content],
        event: Event,
        now: datetime,
        lock: Lock | None = None,
        past: tuple[Event, ...] | None = None,
    ) -> int:
        """Add a version on top of ``base``; raises ``Conflict`` when somebody was faster, ``Corrupt`` where ``base`` is not ours.

        ``past`` are the events so far, where those of ``base`` cannot be read any more.
        """
        self._require_fit(base)
        name = FILES[Part.PROVENANCE]
        past = self.events(base) if past is None else past
        everything = {**files, name: _provenance(object_id, (*past, event))}
        reason = event.reason if self.vault is None else None  # it stands in the provenance, encrypted
        with self._encrypted(object_id, everything, base.head.number + 1) as ready:
            written = self.root.add_version(
                base,
                ready,
                created=now,
                message=reason or event.type,
                user=event.agent,
                lock=lock,
                seal=self._seal(),
            )
        self._register(written.inventory)
        return written.inventory.head.number

    def events(self, inventory: Inventory, version: int | None = None) -> tuple[Event, ...]:
        """The events of an object until its newest version, or another one."""
        told = self.read(inventory.id, inventory, FILES[Part.PROVENANCE], version)
        return Provenance.model_validate_json(told).events

    def get(self, object_id: str, name: str) -> bytes:
        """One file of the newest version, its digest checked."""
        return self.read(object_id, self.root.inventory(object_id), name)

    def sole_scan(self, object_id: str) -> bytes:
        """The scan in an object that holds nothing else; raises as ``read`` does."""
        inventory = self.root.inventory(object_id)
        name = next((name for name in inventory.head.state if name.startswith("scan.")), "scan")
        return self.read(object_id, inventory, name)

    def read(self, object_id: str, inventory: Inventory, name: str, version: int | None = None) -> bytes:
        """One file of a version, its digest checked; raises ``NotFoundInArchive`` or ``Corrupt``."""
        try:
            data = self.root.read(inventory, name, version)
        except MissingKey:
            raise NotFoundInArchive(f"{object_id}: no {name}") from None
        if self.vault is None or name == SEAL:
            return data
        written = version_of_path(inventory.manifest[inventory.version(version).state[name]])
        return self.vault.unseal(object_id, data, written, name)

    def seal_of(self, inventory: Inventory, version: int | None = None) -> Seal | None:
        """The seal of a version, the newest unless another is named; None where it has none that can be read."""
        try:
            return parse(self.root.read(inventory, SEAL, version))
        except (MissingKey, Corrupt, StoreDenied):
            return None

    def _require_fit(self, base: Inventory) -> None:
        """The seal of the next version covers all before it: what was forged, or put back, would be genuine from then on."""
        fault = self.sealing.unfit(base) if self.sealing is not None else None
        if fault is not None:
            if self.root.inventory(base.id) != base:  # read before somebody else wrote
                raise Conflict(base.id)
            raise NotAuthentic(f"{base.id}: {fault}")

    def _encrypted(
        self, object_id: str, files: Mapping[str, Content], version: int
    ) -> contextlib.AbstractContextManager[Mapping[str, Content]]:
        if self.vault is None:
            return contextlib.nullcontext(files)
        return self.vault.seal(object_id, files, version)

    def _seal(self) -> MakeSeal | None:
        sealing = self.sealing
        if sealing is None:
            return None
        return SEAL, lambda inventory: sealing.key.seal(inventory, sealing.tip())

    def _register(self, inventory: Inventory) -> None:
        """Days of the log are not noted in the log: they name one another."""
        if self.sealing is not None and not inventory.id.startswith(LOG):
            head = inventory.head.number
            self.sealing.register(inventory.id, head, version_digests(inventory)[-1])


def _kind(events: tuple[Event, ...]) -> str:
    return events[-1].type if events else "ingestion"


def _provenance(object_id: str, events: tuple[Event, ...]) -> bytes:
    return (Provenance(object=object_id, events=events).model_dump_json(indent=1) + "\n").encode()
