"""Place and date of a paper (*Quảng Ngãi, ngày … tháng … năm …*): in the head, or above the signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from pipeline.extract.rows import Row, Sheet, Token, segments, within
from pipeline.extract.spans import Span, span_of
from schemas.records import Method
from schemas.vietnamese import CAPITALS, fold

_DATE = re.compile(
    r"\bn.?g?.?a[yv]\b.*\bth.{1,2}ng\b|\bth.{1,2}ng\b.{0,10}\bn[ad]m\b|\bng.y\b.*\bn[ad]m\b"
    r"|\bngay\W+\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{4}"
)

_COLUMN = 2.5
"""Gap in heights of a line that parts two columns."""


def is_date(text: str) -> bool:
    """``…, ngày … tháng … năm …``, but neither the label of a birth date nor its value."""
    folded = fold(text)
    return (
        bool(_DATE.search(folded))
        and ":" not in folded.split("thang")[0]
        and not re.search(
            r"ngay\W+thang\W+nam|thang\s?,\s?nam|\bsinh\b", folded
        )  # where the page is cut in two, too
    )


def find_place_and_date(sheets: Sequence[Sheet]) -> tuple[Span | None, Span | None]:
    """``Bình Sơn, ngày … tháng … năm …`` above the signature, where the head has none; a date alone there is for a look."""
    place, date = _above_signature(sheets, _PLACED)
    if date is not None:
        return place, date
    _, date = _above_signature(sheets, _ALONE)
    return None, replace(date, torn=True) if date else None


def _broken(sheet: Sheet, at: int) -> float | None:
    """Where the last of several columns begins, in which a date goes on from the row above (*Ea Súp, ngày 27 / tháng 11 năm 2025*)."""
    if not at:
        return None
    above, row = (segments(sheet.rows[one], _COLUMN * sheet.line)[-1] for one in (at - 1, at))
    goes_on = _DAY_AT_END.search(above.text) and _MONTH_AND_YEAR.match(row.text)
    if not goes_on or row.box.left > above.box.right or above.box.left > row.box.right:
        return None
    return min(above.box.left, row.box.left) - sheet.line


BEGUN = rf"^\W*[{CAPITALS}][^,;:]{{1,40}}[,;]\s*ngày\s+\d{{1,2}}\s+tháng\b"
"""Pattern of a line that begins with place and day."""

#: Place and date and nothing else, wherever on the page: *Quy Nhơn Nam, ngày 19 tháng 11 năm 2025*.
_ALL_OF_ROW = re.compile(rf"{BEGUN}\s+\d{{1,2}}\s+năm\s+\d{{4}}\W*$")
_DAY_AT_END = re.compile(r"[,;.]\s*[nN]gày\s*\d{1,2}$")
_MONTH_AND_YEAR = re.compile(r"tháng\s*\d{1,2}\s+năm\s*\d{4}\W*$")
_DATED = r"g.{1,3}y\b.*\b\w.m\s*\S{4}\W*$"
_PLACED = re.compile(rf"[,;.]\s*(?:\S{{0,2}}\s)?[nN]{_DATED}")
_ALONE = re.compile(rf"^\W*N{_DATED}")


def _above_signature(sheets: Sequence[Sheet], form: re.Pattern[str]) -> tuple[Span | None, Span | None]:
    """Place and date at the right, in the last line of this form."""
    for sheet in reversed(sheets):
        for at in range(len(sheet.rows) - 1, -1, -1):
            row = sheet.rows[at]
            text = segments(row, _COLUMN * sheet.line)[
                -1
            ].text  # beside what stands at its left (*Quyết định số: …*)
            below = sheet.rows[at + 1].text if at + 1 < len(sheet.rows) else ""
            if re.fullmatch(r"(?:n[aăâ]m\s)?\d{4}\W*", below) and not re.search(r"\d{4}", text):
                text = f"{text} {below}"  # the year did not fit
            broken = _broken(sheet, at)
            if broken is not None and form is _PLACED:
                return place_and_date(sheet, at, broken)
            if not form.search(text) or ":" in text:
                continue
            if form is _PLACED and _ALL_OF_ROW.match(row.text):
                return place_and_date(sheet, at, 0.0)
            if row.box.right > sheet.left + 0.6 * (sheet.right - sheet.left):
                place, date = place_and_date(sheet, at, sheet.left + 0.25 * (sheet.right - sheet.left))
                if place or form is _ALONE:  # *Nghị quyết số 20-NQ/TW, ngày …* in an excerpt names no place
                    return place, date
    return None, None


def date_of_today(sheet: Sheet) -> Span | None:
    """The day on which the parties met (*Hôm nay, ngày … tháng … năm …*), which dates contracts and minutes that print no other.

    It may be another than that of the paper, so it is for a look.
    """
    for row, below in zip(sheet.rows, [*sheet.rows[1:], Row(sheet.page, ())], strict=True):
        if _TODAY.match(row.text) and (day := first_of_date(row)) is not None:
            words = [*row.tokens[day:], *below.tokens][:_WORDS_OF_DATE]
            year = next((at for at, word in enumerate(words) if _ENDS_WITH_YEAR.search(word.text)), None)
            own = len(row.tokens) - day
            lines = () if year is None else (words[: min(year + 1, own)], words[own : year + 1])
            found = tuple(Row(sheet.page, tuple(line)) for line in lines if line)
            return Span(found, torn=True, method=Method.LAYOUT) if found else None
    return None


_TODAY, _ENDS_WITH_YEAR = re.compile(r"^\W*[HN]ôm nay\b"), re.compile(r"(?:19|20)\d\d")
_WORDS_OF_DATE = 9


def place_and_date(sheet: Sheet, dated: int | None, edge: float) -> tuple[Span | None, Span | None]:
    """``Quảng Ngãi, ngày … tháng … năm …`` cut before *ngày*."""
    if dated is None:
        return None, None
    row = sheet.rows[dated]
    above, below = _around(sheet, dated, edge)
    number = first_of_date(row)
    if number is None:
        return None, None
    if above and not _DAY.match(row.tokens[number].key) and (day := first_of_date(above)) is not None:
        before = Row(row.page, above.tokens[:day])  # the line was broken within the date
        dated_rows = [Row(row.page, above.tokens[day:]), Row(row.page, row.tokens[number:])]
        return span_of([before]), span_of(dated_rows)
    start = number
    while start and row.tokens[start - 1].box.right > edge - 3 * sheet.line:
        if row.tokens[number].box.left - row.tokens[start - 1].box.left > 0.35 * sheet.width:
            break
        if row.tokens[start].box.left - row.tokens[start - 1].box.right > _COLUMN * sheet.line:
            break
        if "/" in row.tokens[start - 1].text:
            break
        start -= 1
    end = next((at for at in range(start, number) if _is_hour(row.tokens[at : at + 2])), number)
    place = Row(row.page, row.tokens[start:end]) if start < end else None
    if place is None and above and above.text.endswith(","):
        place = above
    rows = [Row(row.page, row.tokens[number:]), *([below] if below else [])]
    return span_of([place] if place else []), span_of(rows)


def _is_hour(words: Sequence[Token]) -> bool:
    """*hồi 16 giờ 30*, which telegrams print between place and day."""
    return len(words) == 2 and words[0].key in {"hoi", "luc"} and words[1].text[:1].isdigit()


_DAY = re.compile(r"n.?g.?[ad][yv]")


def first_of_date(row: Row) -> int | None:
    """Where *ngày* stands, else where *tháng* does; before a number and *tháng* with one letter misread, too (*rgày 22 tháng*)."""
    keys = [token.key for token in row.tokens]
    day = next((at for at, k in enumerate(keys) if _DAY.match(k)), None)
    if day is not None:
        return day
    month = next((at for at, k in enumerate(keys) if re.fullmatch(r"th.{1,2}ng", k)), None)
    if month is not None and month > 1 and keys[month - 1].isdigit():
        return month - 2 if Levenshtein.distance(keys[month - 2], "ngay") == 1 else month
    return month


def _around(sheet: Sheet, dated: int, edge: float) -> tuple[Row | None, Row | None]:
    """The line above, where a place or a date may begin that is too long for one line, and one below that ends a date."""
    above = within(sheet.rows[dated - 1], edge, sheet.width) if dated else None
    if above and not re.search(r",$|,?\s*[nN]gày[\s\d]*$", above.text):
        above = None
    below = within(sheet.rows[dated + 1], edge, sheet.width) if dated + 1 < len(sheet.rows) else None
    right = within(sheet.rows[dated], edge, sheet.width)  # a number at the left may look like a year
    whole = right and re.search(r"\d{4}", right.text)
    if whole or (below and not re.match(r"\W*(?:n[aăâ]m\s)?\d{4}\W*$", below.text)):
        below = None
    return above, below
