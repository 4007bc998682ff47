"""The head of a paper (Decree 30/2020 annex I): agencies and number at the left, national title, place and date at the right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.extract.head.letterhead import agencies_of, is_agency
from pipeline.extract.head.place_and_date import first_of_date, is_date, place_and_date
from pipeline.extract.head.stamps import stamp_of
from pipeline.extract.head.subject import begins_subject, mark_of_subject
from pipeline.extract.rows import Row, Sheet, is_capitals, parts_of, within
from pipeline.extract.spans import Span, span_of
from pipeline.extract.spotting import spots
from pipeline.normalize.agency_initials import are_initials
from pipeline.normalize.channel import nearest
from pipeline.normalize.document_numbers import find_document_number, find_kind
from schemas.identifiers.document_number import KINDS
from schemas.vietnamese import CAPITALS, key

_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_NATIONAL = tuple(
    (text, key(text))
    for text in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        _MOTTO,
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "ĐOÀN TNCS HỒ CHÍ MINH",
    )
)
_LINES_OF_TITLE = 4
"""Rows from the first line of the national title to its last: the agency at the left may have more lines than it."""

_BELOW_DATE = 5
"""Rows from the date to below the number at its left, where no national title stands over the date."""

_NUMBER_START = re.compile(
    r"^\W*(?:(?:Luật|Pháp lệnh|Nghị quyết|Nghị định|Quyết định|Thông tư|Bản án)\s+)?[S5][ốôóòoồỏổõọ0ỗộ6]\s*(?:\s\S{1,2}\s|/\s?No\.?\s?)?[:;.,/]|^\W*[S5][ốôóồổỗộ]\s*\S{0,6}\s*/",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in the head. ``end``: index of the first row of the page below it; ``edge``: where the right column begins."""

    parent: Span | None = None
    agency: Span | None = None
    number: Span | None = None
    subject: Span | None = None
    place: Span | None = None
    date: Span | None = None
    end: int = 0
    edge: float = 0.0


def read_header(sheet: Sheet) -> Header:
    """The head of a page; fields are None where the page has none."""
    national = _national_rows(sheet)
    if not national:
        return _without_title(sheet)
    top = min(number for number, _ in national)
    beside = min(left for _, left in national)
    edge = beside - _ASIDE * sheet.line
    dated = _date_row(sheet, max(number for number, _ in national), edge)
    end = (dated if dated is not None else max(number for number, _ in national)) + 1
    start = max(top - 2, 0)  # the scan may be askew
    named = {number for number, _ in national}
    left_rows = [
        (at, part)
        for at in range(start, min(end + 8, len(sheet.rows)))
        if (
            part := within(sheet.rows[at], 0, beside)
            if at in named
            else _left_part(sheet.rows[at], edge, sheet)
            or _long_subject(sheet.rows[at], sheet)
            or (at < top and _letterhead(sheet.rows[at], edge))
        )
    ]
    number_at = next((at for at, part in left_rows if _is_number(part) and at <= end + 2), None)
    below = max(end, top + 4) if number_at is None else number_at
    agencies = [part for at, part in left_rows if at < below]
    number = next((part for at, part in left_rows if at == number_at), None)
    parent, agency = agencies_of(agencies, _issuers(number))
    if agency and number and _is_cut_off(agency, number, sheet.line):
        agency = replace(agency, torn=True)
    subject, after = _subject(sheet, left_rows, number_at, end)
    end = max(end, (number_at or 0) + 1, after)
    place, date = place_and_date(sheet, dated, edge)
    return Header(parent, agency, span_of([number] if number else []), subject, place, date, end, edge)


def _issuers(number: Row | None = None) -> tuple[str, ...]:
    parsed = find_document_number(number.text) if number else None
    return parsed.issuers if parsed else ()


def _is_cut_off(agency: Span, number: Row, line: float) -> bool:
    """Room for another line above a number that ends with other initials: the line that names the agency was lost."""
    room = number.box.top - max(row.box.bottom for row in agency.rows)
    parsed = find_document_number(number.text)
    issuer = parsed.issuer if parsed else None
    return room > 2.2 * line and issuer is not None and not are_initials(issuer, agency.text)


def _national_rows(sheet: Sheet) -> list[tuple[int, float]]:
    """Rows with a line of the national title, and where it begins (pixels).

    The text may name the Party as well, in small letters.
    """
    found = list[tuple[int, float]]()
    for number, row in enumerate(sheet.rows[:20]):
        if found and number > found[0][0] + _LINES_OF_TITLE:
            break
        if (start := _national_title(row)) is not None:
            found.append((number, row.tokens[start].box.left))
    return found


