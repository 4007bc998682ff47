"""How a document type (*loại giấy tờ*) is declared: a class with one ``Form`` and annotated fields.

Fields stand in the order in which the form prints them; the annotation gives the kind of value, ``printed`` gives the
labels. Classification, extraction, JSON Schema, the reference in ``docs/documents.md`` and the generator of fixtures
are all derived from this and know nothing else of a type.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, get_args, get_type_hints

from schemas.documents.relations import Relations
from schemas.errors import UsageError
from schemas.values import Kind

CITIZEN_QR, MRZ = "citizen_qr", "mrz"
"""Codes whose fields are known: the QR of the citizen card, the machine-readable zone of identity cards (ICAO TD1)."""


class Layout(StrEnum):
    """How a page of the type is arranged."""

    ADMINISTRATIVE = "administrative"
    """Decree 30/2020 annex I: agency and number left, national title, place and date right, kind, excerpt, body."""
    FORM = "form"
    """National title, title, then labels with values or dot leaders, signer at the lower right."""
    CARD = "card"
    """Plastic card of 85.6 × 54 mm, two sides, label above or before the value, QR and MRZ."""
    SLIP = "slip"
    """Half a page with agency, title, numbered labels and two signers."""


class Position(StrEnum):
    """Where on the page a value is printed."""

    LABEL = "label"
    """After its label."""
    PARENT_AGENCY = "parent_agency"
    """First lines of the left head column, above the issuing agency."""
    AGENCY = "agency"
    """Bold lines of the left head column."""
    NUMBER = "number"
    """After ``Số:`` in the left head column or under the title."""
    PLACE = "place"
    """Before the date in the right head column, or above the signer."""
    DATE = "date"
    """``…, ngày … tháng … năm …`` in the right head column, or above the signer."""
    KIND = "kind"
    """Title of the paper, centred."""
    EXCERPT = "excerpt"
    """Under the title; ``V/v …`` under the number in official letters (*công văn*)."""
    URGENCY = "urgency"
    """``HỎA TỐC``, ``THƯỢNG KHẨN`` or ``KHẨN``, framed, under the number."""
    RECIPIENTS = "recipients"
    """Under ``Nơi nhận:`` at the lower left."""
    SIGNER_AUTHORITY = "signer_authority"
    """``TM.``, ``KT.``, ``TL.`` or ``TUQ.`` before the signer's title; ``Q.`` is part of the title."""
    SIGNER_TITLE = "signer_title"
    """Above the signature."""
    SIGNER_NAME = "signer_name"
    """Below the signature."""
    OTHER_SIGNERS = "other_signers"
    """Those who sign beside, each with sign, title and name."""


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """How one field is printed.

    ``labels``: as printed, without colon, the current form's first, then those of earlier forms. ``required``: a
    record without it is not complete (*đủ*). ``section``: name of the part of the form, where a label occurs in
    several parts. ``beside``: on the same line as the field before. ``joined``: inside the run of text of the field
    before (``Đăng ký thay đổi lần thứ: 3, ngày 05 tháng 3 năm 2020``), where the label is only a word.
    ``with_parent``: an agency together with the one above it, where its own name alone (*Phòng Tài chính*) says too
    little and the form keeps no ``parent_agency``. ``before``: other labels that this form prints after the value and
    that hold no field of ours. ``note``: printed in brackets after the label. ``lines``: how many printed lines the
    value may take. ``upper``: printed in capitals. ``phrases``: wording that a law prescribes for the value or parts of it.
    ``examples``: what such a field says, for papers that are drawn.
    """

    labels: tuple[str, ...] = ()
    spot: Position = Position.LABEL
    required: bool = False
    section: str | None = None
    beside: bool = False
    joined: bool = False
    with_parent: bool = False
    before: tuple[str, ...] = ()
    note: str | None = None
    lines: int = 1
    upper: bool = False
    phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What is true of the type as a whole.

    ``titles``: as printed, current first. ``cues``: other phrases that only this type prints. ``headings``: printed
    above a section, by section name. ``columns``: sections that stand side by side, left first. ``grid``: heads of the columns of a table
    that has one for each section, by section name. ``signer``: the line
    above the signature. ``subject``: names of the fields with the subject's id and name; ``other_subjects``: those of
    everybody else whom the paper is about. ``valid_from`` and ``valid_until``: names of fields; ``valid_months``: how long it holds where no date is printed. ``unique``: a
    person has only one that is alive, a later one supersedes it. ``result_code``: code of the result paper
    (*mã kết quả TTHC*). ``retention_years``: None means for ever. ``relations``: what its fields say about
    each other. ``codes``: codes on the paper that hold its fields (``CITIZEN_QR``, ``MRZ``). ``open_titles``: the titles are only
    how titles of such papers begin (*ĐƠN XIN …*).
    """

    type: str
    name: str
    titles: tuple[str, ...]
    layout: Layout
    cues: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    grid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signer: str | None = None
    subject: tuple[str | None, str | None] = (None, None)
    other_subjects: tuple[tuple[str | None, str | None], ...] = ()
    valid_from: str | None = None
    valid_until: str | None = None
    valid_months: int | None = None
    unique: bool = False
    result_code: str | None = None
    retention_years: int | None = None
    law: str = ""
    relations: Relations = field(default_factory=Relations)
    codes: tuple[str, ...] = ()
    open_titles: bool = False

    @property
    def telling_begin(self) -> frozenset[str]:
        """The fields from which the first day is known."""
        return frozenset(filter(None, (self.valid_from,)))

    @property
    def telling_end(self) -> frozenset[str]:
        """The fields from which the last day is known: from that of the paper, too, where it holds so many months."""
        return frozenset(filter(None, (self.valid_until, self.valid_from if self.valid_months else None)))


def printed(
    *labels: str,
    at: Position = Position.LABEL,
    required: bool = False,
    section: str | None = None,
    beside: bool = False,
    joined: bool = False,
    with_parent: bool = False,
    before: tuple[str, ...] = (),
    note: str | None = None,
    lines: int = 1,
    upper: bool = False,
    phrases: tuple[str, ...] = (),
    examples: tuple[str, ...] = (),
) -> Any:
    """Declare how a field is printed (see ``FieldLayout``)."""
    return FieldLayout(
        labels,
        at,
        required,
        section,
        beside,
        joined,
        with_parent,
        before,
        note,
        lines,
        upper,
        phrases,
        examples,
    )


class Document(ABC):
    """Base of all document types: what one paper of the type says. A declaration, which nobody makes objects of."""

    form: ClassVar[Form]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a type, as everything that is derived from the declaration sees it."""

    name: str
    kind: Kind
    printed: FieldLayout


