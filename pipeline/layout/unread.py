"""Signs that stand where a table has something to say, and that no line holds: what is in a cell is an entry, however it looks.

Lines are sought by what letters look like among others. A sign alone may have a speck or a piece of a rule beside it, may be broken, or be so
pale that its line was read as noise. Where it stands tells: alone in a cell of a grid, in a column of such signs beside a row, or where pages
have their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.entries import clusters
from pipeline.layout.tables import Table, cell_of
from schemas.geometry import Box, union
from schemas.text import Line

_HIGH, _WIDE = (0.7, 1.9), (0.18, 2.6)
"""Heights of a letter or digit of a table, and widths of one to two of them, in x-heights of the page."""

_LETTER, _OVER = 0.55, 0.15
"""Height of what is a letter and no dirt beside one, and how far beyond its box what broke off it lies, in x-heights."""

_THIN, _SOLID = 0.45, 0.75
"""A sign wider than this, in x-heights, of which so large a share is ink is a speck."""

_ON_RULE, _REST = 0.3, 0.45
"""How near a rule of a grid what is left of it lies, and how thick that is at most, in x-heights: on a bent sheet letters lie there too."""

_SHORT, _COLUMN, _ASIDE, _REACH = 3, 3, 0.7, 14.0
"""Longest entry that shows a column; so many make one; how far aside they stand, and how far the next is, in x-heights."""

_AGAIN = 4
"""So often a column without rules says the same where pieces with dirt are a sign of it."""

_ROWS, _LEVEL = 2, 0.5
"""Words apart that show a row, and the share of the lower one's height that both have in common."""

_FULL_ROW = 5
"""Words beside a sign that count as one more above it."""

_CELL = 2
"""Words of a line that may be an entry, and of which dirt is one; lines of text are longer."""

_MIDDLE = 2.5
"""How far from the middle of the page its number stands, in x-heights."""


class Place(Enum):
    """Where something is written though nothing was read: in a table, or where a page has its number."""

    TABLE = "table"
    PAGE_NUMBER = "page number"


@dataclass(frozen=True, slots=True)
class Unread:
    """A sign that was not read: its components, its box, where it stands, and what short entries stand above and below it.

    ``dirty``: another one holds the same components but for the dirt.
    """

    own: NDArray[np.intp]
    box: Box
    place: Place
    column: tuple[str, ...]
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """A word that was read, and whether its line is no longer than what stands in a cell."""

    text: str
    box: Box
    alone: bool


def unread_signs(
    parts: Components,
    dropped: NDArray[np.bool_],
    lines: Sequence[Line],
    tables: Sequence[Table],
    x_height: float,
) -> list[Unread]:
    """Signs among components that lie beside all ``lines`` that were read, and are no ``dropped`` ones; of one with dirt, or broken, two."""
    if not lines:
        return []
    words = [_Read(word.text, word.box, len(line.words) <= _CELL) for line in lines for word in line.words]
    free = ~_covered(parts, [word.box for word in words]) & ~_of_grid(parts, tables, x_height)
    found, middle = [], parts.labels.shape[1] / 2
    for own, dirty in _signs(parts, free, dropped, x_height):
        box = parts.box(own)
        column = tuple(_column(box, words, x_height))
        if dirty and cell_of(tables, box) is None and _most(column) < _AGAIN:  # crumbs of a border
            continue
        if (place := _place(box, words, tables, middle, x_height)) is not None:
            found.append(Unread(own, box, place, column, dirty))
    return found


def _signs(
    parts: Components, free: NDArray[np.bool_], dropped: NDArray[np.bool_], x_height: float
) -> Iterator[tuple[NDArray[np.intp], bool]]:
    """What may be signs among ``free`` parts, and whether they hold dirt: crumbs that were dropped may join pieces of a worn one."""
    for pieces in clusters(parts, np.flatnonzero(free & ~dropped), x_height):
        yield from _clean(parts, pieces, x_height)
    if not dropped[free].any():
        return
    for pieces in clusters(parts, np.flatnonzero(free), x_height):
        if dropped[pieces].any() and not dropped[pieces].all() and _is_sign(parts, pieces, x_height):
            yield pieces, True


