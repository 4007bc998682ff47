"""The archive: one OCFL object per document, one per dossier, one per scan that several documents share.

Everything here may be repeated and may run at the same time on several machines: the same document becomes one
object, and a call that was killed leaves it whole or absent (``storage/ocfl/root.py`` says how).
"""

from __future__ import annotations

import contextlib
import copy
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from schemas.errors import (
    Conflict,
    Corrupt,
    KeyUnavailable,
    NotFoundInArchive,
    ScanChanged,
    StoreDenied,
    UsageError,
)
from storage.erased import Erased as KnownErased
from storage.handing_out import HandingOut
from storage.model import (
    FILES,
    ArchivedRecord,
    Deposit,
    Dossier,
    Event,
    Part,
    Provenance,
    Receipt,
    ScanRef,
    VersionInfo,
    document_object,
    document_of,
    dossier_object,
    is_dossier,
    scan_name,
    scan_object,
)
from storage.objects import Objects
from storage.ocfl.inventory import Inventory
from storage.ocfl.layout import ROOT_DECLARATION, object_path
from storage.ocfl.root import Root
from storage.recent import Recent
from storage.seals import SEAL, SEALED, Sealing, SealKey, seal_fault, sealed_from_the_beginning
from storage.stores.fenced import Fenced
from storage.stores.protocol import Content, Lock, Store, digests

if TYPE_CHECKING:
    from storage.encryption import Vault

#: How often a change is put on top of a newer version before we say that somebody else is at it.
TRIES = 8

Retention = Callable[[str, datetime], Lock | None]
"""Document type (or ``SCAN``, ``DOSSIER``) and time of archiving → how long its bytes must not be deleted."""

SCAN, DOSSIER = "scan", "dossier"


def _no_retention(type: str, archived_at: datetime) -> Lock | None:  # noqa: ARG001
    return None


def _now() -> datetime:
    return datetime.now(UTC)


def _is_ours(store: Store, key: SealKey, inventory: Inventory) -> bool:
    return seal_fault(store, inventory, key) is None


