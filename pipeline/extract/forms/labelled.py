"""Where the value after a label ends: at the next label, or in the lines below in which it goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz.fuzz import ratio

from pipeline.extract.forms.labels import Hit
from pipeline.extract.rows import Row, Sheet, Token, gap_before, is_capitals
from pipeline.extract.spans import Span
from pipeline.language.syllables import is_syllable
from pipeline.normalize.channel import reads
from schemas.documents import FieldSpec
from schemas.gazetteer import is_place
from schemas.values import Kind
from schemas.vietnamese import CAPITALS, key

#: Kinds whose value may go on in the next printed line.
_WRAPPING = {
    Kind.TEXT,
    Kind.AGENCY,
    Kind.ADDRESS,
    Kind.DATE_WORDS,
    Kind.TITLE,
    Kind.LIST,
    Kind.PERSONAL_ID,
    Kind.DATE_TIME,
    Kind.NAME,
}
_OTHER_LABEL = re.compile(
    rf"^\W*(?:(?:\d{{1,2}}|[a-zđ]|[IVX]{{1,4}})\s?[.)]\s*)?[{CAPITALS}][^:;.]{{2,60}}:(?!\d)|^\W*(?:\d{{1,2}}|[IVX]{{1,4}})\s?[.)]\s+\S"
)
_PLACE_AND_DATE = re.compile(rf"^\W*[{CAPITALS}][^,:;]{{1,40}}, ngày\s+\d{{1,2}}\s+tháng\b")
_NOTE = re.compile(r"^\s*[:.]?\s*\([^()]{0,100}\)\s*(?=[:;.,])")


def labelled_value(
    field: FieldSpec, hits: Sequence[Hit], at: int, rows: Sequence[Row], margins: Mapping[int, Sheet]
) -> Span | None:
    """The words after hit ``at`` up to the next label, with the lines in which they go on."""
    hit = hits[at]
    row = rows[hit.row]
    end = next((other.start for other in hits[at + 1 :] if other.row == hit.row), len(row.tokens))
    if field.kind is Kind.PERSONAL_ID and not _digits(row.tokens[hit.end : end]):
        end = _behind_number(hits, at, row, end)  # *Giấy CMND/Hộ chiếu: Căn cước công dân Số: 024…*
    while end < len(row.tokens) and end > hit.end and _numbering(row.tokens[end - 1]):
        end -= 1
    begin = hit.end
    begin += (
        _other_language(row.tokens[begin:end], hit, field)
        or _tail_of_label(row.tokens[begin:end], field)
        or _tail_in_table(row, begin, end)
    )
    first = _without_note(_without_specks(row.tokens[begin:end], field.kind))
    found = [Row(row.page, first)] if first else []
    empty = not any(token.key for token in first)
    if end == len(row.tokens) and (empty or field.kind in _WRAPPING):
        most = max(field.printed.lines + (1 if empty else -1), 1) + (1 if _narrow(margins[row.page]) else 0)
        if field.kind is Kind.LIST:
            most = max(most, 20)
        column = _column(row, begin, first)
        below = _going_on(field, hits, hit, rows, margins[row.page], most + 1, empty, column)
        torn = len(below) > most and not _ends(below[most - 1])
        below = below[:most]
        torn |= bool(first) and any(
            _set_in(part, row.tokens[hit.start], first[0], margins[row.page]) for part in below
        )
        found += below
        return Span(tuple(found), hit.likeness, torn=torn) if found else None
    return Span(tuple(found), hit.likeness) if found else None


def _digits(tokens: Sequence[Token]) -> bool:
    return any(c.isdigit() for token in tokens for c in token.text)


def _behind_number(hits: Sequence[Hit], at: int, row: Row, end: int) -> int:
    """Where the value ends when *Số* is no label of its own but stands between what a paper is and its number."""
    following = [other for other in hits[at + 1 :] if other.row == hits[at].row]
    if not following or following[0].label.key != "so":
        return end
    return following[1].start if len(following) > 1 else len(row.tokens)


def _set_in(part: Row, label: Token, value: Token, sheet: Sheet) -> bool:
    """A further line that begins neither at a margin nor under the label or the value: its first word may be lost."""
    begins = part.box.left
    return all(abs(begins - left) > 1.2 * sheet.line for left in (label.box.left, value.box.left, sheet.left))


def _column(row: Row, end: int, value: Sequence[Token]) -> float:
    """Where the column of a value begins that a table sets apart from its label, in pixels; 0 where the text goes on."""
    apart = value and not row.tokens[end - 1].text.endswith((":", ".", ";"))
    return value[0].box.left if apart and gap_before(row, end) > _TABLE * row.height else 0.0


_TABLE = 1.2
"""Heights of a line from which on a gap parts two columns of a table."""


def _ends(row: Row) -> bool:
    """A line with a stop at its end: no value goes on behind it."""
    return row.text.rstrip().endswith((".", ";"))


def _narrow(sheet: Sheet) -> bool:
    """One of two columns, in which a value takes more lines than the form allows for."""
    return sheet.right - sheet.left < 0.6 * sheet.width


def _other_language(tokens: Sequence[Token], hit: Hit, field: FieldSpec) -> int:
    """How many words after the first half of a label of two languages are its second, too small to be read (*/ Piace øt odge*).

    It goes on to the first word with a capital or a digit: there the value begins.
    """
    halves = (label.split(" / ") for label in field.printed.labels if " / " in label)
    words = next((other.split() for own, other in halves if key(own) == hit.label.key), None)
    first = next((at for at, token in enumerate(tokens) if token.key), None)
    if words is None or first is None or len(tokens) == 1:
        return 0
    begun = tokens[first]
    slash = first > 0 or begun.text.startswith("/")
    if is_syllable(begun.text) or not (slash or ratio(key(words[0]), begun.key) >= 45):
        return first
    count = first + 1
    while count < len(tokens) and count <= first + len(words) and not _opens_value(tokens[count]):
        count += 1
    return count


def _opens_value(token: Token) -> bool:
    sign = next((c for c in token.text if c.isalnum()), "")
    return sign.isdigit() or sign.isupper()


def _tail_of_label(tokens: Sequence[Token], field: FieldSpec) -> int:
    """How many words after the label are its last ones, read so badly that only their colon tells (*khai:sinh:*)."""
    for count in range(1, min(4, len(tokens)) + 1):
        if not tokens[count - 1].text.endswith(":"):
            continue
        if tokens[0].text[:1].isupper():
            return 0  # the value begins: *Thời hạn sử dụng: Đất ở: Lâu dài*
        read = " ".join(token.text for token in tokens[:count])
        ends = (
            " ".join(label.split()[-words:])
            for label in field.printed.labels
            for words in range(1, count + 2)
        )
        return count if any(reads(read, end) for end in ends) else 0
    return 0


def _tail_in_table(row: Row, begin: int, end: int) -> int:
    """How many small words after the label stand before the gap to the next column of a table (*Thành phần hồ sơ nộp*)."""
    for at in range(begin + 1, min(begin + 4, end)):
        if gap_before(row, at) > _TABLE * row.height:
            words = row.tokens[begin:at]
            close = gap_before(row, begin) < _TABLE * row.height
            return at - begin if close and all(word.text.islower() for word in words) else 0
    return 0


#: Kinds in which specks read as letters would stay.
_SPECKED = {Kind.TEXT, Kind.ADDRESS, Kind.AGENCY}


def _without_specks(tokens: tuple[Token, ...], kind: Kind) -> tuple[Token, ...]:
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


def _numbering(token: Token) -> bool:
    return bool(re.fullmatch(r"[\W_]{1,2}|(?:\d{1,2}|[a-zđ]|[IVX]{1,4})[.)]", token.text))


def _without_note(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The value without a note in brackets before its colon (*ghi bằng chữ in hoa*)."""
    text = " ".join(token.text for token in tokens)
    found = _NOTE.match(text)
    if not found:
        return tokens
    at = 0
    for number, token in enumerate(tokens):
        if at >= found.end():
            return tokens[number:]
        at += len(token.text) + 1
    return ()


