"""The value after a label: where it begins and ends, and the lines in which it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.extract.forms.beginning import other_language, tail_in_table, tail_of_label, without_note
from pipeline.extract.forms.going_on import is_numbering, lines_below, without_specks
from pipeline.extract.forms.labels import TABLE, Hit
from pipeline.extract.rows import Row, Sheet, Token, gap_before
from pipeline.extract.spans import Span
from schemas.documents import FieldSpec
from schemas.values import Kind

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


def labelled_value(
    field: FieldSpec, hits: Sequence[Hit], at: int, rows: Sequence[Row], margins: Mapping[int, Sheet]
) -> Span | None:
    """The words after hit ``at`` up to the next label, with the lines in which they go on."""
    hit = hits[at]
    row = rows[hit.row]
    end = next((other.start for other in hits[at + 1 :] if other.row == hit.row), len(row.tokens))
    if field.kind is Kind.PERSONAL_ID and not _digits(row.tokens[hit.end : end]):
        end = _behind_number(hits, at, row, end)  # *Giấy CMND/Hộ chiếu: Căn cước công dân Số: 024…*
    while end < len(row.tokens) and end > hit.end and is_numbering(row.tokens[end - 1]):
        end -= 1
    begin = hit.end
    begin += (
        other_language(row.tokens[begin:end], hit, field)
        or tail_of_label(row.tokens[begin:end], field)
        or tail_in_table(row, begin, end)
    )
    first = without_note(without_specks(row.tokens[begin:end], field.kind))
    found = [Row(row.page, first)] if first else []
    empty = not any(token.key for token in first)
    if end == len(row.tokens) and (empty or field.kind in _WRAPPING):
        most = max(field.printed.lines + (1 if empty else -1), 1) + (1 if _narrow(margins[row.page]) else 0)
        if field.kind is Kind.LIST:
            most = max(most, 20)
        column = _column(row, begin, first)
        below = lines_below(field, hits, hit, rows, margins[row.page], most + 1, empty, column)
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
    return value[0].box.left if apart and gap_before(row, end) > TABLE * row.height else 0.0


def _ends(row: Row) -> bool:
    """A line with a stop at its end: no value goes on behind it."""
    return row.text.rstrip().endswith((".", ";"))


def _narrow(sheet: Sheet) -> bool:
    """One of two columns, in which a value takes more lines than the form allows for."""
    return sheet.right - sheet.left < 0.6 * sheet.width
