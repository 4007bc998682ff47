"""Reading order: from lines anywhere on the page to blocks in the order in which a person reads them.

Rows of lines that share one white gutter form a band. The head of an administrative document (agency | national title)
and its foot (recipients | signer) are read column by column, left first (Decree 30/2020/NĐ-CP, annex I); a band whose
rows belong together (two-column forms, tables) is read row by row. Everything else is one column from top to bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rapidfuzz.fuzz import partial_ratio

from pipeline.layout.tables import Table, cell_of
from schemas.geometry import Box
from schemas.text import Block, BlockKind, Line
from schemas.vietnamese import fold

_NATIONAL_TITLE = "cong hoa xa hoi chu nghia viet nam"
_RECIPIENTS = "noi nhan"

_GUTTER = 1.2
"""Narrowest gutter of a band, in x-heights."""

_SAME_LINE = 4.0
"""Lines on one row with less between them, in x-heights, are one line that was stretched."""

Row = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Band:
    """Consecutive rows with a gutter between ``left`` and ``right`` (pixels); both sides hold text."""

    rows: tuple[Row, ...]
    left: float
    right: float

    def side(self, *, left: bool) -> list[Line]:
        middle = (self.left + self.right) / 2
        sides = [[line for line in row if (line.box.centre[0] < middle) == left] for row in self.rows]
        return [Line(tuple(word for line in row for word in line.words)) for row in sides if row]


def order(lines: Sequence[Line], tables: Sequence[Table], x_height: float, width: int) -> tuple[Block, ...]:
    """Blocks in reading order; ``width`` of the page and ``x_height`` in pixels."""
    free = [line for line in lines if cell_of(tables, line.box) is None]
    placed = _flow(_rows(free, x_height), x_height, width)
    for index, table in enumerate(tables):
        placed.extend(_cells(index, table, lines, x_height))
    blocks: list[Block] = []
    for _, block in sorted(placed, key=lambda item: item[0]):
        if blocks and block.kind == blocks[-1].kind == BlockKind.BODY:
            blocks[-1] = Block(BlockKind.BODY, blocks[-1].lines + block.lines)
        else:
            blocks.append(block)
    return _with_title(blocks, x_height)


def _with_title(blocks: list[Block], x_height: float) -> tuple[Block, ...]:
    """The centred lines at the top of the body, under the head, are the title."""
    body = next((i for i, block in enumerate(blocks) if block.kind == BlockKind.BODY), None)
    if body is None:
        return tuple(blocks)
    lines = blocks[body].lines
    edges = [line.box for block in blocks for line in block.lines]
    middle = (min(box.left for box in edges) + max(box.right for box in edges)) / 2
    count = 0
    while count < len(lines) and abs(lines[count].box.centre[0] - middle) < 2.5 * x_height:
        if not lines[count].text[0].isalnum():
            break
        count += 1
    while count and not _indented(
        lines[count - 1], edges, x_height
    ):  # full lines of the body have the same middle
        count -= 1
    if 0 < count < len(lines):
        split = [Block(BlockKind.TITLE, lines[:count]), Block(BlockKind.BODY, lines[count:])]
        return (*blocks[:body], *split, *blocks[body + 1 :])
    return tuple(blocks)


def _indented(line: Line, edges: Sequence[Box], x_height: float) -> bool:
    return line.box.left - min(box.left for box in edges) > 3 * x_height


def _rows(lines: Sequence[Line], x_height: float) -> list[Row]:
    """Lines whose middles lie on one level, from left to right; rows from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.centre[1]):
        middle = line.box.centre[1]
        if rows and middle - median(other.box.centre[1] for other in rows[-1]) < 0.75 * x_height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [tuple(sorted(row, key=lambda line: line.box.left)) for row in rows]


Placed = tuple[float, Block]
"""A block with the height at which it starts."""


def _flow(rows: list[Row], x_height: float, width: int) -> list[Placed]:
    blocks: list[Placed] = []
    index = 0
    while index < len(rows):
        band = _band_at(rows, index, x_height, width)
        kinds = _columns(band, width) if band else None
        if band is None or kinds is None:
            blocks.append(_across(rows[index], x_height))
            index += 1
            continue
        if kinds[0] == BlockKind.RECIPIENTS and (body := _before_recipients(band)):
            blocks.extend(_across(row, x_height) for row in body)
            index += len(body)
            band = _Band(band.rows[len(body) :], band.left, band.right)
        top = band.rows[0][0].box.top
        for kind, side in zip(kinds, (band.side(left=True), band.side(left=False)), strict=True):
            blocks.append((top, Block(kind, tuple(side))))
        index += len(band.rows)
    return blocks


