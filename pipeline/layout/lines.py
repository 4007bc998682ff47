"""Lines of text, built from components upwards.

Letters are linked to their right-hand neighbours, never across a vertical rule or a gap of more than 1.6 x-heights, so
that a line never mixes two columns. Marks, dots and commas then join the line whose letters they belong to: a tone
mark stands close above the x-height or the capital, a *nặng* dot close below the baseline.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.bridges import find_bridges
from pipeline.layout.columns import part_columns
from pipeline.layout.components import Components
from pipeline.layout.entries import entries
from pipeline.layout.links import link, walled, widest_gap
from pipeline.layout.lone_words import EVEN, ROW, is_lone_word
from pipeline.layout.marks import NOBODY, adopt_marks
from pipeline.layout.masks import Mask
from pipeline.pixels import at_share

_Baseline = tuple[float, float, float]

_LIFTED, _SUNK = 1.0, 0.8
"""How far above and below the baseline a letter of the line may end, in x-heights."""

_TALL = 0.9
"""Marks over letters are less high, in x-heights."""

_WORD = 1.6
"""Length of the shortest word that has no ascender, in x-heights."""

_LOW = 0.7
"""Height of the lowest line of several letters, in x-heights."""

_FIRM = 8
"""Fewer letters do not tell where their baseline is."""

_LONG = 25
"""Width of a line of text, in x-heights; titles of one line are less wide as a rule."""

_MOST = 0.75
"""Share of the letters of a row beside a line that stand on its foot at the least."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: its box (left, top, right, bottom) in pixels and its baseline y = c0 + c1·x + c2·x²."""

    left: int
    top: int
    right: int
    bottom: int
    baseline: _Baseline

    def baseline_at(self, x: float) -> float:
        """The y of the baseline at ``x``, in pixels."""
        c0, c1, c2 = self.baseline
        return c0 + c1 * x + c2 * x * x


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page, and for each component the index of its line or ``NOBODY``."""

    lines: tuple[TextLine, ...]
    owner: NDArray[np.intp]

    def only(self, kept: NDArray[np.intp]) -> Lines:
        """Some of the lines, in this order; components of the others belong to nobody."""
        place = np.full(len(self.lines) + 1, NOBODY, np.intp)  # nobody, -1, reads the last entry
        place[kept] = np.arange(len(kept))
        return Lines(tuple(self.lines[index] for index in kept.tolist()), place[self.owner])

    def without(self, left_out: Collection[int]) -> Lines:
        """The same lines, by the same index; components of those that are ``left_out`` belong to nobody."""
        owner = self.owner.copy()
        owner[np.isin(owner, list(left_out))] = NOBODY
        return Lines(self.lines, owner)


def find_lines(parts: Components, x_height: float, vertical_rules: Mask, dropped: NDArray[np.bool_]) -> Lines:
    """Find the lines among components; ``dropped`` ones (leaders, specks) take no part."""
    walls = vertical_rules if vertical_rules.any() else None
    letters = _letters(parts, x_height, dropped)
    gap = widest_gap(parts, letters, x_height)
    linked, bridges = _linked(parts, letters, x_height, gap, walls)
    pieces = [piece for group in linked for piece in _levels(parts, group, x_height, gap, walls)]
    groups = [group for group, _ in pieces]
    is_line = [_is_line(parts, group, x_height) for group in groups]
    rows = [group for group, is_row in zip(groups, is_line, strict=True) if is_row and len(group) >= ROW]
    lines = [
        piece
        for piece, is_row in zip(pieces, is_line, strict=True)
        if is_row or is_lone_word(parts, piece[0], rows, x_height)
    ]
    tall = [group for group, _ in lines]
    baselines = [baseline or _baseline(parts, group, x_height) for group, baseline in lines]
    if tall:
        more = entries(parts, groups, tall, dropped, x_height, walls)
        tall, baselines = [*tall, *more], [*baselines, *(_baseline(parts, group, x_height) for group in more)]
    dropped = dropped.copy()
    dropped[letters] = True  # but for those that stand in a group
    for group in groups:
        dropped[group] = False
    owner = np.full(len(parts.left), NOBODY, np.intp)
    for index, group in enumerate(tall):
        owner[group] = index
    for bridge in bridges:
        owner[bridge] = _line_below(parts, bridge, tall, baselines, x_height, gap)
    adopt_marks(parts, owner, baselines, x_height, dropped)
    owner, baselines = _join(parts, owner, baselines, x_height, gap, walls)
    owner, baselines = part_columns(parts, owner, baselines, x_height)
    return Lines(tuple(_line(parts, np.flatnonzero(owner == i), b) for i, b in enumerate(baselines)), owner)


def _linked(
    parts: Components, letters: NDArray[np.intp], x_height: float, gap: float, walls: Mask | None
) -> tuple[list[NDArray[np.intp]], list[int]]:
    """Groups of letters on one level, and the letters that would have joined a long line to others.

    Titles, which are shorter, may be stamped over others: most of their letters touch, and none alone joins them.
    """
    groups, bridges = [], list[int]()
    for group in link(parts, letters, gap, walls):
        between = find_bridges(parts, group, x_height)
        apart = link(parts, group[~between], gap, walls) if between.any() else [group]
        widths = (int(parts.right[piece].max() - parts.left[piece].min()) for piece in apart)
        if len(apart) > 1 and max(widths) > _LONG * x_height:
            groups += apart
            bridges += group[between].tolist()
        else:
            groups.append(group)
    return groups, bridges


def _line_below(
    parts: Components,
    part: int,
    groups: list[NDArray[np.intp]],
    baselines: list[_Baseline],
    x_height: float,
    gap: float,
) -> int:
    """The line on which the lower one of two letters that touch stands; ``NOBODY`` where there is none."""
    x, foot = (parts.left[part] + parts.right[part]) / 2, parts.bottom[part]
    near = [
        (abs(c0 + c1 * x + c2 * x * x - foot), index)
        for index, (group, (c0, c1, c2)) in enumerate(zip(groups, baselines, strict=True))
        if parts.left[group].min() - gap < x < parts.right[group].max() + gap
    ]
    off, index = min(near, default=(np.inf, NOBODY))
    return index if off < _SUNK * x_height else NOBODY


def _is_line(parts: Components, group: NDArray[np.intp], x_height: float) -> bool:
    """Whether a group holds letters: one or two parts below the height of a digit are a mark or a dash, thin ones streaks.

    Unless they are as long as a short word without ascenders, of which letters touch. Three and more may be of smaller print than
    the page's (a line of recipients or of a note without descenders).
    """
    height = int(parts.bottom[group].max() - parts.top[group].min())
    width = int(parts.right[group].max() - parts.left[group].min())
    if len(group) > 2:
        return height >= _LOW * x_height
    if width >= _WORD * x_height and height >= 0.85 * x_height:
        return True
    return height >= 1.2 * x_height and width >= 0.3 * x_height


def _letters(parts: Components, x_height: float, dropped: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Components that may be letters, sorted from left to right."""
    height, width = parts.height, parts.width
    fits = (height >= 0.55 * x_height) & (height <= 3.4 * x_height)
    fits &= (width >= 0.1 * x_height) & (width <= 14 * x_height) & ~dropped
    found = np.flatnonzero(fits)
    return found[np.argsort(parts.left[found], kind="stable")]


