"""Forms: which of the labels found belongs to which field, in one column or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.extract.forms.broken import with_whole_labels
from pipeline.extract.forms.grid import grid_spans
from pipeline.extract.forms.labelled import labelled_value
from pipeline.extract.forms.labels import Hit, find_labels
from pipeline.extract.rows import Row, Sheet, Token
from pipeline.extract.spans import Span
from pipeline.normalize.dates import find_date
from pipeline.normalize.tidying import joined
from schemas.documents import Document, field_specs
from schemas.values import Kind

_LONGEST_FORM = 30
"""Pages; no form that is printed has as many."""


def label_spans(model: type[Document], sheets: Sequence[Sheet]) -> dict[str, Span]:
    """The words after each label, by field name; labels stand on the first pages, whatever is enclosed."""
    sheets = sheets[:_LONGEST_FORM]
    rows = tuple(row for sheet in sheets for row in sheet.rows)
    if model.form.columns:
        spans: dict[str, Span] = {}
        for part in _columns(model, rows):
            framed = [_framed(part, sheet) for sheet in sheets]
            for name, span in _spans(model, part, framed).items():
                spans.setdefault(name, span)
        return spans
    cells, rows = grid_spans(model, rows, sheets)
    return _spans(model, with_whole_labels(model, rows), sheets) | cells


def _framed(rows: Sequence[Row], sheet: Sheet) -> Sheet:
    """The sheet with the margins of a column."""
    boxes = [token.box for row in rows if row.page == sheet.page for token in row.tokens if not _stray(token)]
    if not boxes:
        return sheet
    return replace(sheet, left=min(box.left for box in boxes), right=max(box.right for box in boxes))


def _stray(token: Token) -> bool:
    return len(token.key) <= 2 and token.confidence < 0.5


def _columns(model: type[Document], rows: tuple[Row, ...]) -> list[tuple[Row, ...]]:
    """The rows of each of two columns, then the rows below them; all rows where no second column is found.

    Which of the two stands at the right the labels say: a certificate and an extract of it print them in other orders.
    """
    first, second = (
        {each.name for each in field_specs(model) if each.printed.section == section}
        for section in model.form.columns[:2]
    )
    hits = find_labels(model, rows)
    starts = [
        hit
        for hit in hits
        if hit.label.fields
        and hit.start
        and (set(hit.label.fields) <= first or set(hit.label.fields) <= second)
    ]
    if not starts:
        return [rows]
    top = starts[0].row
    edge = rows[top].tokens[starts[0].start].box.left - 0.5 * rows[top].height
    below = next(
        (
            hit.row
            for hit in hits
            if hit.row > top and hit.label.fields and not set(hit.label.fields) & (first | second)
        ),
        len(rows),
    )
    left, right = [], []
    for row in rows[top:below]:
        sides = [
            tuple(t for t in row.tokens if bool(t.box.centre[0] < edge) is side) for side in (True, False)
        ]
        left += [Row(row.page, sides[0])] if sides[0] else []
        right += [Row(row.page, sides[1])] if sides[1] else []
    return [rows[:top], tuple(left), tuple(right), rows[below:]]


def _spans(model: type[Document], rows: Sequence[Row], sheets: Sequence[Sheet]) -> dict[str, Span]:
    if not rows:
        return {}
    hits = find_labels(model, rows)
    fields = {each.name: each for each in field_specs(model)}
    margins = {sheet.page: sheet for sheet in sheets}
    spans: dict[str, Span] = {}
    for at, name in _assigned(model, hits):
        span = labelled_value(fields[name], hits, at, rows, margins)
        if span and (name not in spans or _better(span, spans[name], fields[name].kind)):
            spans[name] = span
    for before, each in pairwise(field_specs(model)):
        if each.printed.joined and before.name in spans:
            spans[each.name] = spans[before.name]
    return spans


#: Kinds that hold digits.
_DIGITS = {
    Kind.DATE,
    Kind.DATE_TIME,
    Kind.YEAR,
    Kind.PERSONAL_ID,
    Kind.OLD_ID,
    Kind.TAX_CODE,
    Kind.PHONE,
    Kind.MONEY,
    Kind.PARCEL,
}


def _better(one: Span, other: Span, kind: Kind) -> bool:
    """The same label twice: the one that is more like it, else the first that holds something of this kind."""
    holds, held = (_holds(span.text, kind) for span in (one, other))
    return holds and (not held or one.likeness > other.likeness + 0.05)


def _holds(text: str, kind: Kind) -> bool:
    """Whether there is a value of this kind; *52/2023* is a number with its year and no day."""
    if kind is Kind.DATE and "/" in text and len(find_date(joined(text)) or "") < _DAY:
        return False
    signs = str.isdigit if kind in _DIGITS else str.isalnum
    return any(signs(c) for c in text)


_DAY = len("2025-09-21")


def _assigned(model: type[Document], hits: Sequence[Hit]) -> list[tuple[int, str]]:
    """Which hit belongs to which field: a label of several sections goes with the section that was opened last."""
    sections = {each.name: each.printed.section for each in field_specs(model)}
    current: str | None = None
    assigned: list[tuple[int, str]] = []
    taken: set[str] = set()
    for at, hit in enumerate(hits):
        if hit.label.opens:
            current = hit.label.opens
        claims = hit.label.fields
        if not claims:
            continue
        if len(claims) == 1:
            assigned.append((at, claims[0]))
            current = sections[claims[0]]
            taken.add(claims[0])
            continue
        here = [name for name in claims if sections[name] == current and name not in taken]
        free = here or [
            name for name in claims if name not in taken and not _passed(sections[name], current, model)
        ]
        if free:
            assigned.append((at, free[0]))
            current = sections[free[0]]
            taken.add(free[0])
    return assigned


def _passed(section: str | None, current: str | None, model: type[Document]) -> bool:
    """A section that the form prints before the current one."""
    order: Mapping[str | None, int] = {
        s: i for i, s in enumerate(dict.fromkeys(each.printed.section for each in field_specs(model)))
    }
    return order.get(section, 0) < order.get(current, 0)
