"""The lines below a label in which its value goes on, and what ends it: another label, a heading, room that was left, the signature."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.forms.labels import Hit
from pipeline.extract.head.place_and_date import BEGUN
from pipeline.extract.rows import Row, Sheet, Token, is_capitals
from schemas.documents import FieldSpec
from schemas.gazetteer import is_place
from schemas.values import Kind
from schemas.vietnamese import CAPITALS

_OTHER_LABEL = re.compile(
    rf"^\W*(?:(?:\d{{1,2}}|[a-zđ]|[IVX]{{1,4}})\s?[.)]\s*)?[{CAPITALS}][^:;.]{{2,60}}:(?!\d)|^\W*(?:\d{{1,2}}|[IVX]{{1,4}})\s?[.)]\s+\S"
)

_PLACE_AND_DATE = re.compile(BEGUN)

#: Kinds in which specks read as letters would stay.
_SPECKED = {Kind.TEXT, Kind.ADDRESS, Kind.AGENCY}


def lines_below(
    field: FieldSpec,
    hits: Sequence[Hit],
    hit: Hit,
    rows: Sequence[Row],
    sheet: Sheet,
    most: int,
    empty: bool,
    column: float,
) -> list[Row]:
    """The lines below that belong to the value, at most ``most``; words left of its ``column`` are of its label."""
    found: list[Row] = []
    before, listed = rows[hit.row], field.kind is Kind.LIST
    start = hit.start
    while start and is_numbering(before.tokens[start - 1]):
        start -= 1
    label = before.tokens[start]
    for below in range(hit.row + 1, min(hit.row + 1 + most, len(rows))):
        row = rows[below]
        if row.page != before.page:
            break
        beside = [other for other in hits if other.row == below]
        words, labelled = _own_words(row, beside, label.box.left - sheet.line, column)
        words = without_specks(words, field.kind)
        if column and not (words or labelled):
            continue
        while words and is_numbering(words[-1]):
            words = words[:-1]
        part = Row(row.page, words)
        if _PAGE_NUMBER.fullmatch(part.text):
            break
        in_column = bool(column) and _is_next_in(column, part, before, sheet)
        name_goes_on = field.kind is Kind.NAME and _below_label(part, row, label, sheet)
        if not (in_column or name_goes_on) and _ends_before(part, before, sheet, listed=listed):
            break
        open_end = field.kind is Kind.ADDRESS and before.text.rstrip().endswith(",")
        if not (listed or in_column or open_end or (empty and not found)) and _had_room(before, part, sheet):
            break
        found.append(part)
        before = row
        if labelled or (not listed and len(found) >= most):
            break
    return found


#: A line with nothing else, or with nothing at all.
_PAGE_NUMBER = re.compile(r"\W*\d{0,2}\W*")


def _own_words(row: Row, beside: Sequence[Hit], left: float, column: float) -> tuple[tuple[Token, ...], bool]:
    """The words of a row that may go on in a value, and whether the label of another follows them.

    A label that ends before ``left`` (pixels) belongs to another column of the card or form, as words before ``column`` do.
    """
    inside = [other for other in beside if row.tokens[other.end - 1].box.right > left]
    first = max((other.end for other in beside if other not in inside), default=0)
    words = row.tokens[first : inside[0].start] if inside else row.tokens[first:]
    if first:
        words = tuple(word for word in words if word.box.left > left)
    return tuple(word for word in words if word.box.right > column), bool(inside)


def _is_next_in(column: float, part: Row, before: Row, sheet: Sheet) -> bool:
    """The next line of a column, set at its edge and close to the line before."""
    return abs(part.box.left - column) < sheet.line and part.box.top - before.box.bottom < sheet.line


def _below_label(part: Row, row: Row, label: Token, sheet: Sheet) -> bool:
    """A word or two in capitals right below the label, in whatever column: the rest of a long name, no signature."""
    words = [token for token in part.tokens if token.key]
    near = abs(part.box.left - label.box.left) < 1.2 * sheet.line
    return (
        near
        and len(words) < 3
        and part.box.top - label.box.bottom < 1.6 * sheet.line
        and not _OTHER_LABEL.match(row.text)
    )


def _ends_before(row: Row, before: Row, sheet: Sheet, *, listed: bool) -> bool:
    """A line that begins something else: far below, another label, a heading in capitals, the signature."""
    numbered = listed and bool(re.match(r"\W*\d{1,2}\s?[.)]", row.text))  # an item between them may be lost
    if row.box.top - before.box.bottom > (4.0 if numbered else 2.0) * sheet.line:
        return True
    if listed:
        return bool(re.match(r"^\W*[IVX]{1,4}\.\s", row.text))
    return bool(_OTHER_LABEL.match(row.text) or _PLACE_AND_DATE.match(row.text)) or _is_signature(row, sheet)


def _is_signature(row: Row, sheet: Sheet) -> bool:
    """Capitals far from the left margin, as the titles of signers stand."""
    return is_capitals(row.text, 1) and row.box.left > sheet.left + 0.35 * (sheet.right - sheet.left)


def _had_room(before: Row, row: Row, sheet: Sheet) -> bool:
    """The first word of ``row`` would have fitted into the line before: so the line before had ended."""
    last = next((t for t in reversed(before.tokens) if t.key), before.tokens[-1])
    room = max(sheet.right, before.box.right) - last.box.right
    return room > 0.12 * (sheet.right - sheet.left) and room > 1.8 * row.tokens[0].box.width


def without_specks(tokens: tuple[Token, ...], kind: Kind) -> tuple[Token, ...]:
    """A letter or two at either end of a line that are hardly believed are specks of the margin."""
    if kind not in _SPECKED:
        return tokens
    while len(tokens) > 1 and _speck(tokens[-1]):
        tokens = tokens[:-1]
    while len(tokens) > 1 and _speck(tokens[0]) and not _begins_place(tokens):
        tokens = tokens[1:]
    return tokens


def _begins_place(tokens: Sequence[Token]) -> bool:
    """The first word and the next are the name of a place (*Đa Quyn*)."""
    return is_place(" ".join(token.text.strip(".,;") for token in tokens[:2]))


def _speck(token: Token) -> bool:
    return len(token.key) <= 2 and token.confidence < 0.2 and not token.key.startswith("m")  # 155 m²


def is_numbering(token: Token) -> bool:
    """A number or letter of an item, or a bullet, before the next label of a line."""
    return bool(re.fullmatch(r"[\W_]{1,2}|(?:\d{1,2}|[a-zđ]|[IVX]{1,4})[.)]", token.text))