def _national_title(row: Row) -> int | None:
    """The token with which a line of the national title begins."""
    for title, letters in _NATIONAL:
        for start, end, _ in spots(letters, row):
            text = " ".join(token.text for token in row.tokens[start:end])
            rest = Row(row.page, row.tokens[start:])
            if nearest(text, (title,)) and (title == _MOTTO or is_capitals(rest.text)):
                return start
    return None


def _date_row(sheet: Sheet, after: int, edge: float) -> int | None:
    for number in range(after, min(after + 5, len(sheet.rows))):
        row = sheet.rows[number]
        part = within(row, edge - 3 * sheet.line, sheet.width)
        dated = part and (is_date(part.text) or _UNFILLED.match(part.text))
        if part and dated and not _runs_on(row, part, sheet) and not _SENTENCE.search(part.text):
            return number
    return None


#: A date that was left for the pen and could not be read: its place is printed all the same.
_UNFILLED = re.compile(rf"^\W*[{CAPITALS}][^,;:]{{1,40}}[,;]\s*ngày\W+tháng\W+năm\b")

#: Words behind the year: the date of a sentence (*Hôm nay, ngày … năm 2025, tại trụ sở …*).
_SENTENCE = re.compile(r"\d{4}\W+[^\W\d_]+\s[^\W\d_]+\s")


def _runs_on(row: Row, part: Row, sheet: Sheet) -> bool:
    """Whether words of a sentence stand right before a part of a row (*Hôm nay, hồi 09 giờ …, ngày …, tại …*)."""
    before = [token for token in row.tokens if token.box.right < part.box.left]
    near = len(before) > 1 and part.box.left - before[-1].box.right < 0.9 * sheet.spacing
    return (
        near
        and all(token.key.isalnum() for token in before[:1])
        and any(token.text.islower() for token in before)
    )


_FORM_MARK = re.compile(r"^\W*TP/HT\b")
"""How forms of civil status are numbered (Circular 04/2020/TT-BTP): *TP/HT-2020-TLKT-BS* is no number of a paper."""


def _is_number(row: Row) -> bool:
    if _FORM_MARK.match(row.text):
        return False
    number = find_document_number(row.text)
    if number and (re.match(r"^\W*[S5§]\S?", row.text) or "-" in number.mark):
        return True
    return bool(_NUMBER_START.search(row.text))


def _without_title(sheet: Sheet) -> Header:
    """No national title was read: only number and date are looked for, at the top of the page."""
    for at, row in enumerate(sheet.rows[:10]):
        if is_date(parts_of(row, sheet)[-1].text) and re.search(r"\d{4}\W*$", row.text):
            half = sheet.left + 0.42 * (sheet.right - sheet.left)
            day = first_of_date(row)
            aside = day is not None and row.tokens[day].box.left < sheet.left + 0.3 * (
                sheet.right - sheet.left
            )
            if aside or (row.box.left < (sheet.left + half) / 2 and _left_part(row, half, sheet) is None):
                continue  # a date in a line of text
            place, date = place_and_date(sheet, at, half)
            left = [
                (n, part)
                for n in range(min(at + _BELOW_DATE, len(sheet.rows)))
                if (part := (n < at and _letterhead(sheet.rows[n], half)) or within(sheet.rows[n], 0, half))
            ]
            number_at = next((n for n, part in left if _is_number(part)), None)
            number = [part for n, part in left if n == number_at]
            above = [part for n, part in left if n < (at + 2 if number_at is None else number_at)]
            parent, agency = agencies_of(above, _issuers(*number))
            below = [
                (n, part)
                for n in range(at, min(at + 8, len(sheet.rows)))
                if (part := _left_part(sheet.rows[n], half, sheet))
            ]
            subject, after = _subject(sheet, below, number_at) if number else (None, 0)
            return Header(
                parent, agency, span_of(number, 0.8), subject, place, date, max(at + 1, after), half
            )
    return Header()


def _letterhead(row: Row, edge: float) -> Row | None:
    """An agency in a line of its own above all else, as firms print it: it may reach over the middle.

    One that begins in the right column was put there later: who received the paper, or who copied it (*SAO Y / UBND TỈNH …*).
    """
    return row if row.box.left < edge and is_capitals(row.text) and is_agency(row.text) else None


