"""Verifying a file, or a document of the archive: its signatures, and whether it is what the archive keeps."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from flows.services import Services
from flows.work import own_place
from pipeline.apart import apart
from pipeline.intake import keep_own
from pipeline.limits import Limits, within
from pipeline.pki.trust import Trust
from pipeline.verify import Kind, Verification, verify_pdf
from schemas.errors import Erased, NotAuthentic, NotFoundInArchive, Unreachable
from schemas.records import State
from storage.authenticity import document_faults
from storage.model import ArchivedRecord, document_object


@dataclass(frozen=True, slots=True)
class Kept:
    """What the archive says of a file: which version it is (None: bytes that were never archived), and of how many.

    ``faults`` is where file and record disagree: ``other_document``, ``other_scan``, ``unsigned`` (the record names more
    signatures than the copy carries), ``revoked``, ``superseded`` (by ``superseded_by``), ``not_authentic`` (the archive did
    not write it so: ``reasons`` tells). ``losses`` tells which of its versions an administrator accepted as lost. ``pending_signatures`` are signatures that the copy still waits for (``signer``, ``seal``).
    """

    id: str
    version: int | None
    newest: int
    faults: tuple[str, ...] = ()
    pending_signatures: tuple[str, ...] = ()
    superseded_by: str | None = None
    reasons: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it, where the pending signatures are called ``awaits``."""
        told = asdict(self)
        return {**told, "awaits": told.pop("pending_signatures")}


@dataclass(frozen=True, slots=True)
class Verified:
    """``kept`` is None for a file that names no document of this archive."""

    result: Verification
    kept: Kept | None

    @property
    def ok(self) -> bool:
        """Every signature is valid, the archive keeps these very bytes (if it knows the document), the record agrees."""
        return self.result.ok and not (self.kept and self.kept.faults)


_PATIENCE = 3
"""Verifying may take so many times as long (in cpu time) as taking a file in; the viewer's own time comes on top."""


def checked(services: Services, path: Path) -> Verification:
    """The signatures of a file, by a copy that nobody can exchange meanwhile, in a process of its own.

    Raises NotFound, Unreadable, TooLarge, TakesTooLong, WorkerDied, StoreFull.
    """
    services.trust.root_certificates()  # read once for all, and a wrong setting shows
    limits = services.settings.limits.as_limits()
    with own_place() as own:
        return apart(limits.memory, _check, path, own, services.trust, limits)


def _check(path: Path, own: Path, trust: Trust, limits: Limits) -> Verification:
    keep_own(path, limits, own)
    with within(_PATIENCE * limits.seconds, path.name):
        return verify_pdf(own, trust)


def verify_file(services: Services, path: Path) -> Verified:
    """Any PDF; one that is a copy of ours is compared with the archive, where that can be reached. Raises a Refused."""
    result = checked(services, path)
    if result.document_id is None or not _has_archive(services):
        return Verified(result, None)
    try:
        return _compared(services, result, result.document_id)
    except (NotFoundInArchive, Erased, Unreachable):
        return Verified(result, None)


def for_others(services: Services, found: Verified) -> Verified:
    """What another agency is told: that versions were lost, not who accepted it and why."""
    if found.kept is None:
        return found
    losses = services.audit.versions.losses_of(document_object(found.kept.id))
    return replace(found, kept=replace(found.kept, losses=tuple(loss.fact for loss in losses)))


def verify_document(services: Services, document_id: str) -> Verified:
    """The newest copy of a document of the archive. Raises NotFoundInArchive, Erased, Corrupt, an Unreachable."""
    try:
        data = services.archive.get(document_id, "pdf")
    except NotFoundInArchive:
        if services.audit.versions.newest(document_object(document_id)) is not None:
            raise NotAuthentic(
                f"{document_id}: gone, though the audit log knows it and it was not erased"
            ) from None
        if losses := services.audit.versions.losses_of(document_object(document_id)):
            raise NotFoundInArchive(f"{document_id}: {losses[-1].fact}") from None
        raise
    except Erased:
        if faults := document_faults(services.archive, services.audit, document_id):
            raise NotAuthentic(f"{document_id}: {'; '.join(faults)}") from None
        raise
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        copy = Path(folder) / "document.pdf"
        copy.write_bytes(data)
        return _compared(services, checked(services, copy), document_id)


def _has_archive(services: Services) -> bool:
    """To verify a file makes no archive."""
    return not services.embedded or (services.home / "archive").exists()


def _compared(services: Services, result: Verification, document_id: str) -> Verified:
    newest = len(services.archive.versions(document_id))
    found = next(
        (
            version
            for version in range(newest, 0, -1)
            if hashlib.sha256(services.archive.get(document_id, "pdf", version)).hexdigest() == result.sha256
        ),
        None,
    )
    record = services.archive.record(document_id, found)
    now = services.archive.record(document_id)
    ended = (str(now.state),) if now.state in {State.REVOKED, State.SUPERSEDED} else ()
    same = result.model_copy(update={"digest_matches": found is not None})
    reasons = tuple(document_faults(services.archive, services.audit, document_id))
    kept = Kept(
        document_id,
        found,
        newest,
        (*ended, *_faults(result, record), *(["not_authentic"] if reasons else [])),
        record.pending_signatures,
        now.links.superseded_by,
        reasons,
        _losses(services, document_id),
    )
    return Verified(same, kept)


def _losses(services: Services, document_id: str) -> tuple[str, ...]:
    return tuple(str(loss) for loss in services.audit.versions.losses_of(document_object(document_id)))


def _faults(result: Verification, record: ArchivedRecord) -> tuple[str, ...]:
    carried = sum(signature.kind is Kind.SIGNATURE for signature in result.signatures)
    faults = {
        "other_document": result.document_id not in {None, record.id},
        "other_scan": result.source_sha256 not in {None, record.scan.sha256},
        "unsigned": carried < max(len(record.signed_by), record.signed),
    }
    return tuple(name for name, found in faults.items() if found)
