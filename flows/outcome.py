"""What became of one input: the line that ``--json`` prints (``docs/design.md``, "The commands")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from flows.signed_scan import SignedScan
from pipeline.model import DocumentReading
from schemas.errors import ExitStatus, SohoaError, machine_fault
from schemas.quality import is_sure, quality_of
from schemas.records import Record


class Status(StrEnum):
    """``failed`` is a fault of ours or a part out of reach: the input stays where it is, whole, and may be tried again."""

    READ = "read"
    ARCHIVED = "archived"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt about the quality of a page (``pipeline.model.Warning``)."""

    page: int
    code: str
    message: str
    message_vi: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One paper of the input. ``doubts`` are known when it was read just now.

    ``near_duplicates`` are ids of archived documents that are scans of the same paper, as far as one can tell;
    ``duplicate_of`` those of them that were archived before this one, ``sources`` the names that their files had.
    """

    id: str
    type: str
    type_confidence: float
    pages: tuple[int, ...]
    text: str
    record: Record
    doubts: tuple[Doubt, ...] = ()
    near_duplicates: tuple[str, ...] = ()
    dossiers: tuple[str, ...] = ()
    duplicate_of: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, reading: DocumentReading) -> Document:
        """The paper as it was read."""
        pages = tuple(page.number for page in reading.pages)
        doubts = tuple(
            Doubt(page.number, warning.code, warning.message_en, warning.message_vi)
            for page in reading.pages
            for warning in page.warnings
        )
        return cls(
            reading.id, reading.type, reading.type_confidence, pages, reading.text, reading.record, doubts
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as data: it crosses processes and JSON alike. ``status`` is the exit status that it leads to."""

    code: str
    message: str
    message_vi: str
    hint: str
    status: int
    hint_vi: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Fault:
        """Any exception; what is none of ours is a fault whose text may hold personal data, so only its kind is told."""
        if not isinstance(error, SohoaError):
            error = machine_fault(error) or SohoaError(type(error).__name__)
        return cls(error.code, error.message, error.message_vi, error.hint, int(error.status), error.hint_vi)

    def as_json(self) -> dict[str, str]:
        """As commands tell it: the operator's sentence, the clerk's, what to do."""
        return {
            "code": self.code,
            "message": self.message,
            "message_vi": self.message_vi,
            "hint": self.hint,
            "hint_vi": self.hint_vi,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input. ``source`` is the path as given, ``seconds`` wall time of each step.

    ``signed`` tells of the signatures that the scan brought along, when it was read just now.
    """

    source: str
    status: Status
    sha256: str | None = None
    documents: tuple[Document, ...] = ()
    error: Fault | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    signed: SignedScan | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        return {
            "source": self.source,
            "sha256": self.sha256,
            "status": str(self.status),
            "documents": [_document_json(document) for document in self.documents],
            "signed": self.signed.as_json() if self.signed else None,
            "error": self.error.as_json() if self.error else None,
            "seconds": {step: round(value, 3) for step, value in self.seconds.items()},
        }


def failure(
    source: str, error: BaseException, sha256: str | None = None, seconds: Mapping[str, float] | None = None
) -> Outcome:
    """The outcome of an input that ended with an error."""
    fault = Fault.of(error)
    status = Status.REJECTED if fault.status == ExitStatus.REJECTED else Status.FAILED
    return Outcome(source, status, sha256, error=fault, seconds=seconds or {})


def exit_status(worst: ExitStatus, outcome: Outcome) -> ExitStatus:
    """The exit status of a run so far and one more outcome; the graver wins: fault, unreachable, rejected."""
    if outcome.error is None:
        return worst
    gravity = (ExitStatus.OK, ExitStatus.REJECTED, ExitStatus.USAGE, ExitStatus.UNREACHABLE, ExitStatus.FAULT)
    return max(worst, ExitStatus(outcome.error.status), key=gravity.index)


def _document_json(document: Document) -> dict[str, Any]:
    record = document.record
    fields = {
        name: {
            "value": found.value,
            "text": found.text,
            "confidence": round(found.confidence, 3),
            "page": found.page,
            "box": None if found.box is None else list(found.box),
            "method": str(found.method),
            "valid": found.valid,
            "sure": is_sure(found),
        }
        for name, found in record.fields.items()
    }
    return {
        "id": document.id,
        "type": document.type,
        "type_confidence": round(document.type_confidence, 3),
        "pages": list(document.pages),
        "text": document.text,
        "doubts": [asdict(doubt) for doubt in document.doubts],
        "near_duplicates": list(document.near_duplicates),
        "dossiers": list(document.dossiers),
        "record": {
            "subject": asdict(record.subject),
            "subjects": [asdict(one) for one in record.subjects],
            "fields": fields,
            "validity": {name: value and str(value) for name, value in asdict(record.validity).items()},
            "state": str(record.state),
            "quality": asdict(quality_of(record, duplicate_of=document.duplicate_of)),
        },
    }
