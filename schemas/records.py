"""Records: what a paper says, with the evidence for every value (*dữ liệu số hóa*).

Plain dataclasses, so that reading a page does not pay for loading a validator (0.09 s); where records come from outside
(the archive's JSON) they are parts of ``storage.model``, whose models validate them too.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

#: Namespace of all document ids; fixed for ever, since ids are derived from it.
DOCUMENT_NAMESPACE = uuid.UUID("6f0c9f7e-3a52-5d0b-9d64-1f1a52a1c0de")

UNKNOWN = "unknown"
"""The document type of a paper that is none of ours: archived and searchable all the same."""


def document_id(sha256: str, pages: Sequence[int]) -> str:
    """The id of the paper on these pages (from 1, in order) of the scan with this SHA-256 (hex).

    UUIDv5 (RFC 9562), so that doing the work twice gives the same document.
    """
    return str(uuid.uuid5(DOCUMENT_NAMESPACE, f"{sha256}:{','.join(map(str, pages))}"))


class Strict:
    """Base of what a record is made of: unknown keys in its JSON are refused (read by Pydantic, which need not be loaded)."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}


class Method(StrEnum):
    """How a value was found."""

    LABEL = "label"
    ZONE = "zone"
    LAYOUT = "layout"
    QR = "qr"
    MRZ = "mrz"
    REVIEWER = "reviewer"


class State(StrEnum):
    """Where a record stands; a computer never moves it beyond ``unconfirmed``."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Strict):
    """One check of a value: its name, whether it passed, and why not."""

    name: str
    passed: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Strict):
    """One value with its evidence.

    ``value`` is typed and normalised (dates ISO 8601, numbers as printed, NFC), ``text`` is what was read,
    ``confidence`` is 0–1, ``page`` counts from 1, ``box`` is [left, top, right, bottom] in pixels of the page as
    scanned, ``valid`` says that no check failed.
    """

    value: str | int | float | bool | list[str] | None
    text: str = ""
    confidence: float
    page: int | None = None
    box: tuple[int, int, int, int] | None = None
    method: Method
    checks: tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a confidence outside 0–1."""
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence {self.confidence} is not within 0–1")

    @property
    def valid(self) -> bool:
        """No check failed."""
        return all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Strict):
    """The person or organisation that the paper is about (*chủ giấy tờ*)."""

    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity(Strict):
    """From when, until when and where the paper holds."""

    valid_from: date | None = None
    valid_until: date | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Strict):
    """What one paper says.

    ``subject`` is the first whom it is about; ``subjects`` are all of them where there are several (both spouses of a
    marriage certificate), else empty.
    """

    type: str
    subject: Subject = Subject()
    subjects: tuple[Subject, ...] = ()
    fields: Mapping[str, Field]
    validity: Validity = Validity()
    state: State = State.UNCONFIRMED


def is_of_others(record: Record, ids: Sequence[str]) -> bool:
    """Whether a record tells whose it is, and none of these numbers is among them; a number of another kind tells nothing.

    A father's card is handed in for his child's dossier, and is not the child's.
    """
    told = {one.id for one in (record.subject, *record.subjects) if one.id}
    return told.isdisjoint(ids) and not {len(number) for number in told}.isdisjoint(map(len, ids))
