"""The recipients of a paper (*Nơi nhận*) at the lower left."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pipeline.extract.rows import Row, Sheet, Token, first_is_wider, segments
from pipeline.extract.spans import Span, span_of
from schemas.vietnamese import key


def find_recipients(sheets: Sequence[Sheet]) -> Span | None:
    """The lines under *Nơi nhận* in the left column."""
    for sheet in reversed(sheets):
        for number, row in enumerate(sheet.rows):
            first = segments(row, 1.5 * sheet.spacing)[0]
            if key(first.text)[:7] not in {"noinhan", "ncinhan", "nơinhan"}:
                continue
            return _list_below(sheet, number, first)
    return None


def _list_below(sheet: Sheet, number: int, head: Row) -> Span | None:
    edge = sheet.left + 0.5 * (sheet.right - sheet.left)
    found: list[Row] = []
    bottom = head.box.bottom
    for row in sheet.rows[number : number + _MOST_LINES]:
        for part in segments(row, 1.2 * sheet.spacing)[:1]:
            if part.box.left > edge or part is head or part.box.top <= head.box.top:
                continue
            if part.box.top - bottom > 2.5 * sheet.line or _is_path(part.text):
                return span_of(_whole_items(found, sheet.line))
            found.append(Row(part.page, _before_signer(part, edge, sheet.spacing)))
            bottom = part.box.bottom
    return span_of(_whole_items(found, sheet.line))


def _is_path(text: str) -> bool:
    r"""The place of the file, as some offices print it below the list (*D:\2011\CV\…*)."""
    return text.count("\\") > 1


_MOST_LINES, _WORD_GAP = 40, 0.6
"""Lines of a list at the most; the blank between two words, in units of the sheet's spacing, from which on they are of two columns."""


def _before_signer(part: Row, edge: float, spacing: float) -> tuple[Token, ...]:
    """The words of a line of the list, without those of the signer that stand close behind them in the right half of the page."""
    words = part.tokens
    for at in range(1, len(words)):
        if words[at].box.left >= edge and words[at].box.left - words[at - 1].box.right > _WORD_GAP * spacing:
            return words[:at]
    return words


def _whole_items(rows: Sequence[Row], line: float) -> list[Row]:
    """The lines, one that begins under the dashes of others and has none itself set behind the line that it goes on.

    An item may break after a semicolon (*các PCN; các Vụ: …; / Cổng TTĐT;*); where only a dash was lost, the words stand further in, or the
    box of the first of them holds the dash as well.
    """
    dashes = [row.tokens[0].box.left for row in rows if _is_dashed(row)]
    if len(dashes) < _DASHED:
        return list(rows)
    margin = median(dashes)
    whole: list[Row] = []
    for row in rows:
        under = not _is_dashed(row) and abs(row.box.left - margin) < _UNDER * line
        words = [token for token in row.tokens if token.key]
        if whole and under and len(words) > 1 and not first_is_wider(words):
            whole[-1] = Row(row.page, (*whole[-1].tokens, *row.tokens))
        else:
            whole.append(row)
    return whole


_DASHED, _UNDER = 3, 0.3
"""Lines with a dash from which on a list has them; heights of a line by which others may begin aside of the dashes."""


def _is_dashed(row: Row) -> bool:
    return row.tokens[0].text[:1] in "-–—+*•"
