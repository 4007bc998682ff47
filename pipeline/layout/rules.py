"""What is drawn rather than written: rules, table grids, dot leaders, ornaments. It is taken off before lines are sought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.boxes import find_boxes
from pipeline.layout.components import Components
from pipeline.layout.masks import Mask
from pipeline.layout.runs import Places, drawn_runs, long_runs, row_runs, upright, upright_runs
from pipeline.pixels import at_share

LEADER_DOTS = 4
"""A leader has at least this many dots; fewer may be punctuation."""

ORNAMENT_PARTS = 16
"""A side of a border has at least this many equal shapes: more than the digits of any number."""

_RUN = 6
"""Equal shapes side by side from which a border is suspected."""

_SIDES, _STRAY = 3, 2
"""Sides of the sheet that a border has at least; or it has the upper and the lower one, with at most so many specks beyond them."""

_HOLLOW, _BENT, _BEYOND = 0.3, 0.03, 0.01
"""Least share of all shapes like its own that lie on a border; how far a side may bend, as a share of the way to the opposite one; and of how
many it is known that they may lie beyond it: specks."""

_LETTER, _IN_WORDS = 0.5, 0.5
"""X-heights that a letter measures at least, and that it is away from the next of its word at most; share of a side whose shapes are in words
from which on it is a margin of text.
"""

_UNEVEN, _EVEN = 0.15, 0.75
"""Part of the pitch by which a shape may stand beside its place, and least share of shapes of a side that stand in theirs."""


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
    columns = upright(mask)
    runs = row_runs(columns)
    across, down = long_runs(mask, length), upright(drawn_runs(columns, runs, length))
    boxes = find_boxes(mask, runs, x_height)
    level = across - upright_runs(across, thick)
    down |= _sides(level, runs, (round(_SIDE * x_height), length))
    return Rules(level, down - long_runs(down, thick), boxes)


_SIDE = 1.9
"""X-heights from which on an upright rule between two level ones is a side of a cell; a letter has 1.7 at the most."""


def _sides(level: Mask, runs: tuple[Places, Places, Places], lengths: tuple[int, int]) -> Mask:
    """Of the upright ``runs`` of a mask those that join two ``level`` rules: a table of one row has none that is longer."""
    column, top, bottom = runs
    found = np.zeros_like(level)
    fits = np.flatnonzero((bottom - top >= lengths[0]) & (bottom - top < lengths[1]))
    if len(fits) == 0 or not level.any():
        return found
    near = _grown(level, 1, 5)
    x, first, last = column[fits], top[fits], bottom[fits] - 1
    joining = (near[first, x] > 0) & (near[last, x] > 0)
    for one, start, end in zip(
        x[joining].tolist(), first[joining].tolist(), last[joining].tolist(), strict=True
    ):
        found[start : end + 1, one] = 1
    return found


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
    rest &= 1 - upright_runs(bare, thick + 1)
    whole = np.concatenate([[False], upright])
    return np.asarray(rest | (whole[parts.labels] & (bare > 0)), np.uint8)


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
    """Which components are shapes of an ornamental border: solid, alike, at equal pitch, in a ring around all that is written.

    Words that a table repeats down a column make such runs too, a letter each. A border has them on three sides of the sheet, or above
    and below all that is written, and hardly any elsewhere. What stands among its shapes is what is left of others: a heavy scan
    hollows and breaks them.
    """
    width, height = parts.width, parts.height
    larger = np.maximum(width, height)
    fits = (larger >= 0.4 * x_height) & (larger <= 4 * x_height) & (2 * np.minimum(width, height) >= larger)
    fits &= parts.area >= 0.4 * width * height
    shapes = np.flatnonzero(fits)
    middle = (parts.left + parts.right) / 2, (parts.top + parts.bottom) / 2
    x, y = (place[shapes] for place in middle)
    rows = (
        *_equal_rows(parts, shapes, (y, x), height, x_height),
        *_equal_rows(parts, shapes, (x, y), width, x_height),
    )
    none = np.zeros(len(larger), np.bool_)
    if sum(map(len, rows)) < 2 * ORNAMENT_PARTS:
        return none
    seen = np.concatenate(rows)
    reach = at_share(larger[seen], 0.5)
    same = [
        np.abs(of[shapes] - (usual := at_share(of[seen], 0.5))) < 0.2 * usual
        for of in (parts.area, width, height)
    ]
    alike = shapes[np.logical_and.reduce(same)]
    if len(alike) == 0:
        return none
    letters = np.flatnonzero((larger >= _LETTER * x_height) & (larger <= 4 * x_height))
    spans = (parts.left, parts.right), (parts.top, parts.bottom)
    level, upright = (
        [
            side
            for side in _ring(along, across, alike, reach)
            if not _is_in_words(side[0], letters, *extents, _LETTER * x_height)
        ]
        for along, across, extents in ((*middle, spans), (*middle[::-1], spans[::-1]))
    )
    sides = [*level, *upright]
    if not sides:
        return none
    ornament = np.logical_or.reduce([beside for _, beside in sides]) & (larger <= 4 * x_height)
    on_ring = np.unique(np.concatenate([shapes for shapes, _ in sides]))
    written = letters[~ornament[letters]]
    around = len(sides) >= _SIDES or (len(level) == 2 and _encloses(level, middle[1], written))
    return ornament if around and len(on_ring) >= _HOLLOW * len(alike) else none


def _encloses(
    level: Sequence[tuple[NDArray[np.intp], NDArray[np.bool_]]],
    y: NDArray[np.float64],
    written: NDArray[np.intp],
) -> bool:
    """Whether next to nothing is written above the upper and below the lower side."""
    (upper, _), (lower, _) = level
    beyond = (y[written] < y[upper].min()) | (y[written] > y[lower].max())
    return int(beyond.sum()) <= _STRAY


def _ring(
    along: NDArray[np.float64], across: NDArray[np.float64], alike: NDArray[np.intp], reach: float
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """The two opposite sides of a ring, as far as they are there: the shapes ``alike`` on each, and all that stands among these.

    ``along`` and ``across`` are the middles of all components; a side may be bent, as a sheet is that was not flat.
    """
    places = across[alike]
    first, last = at_share(places, _BEYOND), at_share(places, 1 - _BEYOND)
    for edge in (first, last):
        side = alike[np.abs(places - edge) <= _BENT * (last - first) + reach]
        if len(side) < ORNAMENT_PARTS:
            continue
        bend = np.polynomial.Polynomial.fit(along[side], across[side], 2)
        off = np.abs(across[side] - bend(along[side]))
        side = side[off <= reach]
        if len(side) < ORNAMENT_PARTS or not _evenly(np.sort(along[side])):
            continue
        room = 2 * reach
        within = (along >= along[side].min() - room) & (along <= along[side].max() + room)
        yield side, within & (np.abs(across - bend(along)) <= reach)


_Span = tuple[NDArray[np.int32], NDArray[np.int32]]


def _is_in_words(
    side: NDArray[np.intp], letters: NDArray[np.intp], along: _Span, across: _Span, room: float
) -> bool:
    """Whether beside most shapes of a side, across it, two letters follow one another: lines of text begin below each other too.

    Beside a shape of a border that a heavy scan broke stands no more than its rest. ``along`` and ``across`` are where all components
    begin and end.
    """
    inward = _followed(side, letters, along, across, room)
    outward = _followed(side, letters, along, (-across[1], -across[0]), room)
    return bool((inward | outward).mean() > _IN_WORDS)


def _followed(
    side: NDArray[np.intp], letters: NDArray[np.intp], along: _Span, across: _Span, room: float
) -> NDArray[np.bool_]:
    """Which shapes of a side have a letter close behind them that has another one close behind it."""
    first = _behind(side, letters, along, across, room)
    near = np.flatnonzero(first.any(axis=0))
    goes_on = _behind(letters[near], letters, along, across, 2 * room).any(axis=1)
    return np.asarray(first[:, near[goes_on]].any(axis=1), np.bool_)


def _behind(
    ones: NDArray[np.intp], others: NDArray[np.intp], along: _Span, across: _Span, room: float
) -> NDArray[np.bool_]:
    """Which of some others stand behind each one, on its level and no further than ``room``."""
    (start, end), (low, high) = along, across
    level = np.minimum(end[ones][:, None], end[others]) - np.maximum(start[ones][:, None], start[others]) > 0
    gap = low[others] - high[ones][:, None]
    return np.asarray(level & (gap >= 0) & (gap < room), np.bool_)


def _evenly(places: NDArray[np.float64]) -> bool:
    """Whether most places in a row are as far apart as others, or twice or three times as far where some are missing."""
    gaps = np.diff(places)
    pitch = at_share(gaps, 0.5)
    if pitch <= 0:  # one above the other
        return False
    steps = gaps / pitch
    return bool((np.abs(steps - np.maximum(np.round(steps), 1)) < _UNEVEN).mean() > _EVEN)


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


def _equal_runs(
    area: NDArray[np.int32], extent: NDArray[np.int32], along: NDArray[np.float64], level: NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Where in a row (sorted by level, then place) areas and pitch stay equal: starts and ends."""
    if len(area) < _RUN:
        return []
    pitch = np.diff(along)
    apart = (pitch > 1.2 * extent[1:]) & (pitch < 5 * extent[1:])
    alike = (np.diff(level) == 0) & apart & (np.abs(np.diff(area)) < 0.3 * np.minimum(area[1:], area[:-1]))
    steady = alike.copy()
    steady[1:] &= ~alike[:-1] | (np.abs(np.diff(pitch)) <= 0.2 * pitch[1:])
    return _runs(steady, _RUN)


def _runs(steady: NDArray[np.bool_], least: int) -> list[tuple[int, int]]:
    """Starts and ends of runs of at least so many things, of which ``steady`` tells that each goes on to its next."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], steady, [False]]).astype(np.int8)))
    runs = zip(edges[::2].tolist(), (edges[1::2] + 1).tolist(), strict=True)
    return [(start, end) for start, end in runs if end - start >= least]