class Archive:
    """All documents on one store. Holds no state but the store; one may be shared by threads."""

    def __init__(
        self,
        store: Store,
        *,
        create: bool = False,
        vault: Vault | None = None,
        retention: Retention = _no_retention,
        clock: Callable[[], datetime] = _now,
        agent: str = "sohoa",
        sealing: Sealing | None = None,
    ) -> None:
        """``create`` declares a new storage root; without it a place without one raises ``StoreUnreachable``."""
        self.root = Root(store, partial(_is_ours, store, sealing.key) if sealing else None)
        self.objects = Objects(self.root, vault, agent, sealing)
        self.vault = vault
        self.retention = retention
        self.clock = clock
        self._agent = agent
        self._recent = Recent[ArchivedRecord]()
        self.handing_out = HandingOut(self.objects, KnownErased(store, sealing.erased if sealing else tuple))
        if create and self.root.initialise() and self.signing_key is not None:
            store.put_new(SEALED, self.signing_key.private.sign(SEALED.encode()))
        elif not create:
            self.root.require()

    def fenced(self, ask: Callable[[], None]) -> Archive:
        """The same archive for a worker that may lose its right to write: ``ask`` raises then, right before each commit."""
        same = copy.copy(self)
        same.root = Root(cast("Store", Fenced(self.root.store, ask)), self.root.fit)
        same.objects = Objects(same.root, self.vault, self._agent, self.objects.sealing)
        same.handing_out = HandingOut(same.objects, self.handing_out.erased)
        return same

    @property
    def signing_key(self) -> SealKey | None:
        """What signs seals and gravestones; None where nothing is sealed."""
        return None if self.objects.sealing is None else self.objects.sealing.key

    @property
    def seal_key(self) -> str | None:
        """The public key that proves the seals, PEM; None where nothing is sealed."""
        return None if self.signing_key is None else self.signing_key.public

    @property
    def sealed_from_the_beginning(self) -> bool:
        """Whether no object can be without a seal: this archive was made by who seals."""
        return self.signing_key is not None and sealed_from_the_beginning(self.root.store, self.signing_key)

    # -- documents

    def put(self, deposit: Deposit) -> Receipt:
        """Archive a document, once: a repeat, here or elsewhere, gives the receipt of the first."""
        if (deposit.scan is None) == (deposit.scan_ref.object is None):
            raise UsageError("a deposit brings its scan, or names the object that has it")
        self.handing_out.require_not_erased(document_object(deposit.id))
        now = self.clock()
        record = ArchivedRecord(
            id=deposit.id,
            type_confidence=deposit.type_confidence,
            pages=deposit.pages,
            scan=deposit.scan_ref,
            source=deposit.source,
            dossier=deposit.dossier,
            archived_at=now,
            signed=deposit.signed and deposit.pdf is not None,
            signed_by=deposit.signed_by,
            pending_signatures=deposit.pending_signatures,
            quality_flags=deposit.quality_flags,
            perceptual_hash=deposit.perceptual_hash,
            uses=deposit.uses,
            record=deposit.record,
            text=deposit.text,
        )
        ingestion = Event(type="ingestion", at=now, agent=self._agent, tool="sohoa archive")
        files: dict[str, Content] = {FILES[Part.ALTO]: deposit.alto, FILES[Part.RECORD]: dump(record)}
        if deposit.pdf is not None:
            files[FILES[Part.PDF]] = deposit.pdf
        with _examined(deposit.scan, deposit.scan_ref) as scan:
            if scan is not None:
                files[scan_name(deposit.scan_ref.media_type)] = scan
            created, version = self.objects.create(
                document_object(deposit.id),
                files,
                (*deposit.events, ingestion),
                now,
                self.retention(record.type, now),
            )
        kept = record if created else self.record(deposit.id)
        return Receipt(deposit.id, version, created, kept)

    def exists(self, document_id: str) -> bool:
        """Whether the document is archived; one request."""
        return self.objects.has(document_object(document_id))

    def get(self, document_id: str, part: Part | str, version: int | None = None) -> bytes:
        """One part of a document, its digest checked; of the newest version unless another is named."""
        object_id = document_object(document_id)
        inventory = self._inventory(document_id)
        name = part_name(inventory, Part(part), version)
        if name is None and Part(part) is Part.SCAN:
            shared = self.record(document_id, version).scan.object
            if shared is not None:
                object_id, inventory, version = shared, self.handing_out.inventory(shared), None
                name = part_name(inventory, Part.SCAN, None)
        if name is None:
            raise NotFoundInArchive(f"{document_id}: no {part}")
        return self.objects.read(object_id, inventory, name, version)

    def open(self, document_id: str, part: Part | str) -> BinaryIO:
        """One part as a stream for large files, its digest checked as by ``get``."""
        if self.vault is not None:
            return io.BytesIO(self.get(document_id, part))
        inventory = self._inventory(document_id)
        name = part_name(inventory, Part(part), None)
        if name is None:
            return io.BytesIO(self.get(document_id, part))
        return self.root.open(inventory, name)

    def record(self, document_id: str, version: int | None = None) -> ArchivedRecord:
        """The record as it was archived in a version."""
        object_id = document_object(document_id)
        inventory = self._inventory(document_id)
        return self._record(object_id, inventory, version)

    def current(self, document_id: str) -> tuple[ArchivedRecord, int]:
        """The newest record and the number of its version."""
        object_id = document_object(document_id)
        inventory = self._inventory(document_id)
        return self._record(object_id, inventory, None), inventory.head.number

    def alone(self, fault: StoreDenied | KeyUnavailable) -> None:
        """Raise the fault unless it is that of one object: the archive itself can be read, and the master key is at hand."""
        if isinstance(fault, KeyUnavailable):
            if self.vault is None:
                raise fault
            self.vault.require_master()
        self.root.require()
        self.root.store.get(ROOT_DECLARATION)

    def require_seal(self, document_id: str) -> None:
        """Raise ``Corrupt`` where the newest version carries a seal that is not good; one request more than a look."""
        self.handing_out.require_seal(self._inventory(document_id))

    def lying(self, document_id: str) -> ArchivedRecord:
        """The newest record as it lies there, its seal proved, also of a paper that was erased and put back."""
        object_id = document_object(document_id)
        try:
            inventory = self.root.inventory(object_id)
        except NotFoundInArchive:
            self.handing_out.require_not_erased(object_id)
            raise
        self.handing_out.require_seal(inventory)
        return self._record(object_id, inventory, None)

    def versions(self, document_id: str) -> tuple[VersionInfo, ...]:
        """All versions, the oldest first."""
        inventory = self._inventory(document_id)
        infos = []
        before: Mapping[str, str] = {}
        for version in inventory.versions:
            changed = tuple(sorted(n for n, d in version.state.items() if before.get(n) != d and n != SEAL))
            infos.append(VersionInfo(version.number, version.created, version.user, version.message, changed))
            before = version.state
        return tuple(infos)

    def provenance(self, document_id: str) -> tuple[Event, ...]:
        """Everything that happened to the document, the oldest first."""
        return Provenance.model_validate_json(self.get(document_id, Part.PROVENANCE)).events

    def ids(self, after: str | None = None) -> Iterator[str]:
        """Ids of all documents in a fixed order (that of their paths); continues after one of them."""
        for object_id in self.objects_after(after):
            if document_id := document_of(object_id):
                yield document_id

    def objects_after(self, document_id: str | None = None) -> Iterator[str]:
        """Ids of all objects in the order of their paths: documents, dossiers, shared scans, logs; continues after a document."""
        return self.root.ids(document_object(document_id) if document_id else "")

    def revise(
        self,
        document_id: str,
        change: Callable[[ArchivedRecord], ArchivedRecord],
        event: Event,
        *,
        pdf: Content | None = None,
        alto: Content | None = None,
        expected: int | None = None,
    ) -> Receipt:
        """Add a version with a changed record (and PDF, and text); no version when nothing changes.

        ``change`` may be called more than once: on the newest record each time that another writer was faster.
        ``expected`` is the version that the change was made on; with it another writer's version is a ``Conflict``.
        """
        object_id = document_object(document_id)
        self.handing_out.require_not_erased(object_id)
        for _ in range(TRIES):
            inventory = self._inventory(document_id)
            if expected is not None and inventory.head.number != expected:
                raise Conflict(document_id)
            before = self._record(object_id, inventory, None)
            record = change(before)
            if (record.id, record.archived_at, record.scan) != (before.id, before.archived_at, before.scan):
                raise UsageError("id, scan and time of archiving never change")
            if record == before and pdf is None and alto is None:
                return Receipt(document_id, inventory.head.number, created=False, record=before)
            files: dict[str, Content] = {FILES[Part.RECORD]: dump(record)}
            if pdf is not None:
                files[FILES[Part.PDF]] = pdf
            if alto is not None:
                files[FILES[Part.ALTO]] = alto
            try:
                lock = self.retention(record.type, record.archived_at)
                number = self.objects.add(object_id, inventory, files, event, self.clock(), lock)
            except Conflict:
                continue
            if record.type != before.type:
                self._extend(inventory, lock)
            return Receipt(document_id, number, created=True, record=record)
        raise Conflict(document_id)

    # -- scans that several documents share, dossiers, logs

    def put_scan(self, scan: Content, ref: ScanRef, *events: Event) -> ScanRef:
        """Archive a scan that holds several documents, once; gives the reference that their deposits carry."""
        object_id = scan_object(ref.sha256)
        now = self.clock()
        self.handing_out.require_not_erased(object_id)
        with _examined(scan, ref) as examined:
            files = {scan_name(ref.media_type): examined or b""}
            self.objects.create(object_id, files, events, now, self.retention(SCAN, now))
        return ref.model_copy(update={"object": object_id})

    def dossier(self, code: str) -> Dossier:
        """The newest version of a dossier."""
        return Dossier.model_validate_json(self.objects.get(self.dossier_object(code), "dossier.json"))

    def dossier_in(self, object_id: str) -> Dossier | None:
        """The dossier that an object is; None for others, and for one that cannot be read, or was forged (``storage.fixity`` tells it)."""
        if is_dossier(object_id):
            with contextlib.suppress(Corrupt, NotFoundInArchive, ValueError):
                inventory = self.root.inventory(object_id)
                self.handing_out.require_seal(inventory)
                return Dossier.model_validate_json(self.objects.read(object_id, inventory, "dossier.json"))
        return None

    def dossier_object(self, code: str) -> str:
        """The id of a dossier's object; where the archive is encrypted a stranger reads no code in it."""
        plain = dossier_object(code)
        if self.vault is None or self.objects.has(plain):
            return plain
        return dossier_object(self.vault.pseudonym(plain))

    # -- inside

    def _record(self, object_id: str, inventory: Inventory, version: int | None) -> ArchivedRecord:
        """Read, its digest checked, unless it was a moment ago and its file looks the same: versions never change."""
        name = FILES[Part.RECORD]
        trace = None
        if self.vault is None:  # what is encrypted stays open nowhere
            trace = self.root.trace(inventory, name, version)

        def read() -> ArchivedRecord:
            data = self.objects.read(object_id, inventory, name, version)
            try:
                return ArchivedRecord.model_validate_json(data)
            except ValueError as error:  # its message would show the record's content
                raise Corrupt(f"{object_id}: {name} is not a record of this format") from error

        return read() if trace is None else self._recent.get(trace, trace[1].size, read)

    def _inventory(self, document_id: str) -> Inventory:
        """The inventory of a document; raises ``NotFoundInArchive``, ``Erased``."""
        return self.handing_out.inventory(document_object(document_id))

    def _extend(self, inventory: Inventory, lock: Lock | None) -> None:
        """What was put under the retention of another type is kept at least as long as the new one asks."""
        if lock is not None:
            for path in inventory.manifest.values():
                self.root.store.extend(f"{object_path(inventory.id)}/{path}", lock)


