"""Rows and bands: lines on one level, and the rows one under the other that share a white gutter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from schemas.geometry import Box
from schemas.text import Line

_GUTTER = 1.2
"""Narrowest gutter of a band, in x-heights."""

_SAME_LINE = 4.0
"""Lines on one row with less between them, in x-heights, are one line that was stretched."""

Row = tuple[Line, ...]
"""Lines on one level, from left to right."""


@dataclass(frozen=True, slots=True)
class Band:
    """Consecutive rows with a gutter between ``left`` and ``right`` (pixels); both sides hold text."""

    rows: tuple[Row, ...]
    left: float
    right: float

    @property
    def middle(self) -> float:
        """The middle of the gutter, in pixels."""
        return (self.left + self.right) / 2

    def side(self, *, left: bool) -> list[Line]:
        """The lines of one column from top to bottom, one for each row that has any."""
        sides = [[line for line in row if (line.box.centre[0] < self.middle) == left] for row in self.rows]
        return [Line(tuple(word for line in row for word in line.words)) for row in sides if row]


def rows_of(lines: Sequence[Line], x_height: float) -> list[Row]:
    """Lines whose middles lie on one level, from left to right; rows from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.centre[1]):
        middle = line.box.centre[1]
        level = rows and middle - median(other.box.centre[1] for other in rows[-1]) < 0.75 * x_height
        if level and not any(_lie_over(line.box, other.box) for other in rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [tuple(sorted(row, key=lambda line: line.box.left)) for row in rows]


def _lie_over(one: Box, other: Box) -> bool:
    """Whether lines lie one over the other, set or stamped so tight that their boxes overlap."""
    beside = min(one.right, other.right) - max(one.left, other.left)
    return beside > 0.5 * min(one.width, other.width) and one.top != other.top


def joined(row: Sequence[Line], x_height: float) -> list[Line]:
    """The lines of a row; those that lie close are one line that was stretched."""
    lines = [row[0]]
    for line in row[1:]:
        if line.box.left - lines[-1].box.right < _SAME_LINE * x_height:
            lines[-1] = Line(lines[-1].words + line.words)
        else:
            lines.append(line)
    return lines


def band_at(rows: Sequence[Row], start: int, x_height: float, width: int) -> Band | None:
    """The band that begins with row ``start``: the gutter must show within its first rows.

    It is followed down first, so that a long line above, which may only seem to keep clear of the gutter, does not
    narrow it for the rows that stand in columns.
    """
    seeds = ((i, row) for i in range(start, min(start + 4, len(rows))) if len(row := _beside(rows, i)) > 1)
    seed, row = next(seeds, (start, ()))
    if not row:
        return None
    gap, at = max((b.box.left - a.box.right, i) for i, (a, b) in enumerate(pairwise(row)))
    if gap < _GUTTER * x_height:
        return None
    gutter = (row[at].box.right, row[at + 1].box.left)
    last = seed + (len(rows[seed]) == 1)
    while last + 1 < len(rows):
        narrowed = _narrow(gutter, rows[last + 1], x_height)
        band = rows[start : last + 1]
        if narrowed is None or not _continues(band, rows[last + 1], narrowed, x_height, width):
            break
        gutter, last = narrowed, last + 1
    for above in reversed(rows[start:seed]):
        if (narrowed := _narrow(gutter, above, x_height)) is None:
            return None
        gutter = narrowed
    return Band(tuple(rows[start : last + 1]), *gutter)


def _beside(rows: Sequence[Row], at: int) -> Row:
    """A row, and the next one where it stands beside it half a line lower, as in heads that were photographed from the side."""
    row = rows[at]
    below = rows[at + 1] if at + 1 < len(rows) else ()
    if len(row) > 1 or not below or row[0].box.bottom <= max(line.box.top for line in below):
        return row
    together = sorted((*row, *below), key=lambda line: line.box.left)
    apart = all(a.box.right < b.box.left for a, b in pairwise(together))
    return tuple(together) if apart else row


def _continues(
    band: Sequence[Row], row: Row, gutter: tuple[float, float], x_height: float, width: int
) -> bool:
    """Whether a row under a band belongs to it.

    A row on both sides does. On the left only, it may follow closely (recipients, subject under the number). Else it
    must stand under the middle of its column, as a signer's name does below the signature; a title does not.
    """
    right = [line for line in row if line.box.centre[0] > sum(gutter) / 2]
    if 0 < len(right) < len(row):
        return True
    if right:
        column = [line.box for r in band for line in r if line.box.left >= gutter[1]]
        above, aside = max(line.box.bottom for line in band[-1]), 0.1
    else:
        column = [line.box for r in band for line in r if line.box.right <= gutter[0]]
        above, aside = max((box.bottom for box in column), default=row[0].box.top), 0.03
        if row[0].box.top - above < 2.5 * x_height:
            return True
    middle = median(box.centre[0] for box in column)
    centred = abs(median(line.box.centre[0] for line in row) - middle) < aside * width
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