def _levels(
    parts: Components, group: NDArray[np.intp], x_height: float, gap: float, walls: Mask | None
) -> list[tuple[NDArray[np.intp], _Baseline | None]]:
    """A group without the letters that stand off its baseline, such as the rim of a seal, and these linked anew.

    With a group that stays as it was its baseline, for which much of the work went.
    """
    if len(group) < _FIRM:
        return [(group, None)]
    baseline = _baseline(parts, group, x_height)
    c0, c1, c2 = baseline
    x = (parts.left[group] + parts.right[group]) / 2
    foot = c0 + c1 * x + c2 * x * x
    lifted = (parts.bottom[group] < foot - _LIFTED * x_height) & (parts.height[group] > _TALL * x_height)
    sunk = (parts.bottom[group] > foot + _SUNK * x_height) & (parts.top[group] > foot - 0.5 * x_height)
    level = ~(lifted | sunk)  # what touches the line below reaches up to its own
    if level.all():
        return [(group, baseline)]
    rows = [group[off] for off in (lifted, sunk) if _is_row(parts, group[off], c1, x_height)]
    if level.mean() < 0.5:  # the baseline of two rows that a seal's letters joined lies between them
        return [(piece, None) for piece in (*rows, group[level])] if len(rows) == 2 else [(group, baseline)]
    of_row = np.isin(np.arange(len(parts.left)), np.concatenate([*rows, group[:0]]))
    others = link(parts, group[~level], gap, walls)
    kept = (other for other in others if len(other) >= _FIRM or of_row[other].all())
    return [(piece, None) for piece in (group[level], *kept)]


