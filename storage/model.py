"""What goes into the archive and what is read back: plain data, JSON where it is kept for fifty years."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from schemas.frozen import Frozen
from schemas.quality import Quality, quality_of
from schemas.records import Record, State
from storage.stores.protocol import Content


class Part(StrEnum):
    """The parts of a document's object."""

    SCAN = "scan"
    PDF = "pdf"
    ALTO = "alto"
    RECORD = "record"
    PROVENANCE = "provenance"


FILES: Mapping[Part, str] = {
    Part.PDF: "document.pdf",
    Part.ALTO: "text.alto.xml",
    Part.RECORD: "record.json",
    Part.PROVENANCE: "provenance.json",
}
"""Logical paths in the object; the scan is ``scan.pdf``, ``scan.tif`` … by its format."""

SCAN_NAMES: Mapping[str, str] = {
    "application/pdf": "scan.pdf",
    "image/tiff": "scan.tif",
    "image/jpeg": "scan.jpg",
    "image/webp": "scan.webp",
    "image/heic": "scan.heic",
    "image/png": "scan.png",
}


def scan_name(media_type: str) -> str:
    """The logical path of a scan of this media type."""
    return SCAN_NAMES.get(media_type, "scan.bin")


def document_object(document_id: str) -> str:
    """OCFL id of a document (its id is a UUID)."""
    return f"urn:uuid:{document_id}"


def scan_object(sha256: str) -> str:
    """OCFL id of a scan that several documents share."""
    return f"{_SCAN}{sha256}"


def sha_of_scan(object_id: str) -> str | None:
    """The SHA-256 of a shared scan from its OCFL id, ``None`` for objects of another kind."""
    return object_id.removeprefix(_SCAN) if object_id.startswith(_SCAN) else None


def dossier_object(code: str) -> str:
    """OCFL id of a dossier."""
    return f"{_DOSSIER}{code}"


def is_dossier(object_id: str) -> bool:
    """Whether an OCFL id is a dossier's."""
    return object_id.startswith(_DOSSIER)


_DOSSIER = "urn:sohoa:dossier:"
_SCAN = "urn:sohoa:scan:"
_DOCUMENT = re.compile(r"urn:uuid:([0-9a-f-]{36})")


def document_of(object_id: str) -> str | None:
    """The document id of an OCFL id, ``None`` for objects of another kind."""
    found = _DOCUMENT.fullmatch(object_id)
    return found[1] if found else None


class Change(Frozen):
    """A value that an officer changed; None where the field was not there, or was removed."""

    field: str
    before: str | int | float | bool | list[str] | None
    after: str | int | float | bool | list[str] | None


class Event(Frozen):
    """One thing that happened to an object, in the words of PREMIS 3: who did what with which tool, when and why.

    ``type`` is a PREMIS event type (``ingestion``, ``modification``, ``digital signature generation``…), ``agent``
    an account or a program, never more of a person than an identifier. ``changes`` are the values that an officer corrected.
    """

    type: str
    at: datetime
    agent: str
    tool: str | None = None
    version: str | None = None
    settings: Mapping[str, str | int | float | bool | None] = {}
    reason: str | None = None
    outcome: str = "success"
    changes: tuple[Change, ...] = ()


class Provenance(BaseModel):
    """The events of an object from its beginning, oldest first."""

    model_config = ConfigDict(frozen=True)

    format: Literal["sohoa-provenance/1"] = "sohoa-provenance/1"
    object: str
    events: tuple[Event, ...]


class ScanRef(Frozen):
    """The scan that a document was read from. ``object`` is the OCFL id where its bytes lie when it is shared.

    ``paper_pages`` counts the pages that belong to papers, where others (separator sheets) do not; ``None``: all do.
    """

    sha256: str
    name: str
    media_type: str
    size: int = Field(ge=0)
    object: str | None = None
    signed: bool = False
    paper_pages: int | None = None


class Links(Frozen):
    """Other documents (by id) that this one has to do with.

    ``duplicates`` are scans of the same paper, ``duplicate_of`` those of them that were archived before this one;
    ``distinct`` looked like duplicates, and a person who compared them found that they are not. ``regrouped`` are the
    documents that hold the pages of this one now: an officer split it, or merged it with others of the same scan.
    """

    duplicates: tuple[str, ...] = ()
    duplicate_of: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    superseded_by: str | None = None
    regrouped: tuple[str, ...] = ()


RESTRICTED = "restricted"
"""Mark on a record with which nothing may be done for now."""

_TWIN = "near-duplicate of "


class UseKind(StrEnum):
    """How a paper is used in a dossier: handed in with it, reused from the archive, or not reused because the person refused."""

    RECEIVED = "received"
    REUSED = "reused"
    REFUSED = "refused"