def _band_at(rows: list[Row], start: int, x_height: float, width: int) -> _Band | None:
    """The band that begins with row ``start``: the gutter must show within its first rows."""
    seed = next((i for i in range(start, min(start + 4, len(rows))) if len(rows[i]) > 1), None)
    if seed is None:
        return None
    row = rows[seed]
    gap, at = max((b.box.left - a.box.right, i) for i, (a, b) in enumerate(pairwise(row)))
    if gap < _GUTTER * x_height:
        return None
    gutter = (row[at].box.right, row[at + 1].box.left)
    for above in reversed(rows[start:seed]):
        if (narrowed := _narrow(gutter, above, x_height)) is None:
            return None
        gutter = narrowed
    last = seed
    while last + 1 < len(rows):
        narrowed = _narrow(gutter, rows[last + 1], x_height)
        if narrowed is None or not _continues(
            rows[start : last + 1], rows[last + 1], narrowed, x_height, width
        ):
            break
        gutter, last = narrowed, last + 1
    return _Band(tuple(rows[start : last + 1]), *gutter)


def _continues(
    band: Sequence[Row], row: Row, gutter: tuple[float, float], x_height: float, width: int
) -> bool:
    """Whether a row under a band belongs to it.

    A row on both sides does. On one side only, it must follow closely (recipients, subject under the number), or stand
    under the middle of the right column, as the signer's name does below the signature; a title does not.
    """
    right = [line for line in row if line.box.centre[0] > sum(gutter) / 2]
    if 0 < len(right) < len(row):
        return True
    above = max(line.box.bottom for line in band[-1])
    if not right:
        left_bottom = max(
            (line.box.bottom for r in band for line in r if line.box.right <= gutter[0]), default=above
        )
        return row[0].box.top - left_bottom < 2.5 * x_height
    middles = [line.box.centre[0] for r in band for line in r if line.box.left >= gutter[1]]
    centred = abs(median(line.box.centre[0] for line in row) - median(middles)) < 0.1 * width
    return centred and row[0].box.top - above < 24 * x_height


def _narrow(gutter: tuple[float, float], row: Row, x_height: float) -> tuple[float, float] | None:
    """What is left of the gutter beside the lines of a row; None when one of them crosses it."""
    left, right = gutter
    for line in row:
        if line.box.centre[0] < (left + right) / 2:
            left = max(left, line.box.right)
        else:
            right = min(right, line.box.left)
    return (left, right) if right - left >= _GUTTER * x_height else None


def _before_recipients(band: _Band) -> tuple[Row, ...]:
    """Rows above the recipients with nothing on the right: the end of the body."""
    middle = (band.left + band.right) / 2
    count = 0
    while count < len(band.rows):
        row = band.rows[count]
        if any(line.box.centre[0] > middle or _is_recipients(line) for line in row):
            break
        count += 1
    return band.rows[:count]


def _is_recipients(line: Line) -> bool:
    text = fold(line.text)
    return len(text) > 6 and partial_ratio(_RECIPIENTS, text[:14]) >= 80


def _columns(band: _Band, width: int) -> tuple[BlockKind, BlockKind] | None:
    """What the two columns are; None when the band is to be read row by row."""
    right = [fold(line.text) for line in band.side(left=False)]
    if any(partial_ratio(_NATIONAL_TITLE, text) >= 75 for text in right if len(text) > 20):
        return BlockKind.HEADER_LEFT, BlockKind.HEADER_RIGHT
    if any(_is_recipients(line) for line in band.side(left=True)):
        return BlockKind.RECIPIENTS, BlockKind.SIGNATURE
    if _is_signature(band, width):
        return BlockKind.OTHER, BlockKind.SIGNATURE
    return None


def _is_signature(band: _Band, width: int) -> bool:
    """Two blocks side by side whose lines are centred each under its own first, and do not pair up row by row."""
    sides = band.side(left=True), band.side(left=False)
    if min(map(len, sides)) < 2 or sum(len(row) > 1 for row in band.rows) > 0.6 * len(band.rows):
        return False
    return all(_is_centred(side, width) for side in sides)


def _is_centred(lines: Sequence[Line], width: int) -> bool:
    """Whether lines stand under each other by their middles rather than by their left edges."""
    middles = [line.box.centre[0] for line in lines]
    lefts = [line.box.left for line in lines]
    spread = max(middles) - min(middles)
    return spread < 0.1 * width and spread < max(lefts) - min(lefts)


def _across(row: Row, x_height: float) -> Placed:
    """A row that is read across."""
    return row[0].box.top, Block(BlockKind.BODY, tuple(_joined(row, x_height)))


def _joined(row: Sequence[Line], x_height: float) -> list[Line]:
    """The lines of a row; those that lie close are one line that was stretched."""
    joined = [row[0]]
    for line in row[1:]:
        if line.box.left - joined[-1].box.right < _SAME_LINE * x_height:
            joined[-1] = Line(joined[-1].words + line.words)
        else:
            joined.append(line)
    return joined


def _cells(index: int, table: Table, lines: Sequence[Line], x_height: float) -> list[Placed]:
    """The cells of a table that hold text, row by row."""
    held: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        place = table.place(line.box)
        if place is not None and cell_of([table], line.box) is not None:
            held.setdefault(place, []).append(line)
    blocks = []
    for step, (place, inside) in enumerate(sorted(held.items())):
        rows = _rows(inside, x_height)
        flat = tuple(line for row in rows for line in row)
        blocks.append((table.box.top + step * 1e-3, Block(BlockKind.CELL, flat, table.cell(index, place))))
    return blocks