def _going_on(
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
    number, before = hit.row, rows[hit.row]
    start = hit.start
    while start and _numbering(before.tokens[start - 1]):
        start -= 1
    left = before.tokens[start].box.left - sheet.line
    for below in range(number + 1, min(number + 1 + most, len(rows))):
        row = rows[below]
        # A label further left belongs to another column of the card or form.
        inside = [
            other for other in hits if other.row == below and row.tokens[other.end - 1].box.right > left
        ]
        first = max((o.end for o in hits if o.row == below and o not in inside), default=0)
        tokens = row.tokens[first : inside[0].start] if inside else row.tokens[first:]
        if first:
            tokens = tuple(token for token in tokens if token.box.left > left)
        tokens = _without_specks(tuple(token for token in tokens if token.box.right > column), field.kind)
        if column and not (tokens or inside) and row.page == before.page:
            continue
        while tokens and _numbering(tokens[-1]):
            tokens = tokens[:-1]
        if (
            not tokens
            or row.page != before.page
            or re.fullmatch(r"\W*\d{0,2}\W*", " ".join(t.text for t in tokens))
        ):
            break
        part = Row(row.page, tokens)
        listed = field.kind is Kind.LIST
        name_goes_on = field.kind is Kind.NAME and _below_label(part, row, rows[hit.row].tokens[start], sheet)
        in_column = (
            bool(column)
            and abs(part.box.left - column) < sheet.line
            and part.box.top - before.box.bottom < sheet.line
        )
        if not (name_goes_on or in_column) and _ends_before(part, before, sheet, listed=listed):
            break
        open_end = field.kind is Kind.ADDRESS and before.text.rstrip().endswith(",")
        if not (listed or in_column or open_end or (empty and not found)) and _had_room(before, part, sheet):
            break
        found.append(part)
        before = row
        if inside or (not listed and len(found) >= most):
            break
    return found


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