@cache
def field_specs(model: type[Document]) -> tuple[FieldSpec, ...]:
    """The fields of a type in the order in which they are printed; raises TypeError for a field not ``printed``."""
    found = []
    for name, annotation in get_type_hints(model, include_extras=True).items():
        if name == "form":
            continue
        kinds = [item for item in get_args(annotation) if isinstance(item, Kind)]
        how = vars(model).get(name)
        if len(kinds) != 1 or not isinstance(how, FieldLayout):
            raise TypeError(f"{model.__name__}.{name} needs one kind of value and one printed(...)")
        found.append(FieldSpec(name, kinds[0], how))
    return tuple(found)


class BadDeclaration(UsageError):
    """A document type whose declaration contradicts itself."""

    code = "bad_declaration"
    message_vi = "Khai báo loại giấy tờ không hợp lệ."
    message_en = "The declaration of a document type cannot work."
    hint = "See docs/new-document-type.md."
    hint_vi = "Xem docs/new-document-type.md."


def check_declaration(model: type[Document]) -> None:
    """Raise ``BadDeclaration`` with the reason where a declaration cannot work; TypeError for a field not ``printed``."""
    form, fields = model.form, {each.name: each for each in field_specs(model)}
    pairs = (form.subject, *form.other_subjects, (form.valid_from, form.valid_until))
    named = [*(name for pair in pairs for name in pair if name), *form.relations.names()]
    if missing := [name for name in named if name not in fields]:
        raise BadDeclaration(f"{form.type}: no field {', '.join(dict.fromkeys(missing))}")
    sections = {each.printed.section for each in fields.values()}
    if strange := {*form.headings, *form.columns} - sections:
        raise BadDeclaration(f"{form.type}: no field in the section {', '.join(sorted(strange))}")
    spots: dict[Position, str] = {}
    for each in fields.values():
        spot = each.printed.spot
        if spot is Position.LABEL and not each.printed.labels:
            raise BadDeclaration(f"{form.type}.{each.name}: neither a label nor a place on the page")
        if spot is not Position.LABEL and spot in spots:
            raise BadDeclaration(f"{form.type}.{each.name}: {spots[spot]} stands at {spot.value} already")
        if form.layout is Layout.CARD and spot is not Position.LABEL:
            raise BadDeclaration(
                f"{form.type}.{each.name}: cards hold values after labels only, not at {spot.value}"
            )
        spots[spot] = each.name
    if not form.titles and form.layout is not Layout.ADMINISTRATIVE:
        raise BadDeclaration(f"{form.type}: without a title no paper of it is recognised")
    if unknown := set(form.codes) - {CITIZEN_QR, MRZ}:
        raise BadDeclaration(f"{form.type}: codes that nobody reads: {', '.join(sorted(unknown))}")


def field_at(model: type[Document], spot: Position) -> str | None:
    """The name of the field that is printed at a place; None where the type has none there."""
    return next((field.name for field in field_specs(model) if field.printed.spot is spot), None)


def has_field(model: type[Document], name: str) -> bool:
    """Whether papers of the type hold a field of this name."""
    return any(field.name == name for field in field_specs(model))
