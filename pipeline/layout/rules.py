"""What is drawn rather than written: rules, table grids, dot leaders. It is taken off before lines are sought."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, Mask

LEADER_DOTS = 6
"""A leader has at least this many dots; fewer may be punctuation."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Masks (0/1) of horizontal and vertical rules, each at least a few x-heights long."""

    horizontal: Mask
    vertical: Mask


def find_rules(mask: Mask, x_height: float) -> Rules:
    """Find straight rules: longer than any stroke of a letter, thinner than a third of the x-height."""
    length = max(round(4 * x_height), 20)
    thick = max(round(0.35 * x_height), 4)
    across = _opened(mask, length, 1)
    down = _opened(mask, 1, length)
    return Rules(across - _opened(across, 1, thick), down - _opened(down, thick, 1))


def without_rules(mask: Mask, rules: Rules) -> Mask:
    """The mask with the rules and the fringe of one pixel around them taken off."""
    return np.asarray(mask & (1 - (_grown(rules.horizontal, 1, 3) | _grown(rules.vertical, 3, 1))), np.uint8)


def _opened(mask: Mask, width: int, height: int) -> Mask:
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((height, width), np.uint8)), np.uint8)


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
    edges = np.flatnonzero(np.diff(np.concatenate([[False], steady, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        run = row[start : end + 1]
        if len(run) < LEADER_DOTS:
            continue
        area = parts.area[run]
        if np.median(np.abs(area - np.median(area))) <= 0.5 * np.median(area):
            leader[run] = True