#: A stamp of receipt or of urgency under the number.
_RECEIVED = re.compile(
    r"^\W*(?:CÔNG VĂN ĐẾN|ĐẾN\b|(?:THƯỢNG )?KHẨN\W*$|H[ỎO]A T[ỐO]C|S[ốo]\s?:|Ng[àa]y\s?:|Chuy[ểe]n\s?:)"
)


_SMALL = re.compile(r"\b[^\W\d_A-ZĐ]{2,}\b")


def _is_stamp(row: Row) -> bool:
    """A stamp of urgency or secrecy, whatever its marks."""
    return stamp_of(row.text) is not None


def _subject(
    sheet: Sheet, left_rows: Sequence[tuple[int, Row]], number_at: int | None, lowest: int = 0
) -> tuple[Span | None, int]:
    """``V/v …`` under the number (letters), and the row below it; torn where the line goes on in the right column.

    Where no number was read it stands beside the right column or right below that (row ``lowest``), or says *V/v*.
    """
    found: list[Row] = []
    last = 0
    torn = False
    for at, row in left_rows:
        if number_at is not None and at <= number_at:
            continue
        if not found and number_at is not None and _under_title(sheet.rows[:at]):
            break
        part = row if found or number_at is None else _with_mark(row)
        told = number_at is not None or at <= lowest
        begins = begins_subject(part.text) if told else part.text.startswith("V/v ")
        if not found and not begins:
            if number_at is not None and at > number_at + 2:
                break
            continue
        opens = key(part.text).startswith("kinhgui")
        far = found and part.box.top - found[-1].box.bottom > 1.3 * sheet.line
        stamp = _RECEIVED.match(part.text)
        if opens or far or stamp or _is_stamp(part):
            torn |= bool(stamp and len(_SMALL.findall(part.text[stamp.end() :])) > 1)
            break
        found.append(part)
        last = at + 1
        beside = within(sheet.rows[at], part.box.right, sheet.width)
        torn |= beside is not None and any(c.islower() for c in beside.text) and not is_date(beside.text)
    span = span_of(found)
    return (replace(span, torn=torn) if span else None), last


def _under_title(above: Sequence[Row]) -> bool:
    """Whether the last of these rows is a title, or the line below one that says whose it is (*QUYẾT ĐỊNH / CỦA ỦY BAN NHÂN DÂN …*)."""
    *before, last = above
    whose = bool(before) and last.tokens[0].key == "cua" and is_capitals(last.text)
    return _names_kind(last) or (whose and _names_kind(before[-1]))


def _names_kind(row: Row) -> bool:
    """A title in a line of its own, under which the subject may begin as those of letters do: *THÔNG BÁO*, *QUYẾT ĐỊNH CỦA UBND TỈNH …*."""
    words = row.text.split()
    begins = (" ".join(words[:count]) for count in (len(words), *_WORDS_OF_KINDS))
    return is_capitals(row.text) and any(find_kind(text) for text in begins)


_WORDS_OF_KINDS = sorted({len(kind.split()) for kind in KINDS if " " in kind})


def _with_mark(row: Row) -> Row:
    """A line under the number whose first word is a V and a blur (*Vít*, *Vị*): it is ``V/v``."""
    first, *others = row.tokens
    blurred = re.fullmatch(r"V\w{1,2}", first.text) and first.confidence < _BLUR
    if not blurred or len(others) < 2 or not others[0].text[:1].islower():
        return row
    return Row(row.page, (replace(first, text="V/v", key="vv", as_read="V/v"), *others))


_BLUR = 0.5


def _long_subject(row: Row, sheet: Sheet) -> Row | None:
    """``V/v …`` in a line that reaches over the middle of the page, up to the date that may stand beside it."""
    first, *_ = parts_of(row, sheet)
    return first if mark_of_subject(first.text) and first.box.left < sheet.left + 0.2 * sheet.width else None


_ASIDE = 0.4
"""Heights of a line by which the right column may begin before the national title does."""


def _left_part(row: Row, edge: float, sheet: Sheet) -> Row | None:
    """The words of the left column: cut at the widest gap near the edge (a long date begins left of the title).

    None where the row runs on across the edge without a gap, as titles and text do.
    """
    gaps = []
    for left, right in pairwise(row.tokens):
        middle = (left.box.right + right.box.left) / 2
        if edge - 0.18 * sheet.width < middle < edge + 0.1 * sheet.width:
            gaps.append((right.box.left - left.box.right, middle))
    widest, middle = max(gaps, default=(0.0, edge))
    if row.box.right <= edge + _ASIDE * sheet.line:
        return row
    return within(row, 0, middle) if widest > 0.9 * sheet.spacing else None
