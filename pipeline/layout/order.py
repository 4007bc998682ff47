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

    def side(self, x_height: float, *, left: bool) -> list[Line]:
        middle = (self.left + self.right) / 2
        sides = [[line for line in row if (line.box.centre[0] < middle) == left] for row in self.rows]
        return [line for row in sides if row for line in _joined(row, x_height)]


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
        count += 1
    if 0 < count < len(lines) and _indented(lines[count - 1], edges, x_height):
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
        kinds = _columns(band, x_height, width) if band else None
        if band is None or kinds is None:
            blocks.append(_across(rows[index], x_height))
            index += 1
            continue
        top = band.rows[0][0].box.top
        for kind, side in zip(
            kinds, (band.side(x_height, left=True), band.side(x_height, left=False)), strict=True
        ):
            blocks.append((top, Block(kind, tuple(side))))
        index += len(band.rows)
    return blocks


def _band_at(rows: list[Row], start: int, x_height: float, width: int) -> _Band | None:
    """The band that begins with row ``start``: the gutter must show within its first three rows."""
    seed = next((i for i in range(start, min(start + 4, len(rows))) if len(rows[i]) > 1), None)
    if seed is None:
        return None
    row = rows[seed]
    gap, at = max((b.box.left - a.box.right, i) for i, (a, b) in enumerate(pairwise(row)))
    if gap < _GUTTER * x_height:
        return None
    gutter = (row[at].box.right, row[at + 1].box.left)
    first = seed
    while first > start and (narrowed := _narrow(gutter, rows[first - 1], x_height)):
        gutter, first = narrowed, first - 1
    if first != start:
        return None
    last = seed
    rights = [
        line.box.centre[0] for r in rows[first : seed + 1] for line in r if line.box.left >= gutter[1] - 1
    ]
    while last + 1 < len(rows):
        following = rows[last + 1]
        if following[0].box.top - rows[last][0].box.bottom > 5 * x_height:
            break
        narrowed = _narrow(gutter, following, x_height)
        if narrowed is None:
            break
        on_right = [line.box.centre[0] for line in following if line.box.left >= narrowed[1] - 1]
        if len(on_right) == len(following) and abs(on_right[0] - median(rights)) > 0.1 * width:
            break  # a title in the middle of the page, under the head
        gutter, last = narrowed, last + 1
        rights.extend(on_right)
    return _Band(tuple(rows[first : last + 1]), *gutter)


def _narrow(gutter: tuple[float, float], row: Row, x_height: float) -> tuple[float, float] | None:
    """What is left of the gutter beside the lines of a row; None when one of them crosses it."""
    left, right = gutter
    for line in row:
        if line.box.centre[0] < (left + right) / 2:
            left = max(left, line.box.right)
        else:
            right = min(right, line.box.left)
    return (left, right) if right - left >= _GUTTER * x_height else None


def _columns(band: _Band, x_height: float, width: int) -> tuple[BlockKind, BlockKind] | None:
    """What the two columns are; None when the band is to be read row by row."""
    left = [fold(line.text) for line in band.side(x_height, left=True)]
    right = [fold(line.text) for line in band.side(x_height, left=False)]
    if any(partial_ratio(_NATIONAL_TITLE, text) >= 75 for text in right if len(text) > 20):
        return BlockKind.HEADER_LEFT, BlockKind.HEADER_RIGHT
    if any(partial_ratio(_RECIPIENTS, text[:14]) >= 80 for text in left if len(text) > 6):
        return BlockKind.RECIPIENTS, BlockKind.SIGNATURE
    paired = sum(1 for row in band.rows if len(row) > 1)
    wide = band.right - band.left > 0.06 * width
    if len(band.rows) >= 3 and paired <= 0.4 * len(band.rows) and wide:
        return BlockKind.OTHER, BlockKind.SIGNATURE
    return None


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
