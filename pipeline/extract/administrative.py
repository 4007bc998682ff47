"""Administrative documents: every field has its place on the page and none has a label but number and recipients."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.extract.foot.recipients import find_recipients
from pipeline.extract.foot.signer import Signer, find_signer
from pipeline.extract.foot.signer_title import is_officer
from pipeline.extract.head.header import Header, read_header
from pipeline.extract.head.letterhead import is_agency
from pipeline.extract.head.place_and_date import date_of_today, find_place_and_date
from pipeline.extract.head.stamps import find_urgency
from pipeline.extract.head.subject import begins_subject
from pipeline.extract.head.title import (
    NUMBERED,
    find_excerpt,
    find_title,
    further_lines,
    kind_and_rest,
    kind_before,
    unlisted_title,
)
from pipeline.extract.rows import Row, Sheet, is_capitals, parts_of
from pipeline.extract.spans import Span, span_of
from pipeline.extract.trust.handwriting import with_written
from pipeline.normalize.document_numbers import find_document_number
from schemas.documents import Position
from schemas.identifiers.document_number import LETTER
from schemas.records import Field, Method
from schemas.vietnamese import key


def spot_spans(
    sheets: Sequence[Sheet], signer_line: str | None = None, titles: Sequence[str] = ()
) -> dict[Position, Span]:
    """The words at each spot of a paper that is arranged as Decree 30/2020 asks (certificates have parts of it).

    ``signer_line`` is what the form prints above the signature, ``titles`` are other titles than the official kinds.
    """
    if not sheets:
        return {}
    first = sheets[0]
    header = read_header(first)
    signer = find_signer(sheets, signer_line)
    number = header.number or _number_below(first, header)
    date, number = with_written(header.date, number or (None if header.date else _number_at_foot(first)))
    found: dict[Position, Span | None] = {
        Position.PARENT_AGENCY: header.parent,
        Position.AGENCY: _better(header, signer),
        Position.NUMBER: number,
        Position.PLACE: header.place,
        Position.DATE: date,
        Position.URGENCY: find_urgency(first),
        Position.EXCERPT: header.subject,
        Position.RECIPIENTS: find_recipients(sheets),
        Position.SIGNER_AUTHORITY: signer.authority,
        Position.SIGNER_TITLE: signer.title,
        Position.SIGNER_NAME: signer.name,
        Position.OTHER_SIGNERS: _others(signer),
    }
    if not header.date:
        found[Position.PLACE], found[Position.DATE] = find_place_and_date(sheets)
        found[Position.DATE] = found[Position.DATE] or date_of_today(first)
    title = find_title(first, header, titles)
    if title is None and not titles:
        if number and (told := kind_before(number)):
            found[Position.KIND] = told
            found[Position.DATE] = found[Position.DATE] or _date_below(first, number)
        else:
            title = unlisted_title(first, header)
    if title:
        kind, rest = (title[1], None) if titles else kind_and_rest(title[1])
        if not (titles or found[Position.AGENCY]):
            found[Position.AGENCY] = _in_the_middle(first, title[0])
        found[Position.KIND] = kind
        found[Position.EXCERPT] = _excerpt(rest, find_excerpt(first, *title)) or header.subject
    return {spot: span for spot, span in found.items() if span}


def _excerpt(rest: Span | None, below: Span | None) -> Span | None:
    """What stands under the title, with what stands in its line behind the kind where all is in capitals.

    *BÁO CÁO KẾT QUẢ / THỰC HIỆN …*; *BIÊN BẢN LÀM VIỆC / Về việc …*. Which it is, is not always to be told.
    """
    if rest is None or below is None:
        return below or rest
    if below.tokens[0].key == "cua":  # QUY CHẾ LÀM VIỆC / Của Ủy ban nhân dân …
        return replace(below, rows=(*rest.rows, *below.rows))
    if is_capitals(below.rows[0].text) and not begins_subject(below.text):
        return replace(below, rows=(*rest.rows, *below.rows), torn=True)
    return below


_OFFICE = 5
"""Words of an office before the agency, one more than the longest (*PHÓ TỔNG GIÁM ĐỐC*)."""


def _others(signer: Signer) -> Span | None:
    """Those who sign beside: one part each, of sign, title and name."""
    parts = [
        Span(tuple(row for span in (other.authority, other.title, other.name) if span for row in span.rows))
        for other in signer.others
    ]
    whole = span_of(row for part in parts for row in part.rows)
    return replace(whole, parts=tuple(parts)) if whole else None


def _better(header: Header, signer: Signer) -> Span | None:
    """The agency of the head, unless what was found there is none and one stands over the only signature of a first page."""
    head, foot = header.agency, signer.agency
    alone = header.end > 0 and not signer.others
    return foot if foot and alone and not (head and is_agency(head.text)) else head


def _in_the_middle(sheet: Sheet, title: int) -> Span | None:
    """The agency in capitals in the middle of a certificate, right below its title or above it; for a look."""
    middle = (sheet.left + sheet.right) / 2
    for at in (*range(title + 1, min(title + 4, len(sheet.rows))), title - 1, title - 2):
        row = sheet.rows[at] if at >= 0 else None
        if row is None or not is_capitals(row.text) or abs(row.box.centre[0] - middle) >= 0.06 * sheet.width:
            continue
        if (agency := _agency_led(row)) is not None:
            below = further_lines(sheet, at)[
                : title - at - 1 if at < title else None
            ]  # the title is none of its lines
            return Span((agency, *below), 0.9, Method.LAYOUT, torn=True)
    return None


def _agency_led(row: Row) -> Row | None:
    """The agency that a line names, behind the office of who leads it (*CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH …*); None where it names none."""
    starts = range(min(_OFFICE, len(row.tokens))) if is_officer(row.text) else range(1)
    rests = (Row(row.page, row.tokens[start:]) for start in starts)
    return next((rest for rest in rests if is_agency(rest.text)), None)


_LETTER_BY_BOTH, _BY_ONE = 0.97, 0.9
"""Confidence of a kind that no title says: where two signs agree, and where there is but one."""


def untitled_kind(sheets: Sequence[Sheet], spans: Mapping[Position, Span], number: str) -> Field | None:
    """The kind of a paper on which no title was found.

    A letter (*công văn*) prints none, but ``V/v`` under its number or an address after *Kính gửi*, and its number begins
    with no kind. The title of another paper was lost, and its ``number`` tells which it was.
    """
    first = sheets[0]
    parts = [part for row in first.rows[:18] for part in parts_of(row, first)]
    subject = Position.EXCERPT in spans
    addressed = any(key(part.text).startswith("kinhgui") for part in parts)
    told = find_document_number(number)
    kind = told.kind if told else None
    if kind not in {None, LETTER} and not subject:
        return Field(value=kind, confidence=_BY_ONE, method=Method.LAYOUT)
    if not (subject or addressed):
        return None
    agree = told is not None and kind in {None, LETTER}
    return Field(value=LETTER, confidence=_LETTER_BY_BOTH if agree else _BY_ONE, method=Method.LAYOUT)


_DATED = re.compile(r"^\W*Ngày\s?:?\s*\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{4}")


def _date_below(sheet: Sheet, number: Span) -> Span | None:
    """``Ngày: 12-8-2025`` right below the number, as courts date a judgment."""
    for row in sheet.rows:
        for part in parts_of(row, sheet):
            if 0 < part.box.top - number.rows[-1].box.top < 3 * sheet.line and _DATED.match(part.text):
                return span_of([part])
    return None


def _number_below(sheet: Sheet, header: Header) -> Span | None:
    """``Số: …`` under the title, as certificates print it."""
    for row in sheet.rows[: max(header.end, 0) + 10]:
        for part in parts_of(row, sheet):
            if NUMBERED.match(part.text) and part.box.top < 0.5 * sheet.height:
                return span_of([part])
    return None


_NAMED = re.compile(
    r"^\W*S[ốôóòồổỗộ](?:\s+(?:cấp|GCN|(?:giấy )?chứng nhận|giấy phép))?\s*[:.;]\s*\S*\d", re.IGNORECASE
)


def _number_at_foot(sheet: Sheet) -> Span | None:
    """``Số cấp: 57/2020/ATTP-SCT`` beside the signature, as certificates with no head print it; for a look."""
    for row in sheet.rows:
        for part in parts_of(row, sheet):
            if part.box.top > 0.5 * sheet.height and _NAMED.match(part.text):
                told = find_document_number(part.text)
                return Span((part,), 1.0, torn=True) if told and told.serial else None
    return None