@contextlib.contextmanager
def _examined(scan: Content | None, ref: ScanRef) -> Iterator[Content | None]:
    """A scan as a copy that nobody else can exchange, proved to be the one that was examined; raises ``ScanChanged``."""
    if not isinstance(scan, Path):
        if scan is not None and digests(scan, ("sha256",)) != (ref.sha256,):
            raise ScanChanged(ref.name)
        yield scan
        return
    with tempfile.TemporaryDirectory(prefix="sohoa-scan-") as folder:
        copy = Path(folder) / "scan"
        shutil.copyfile(scan, copy)
        if digests(copy, ("sha256",)) != (ref.sha256,):
            raise ScanChanged(ref.name)
        yield copy


def dump(record: ArchivedRecord) -> bytes:
    """The bytes of ``record.json``."""
    return (record.model_dump_json(indent=1) + "\n").encode()


def part_name(inventory: Inventory, part: Part, version: int | None) -> str | None:
    """The logical path of a part in a version, ``None`` when it is not there; raises NotFoundInArchive."""
    try:
        state = inventory.version(version).state
    except KeyError:
        raise NotFoundInArchive(f"{inventory.id}: no version {version}") from None
    if part is Part.SCAN:
        return next((name for name in state if name.startswith("scan.")), None)
    return FILES[part] if FILES[part] in state else None
