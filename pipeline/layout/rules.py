"""What is drawn rather than written: rules, table grids, dot leaders, ornaments. It is taken off before lines are sought."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.boxes import find_boxes
from pipeline.layout.components import Components
from pipeline.layout.masks import Mask
from pipeline.layout.runs import drawn_runs, long_runs, row_runs
from pipeline.pixels import at_share

LEADER_DOTS = 4
"""A leader has at least this many dots; fewer may be punctuation."""

ORNAMENT_PARTS = 16
"""A border is drawn of at least this many equal shapes side by side: more than the digits of any number."""

_SIDES, _STRAY = 3, 2
"""Sides of the sheet that a border has at least, and specks that may lie beyond it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Masks (0/1) of horizontal and vertical rules, each at least a few x-heights long; ``boxes`` are the lines of small ones."""

    horizontal: Mask
    vertical: Mask
    boxes: Mask | None = None

    @property
    def drawn(self) -> Mask:
        """All of these."""
        rules = self.horizontal | self.vertical
        return rules if self.boxes is None else rules | self.boxes


def find_rules(mask: Mask, x_height: float) -> Rules:
    """Find straight rules: longer than any stroke of a letter, thinner than a third of the x-height."""
    length = max(round(4 * x_height), 20)
    thick = max(round(0.35 * x_height), 4)
    columns = _upright(mask)
    upright = row_runs(columns)
    across, down = long_runs(mask, length), _upright(drawn_runs(columns, upright, length))
    boxes = find_boxes(mask, upright, x_height)
    return Rules(across - _upright_runs(across, thick), down - long_runs(down, thick), boxes)


def without_rules(mask: Mask, rules: Rules) -> Mask:
    """The mask with the rules and the fringe of one pixel around them taken off."""
    drawn = _grown(rules.horizontal, 1, 3) | _grown(rules.vertical, 3, 1)
    if rules.boxes is not None:
        drawn |= _grown(rules.boxes, 3, 3)
    return np.asarray(mask & (1 - drawn), np.uint8)


_LEFT = 3.0
"""X-heights from which on a thin part is left of a rule; a long dash has two and a half at most."""


def rest_of_rules(bare: Mask, parts: Components, x_height: float) -> Mask | None:
    """What ragged rules left beside the runs that were taken off, as a mask; None where there is nothing.

    A thin part longer than any dash, or higher than any letter, is a piece of one, though no row or column of it is whole; what stands up
    from a level one is a letter's.
    """
    thick = max(round(0.35 * x_height), 4)
    flat = (parts.width > _LEFT * x_height) & (parts.height <= thick)
    upright = (parts.height > _LEFT * x_height) & (parts.width <= thick)
    if not (flat | upright).any():
        return None
    rest = np.zeros_like(bare)
    for i in np.flatnonzero(flat):
        place = slice(int(parts.top[i]), int(parts.bottom[i])), slice(int(parts.left[i]), int(parts.right[i]))
        rest[place] = bare[place]
    rest &= 1 - _upright_runs(bare, thick + 1)
    whole = np.concatenate([[False], upright])
    return np.asarray(rest | (whole[parts.labels] & (bare > 0)), np.uint8)


def _upright_runs(mask: Mask, length: int) -> Mask:
    return _upright(long_runs(_upright(mask), length))


def _upright(mask: Mask) -> Mask:
    return np.asarray(cv2.transpose(mask), np.uint8)


def _grown(mask: Mask, width: int, height: int) -> Mask:
    return np.asarray(cv2.dilate(mask, np.ones((height, width), np.uint8)), np.uint8)


def find_leaders(parts: Components, x_height: float) -> NDArray[np.bool_]:
    """Which components are dots of a leader: small, alike, on one level, at equal pitch, six or more.

    Equal pitch and size tell leaders from i-dots, tone marks and punctuation.
    """
    width, height = parts.width, parts.height
    limit = max(0.45 * x_height, 3)
    small = np.flatnonzero((height <= limit) & (width <= 1.6 * limit))
    leader = np.zeros(len(parts.left), np.bool_)
    level = (parts.top + parts.bottom)[small] / 2 / max(0.4 * x_height, 2)
    for shift in (0.0, 0.5):  # a leader that straddles two levels lies within one of the shifted ones
        step = np.floor(level + shift)
        order = np.lexsort((parts.left[small], step))
        _mark_runs(parts, small[order], step[order], x_height, leader)
    return leader


def _mark_runs(
    parts: Components,
    row: NDArray[np.intp],
    level: NDArray[np.float64],
    x_height: float,
    leader: NDArray[np.bool_],
) -> None:
    """Mark runs in ``row`` (sorted by level, then left) whose pitch stays equal."""
    if len(row) < LEADER_DOTS:
        return
    centre = (parts.left[row] + parts.right[row]) / 2
    pitch = np.diff(centre)
    same_level = np.diff(level) == 0
    close = same_level & (pitch > 1) & (pitch < 1.3 * x_height)
    steady = close.copy()
    steady[1:] &= ~close[:-1] | (np.abs(np.diff(pitch)) <= np.maximum(0.3 * pitch[1:], 2))
    for start, end in _runs(steady, LEADER_DOTS):
        run = row[start:end]
        area = parts.area[run]
        usual = at_share(area, 0.5)
        if at_share(np.abs(area - usual), 0.5) <= 0.5 * usual:
            leader[run] = True


def find_ornaments(parts: Components, x_height: float) -> NDArray[np.bool_]:
    """Which components are shapes of an ornamental border: solid, alike, at equal pitch, around all that is written.

    Words that a table repeats down a column make such runs too, a letter each. A border has them on three sides of the sheet at least,
    and nothing is written beyond it.
    """
    width, height = parts.width, parts.height
    larger = np.maximum(width, height)
    fits = (larger >= 0.4 * x_height) & (larger <= 4 * x_height) & (2 * np.minimum(width, height) >= larger)
    fits &= parts.area >= 0.4 * width * height
    shapes = np.flatnonzero(fits)
    x, y = (parts.left + parts.right)[shapes] / 2, (parts.top + parts.bottom)[shapes] / 2
    down = _equal_rows(parts, shapes, (y, x), height, x_height)
    across = _equal_rows(parts, shapes, (x, y), width, x_height)
    inside = np.ones(len(larger), np.bool_)
    for run in (*down, *across):
        inside[run] = False
    letters = np.flatnonzero(inside & (larger >= 0.5 * x_height) & (larger <= 4 * x_height))
    sides = [
        *_outermost(down, parts.left, parts.right, letters),
        *_outermost(across, parts.top, parts.bottom, letters),
    ]
    ornament = np.zeros(len(larger), np.bool_)
    if sum(map(bool, sides)) >= _SIDES:
        for run in (run for side in sides for run in side):
            ornament[run] = True
    return ornament


def _equal_rows(
    parts: Components,
    shapes: NDArray[np.intp],
    place: tuple[NDArray[np.float64], NDArray[np.float64]],
    extent: NDArray[np.int32],
    x_height: float,
) -> list[NDArray[np.intp]]:
    """Runs of equal ``shapes`` in one direction; ``place`` is where each lies along it and across it."""
    along, across = place
    found = []
    for shift in (0.0, 0.5):
        level = np.floor(across / x_height + shift)
        order = np.lexsort((along, level))
        row = shapes[order]
        runs = _equal_runs(parts.area[row], extent[row], along[order], level[order])
        found += [row[start:end] for start, end in runs]
    return found


def _outermost(
    runs: list[NDArray[np.intp]],
    first: NDArray[np.int32],
    behind: NDArray[np.int32],
    letters: NDArray[np.intp],
) -> tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]]:
    """The runs before and behind which, from ``first`` to ``behind`` of each part, next to no letter stands."""
    before = [run for run in runs if (behind[letters] < first[run].min()).sum() <= _STRAY]
    after = [run for run in runs if (first[letters] > behind[run].max()).sum() <= _STRAY]
    return before, after


def _equal_runs(
    area: NDArray[np.int32], extent: NDArray[np.int32], along: NDArray[np.float64], level: NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Where in a row (sorted by level, then place) areas and pitch stay equal: starts and ends."""
    if len(area) < ORNAMENT_PARTS:
        return []
    pitch = np.diff(along)
    apart = (pitch > 1.2 * extent[1:]) & (pitch < 5 * extent[1:])
    alike = (np.diff(level) == 0) & apart & (np.abs(np.diff(area)) < 0.3 * np.minimum(area[1:], area[:-1]))
    steady = alike.copy()
    steady[1:] &= ~alike[:-1] | (np.abs(np.diff(pitch)) <= 0.2 * pitch[1:])
    return _runs(steady, ORNAMENT_PARTS)


def _runs(steady: NDArray[np.bool_], least: int) -> list[tuple[int, int]]:
    """Starts and ends of runs of at least so many things, of which ``steady`` tells that each goes on to its next."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], steady, [False]]).astype(np.int8)))
    runs = zip(edges[::2].tolist(), (edges[1::2] + 1).tolist(), strict=True)
    return [(start, end) for start, end in runs if end - start >= least]
