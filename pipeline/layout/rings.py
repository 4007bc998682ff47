"""Removes the rings of a seal from scans without colour, since they join letters of a title or name that they cross.

A ring is found as a thin, closed circle; nothing else on a paper is one. Strokes that cross it are kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import find_components
from pipeline.layout.masks import Mask
from pipeline.model import Picture
from schemas.geometry import Box

_SMALLEST, _LARGEST = 10.0, 26.0
"""Widths of seals in x-heights: 24 to 50 mm beside print of 13 points."""

_COARSE = 3
"""Pixels to one of the copy on which circles are sought."""

_JOINED = np.ones((3, 3), np.uint8)
"""Reach, in pixels of that copy, over which pieces are one."""

_NEARLY = 0.6
"""Share of the way round a likely circle on which there is ink near by."""

_FULL = 0.65
"""Share of its box that something round and mostly empty fills there at most."""

_VOTES, _SEEDS = 26, 3
"""Votes of a circle in Hough's way, and how many of the strongest are looked at."""

_ROUND = 0.55
"""Share of the way round on which a ring has ink."""

_THICK, _THINNEST = 0.5, 0.34
"""Thickest ring, in x-heights; a radius belongs to a ring from this share of the way on."""

_THROUGH = 0.45
"""How far on either side of a ring print goes on that crosses it, in x-heights."""

_STEPS = 720


_INSIDE, _WITHIN = 0.8, 0.85
"""What stands within this share of a seal's radius from its middle, with this share of its width, is written on the seal."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle, in pixels."""

    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """The square around it."""
        r = self.radius
        return Box(self.x - r, self.y - r, self.x + r, self.y + r)

    def holds(self, box: Box) -> bool:
        """Whether nearly all of a line stands within the seal, where only the seal's own words do."""
        _, y = box.centre
        half = math.sqrt(max(self.radius**2 - (y - self.y) ** 2, 0.0))
        inside = min(box.right, self.x + half) - max(box.left, self.x - half)
        return abs(y - self.y) < _INSIDE * self.radius and inside > _WITHIN * box.width


@dataclass(frozen=True, slots=True)
class Rings:
    """The rings of seals as a mask, 0/1, and the circles that they are."""

    mask: Mask
    circles: tuple[Circle, ...]


def find_rings(mask: Mask, x_height: float) -> Rings | None:
    """The rings of seals without the print that crosses them; None where there are none. ``mask`` is the ink (height, width).

    A ring is a part of something large and mostly empty. A worn stamp leaves arcs of it: on a coarse copy they are one again.
    """
    coarse = cv2.resize(
        mask * np.uint8(255), None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA
    )
    parts = find_components(np.asarray(cv2.dilate((coarse > 0).astype(np.uint8), _JOINED), np.uint8))
    least, most = 0.6 * _SMALLEST * x_height / _COARSE, 60 * x_height / _COARSE
    large = (parts.width > least) & (parts.height > least) & (parts.height < most)
    large &= parts.area < _FULL * parts.width * parts.height
    pad = round(0.5 * _LARGEST * x_height / _COARSE)
    rings, circles = np.zeros_like(mask), []
    for i in np.flatnonzero(large).tolist():
        top, left = max(int(parts.top[i]) - pad, 0), max(int(parts.left[i]) - pad, 0)
        bottom, right = int(parts.bottom[i]) + pad, int(parts.right[i]) + pad
        near = slice(top, bottom), slice(left, right)
        own = np.where(parts.labels[near] == i + 1, coarse[near], np.uint8(0))
        window = slice(_COARSE * top, _COARSE * bottom), slice(_COARSE * left, _COARSE * right)
        for circle in _circles(own, x_height):
            found = _ring(mask[window], circle, x_height)
            if found is not None:
                ring, middle = found
                rings[window] |= ring
                circles.append(Circle(middle.x + _COARSE * left, middle.y + _COARSE * top, middle.radius))
    return Rings(rings, tuple(circles)) if circles else None


def _circles(own: Picture, x_height: float) -> list[Circle]:
    """The likeliest circles of a component on the coarse copy (255: all ink), in pixels of its window."""
    low, high = (0.5 * size * x_height / _COARSE for size in (_SMALLEST, _LARGEST))
    found = cv2.HoughCircles(
        cv2.GaussianBlur(own, (0, 0), 1),
        cv2.HOUGH_GRADIENT,
        1.5,
        low,
        param1=120,
        param2=_VOTES,
        minRadius=round(low),
        maxRadius=round(high),
    )
    if found is None:
        return []
    seeds = [Circle(*map(float, seed[:3])) for seed in found.reshape(-1, found.shape[-1])[:_SEEDS]]
    near = np.asarray(cv2.dilate((own > 0).astype(np.uint8), _JOINED), np.uint8)
    return [
        Circle(_COARSE * seed.x, _COARSE * seed.y, _COARSE * seed.radius)
        for seed in seeds
        if _shares(near, seed, round(1.15 * seed.radius))[round(0.8 * seed.radius) :].max() > _NEARLY
    ]


def _ring(mask: Mask, seed: Circle, x_height: float) -> tuple[Mask, Circle] | None:
    """The rings around the middle of a circle, and the outermost; None where it is not inked nearly all the way round."""
    circle = _centred(mask, seed)
    shares = _shares(mask, circle, round(1.15 * circle.radius))
    near = slice(max(round(0.8 * circle.radius), 1), round(1.15 * circle.radius))
    if shares[near].max(initial=0) < _ROUND:
        return None
    y, x = np.indices(mask.shape, np.float32)
    radius = np.hypot(x - np.float32(circle.x), y - np.float32(circle.y))
    rings, outermost = np.zeros_like(mask), 0
    for first, behind in _runs(shares > _THINNEST):
        thin = behind - first <= max(_THICK * x_height, 5)
        if thin and shares[first:behind].max() > _ROUND and first > 0.3 * circle.radius:
            outermost = max(outermost, behind)
            rings |= ((radius >= first - 1.5) & (radius < behind + 1.5)).astype(np.uint8)
    rings &= mask
    if not rings.any():
        return None
    rest = mask & (1 - rings)
    reach = 2 * round(_THROUGH * x_height) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    through = np.asarray(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, kernel), np.uint8)
    return np.asarray(rings & (1 - through), np.uint8), Circle(circle.x, circle.y, float(outermost))


def _centred(mask: Mask, seed: Circle) -> Circle:
    """The circle moved by some pixels to where its ring is sharpest."""
    best, most = seed, -1.0
    for step in (4.0, 4.0, 1.5):
        middle = best
        for dx in (-step, 0.0, step):
            for dy in (-step, 0.0, step):
                moved = Circle(middle.x + dx, middle.y + dy, middle.radius)
                shares = _shares(mask, moved, round(1.15 * seed.radius))
                low = max(round(0.85 * seed.radius), 1)
                sharpest = float(shares[low:].max(initial=0))
                if sharpest > most:
                    best, most = Circle(moved.x, moved.y, float(low + shares[low:].argmax())), sharpest
    return best


def _shares(mask: Mask, circle: Circle, reach: int) -> NDArray[np.float64]:
    """For each radius in pixels the share of the way round on which there is ink."""
    flags = cv2.WARP_POLAR_LINEAR | cv2.INTER_NEAREST | cv2.WARP_FILL_OUTLIERS
    around = cv2.warpPolar(mask, (reach, _STEPS), (circle.x, circle.y), reach, flags)
    return np.asarray(np.asarray(around, np.float64).mean(axis=0), np.float64)


def _runs(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
