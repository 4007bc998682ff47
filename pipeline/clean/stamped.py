"""Titles, names, numbers and dates set with a rubber stamp, or by a program, in colour: letters in a row, beside the seal or across its rim.

They are print in all but colour, and go with the seal unless they are told from it: a row of letters that stands outside of
every ring, or alone in a small frame (*HỎA TỐC*). People write in blue too: there a row is print when its letters stand on one level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, find_components
from pipeline.layout.masks import Mask
from pipeline.median import median
from schemas.geometry import Box

_LOWEST_MM, _HIGHEST_MM, _WIDEST_MM = 1.7, 6.0, 18.0
"""Letters of stamps, from small type with its marks to large capitals; some touch."""

_RING_MM, _ROUND = 18.0, 0.7
"""A ring is as wide and high as this at least, and nearly as wide as high."""

_TALL_FRAME_MM = 20.0
"""What stands in a higher frame is a received stamp or a square seal."""

_LETTERS, _PARTS, _LONG, _GAP = 5, 3, 4.0, 1.6
"""So many letters make a row, or so many parts that are so long together: letters of a stamp touch; and the widest gap between
two of them. Lengths are in heights of the row."""

_OUTSIDE = 1.02
"""Radii of a ring beyond which nothing belongs to it."""

_ABOVE, _BELOW, _BESIDE = 0.6, 0.35, 1.5
"""How far the marks of a row and letters that touch the ring may lie beyond its letters, in heights of the row."""


_MANY_ROWS, _MANY_LETTERS = 4, 80
"""So many rows of so many letters are print: what is no larger than a letter among them is too, however short its row."""

_FEET, _WITH_TAILS, _TOPS, _LEVEL = 0.6, 0.85, 0.6, 0.06
"""Of a typed row, the shares of letters whose feet stand on one level, of those and the ones with tails, and of those whose tops lie on two
levels (marks stand on some); as exactly as a share of their height, which no hand does."""


def stamped_print(
    ink: Mask, dpi: float, *, of_pens: bool = False, beneath: Mask | None = None
) -> Mask | None:
    """Which pixels of ink of one colour (0/1) are stamped letters; None where there are none. ``of_pens``: people write in it too.

    ``beneath`` is print of which the letters of a row that lies over it would make rubbish.
    """
    parts = find_components(ink)
    mm = 25.4 / dpi
    high, wide = parts.height * mm, parts.width * mm
    framing = np.flatnonzero((high > _HIGHEST_MM) & (wide > _HIGHEST_MM))
    tall = framing[high[framing] >= _RING_MM]
    rings = [i for i in tall.tolist() if _ROUND < wide[i] / high[i] < 1 / _ROUND]
    frames = [i for i in tall.tolist() if i not in rings and high[i] > _TALL_FRAME_MM]
    letters = np.flatnonzero((high > _LOWEST_MM) & (high < _HIGHEST_MM) & (wide < _WIDEST_MM))
    x, y = (parts.left + parts.right)[letters] / 2, (parts.top + parts.bottom)[letters] / 2
    free = np.ones(len(letters), np.bool_)
    for i in rings:
        free &= _beyond(parts, i, x, y)
    for i in frames:
        free &= (x < parts.left[i]) | (x > parts.right[i]) | (y < parts.top[i]) | (y > parts.bottom[i])
    rows = [row for row in _rows(parts, letters[free]) if not of_pens or _is_typed(parts, row)]
    if beneath is not None:
        rows = [row for row in rows if not lies_over_words(parts.box(row), beneath, dpi)]
    if not rows:
        return None
    kept = np.zeros_like(ink)
    for row in rows:
        _keep(kept, ink, parts, row)
    if len(rows) >= _MANY_ROWS and sum(map(len, rows)) >= _MANY_LETTERS:
        _keep_among(kept, parts, np.concatenate(rows), mm)
    rows_y, columns_x = np.nonzero(kept)
    outside = np.ones(len(rows_y), np.bool_)
    for i in rings:
        outside &= _beyond(parts, i, columns_x, rows_y)
    kept[rows_y[~outside], columns_x[~outside]] = 0
    for i in framing.tolist():
        if i not in rings:
            top, bottom, left, right = parts.top[i], parts.bottom[i], parts.left[i], parts.right[i]
            kept[top:bottom, left:right][parts.labels[top:bottom, left:right] == i + 1] = 0
    return kept


def _keep_among(kept: Mask, parts: Components, rows: NDArray[np.intp], mm: float) -> None:
    """Keep all that is no larger than a letter from the first of some rows to the last, and a row above and below."""
    over = _HIGHEST_MM / mm
    small = np.concatenate([[False], (parts.height * mm < _HIGHEST_MM) & (parts.width * mm < _WIDEST_MM)])
    top, bottom = max(int(parts.top[rows].min() - over), 0), int(parts.bottom[rows].max() + over)
    left, right = max(int(parts.left[rows].min() - over), 0), int(parts.right[rows].max() + over)
    kept[top:bottom, left:right][small[parts.labels[top:bottom, left:right]]] = 1


def _beyond(
    parts: Components, ring: int, x: NDArray[np.generic], y: NDArray[np.generic]
) -> NDArray[np.bool_]:
    """Which points lie outside of a ring."""
    middle_x, middle_y = (parts.left + parts.right)[ring] / 2, (parts.top + parts.bottom)[ring] / 2
    across, down = (x - middle_x) / (parts.width[ring] / 2), (y - middle_y) / (parts.height[ring] / 2)
    return np.asarray(across**2 + down**2 > _OUTSIDE**2, np.bool_)


def _rows(parts: Components, letters: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Letters, or several that touch, on one level, which follow each other closely and are enough of a row."""
    rows: list[list[int]] = []
    for i in letters[np.argsort(parts.left[letters], kind="stable")].tolist():
        height = int(parts.height[i])
        for row in rows:
            last = row[-1]
            usual = max(height, int(parts.height[last]))
            near = parts.left[i] - max(int(parts.right[j]) for j in row[-3:]) < _GAP * usual
            shared = min(parts.bottom[i], parts.bottom[last]) - max(parts.top[i], parts.top[last])
            if near and shared > 0.5 * min(height, int(parts.height[last])):
                row.append(i)
                break
        else:
            rows.append([i])
    return [np.array(row, np.intp) for row in rows if len(row) >= _LETTERS or _is_long(parts, row)]


