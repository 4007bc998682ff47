"""Reading order: from lines anywhere on the page to blocks in the order in which a person reads them.

Rows of lines that share one white gutter form a band. The head of an administrative document (agency | national title)
and its foot (recipients | signer) are read column by column, left first (Decree 30/2020/NĐ-CP, annex I); a form of two
columns is read across, entry by entry, each to its end. Everything else is one column from top to bottom.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.fuzz import partial_ratio

from pipeline.layout.bands import Band, Row, band_at, joined, rows_of
from pipeline.layout.tables import Table, cell_of
from schemas.geometry import Box
from schemas.text import Block, BlockKind, Line
from schemas.vietnamese import fold

_NATIONAL_TITLE = "cong hoa xa hoi chu nghia viet nam"
_RECIPIENTS = "noi nhan"

_LEAST_COLUMN = 4
"""A column holds so many characters at least; fewer are a speck or a stroke."""

_COLUMN_ROWS = 3
"""So many rows above tell which column goes on."""

_LABEL = re.compile(r"\W*(\d+[.)]\s*)?[^\W\d_][^:]{1,60}:")
"""How an entry of a form begins: a name for it, and a colon."""

Placed = tuple[float, Block]
"""A block with the height at which it starts."""


def order(lines: Sequence[Line], tables: Sequence[Table], x_height: float, width: int) -> tuple[Block, ...]:
    """Blocks in reading order; ``width`` of the page and ``x_height`` in pixels."""
    free = [line for line in lines if cell_of(tables, line.box) is None]
    placed = _flow(rows_of(free, x_height), x_height, width)
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


def _flow(rows: list[Row], x_height: float, width: int) -> list[Placed]:
    blocks: list[Placed] = []
    index = 0
    while index < len(rows):
        band = band_at(rows, index, x_height, width)
        if band is None:
            blocks.append(_across(rows[index], x_height))
            index += 1
            continue
        kinds = _columns(band, width)
        if kinds is None:
            note = _goes_on(band, rows[:index], x_height)
            entries = _entries(band, x_height, note=note)
            if len(entries.rows) == 1 and not note:
                blocks.append(_across(entries.rows[0], x_height))
            else:
                blocks.append(_in_turn(entries, right_first=note))
            index += len(entries.rows)
            continue
        if kinds[0] == BlockKind.RECIPIENTS and (body := _before_recipients(band)):
            blocks.extend(_across(row, x_height) for row in body)
            index += len(body)
            band = Band(band.rows[len(body) :], band.left, band.right)
        top = band.rows[0][0].box.top
        for kind, side in zip(kinds, (band.side(left=True), band.side(left=False)), strict=True):
            blocks.append((top, Block(kind, tuple(side))))
        index += len(band.rows)
    return blocks


def _before_recipients(band: Band) -> tuple[Row, ...]:
    """Rows above the recipients with nothing on the right: the end of the body."""
    count = 0
    while count < len(band.rows):
        row = band.rows[count]
        if any(line.box.centre[0] > band.middle or _is_recipients(line) for line in row):
            break
        count += 1
    return band.rows[:count]


def _is_recipients(line: Line) -> bool:
    text = fold(line.text)
    return len(text) > 6 and partial_ratio(_RECIPIENTS, text[:14]) > 80  # 80: nơi đăng ký


def _columns(band: Band, width: int) -> tuple[BlockKind, BlockKind] | None:
    """What the two columns are; None when the band is to be read row by row."""
    right = [fold(line.text) for line in band.side(left=False)]
    if sum(map(len, right)) < _LEAST_COLUMN:
        return None
    if any(partial_ratio(_NATIONAL_TITLE, text) >= 75 for text in right if len(text) > 20):
        return BlockKind.HEADER_LEFT, BlockKind.HEADER_RIGHT
    if any(_is_recipients(line) for line in band.side(left=True)):
        return BlockKind.RECIPIENTS, BlockKind.SIGNATURE
    if _is_signature(band, width):
        return BlockKind.OTHER, BlockKind.SIGNATURE
    return None


def _is_signature(band: Band, width: int) -> bool:
    """Two blocks side by side whose lines are centred each under its own first.

    Where they pair up row by row, both must be headed by a title in capitals: who signs.
    """
    sides = band.side(left=True), band.side(left=False)
    if min(map(len, sides)) < 2 or not all(_is_centred(side, width) for side in sides):
        return False
    paired = sum(len(row) > 1 for row in band.rows) > 0.6 * len(band.rows)
    return not paired or all(side[0].text.isupper() for side in sides)


def _is_centred(lines: Sequence[Line], width: int) -> bool:
    """Whether lines stand under each other by their middles rather than by their left edges."""
    middles = [line.box.centre[0] for line in lines]
    lefts = [line.box.left for line in lines]
    spread = max(middles) - min(middles)
    return spread < 0.1 * width and spread < max(lefts) - min(lefts)


def _entries(band: Band, x_height: float, *, note: bool) -> Band:
    """The first row of a form and, where its entries go on beneath it, the rows that they end in.

    A row goes on when nothing in it has a label and it starts where the entry above it started. The first row has a
    label, or is a ``note`` beside a column.
    """
    first = band.rows[0]
    count = 1
    if len(first) > 1 and (note or _has_label(first)):
        starts = [line.box.left for line in first]
        while count < len(band.rows) and not _has_label(band.rows[count]):
            lefts = [line.box.left for line in band.rows[count]]
            if not all(any(abs(left - start) < 1.5 * x_height for start in starts) for left in lefts):
                break
            count += 1
    return Band(band.rows[:count], band.left, band.right)


def _has_label(row: Row) -> bool:
    return any(_LABEL.match(line.text) for line in row)


def _goes_on(entries: Band, above: Sequence[Row], x_height: float) -> bool:
    """Whether the first entry on the right goes on with the column above it, and the one on the left is a note beside that.

    So it is on cards, where the date of expiry stands under the picture.
    """
    if not above or len(entries.rows[0]) < 2:
        return False
    column = [line.box.left for row in above[-_COLUMN_ROWS:] for line in row]
    note, entry = (entries.side(left=side)[0].box.left for side in (True, False))
    goes_on = sum(abs(entry - left) < x_height for left in column) >= 2
    return goes_on and not any(abs(note - left) < 1.5 * x_height for left in column)


def _in_turn(entries: Band, *, right_first: bool) -> Placed:
    """Entries side by side, each to its end before the next."""
    left, right = entries.side(left=True), entries.side(left=False)
    lines = (*right, *left) if right_first else (*left, *right)
    return entries.rows[0][0].box.top, Block(BlockKind.BODY, lines)


def _across(row: Row, x_height: float) -> Placed:
    """A row that is read across."""
    return row[0].box.top, Block(BlockKind.BODY, tuple(joined(row, x_height)))


def _cells(index: int, table: Table, lines: Sequence[Line], x_height: float) -> list[Placed]:
    """The cells of a table that hold text, row by row."""
    held: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        place = table.place(line.box)
        if place is not None and cell_of([table], line.box) is not None:
            held.setdefault(place, []).append(line)
    blocks = []
    for step, (place, inside) in enumerate(sorted(held.items())):
        rows = rows_of(inside, x_height)
        flat = tuple(line for row in rows for line in row)
        blocks.append((table.box.top + step * 1e-3, Block(BlockKind.CELL, flat, table.cell(index, place))))
    return blocks
