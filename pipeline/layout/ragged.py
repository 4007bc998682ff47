"""Rules of worn grids: a coarse scan in black and white breaks thin ones to dashes that drift from row to row, none as long as a rule.

Where a page has some whole rules both ways, broken ones are sought as well: what is no higher than a rule is thick, row after row with
the two beside it, its gaps closed. Letters make no such runs, since their stems are higher; the rims of seals do. So it only
counts where it makes up a grid.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from pipeline.layout.masks import Mask
from pipeline.layout.rules import Rules
from pipeline.layout.runs import row_runs, upright, upright_runs
from pipeline.layout.tables import Table, find_tables
from pipeline.pixels import at_share

_THICK = 0.35
"""Most thickness of a rule, in x-heights, as in ``pipeline.layout.rules``."""

_BROKEN = (4.0, 0.3, 0.75)
"""Of a broken rule: its least length and the widest gap in it, in x-heights, since a rule of the other direction crosses it there; and the
least share of it that is ink."""

_DOTTED = ((16.0, 0.5, 0.55), (5.0, 0.5, 0.55))
"""The same of level and upright ones of which hardly more than dots are left: feet of letters make short level rows of such."""

_ROWS, _PITCH = 2, 8.0
"""Fewest rows of such a grid, and most height of most of them, in x-heights."""

_AROUND = 0.5
"""How far beyond a grid its rules may reach, in x-heights."""


def with_ragged_rules(mask: Mask, rules: Rules, x_height: float) -> Rules:
    """The rules of a page, those of a worn grid made whole."""
    if not (rules.horizontal.any() and rules.vertical.any()):  # most pages
        return rules
    flat, narrow = _low(mask, x_height), _low(upright(mask), x_height)
    level = _beside(rules.horizontal, _ragged(flat, _BROKEN, x_height), 1, 7)
    down = _beside(rules.vertical, upright(_ragged(narrow, _BROKEN, x_height)), 7, 1)
    if not (level.any() or down.any()):
        return rules
    level |= _beside(rules.horizontal, _ragged(flat, _DOTTED[0], x_height), 1, 7)
    down |= _beside(rules.vertical, upright(_ragged(narrow, _DOTTED[1], x_height)), 7, 1)
    found = replace(rules, horizontal=rules.horizontal | level, vertical=rules.vertical | down)
    grids, around = np.zeros_like(mask), round(_AROUND * x_height)
    for table in find_tables(found, x_height):
        if not _is_grid(table, x_height):
            continue
        left, top, right, bottom = table.box.as_list()
        grids[max(top - around, 0) : bottom + around, max(left - around, 0) : right + around] = 1
    if not grids.any():
        return rules
    return replace(
        rules, horizontal=rules.horizontal | (level & grids), vertical=rules.vertical | (down & grids)
    )


def _is_grid(table: Table, x_height: float) -> bool:
    """Whether rows are as high as they are in lists: a border around the sheet, and a streak down it, make no grid."""
    gaps = np.diff(table.rows)
    return len(gaps) >= _ROWS and float(at_share(gaps, 0.5)) <= _PITCH * x_height


def _beside(whole: Mask, ragged: Mask, width: int, height: int) -> Mask:
    """Ragged rules where no whole one runs: marks of letters that touch those stay."""
    return ragged & (1 - np.asarray(cv2.dilate(whole, np.ones((height, width), np.uint8)), np.uint8))


def _low(mask: Mask, x_height: float) -> Mask:
    """What is no higher in a mask (0/1) than a rule is thick, each row with the two beside it."""
    low = mask - upright_runs(mask, max(round(_THICK * x_height), 4) + 1)
    return np.asarray(cv2.dilate(low, np.ones((3, 1), np.uint8)), np.uint8)


def _ragged(wide: Mask, kind: tuple[float, float, float], x_height: float) -> Mask:
    """Level rules that are broken in such a way, of what ``_low`` gives."""
    long, gap, ink = round(kind[0] * x_height), round(kind[1] * x_height), kind[2]
    closed = np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8)), np.uint8)
    row, first, behind = row_runs(closed)
    fits = np.flatnonzero(behind - first >= long)
    found = np.zeros_like(wide)
    for y, start, end in zip(row[fits].tolist(), first[fits].tolist(), behind[fits].tolist(), strict=True):
        if wide[y, start:end].mean() >= ink:
            found[y, start:end] = 1
    return np.asarray(cv2.erode(found, np.ones((3, 1), np.uint8)), np.uint8)
