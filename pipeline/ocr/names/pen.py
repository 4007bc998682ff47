"""Strokes of a pen across print, on scans without colour: told from letters by their run, and taken out.

A letter of bold print holds no straight run of ink longer than a capital is high; a signature, a flourish or the rim of
a seal does, and bends slowly. So ink is opened by segments of many directions (the orientation scores of Duits and
Franken, 2010, made cheap), and what overlaps between neighbouring directions is one stroke: a letter that a stroke
crosses has other directions and stays apart. Only strokes that leave the line of print are taken out; print goes on
where it stands on both sides of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import find_components
from pipeline.layout.masks import Mask
from pipeline.model import Picture
from pipeline.pixels import at_share

Labels = NDArray[np.int32]

_RUN = 1.72
"""Shortest straight run of a stroke, in x-heights: a capital is 1.45 high."""

_DIRECTIONS = 24

_LEAVES, _WIDE = 0.4, 3.0
"""A stroke rises above or hangs below the line by this much, or is so wide, in x-heights."""

_INK, _PAPER = 170, 255

_LIGHTEST, _SHADE = 0.8, 200
"""Share of a part that is darker than its paper, which a photograph may show in shade: below this level (0–255) ink is darker too."""

_MOST_INK, _THICK = 0.6, 0.5
"""Share of a part of which no strokes can be told, and the most that a stroke is half as thick as, in x-heights."""


def without_strokes(
    picture: Picture, top: int, bottom: int, x_height: float, levels: Sequence[int] = (_PAPER,)
) -> list[Picture]:
    """A grey picture without the pen strokes that cross the line of print in its rows ``top`` to ``bottom``.

    One picture for each of ``levels`` (0–255): no pixel of a stroke stays darker than that.
    """
    light = at_share(picture, _LIGHTEST)
    mask = (picture < (_INK if light > _SHADE else _INK * light / _PAPER)).astype(np.uint8)
    if mask.mean() > _MOST_INK:
        return [picture] * len(levels)
    strokes = _strokes(mask, top - _LEAVES * x_height, bottom + _LEAVES * x_height, x_height)
    if not strokes.any():
        return [picture] * len(levels)
    band = _grown(strokes, 1) & mask
    print_left = _solid(mask & (1 - band))
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 3)[strokes > 0]
    thick = min(at_share(inside, 0.5), _THICK * x_height)
    kept = band & _closed(print_left, 2 * round(thick + 0.5) + 6)
    edge = _grown(band, 2) & (1 - _grown(print_left | kept, 1))
    gone = ((edge | band) & (1 - kept)) > 0
    return [np.where(gone, np.maximum(picture, np.uint8(level)), picture) for level in levels]


def _strokes(mask: Mask, top: float, bottom: float, x_height: float) -> Mask:
    """The runs of strokes that leave the rows ``top`` to ``bottom``, or are too wide for a letter."""
    layers: list[Labels] = []
    boxes = [np.zeros((1, 4), np.int32)]  # nothing is no stroke
    count = 1
    for segment in _segments(round(_RUN * x_height)):
        opened = cv2.morphologyEx(
            mask, cv2.MORPH_OPEN, segment, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)
        )
        runs = find_components(np.asarray(opened, np.uint8))
        layers.append(np.where(runs.labels > 0, runs.labels + (count - 1), 0).astype(np.int32))
        boxes.append(np.stack([runs.left, runs.top, runs.right, runs.bottom], axis=1))
        count += len(runs.left)
    leader = _joined(layers, count)
    box = np.concatenate(boxes)
    tops, lefts = np.full(count, 1 << 20), np.full(count, 1 << 20)
    bottoms, rights = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.minimum.at(lefts, leader, box[:, 0])
    np.minimum.at(tops, leader, box[:, 1])
    np.maximum.at(rights, leader, box[:, 2])
    np.maximum.at(bottoms, leader, box[:, 3])
    leaves = (tops < top) | (bottoms > bottom) | (rights - lefts > _WIDE * x_height)
    leaves[0] = False
    wanted = leaves[leader].astype(np.uint8)
    wanted[0] = 0
    strokes = np.zeros_like(mask)
    for layer in layers:
        strokes |= wanted[layer]
    return strokes


def _joined(layers: Sequence[Labels], count: int) -> NDArray[np.intp]:
    """For each label of all layers the label that leads its stroke: neighbouring directions that overlap are one."""
    leader = np.arange(count)

    def root(label: int) -> int:
        while leader[label] != label:
            leader[label] = leader[leader[label]]
            label = int(leader[label])
        return label

    for layer, following in zip(layers, [*layers[1:], layers[0]], strict=True):
        both = (layer > 0) & (following > 0)
        pairs = set((layer[both].astype(np.int64) * count + following[both]).tolist())
        for pair in sorted(pairs):
            leader[root(pair % count)] = root(pair // count)
    return np.array([root(label) for label in range(count)])


@lru_cache(maxsize=8)
def _segments(length: int) -> tuple[Mask, ...]:
    """Lines of one pixel's width and ``length`` pixels in ``_DIRECTIONS`` directions."""
    half = length // 2
    segments = []
    for step in range(_DIRECTIONS):
        angle = math.pi * step / _DIRECTIONS
        dx, dy = round(half * math.cos(angle)), round(half * math.sin(angle))
        segment = np.zeros((2 * abs(dy) + 1, 2 * abs(dx) + 1), np.uint8)
        x, y = abs(dx), abs(dy)
        cv2.line(segment, (x - dx, y - dy), (x + dx, y + dy), (1,), 1)
        segments.append(segment)
    return tuple(segments)


def _solid(mask: Mask) -> Mask:
    """What is more than the ragged rim that a stroke leaves behind."""
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    parts = find_components(np.asarray(opened, np.uint8))
    large = np.concatenate([[0], parts.area >= 10]).astype(np.uint8)
    return np.asarray(large[parts.labels], np.uint8)


def _grown(mask: Mask, by: int) -> Mask:
    """The mask with a rim of so many pixels."""
    return np.asarray(cv2.dilate(mask, np.ones((2 * by + 1, 2 * by + 1), np.uint8)), np.uint8)


def _closed(mask: Mask, gap: int) -> Mask:
    """The mask closed over gaps of so many pixels, across, down and along both diagonals."""
    diagonal = np.eye(gap, dtype=np.uint8)
    closed = np.zeros_like(mask)
    for bar in (np.ones((1, gap), np.uint8), np.ones((gap, 1), np.uint8), diagonal, diagonal[::-1].copy()):
        closed |= np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, bar), np.uint8)
    return closed