class Use(Frozen):
    """One use, or refused use, of a paper in a dossier: who did it, when, for what purpose, by which law.

    ``agency`` is the one that received the dossier; ``component`` the component (*thành phần hồ sơ*) that the paper stood
    in for; ``declared`` is what the person declared otherwise than the record says: form field → their value.
    """

    kind: UseKind
    dossier: str
    at: datetime
    by: str
    procedure: str | None = None
    subject: str | None = None
    agency: str | None = None
    component: str | None = None
    purpose: str | None = None
    law: str | None = None
    declared: Mapping[str, str] = {}

    def same(self, other: Use) -> bool:
        """Whether both tell of the same use, at whatever time."""
        return (self.kind, self.dossier, self.component) == (other.kind, other.dossier, other.component)


class ArchivedRecord(Frozen):
    """The content of ``record.json``: what one paper says, and all that the index needs to be rebuilt.

    ``text`` is the full text, pages separated by form feeds; ``perceptual_hash`` is of its first page, 256 bits in hex; ``signed`` tells
    whether the PDF/A carries every signature that is due to it, ``signed_by`` which keys have signed it (``signer``, ``seal``: the
    sections of the settings), ``pending_signatures`` (``awaits`` in the JSON) which must still; ``reason`` says why the record was superseded or revoked.
    ``dossier`` is the first that the paper was handed in for; ``uses`` are all of them, and every reuse.
    """

    format: Literal["sohoa-record/1"] = "sohoa-record/1"
    id: str
    type_confidence: float = Field(ge=0, le=1)
    pages: tuple[int, ...]
    scan: ScanRef
    source: str
    dossier: str | None = None
    archived_at: datetime
    signed: bool = True
    signed_by: tuple[str, ...] = ()
    pending_signatures: tuple[str, ...] = Field(
        default=(),
        validation_alias=AliasChoices("awaits", "pending_signatures"),
        serialization_alias="awaits",
    )
    quality_flags: tuple[str, ...] = ()
    perceptual_hash: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    links: Links = Links()
    reason: str | None = None
    uses: tuple[Use, ...] = ()
    record: Record
    text: str

    @model_validator(mode="before")
    @classmethod
    def _without_stored_quality(cls, told: Any) -> Any:
        """Records archived up to November 2026 hold the four measures as they were then; of these only links are evidence."""
        record = told.get("record") if isinstance(told, dict) else None
        if not isinstance(record, dict) or "quality" not in record:
            return told
        reasons = record["quality"].get("clean", {}).get("reasons", ())
        earlier = [reason.removeprefix(_TWIN) for reason in reasons if reason.startswith(_TWIN)]
        links = {"duplicate_of": earlier, **told.get("links", {})}
        return {**told, "links": links, "record": {k: v for k, v in record.items() if k != "quality"}}

    @property
    def restricted(self) -> bool:
        """Whether nothing may be done with the paper for now: no agency sees it, it stands in for nothing."""
        return RESTRICTED in self.quality_flags

    @property
    def dossiers(self) -> tuple[str, ...]:
        """Every dossier that the paper belongs to, the first one first."""
        served = [use.dossier for use in self.uses if use.kind is not UseKind.REFUSED]
        return tuple(dict.fromkeys(filter(None, (self.dossier, *served))))

    def quality(
        self,
        today: date | None = None,
        *,
        confirmed: bool | None = None,
        only: frozenset[str] | None = None,
    ) -> Quality:
        """The four measures as of today (``schemas.quality``); ``confirmed`` before it ended, where that is known; ``only`` of these fields."""
        again = self.links.duplicate_of
        return quality_of(self.record, duplicate_of=again, today=today, confirmed=confirmed, only=only)

    @property
    def type(self) -> str:
        """The document type."""
        return self.record.type

    @property
    def state(self) -> State:
        """Where the record stands."""
        return self.record.state


class Dossier(Frozen):
    """The content of ``dossier.json``: which documents came in together, and for what.

    ``due`` is the appointed day (*ngày hẹn trả kết quả*), where somebody told it.
    """

    format: Literal["sohoa-dossier/1"] = "sohoa-dossier/1"
    code: str
    documents: tuple[str, ...] = ()
    procedure: str | None = None
    subject: str | None = None
    received_at: datetime | None = None
    due: date | None = None
    notes: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Deposit:
    """A document to be archived.

    ``scan`` holds the scan's bytes untouched; ``None`` when ``scan_ref.object`` names where they lie already.
    ``pdf`` is the PDF/A (``signed``, and by whom, or still waiting for its signatures), ``alto`` ALTO XML.
    """

    id: str
    scan_ref: ScanRef
    scan: Content | None
    pdf: Content | None
    alto: Content
    text: str
    record: Record
    type_confidence: float
    pages: tuple[int, ...]
    source: str
    events: tuple[Event, ...] = ()
    dossier: str | None = None
    quality_flags: tuple[str, ...] = ()
    perceptual_hash: str | None = None
    signed: bool = True
    signed_by: tuple[str, ...] = ()
    pending_signatures: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the archive answers: the newest version, whether this call made it, and the record as it is kept."""

    id: str
    version: int
    created: bool
    record: ArchivedRecord


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version of an object: when it was made, by whom, why; the parts that changed in it."""

    number: int
    created: datetime
    user: str
    message: str
    changed: tuple[str, ...]
