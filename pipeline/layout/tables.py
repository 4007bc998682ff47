"""Tables with drawn grids: which rules form a grid, and in which cell a line lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, find_components
from pipeline.layout.masks import Mask
from pipeline.layout.rules import Rules
from schemas.geometry import Box
from schemas.text import Cell

_REACH, _BESIDE, _INSIDE = 5.0, 0.3, 0.8
"""How wide a gap in a rule is, how far beside it what is left of it lies, in x-heights, and how much of that must."""


_MARK = 1.3
"""Longest mark over a letter, which may stand close to a rule, in x-heights."""

_TALL, _THIN = 2.2, 0.35
"""Height and width of an upright piece of a rule, in x-heights."""

_LONG, _SPARSE = 2.5, 0.12
"""Longer side of a corner or a cross, in x-heights, and how little of its box is ink; touching letters fill a third."""

_LOWEST = 2.0
"""Height of a table of one row, in x-heights."""


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
    for index in np.flatnonzero(
        (parts.width >= 10 * x_height) & (parts.height >= _LOWEST * x_height)
    ).tolist():
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


def rest_of_grid(
    bare: Mask, parts: Components, rules: Rules, tables: Sequence[Table], x_height: float
) -> Mask | None:
    """What ragged rules of grids left of themselves, corners and pieces between two runs, as a mask; None where there is nothing."""
    if not tables:
        return None
    reach, beside = round(_REACH * x_height), round(_BESIDE * x_height)
    level = cv2.morphologyEx(rules.horizontal, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    upright = cv2.morphologyEx(rules.vertical, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))
    near = np.asarray(cv2.dilate(level, np.ones((2 * beside + 1, 1), np.uint8)), np.uint8)
    near |= np.asarray(cv2.dilate(upright, np.ones((1, 2 * beside + 1), np.uint8)), np.uint8)
    for table in tables:
        left, top, right, bottom = table.box.as_list()
        for x in map(round, table.columns):
            near[top:bottom, max(x - beside, 0) : x + beside + 1] = 1
        for y in map(round, table.rows):
            near[max(y - beside, 0) : y + beside + 1, left:right] = 1
    inside = np.bincount(parts.labels[(near & bare) > 0], minlength=len(parts.left) + 1)
    long = np.maximum(parts.width, parts.height) > _MARK * x_height
    along = (long & (inside[1:] >= _INSIDE * parts.area)) | _of_rules(parts, tables, x_height)
    if not along.any():
        return None
    return (np.concatenate([[False], along])[parts.labels]).astype(np.uint8)


def _of_rules(parts: Components, tables: Sequence[Table], x_height: float) -> NDArray[np.bool_]:
    """Which parts within a grid are thinner than letters of their height, or corners and crosses of thin strokes."""
    width, height = parts.width, parts.height
    thin = (height > _TALL * x_height) & (width <= _THIN * x_height)
    long = (np.maximum(width, height) > _LONG * x_height) & (np.minimum(width, height) > x_height)
    found = thin | (long & (parts.area < _SPARSE * width * height))
    x, y = (parts.left + parts.right) / 2, (parts.top + parts.bottom) / 2
    within = np.zeros(len(width), np.bool_)
    for table in tables:
        box = table.box
        within |= (x > box.left) & (x < box.right) & (y > box.top) & (y < box.bottom)
    return np.asarray(found & within, np.bool_)


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