def _is_row(parts: Components, letters: NDArray[np.intp], slope: float, x_height: float) -> bool:
    """Whether letters off a line stand on one of their own, set so tight that the two touch: a title stamped over another.

    The letters of a seal's rim stand on a bow.
    """
    if len(letters) < ROW:
        return False
    x = (parts.left[letters] + parts.right[letters]) / 2
    feet = [parts.bottom[letters] - each * x for each in (0.0, slope)]  # that of two mixed lines says little
    even = [np.abs(each - at_share(each, 0.5)) < EVEN * x_height for each in feet]
    return max(float(each.mean()) for each in even) >= _MOST


def _baseline(parts: Components, group: NDArray[np.intp], x_height: float) -> _Baseline:
    """Fit the baseline through the feet of the letters; descenders are trimmed away step by step.

    A slope needs 8 x-heights of text, a curve 40: less would follow noise.
    """
    foot = parts.bottom[group].astype(np.float64)
    x = (parts.left[group] + parts.right[group]) / 2
    fit = np.array([0.0, 0.0, at_share(foot, 0.5)])
    for tolerance in (0.6, 0.3, 0.2):
        off = foot - ((fit[0] * x + fit[1]) * x + fit[2])
        kept = np.abs(off - at_share(off, 0.5)) < tolerance * x_height
        span = float(np.ptp(x[kept])) if kept.any() else 0.0
        if int(kept.sum()) < 4:
            break
        degree = 0 if span < 8 * x_height else 1 if span < 40 * x_height or int(kept.sum()) < 25 else 2
        fit = fitted(x[kept], foot[kept], degree)
    return float(fit[2]), float(fit[1]), float(fit[0])


def fitted(x: NDArray[np.float64], y: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """Least squares of degree 0 to 2: factors of x², x and 1. A quarter of the price of ``np.polyfit`` for some dozen points.

    Places are counted from their middle in halves of their span, so that the normal equations are well behaved.
    """
    if degree == 0:
        return np.array([0.0, 0.0, y.mean()])
    first, last = x.min(), x.max()
    middle, half = (first + last) / 2, (last - first) / 2
    powers = ((x - middle) / half) ** np.arange(degree + 1)[:, None]
    found = np.linalg.solve(powers @ powers.T, powers @ y)
    a, b = (found[2] if degree == 2 else 0.0) / half**2, found[1] / half
    return np.array([a, b - 2 * a * middle, found[0] - b * middle + a * middle**2])


def _join(
    parts: Components,
    owner: NDArray[np.intp],
    baselines: list[_Baseline],
    x_height: float,
    widest: float,
    walls: Mask | None,
) -> tuple[NDArray[np.intp], list[_Baseline]]:
    """Join lines on one baseline that come close once dashes and marks belong to them."""
    count = len(baselines)
    members = [np.flatnonzero(owner == i) for i in range(count)]
    left = np.array([parts.left[m].min() for m in members])
    right = np.array([parts.right[m].max() for m in members])
    order = np.argsort(left, kind="stable")
    into = np.arange(count)
    for place, b in enumerate(order.tolist()):
        gaps = left[b] - right[order[:place]]
        near = order[:place][(gaps > -2 * x_height) & (gaps < widest)]
        for a in near.tolist():
            gap = left[b] - right[a]
            x = (left[b] + right[a]) / 2
            level = [c0 + c1 * x + c2 * x * x for c0, c1, c2 in (baselines[a], baselines[b])]
            if abs(level[0] - level[1]) >= 0.35 * x_height:
                continue
            if (
                walls is not None
                and gap > 0
                and walled(walls, right[a], left[b], round(level[0] - x_height / 2))
            ):
                continue
            into[into == into[b]] = into[a]
    kept = sorted(set(into.tolist()), key=lambda i: int(parts.top[members[i]].min()))
    joined = np.full(len(owner), NOBODY, np.intp)
    fits = []
    for index, i in enumerate(kept):
        group = np.concatenate([members[k] for k in np.flatnonzero(into == i)])
        joined[group] = index
        # There are none where pieces of a torn rule were joined.
        letters = group[parts.height[group] >= 0.55 * x_height]
        again = (into == i).sum() > 1 and len(letters) > 0
        fits.append(_baseline(parts, letters, x_height) if again else baselines[i])
    return joined, fits


def line_of(parts: Components, group: NDArray[np.intp], x_height: float) -> TextLine:
    """The line that some letters make."""
    return _line(parts, group, _baseline(parts, group, x_height))


def _line(parts: Components, group: NDArray[np.intp], baseline: _Baseline) -> TextLine:
    return TextLine(
        int(parts.left[group].min()),
        int(parts.top[group].min()),
        int(parts.right[group].max()),
        int(parts.bottom[group].max()),
        baseline,
    )
