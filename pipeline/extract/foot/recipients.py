"""The recipients of a paper (*Nơi nhận*) at the lower left."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.rows import Row, Sheet, segments
from pipeline.extract.spans import Span, span_of
from schemas.vietnamese import key


def find_recipients(sheets: Sequence[Sheet]) -> Span | None:
    """The lines under *Nơi nhận* in the left column."""
    for sheet in reversed(sheets):
        for number, row in enumerate(sheet.rows):
            first = segments(row, 1.5 * sheet.line)[0]
            if key(first.text)[:7] not in {"noinhan", "ncinhan", "nơinhan"}:
                continue
            return _list_below(sheet, number, first)
    return None


def _list_below(sheet: Sheet, number: int, head: Row) -> Span | None:
    edge = sheet.left + 0.5 * (sheet.right - sheet.left)
    found: list[Row] = []
    bottom = head.box.bottom
    for row in sheet.rows[number : number + 18]:
        for part in segments(row, 1.2 * sheet.line)[:1]:
            if part.box.left > edge or part is head or part.box.top <= head.box.top:
                continue
            if part.box.top - bottom > 2.5 * sheet.line:
                return span_of(found)
            cut = tuple(token for token in part.tokens if token.box.left < edge)
            found.append(Row(part.page, cut))
            bottom = part.box.bottom
    return span_of(found)
