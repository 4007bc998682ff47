"""Tables with drawn grids: which rules form a grid, and in which cell a line lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.layout.components import find_components
from pipeline.layout.masks import Mask
from pipeline.layout.rules import Rules
from schemas.geometry import Box
from schemas.text import Cell


@dataclass(frozen=True, slots=True)
class Table:
    """A grid: its box, and the positions of its rules from left to right and from top to bottom, in pixels."""

    box: Box
    columns: tuple[float, ...]
    rows: tuple[float, ...]

    def place(self, box: Box) -> tuple[int, int] | None:
        """Row and column (from 0) in which the middle of a box lies; None when it lies outside."""
        x, y = box.centre
        row, column = bisect_right(self.rows, y) - 1, bisect_right(self.columns, x) - 1
        inside = 0 <= row < len(self.rows) - 1 and 0 <= column < len(self.columns) - 1
        return (row, column) if inside else None

    def cell(self, index: int, place: tuple[int, int]) -> Cell:
        """The neutral form of a place in this table, the ``index``-th of the page."""
        return Cell(index, *place)


def find_tables(rules: Rules, x_height: float) -> tuple[Table, ...]:
    """Find grids: at least three vertical and two horizontal rules that touch, from top to bottom of the page."""
    if not rules.vertical.any():  # most pages
        return ()
    grid = cv2.dilate(rules.horizontal | rules.vertical, np.ones((5, 5), np.uint8))
    parts = find_components(np.asarray(grid, np.uint8))
    tables = []
    for index in np.flatnonzero((parts.width >= 10 * x_height) & (parts.height >= 2.5 * x_height)).tolist():
        left, top = int(parts.left[index]), int(parts.top[index])
        width, height = int(parts.width[index]), int(parts.height[index])
        window = (slice(top, top + height), slice(left, left + width))
        own = parts.labels[window] == index + 1
        columns = _positions(rules.vertical[window] * own, 0, 0.4 * height, x_height)
        rows = _positions(rules.horizontal[window] * own, 1, 0.4 * width, x_height)
        if len(columns) >= 3 and len(rows) >= 2:
            box = Box(left, top, left + width, top + height)
            tables.append(Table(box, tuple(left + c for c in columns), tuple(top + r for r in rows)))
    return tuple(sorted(tables, key=lambda table: table.box.top))


def cell_of(tables: Sequence[Table], box: Box) -> tuple[int, int] | None:
    """Row and column in whichever table holds the middle of the box; None when no table does."""
    return next((place for table in tables if (place := table.place(box)) is not None), None)


def _positions(mask: Mask, axis: int, least: float, x_height: float) -> list[float]:
    """Where rules run: rows or columns of pixels that hold at least ``least`` ink within a narrow stripe."""
    profile = mask.sum(axis=axis).astype(np.float64)
    stripe = max(round(0.4 * x_height), 3)
    smooth = np.convolve(profile, np.ones(stripe), "same")
    strong = np.flatnonzero(smooth >= least)
    runs = np.split(strong, np.flatnonzero(np.diff(strong) > 1) + 1)
    merged: list[float] = []
    for position in (float(run[smooth[run].argmax()]) for run in runs if len(run)):
        if not merged or position - merged[-1] > 0.8 * x_height:
            merged.append(position)
    return merged