def _covered(parts: Components, boxes: Sequence[Box]) -> NDArray[np.bool_]:
    """Which components have their middle in one of these boxes."""
    x, y = (parts.left + parts.right) / 2, (parts.top + parts.bottom) / 2
    inside = np.zeros(len(x), np.bool_)
    for box in boxes:
        inside |= (x > box.left - 1) & (x < box.right + 1) & (y > box.top - 1) & (y < box.bottom + 1)
    return inside


def _of_grid(parts: Components, tables: Sequence[Table], x_height: float) -> NDArray[np.bool_]:
    """Which components are left of the rules of a grid: they lie on one, or along it."""
    found = np.zeros(len(parts.left), np.bool_)
    near = _ON_RULE * x_height
    for table in tables:
        box = table.box
        at = (
            (parts.right > box.left)
            & (parts.left < box.right)
            & (parts.bottom > box.top)
            & (parts.top < box.bottom)
        )
        upright, level = np.zeros_like(at), np.zeros_like(at)
        for x in table.columns:
            upright |= at & (parts.left - near < x) & (parts.right + near > x)
        for y in table.rows:
            level |= at & (parts.top - near < y) & (parts.bottom + near > y)
        found |= upright & ((parts.width < _REST * x_height) | level)
        found |= level & (parts.height < _REST * x_height)
    return found


def _clean(
    parts: Components, pieces: NDArray[np.intp], x_height: float
) -> Iterator[tuple[NDArray[np.intp], bool]]:
    """The pieces that may make up a sign: without the dirt beside it, and all of them, since a pale one is broken."""
    letters = pieces[parts.height[pieces] >= _LETTER * x_height]
    inside = np.ones(len(pieces), np.bool_)
    if len(letters):
        box, over = parts.box(letters), _OVER * x_height
        inside = (parts.left[pieces] >= box.left - over) & (parts.right[pieces] <= box.right + over)
        inside &= (parts.top[pieces] >= box.top - over) & (parts.bottom[pieces] <= box.bottom + over)
    if _is_sign(parts, pieces[inside], x_height):
        yield pieces[inside], False
    if not inside.all() and _is_sign(parts, pieces, x_height):
        yield pieces, True


def _is_sign(parts: Components, pieces: NDArray[np.intp], x_height: float) -> bool:
    box = parts.box(pieces)
    high, wide = box.height / x_height, box.width / x_height
    if not (_HIGH[0] <= high <= _HIGH[1] and _WIDE[0] <= wide <= _WIDE[1]):
        return False
    ink = float(parts.area[pieces].sum()) / box.area
    return ink >= 0.12 and (wide <= _THIN or ink <= _SOLID)


def _place(
    box: Box, words: Sequence[_Read], tables: Sequence[Table], middle: float, x_height: float
) -> Place | None:
    """Where a sign stands; None where nothing is written. ``middle`` is that of the sheet."""
    beside = [word for word in words if _level(box, word.box)]
    cell = cell_of(tables, box)
    if cell is not None and not any(cell_of(tables, word.box) == cell for word in words):
        return Place.TABLE if any(len(word.text) > 1 for word in beside) else None
    column = len(_column(box, words, x_height))
    if len(beside) >= _ROWS and column + (len(beside) >= _FULL_ROW) >= _COLUMN:
        return Place.TABLE
    others = [word.box for word in words]
    return Place.PAGE_NUMBER if not beside and _numbers_page(box, others, middle, x_height) else None


def _level(box: Box, other: Box) -> bool:
    both = min(box.bottom, other.bottom) - max(box.top, other.top)
    return both >= _LEVEL * min(box.height, other.height)


def _column(box: Box, words: Sequence[_Read], x_height: float) -> list[str]:
    """Short entries above and below a sign."""
    x, y = box.centre
    return [
        word.text
        for word in words
        if word.alone
        and len(word.text) <= _SHORT
        and abs(word.box.centre[0] - x) <= _ASIDE * x_height
        and 0 < abs(word.box.centre[1] - y) <= _REACH * x_height
    ]


def _most(column: Sequence[str]) -> int:
    """How often a column says what it says most often."""
    return max(map(column.count, column), default=0)


def _numbers_page(box: Box, words: Sequence[Box], middle: float, x_height: float) -> bool:
    """Whether a sign stands alone above all that is written, or below it, in the middle of that or of the sheet."""
    text = union(words)
    outside = box.bottom < text.top or box.top > text.bottom
    aside = min(abs(box.centre[0] - each) for each in (text.centre[0], middle))
    return outside and aside <= _MIDDLE * x_height
