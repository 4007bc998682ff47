"""Measure the page before anything is done to it: size of its letters, skew, which side is up.

All of it comes from the boxes of the connected components of a reduced copy, a few milliseconds in all. The skew is the
angle at which the feet of the letters gather into the sharpest rows (projection profile; Postl 1986, Baird 1987).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.light import flattened
from pipeline.layout.components import Components, faint_parts, find_components, x_height
from pipeline.layout.masks import Mask, page_mask
from pipeline.model import Picture

_LONG_SIDE = 1800
"""Pixels of the longer side of the copy that is measured: A4 at about 150 dpi."""

_SMALLEST_PRINT = 0.0035
"""The x-height of 6-point print as a share of the longer side of A4; what is smaller are dots and specks."""

TYPICAL_X_HEIGHT = 13.0
"""Pixels of the x-height of 13-point print on that copy."""

_USUAL_SKEW, _WIDEST_SKEW = 8.0, 16.0
"""Degrees to either side in which the skew is sought: what feeders and hands do, and where that leaves doubt."""

_CLEAR = 0.9
"""Certainty from which it is not sought any further."""

_APART = 0.55
"""How much sharper the feet fall into rows along one axis than along the other where that is certain. Equal words down the columns of a
table come up to 0.37 along the wrong axis; of 66 real and drawn pages two have less than 0.43."""

_JOINED = 0.25
"""Share of joined letters from which a page is blurred; of sharp print it is below 0.1, of pale cards up to 0.19."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a page looks like.

    ``x_height`` in pixels of the page as given (0: no text found), ``skew`` in degrees (positive: the lines fall to the
    right), after ``quarter_turns`` turns of 90° clockwise that bring the page upright; ``certainty`` 0–1 tells how sure
    that turn is; ``letters`` counts what looks like a letter.
    """

    x_height: float
    skew: float
    quarter_turns: int
    certainty: float
    letters: int


NO_TEXT = Measure(0.0, 0.0, 0, 0.0, 0)
"""Of a page on which nothing is written: it stays as it lies."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The reduced copy on which a page is judged.

    ``even`` is grey, with flat light, ``scale`` times the page; before, its paper had the level ``paper`` (0–255). ``parts`` are the
    components of its ink ``mask`` without what shines through.
    """

    paper: float
    even: Picture
    mask: Mask
    parts: Components
    scale: float


def overview_of(grey: Picture) -> Overview:
    """Reduce a grey page (height, width) by a whole step, which is cheap, and find its ink."""
    side = min(
        max(grey.shape), _STRETCHED * min(grey.shape)
    )  # a receipt is as wide as its letters want, however long
    scale = 1 / max(round(side / _LONG_SIDE), 1)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    small = np.asarray(small, np.uint8)
    even, paper = flattened(small, TYPICAL_X_HEIGHT)
    mask = page_mask(even)
    found = find_components(mask)
    if _is_blurred(found):
        mask = _apart(even, mask)
        found = find_components(mask)
    faint = faint_parts(found, even, mask, x_height(found, smallest=_smallest(even)))
    return Overview(paper, even, mask, found.only(~faint), scale)


def _is_blurred(parts: Components) -> bool:
    """Whether most of what could be letters by its height is as long as words are: blur has joined the letters."""
    size = x_height(parts)
    line = (parts.height > 0.6 * size) & (parts.height < 2 * size)
    joined = line & (parts.width > 2 * parts.height)
    return bool(size and joined.sum() > _JOINED * line.sum())


def _apart(even: Picture, mask: Mask) -> Mask:
    """The ink that is darker than its surroundings: blurred letters stand apart again."""
    smooth, around = cv2.blur(even, (3, 3)), cv2.blur(even, (5, 5))
    return np.asarray(mask & (smooth < around).astype(np.uint8), np.uint8)


def _smallest(picture: Picture) -> float:
    return max(5.0, _SMALLEST_PRINT * float(max(picture.shape)))


def measure(overview: Overview) -> Measure:
    """Measure a page."""
    parts, scale = overview.parts, overview.scale
    size = x_height(parts, smallest=_smallest(overview.even))
    letters = _letters(parts, size)
    if len(letters) < 20:
        return Measure(size / scale, 0.0, 0, 0.0, len(letters))
    edges = _edges(parts, letters)
    for reach in (_USUAL_SKEW, _WIDEST_SKEW):
        found = _upright(edges, size, reach)
        if found[2] >= _CLEAR and abs(found[1]) < reach - 0.5:
            break
    turns, skew, certainty = found
    size = _size(overview, turns) or size
    return Measure(size / scale, skew, turns, certainty, len(letters))


def _upright(edges: list[tuple[Floats, Floats]], size: float, reach: float) -> tuple[int, float, float]:
    """Quarter turns, skew in degrees, sought up to ``reach`` to either side, and how certain (0–1) the turn is."""
    scores = {turns: _sharpest(*edges[turns], size, reach) for turns in range(4)}
    flat = max(scores[0][0], scores[2][0])
    upended = max(scores[1][0], scores[3][0])
    pair = (0, 2) if flat >= upended else (1, 3)
    up, down = scores[pair[0]][0], scores[pair[1]][0]
    turns = pair[0] if up >= down else pair[1]
    axis = 1 - min(flat, upended) / max(flat, upended)
    side = 1 - min(up, down) / max(up, down)
    certainty = min(axis / _APART, side / 0.12, 1.0)
    return turns, scores[turns][1], certainty


def turned(overview: Overview, found: Measure, turns: int) -> Measure:
    """The same page when somebody knows better how many quarter turns clockwise bring it upright."""
    if found.letters < 20:
        return replace(found, quarter_turns=turns, certainty=1.0)
    size = _size(overview, turns) or found.x_height * overview.scale
    edges = _edges(overview.parts, _letters(overview.parts, size))
    skew = _sharpest(*edges[turns], size)[1]
    return replace(found, x_height=size / overview.scale, quarter_turns=turns, certainty=1.0, skew=skew)


def _size(overview: Overview, turns: int) -> float:
    """The x-height in pixels of the overview after some quarter turns: of a page that lies on its side widths are heights."""
    parts = overview.parts
    if turns % 2:
        parts = Components(parts.labels, parts.top, parts.left, parts.bottom, parts.right, parts.area)
    return x_height(parts, smallest=_smallest(overview.even))


def _letters(parts: Components, size: float) -> NDArray[np.intp]:
    height, width = parts.height, parts.width
    fits = (height >= 0.55 * size) & (height <= 3.4 * size) & (width >= 0.25 * size) & (width <= 8 * size)
    return np.flatnonzero(fits) if size else np.empty(0, np.intp)


def _edges(parts: Components, letters: NDArray[np.intp]) -> list[tuple[Floats, Floats]]:
    """For 0–3 clockwise quarter turns: where the feet of the letters would lie, as (along the line, across)."""
    left, right = parts.left[letters].astype(float), parts.right[letters].astype(float)
    top, bottom = parts.top[letters].astype(float), parts.bottom[letters].astype(float)
    x, y = (left + right) / 2, (top + bottom) / 2
    return [(x, bottom), (-y, right), (-x, -top), (y, -left)]


def _sharpest(
    along: Floats, across: Floats, size: float, widest: float = _WIDEST_SKEW
) -> tuple[float, float]:
    """The best sharpness of rows of feet, and the skew in degrees at which it is reached."""
    best = (0.0, 0.0)
    for step, reach in ((0.25, widest), (0.04, 0.24), (0.01, 0.04)):
        middle = best[1]
        for angle in np.arange(middle - reach, middle + reach + step / 2, step):
            score = _sharpness(across - along * np.tan(np.radians(angle)), size)
            if score > best[0]:
                best = (score, float(angle))
    return best


def _sharpness(level: Floats, size: float) -> float:
    """Sum of squares of a histogram of levels, bins of a sixth of the x-height, smoothed."""
    bins = np.round((level - level.min()) / max(size / 6, 1)).astype(np.intp)
    counts = np.bincount(bins).astype(float)
    smooth = counts.copy()
    smooth[1:] += 0.5 * counts[:-1]
    smooth[:-1] += 0.5 * counts[1:]
    return float((smooth**2).sum())


_STRETCHED = 2
"""A page is measured as if it were no longer than so many times its width."""
