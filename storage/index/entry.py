"""From an archived record to a row of the index. Nothing is in a row that the archive does not hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from schemas.fingerprint import marks, printed_numbers
from schemas.quality import to_look_at
from schemas.questions import AGENCY_FIELDS, DATE_FIELDS, NUMBER_FIELDS, TITLE_FIELDS
from schemas.records import Field, is_of_others
from schemas.vietnamese import nfc
from storage.index.words import MOST_WORDS, agency_key, number_key, words
from storage.model import RESTRICTED, ArchivedRecord, Use, UseKind

PIECE = 4
"""Hex digits of a perceptual hash in one mark."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``position`` orders all rows by time of archiving; dates are ISO 8601, ``None`` when unknown.

    ``subject_id`` is the first subject's, ``other_subjects`` the ids of the others and the number that the first one had
    before (*số CMND*), and of those for whose dossiers it was handed in, unless it says that it is another's, separated by spaces; ``uses`` is JSON; ``names``: what all
    subjects are called, one a line;
    ``number_marks`` are the smallest hashes of the numbers on the paper (``schemas.fingerprint``); ``doubts``: how many fields a
    person should look at; ``due``: the first appointed day of its dossiers, which their own objects tell (``storage.index.deadlines``).
    """

    position: int
    id: str
    version: int
    scan_sha256: str
    type: str
    type_confidence: float
    state: str
    subject_id: str | None
    subject_name: str | None
    other_subjects: str
    number: str | None
    number_key: str | None
    agency: str | None
    agency_key: str | None
    title: str | None
    issued_on: str | None
    born_on: str | None
    valid_from: str | None
    valid_until: str | None
    archived_at: str
    dossier: str | None
    source: str
    pages: int
    signed: bool
    quality_flags: str
    perceptual_hash: str | None
    number_marks: str
    duplicates: str
    superseded_by: str | None
    uses: str
    names: str
    words_digest: str
    doubts: int | None
    due: str | None

    @property
    def restricted(self) -> bool:
        """Whether nothing may be done with the paper for now."""
        return RESTRICTED in self.quality_flags.split()


def entry_of(record: ArchivedRecord, version: int, *, full_text: bool = True) -> tuple[Entry, str]:
    """The row of a record in this version of its object, and the folded words to search it by.

    Without ``full_text`` what the paper says stays in the archive: no words, no title, no name.
    """
    fields = record.record.fields
    number = _text(fields.get(name) for name in NUMBER_FIELDS)
    agency = _text(fields.get(name) for name in AGENCY_FIELDS)
    title = _text(fields.get(name) for name in TITLE_FIELDS)
    subject, validity = record.record.subject, record.record.validity
    earlier = _text([fields.get("old_id")])
    named = [*(one.id for one in record.record.subjects), earlier]
    used = [use.subject for use in record.uses if use.kind is not UseKind.REFUSED and use.subject]
    named += [id for id in used if not is_of_others(record.record, [id])]
    others = dict.fromkeys(id for id in named if id and id != subject.id)
    called = dict.fromkeys(
        " ".join(nfc(one.name).split()) for one in (subject, *record.record.subjects) if one.name
    )
    numbers = " ".join(marks(printed_numbers(record.text)))
    found = _words(record, number, agency, title)
    entry = Entry(
        position=position(record.archived_at, record.id),
        id=record.id,
        version=version,
        scan_sha256=record.scan.sha256,
        type=record.type,
        type_confidence=record.type_confidence,
        state=str(record.state),
        subject_id=subject.id,
        subject_name=subject.name,
        other_subjects=" ".join(others),
        number=number,
        number_key=number_key(number) if number else None,
        agency=agency,
        agency_key=agency_key(agency) if agency else None,
        title=title,
        issued_on=_date(fields.get(name) for name in DATE_FIELDS),
        born_on=_date([fields.get("birth_date")]),
        valid_from=_iso(validity.valid_from),
        valid_until=_iso(validity.valid_until),
        archived_at=record.archived_at.astimezone(UTC).isoformat(timespec="microseconds"),
        dossier=record.dossier,
        source=record.source,
        pages=len(record.pages),
        signed=record.signed,
        quality_flags=" ".join(record.quality_flags),
        perceptual_hash=record.perceptual_hash,
        number_marks=numbers,
        duplicates=" ".join(record.links.duplicates),
        superseded_by=record.links.superseded_by,
        uses=_uses(record),
        names="\n".join(called),
        words_digest=_digest(f"{found}|{numbers}|{record.perceptual_hash}"),
        doubts=len(to_look_at(record.record)),
        due=None,
    )
    # PostgreSQL keeps no NUL: a record that has one must not stop a rebuild.
    torn: dict[str, Any] = {
        name: value.replace("\0", "")
        for name, value in asdict(entry).items()
        if isinstance(value, str) and "\0" in value
    }
    entry = replace(entry, **torn)
    if not full_text:
        entry = replace(
            entry,
            title=None,
            subject_name=None,
            names="",
            source="",
            words_digest=_digest(f"|{numbers}|{record.perceptual_hash}"),
        )
    return entry, found if full_text else ""


def marks_of(entry: Entry) -> list[str]:
    """The terms by which near-duplicates of a document are found; no word has their form.

    A mark of the numbers carries its place; of the perceptual hash so does each piece of 16 bits.
    """
    hash = entry.perceptual_hash or ""
    pieces = [hash[start : start + PIECE] for start in range(0, len(hash), PIECE)]
    found = [f"_n{place}_{mark}" for place, mark in enumerate(entry.number_marks.split())]
    return found + [f"_p{place}_{piece}" for place, piece in enumerate(pieces)]


def name_terms(names: str) -> list[str]:
    """The terms by which papers are found that have these words in the names of their people; no word has their form."""
    return [f"_w_{word}" for word in dict.fromkeys(words(names))]


def position(archived_at: datetime, document_id: str) -> int:
    """Place in the order of archiving, derived so that a rebuilt index has the same: milliseconds, then the id."""
    milliseconds = int((archived_at - _EPOCH).total_seconds() * 1000)
    within = int.from_bytes(hashlib.sha256(document_id.encode()).digest()[:3], "big") >> 3
    return (milliseconds << 21) | within


def _uses(record: ArchivedRecord) -> str:
    """The uses as JSON, the columns of ``storage.index.tables.uses`` only.

    A paper archived before uses were noted was handed in once, for its dossier. A paper that was divided, or put together
    with another, serves no more: those that its pages are in now do.
    """
    if record.links.regrouped:
        return ""
    uses = list(record.uses)
    if record.dossier and not any(use.dossier == record.dossier for use in uses):
        first = Use(kind=UseKind.RECEIVED, dossier=record.dossier, at=record.archived_at, by="")
        uses.insert(0, first)
    found = [
        {
            "kind": str(use.kind),
            "dossier": use.dossier,
            "procedure": use.procedure,
            "subject": use.subject,
            "agency": use.agency,
            "component": use.component,
            "at": use.at.astimezone(UTC).isoformat(timespec="microseconds"),
        }
        for use in uses
    ]
    return json.dumps(found, ensure_ascii=False) if found else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _words(record: ArchivedRecord, number: str | None, agency: str | None, title: str | None) -> str:
    names = [subject.name for subject in (record.record.subject, *record.record.subjects)]
    extra = (number, title, agency_key(agency) if agency else None, *dict.fromkeys(names))
    found = [word for text in (*extra, record.text) if text for word in words(text)]
    return " ".join(found[:MOST_WORDS])


def _text(candidates: Iterable[Field | None]) -> str | None:
    for field in candidates:
        if field is not None and isinstance(field.value, str | int) and str(field.value):
            return str(field.value)
    return None


def _date(candidates: Iterable[Field | None]) -> str | None:
    for field in candidates:
        try:
            if field is not None and isinstance(field.value, str):
                return date.fromisoformat(field.value).isoformat()
        except ValueError:
            continue
    return None


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
