"""Values in a table with one column for each of two persons, as birth certificates before 2010 print the parents.

The columns are headed *CHA* and *MẸ*; the labels stand once, at the left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from pipeline.extract.rows import Row, Sheet, Token, parts_of
from pipeline.extract.spans import Span
from pipeline.normalize.channel import nearest
from schemas.documents import Document, FieldSpec, field_specs
from schemas.vietnamese import key

_MOST_ROWS, _APART = 14, 3.0
"""Rows of such a table at the most, and heights of a line between two of them."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """The row of the heads, the section of each column from left to right, and where the columns begin (pixels)."""

    row: int
    sections: tuple[str, ...]
    edges: tuple[float, ...]


def grid_spans(
    model: type[Document], rows: Sequence[Row], sheets: Sequence[Sheet]
) -> tuple[dict[str, Span], tuple[Row, ...]]:
    """The words of each cell by field name, and the rows that are none of the table's."""
    grid = _find(model, rows, {sheet.page: sheet for sheet in sheets})
    if grid is None:
        return {}, tuple(rows)
    found: dict[str, list[Row]] = {}
    fields: Mapping[str, FieldSpec] = {}
    end = grid.row
    for at in range(grid.row + 1, min(grid.row + 1 + _MOST_ROWS, len(rows))):
        row, above = rows[at], rows[at - 1]
        if row.page != above.page or row.box.top - above.box.bottom > _APART * above.height:
            break
        label, *cells = _cut(row, grid)
        if label:
            fields = _asked(model, grid, " ".join(token.text for token in label))
            if not fields and found and _runs_on(row, grid):
                break
        end = at
        for section, cell in zip(grid.sections, cells, strict=True):
            if cell and section in fields:
                found.setdefault(fields[section].name, []).append(Row(row.page, cell))
    rest = (*rows[: grid.row], *rows[end + 1 :]) if found else tuple(rows)
    return {name: Span(tuple(cells)) for name, cells in found.items()}, tuple(rest)


def _find(model: type[Document], rows: Sequence[Row], sheets: Mapping[int, Sheet]) -> _Grid | None:
    """The row in which the heads of the columns stand and nothing else."""
    heads = model.form.grid
    for at, row in enumerate(rows if heads else ()):
        parts = parts_of(row, sheets[row.page])
        named = [
            next((s for s, texts in heads.items() if key(part.text) in map(key, texts)), None)
            for part in parts
        ]
        if len(parts) == len(heads) and None not in named and len(set(named)) == len(heads):
            middles = [part.box.centre[0] for part in parts]
            width = (middles[-1] - middles[0]) / (len(middles) - 1)
            return _Grid(at, tuple(filter(None, named)), tuple(middle - width / 2 for middle in middles))
    return None


def _cut(row: Row, grid: _Grid) -> Iterator[tuple[Token, ...]]:
    """The words of the label, then those of each column."""
    edges = (float("-inf"), *grid.edges, float("inf"))
    for left, right in pairwise(edges):
        yield tuple(token for token in row.tokens if left <= token.box.centre[0] < right)


def _asked(model: type[Document], grid: _Grid, label: str) -> dict[str, FieldSpec]:
    """The field of each section for which a label asks: *Họ và tên* is that of *Họ và tên cha*."""
    found = {}
    for each in field_specs(model):
        section = each.printed.section
        if section in grid.sections and section not in found:
            texts = tuple(_bare(text, model.form.grid[section]) for text in each.printed.labels)
            if nearest(label, texts):
                found[section] = each
    return found


def _bare(label: str, heads: Sequence[str]) -> str:
    """A label without the words that say whose it is."""
    whose = (head.lower() for head in sorted(heads, key=len, reverse=True))
    return next(
        (label.removesuffix(f" {head}") for head in whose if label.lower().endswith(f" {head}")), label
    )


def _runs_on(row: Row, grid: _Grid) -> bool:
    """A line of text across the edges of the columns, below the table: its words stand close everywhere."""
    words = list(pairwise(row.tokens))
    gaps = [b.box.left - a.box.right for a, b in words]
    crossing = [
        gap
        for gap, (a, b) in zip(gaps, words, strict=True)
        if any(a.box.centre[0] < edge <= b.box.centre[0] for edge in grid.edges)
    ]
    return bool(crossing) and max(crossing) < 2 * fmean(gaps)