def lies_over_words(box: Box, beneath: Mask, dpi: float) -> bool:
    """Whether other print stands in a box: so many letters of it as make a row of their own."""
    left, top, right, bottom = box.as_list()
    under = find_components(beneath[max(top, 0) : bottom, max(left, 0) : right])
    return int((under.height * 25.4 / dpi > _LOWEST_MM / 2).sum()) >= _LETTERS


def _is_long(parts: Components, row: list[int]) -> bool:
    """Whether parts of a row are as long together as several letters."""
    return len(row) >= _PARTS and parts.width[row].sum() > _LONG * median(parts.height[row])


def _is_typed(parts: Components, row: NDArray[np.intp]) -> bool:
    """Whether the letters of a row stand on one level and are of two heights, as exactly as no hand writes."""
    height = float(np.percentile(parts.height[row], 80))
    row = row[parts.height[row] > 0.5 * height]
    if len(row) < _LETTERS:
        return False
    x = (parts.left[row] + parts.right[row]) / 2
    order = np.arange(len(row))
    apart = np.triu(order[None] - order[:, None] > len(row) // 3)
    feet = parts.bottom[row].astype(float)
    slopes = (feet[None] - feet[:, None])[apart] / np.maximum((x[None] - x[:, None])[apart], 1)
    tilt = median(slopes) * x
    off = max(_LEVEL * height, 1.0)
    feet, tops = feet - tilt, parts.top[row] - tilt
    foot = _on_a_level(feet, off)
    tail = foot | _on_a_level(np.where(foot, np.inf, feet), off)
    high = _on_a_level(tops, off)
    either = high | _on_a_level(np.where(high, np.inf, tops), off)
    shares = foot.mean(), tail.mean(), either.mean()
    return all(share >= least for share, least in zip(shares, (_FEET, _WITH_TAILS, _TOPS), strict=True))


def _on_a_level(places: NDArray[np.float64], off: float) -> NDArray[np.bool_]:
    """Which places lie within ``off`` of the level on which most do; infinite ones lie on none."""
    near = np.abs(places[:, None] - places[None, np.isfinite(places)]) <= off
    return near[:, near.sum(axis=0).argmax()] if near.size else np.zeros(len(places), np.bool_)


def _keep(kept: Mask, ink: Mask, parts: Components, row: NDArray[np.intp]) -> None:
    """Keep what has the colour on the level of a row, with its marks and letters that touch the ring."""
    top, bottom = int(median(parts.top[row])), int(median(parts.bottom[row]))
    height = bottom - top
    rows = slice(max(round(top - _ABOVE * height), 0), round(bottom + _BELOW * height))
    left, right = int(parts.left[row].min()), int(parts.right[row].max())
    columns = slice(max(round(left - _BESIDE * height), 0), round(right + _BESIDE * height))
    kept[rows, columns] |= ink[rows, columns]
