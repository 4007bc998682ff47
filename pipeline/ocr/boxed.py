"""Degrees of urgency and secrecy in a box of their own (*KHẨN*, *HỎA TỐC*, *MẬT*), stamped askew, worn or pale beside the print.

Lines of print are sought level and dark, and such a stamp is neither: what is read of it is a piece or another word. Its four sides are
thin lines that meet, so it is found by them, set level, and read by itself (Decree 30/2020, annex I; Circular 24/2020/TT-BCA). Only
what says a degree takes the place of what was read there: a box may hold anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.tables import Table
from pipeline.model import X_HEIGHT, Picture
from pipeline.normalize.channel import match
from pipeline.ocr.recogniser import Recogniser
from pipeline.pixels import reduced
from schemas.geometry import Box, union
from schemas.lexicon import stamps
from schemas.text import Line, Word

_UPPER = 0.55
"""Share of a page, from its top, in which such stamps lie."""

_COARSE = 2
"""Pixels to one of the copy on which boxes are sought."""

_AROUND, _NEAR = round(2 * X_HEIGHT), round(2 * X_HEIGHT)
"""Pixels of the coarse copy around a point that tell how light its paper is, and of the other in which ink is equally dark."""

_PALE = 10
"""Levels (of 255) by which the palest ink is darker than the paper around it."""

_GAP = 5
"""Pixels of the coarse copy over which the grain of a worn side is closed."""

_WIDTH, _HEIGHT = (5.0, 36.0), (1.8, 8.0)
"""Sides of a box in x-heights, at the least and at the most."""

_TILT = 9.0
"""Degrees by which a stamp is askew at the most."""

_LONG = 1.2
"""Width of a box in its heights at the least."""

_SIDE, _THICK = 0.6, 0.25
"""Share of each side of a box that is ink, and how far off the side that ink may lie, in x-heights."""

_MOST = 4
"""Boxes that are read on a page, the largest first."""

_INNER = 0.12
"""Share of its height by which a box is cut, so that its sides are no strokes of the words."""

_LETTERS = (1.3, 1.7)
"""Heights of a box's room in heights of its capitals: one line fills it, or stands in it with some air."""

_ABOVE, _BELOW = 0.66, 0.41
"""Room above and below the capitals of a strip, in their heights (``pipeline.layout.strips``)."""

_PAPER = 255


@dataclass(frozen=True, slots=True)
class _Boxed:
    """A box: middle, sides and tilt (degrees clockwise), in pixels of the picture."""

    x: float
    y: float
    width: float
    height: float
    tilt: float


def boxed_stamps(picture: Picture, tables: Sequence[Table], recogniser: Recogniser) -> tuple[Line, ...]:
    """The degrees that stand in boxes on an upright grey page (height, width), a line each; cells of its tables are none."""
    alone = (boxed for boxed in _boxes(picture) if not any(_is_cell(boxed, table) for table in tables))
    outer: list[_Boxed] = []
    for boxed in sorted(alone, key=lambda one: -one.width * one.height):
        if not any(_has_inside(other, boxed) for other in outer):  # a side has two edges
            outer.append(boxed)
    lines = (_read(picture, boxed, recogniser) for boxed in outer[:_MOST])
    return tuple(line for line in lines if line is not None)


def _has_inside(boxed: _Boxed, other: _Boxed) -> bool:
    return max(abs(boxed.x - other.x) / boxed.width, abs(boxed.y - other.y) / boxed.height) < 0.5


def outside(lines: Sequence[Line], stamps: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without what was read in the boxes of ``stamps``."""
    for stamp in stamps:
        box = union(word.box for word in stamp.words)
        parts = (tuple(word for word in line.words if not _lies_in(word.box, box)) for line in lines)
        lines = tuple(Line(words) for words in parts if words)
    return tuple(lines)


def _is_cell(boxed: _Boxed, table: Table) -> bool:
    across, down = table.box.left < boxed.x < table.box.right, table.box.top < boxed.y < table.box.bottom
    return across and down


def _lies_in(box: Box, other: Box) -> bool:
    return box.intersection(other).area > 0.5 * box.area


def _boxes(picture: Picture) -> Iterator[_Boxed]:
    grey = reduced(picture[: round(_UPPER * len(picture))], _COARSE)
    paper = cv2.blur(grey, (_AROUND, _AROUND))
    ink = np.asarray(cv2.subtract(paper, grey) > _PALE, np.uint8)
    whole = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((_GAP, _GAP), np.uint8))
    outlines, _ = cv2.findContours(whole, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    unit = X_HEIGHT / _COARSE
    for outline in outlines:
        if len(outline) < _SIDE * 2 * (_WIDTH[0] + _HEIGHT[0]) * unit:
            continue
        (x, y), (width, height), tilt = cv2.minAreaRect(outline)
        if abs(tilt) > 45:
            width, height, tilt = height, width, tilt - float(np.copysign(90.0, tilt))
        size = _WIDTH[0] < width / unit < _WIDTH[1] and _HEIGHT[0] < height / unit < _HEIGHT[1]
        if not size or abs(tilt) > _TILT or width < _LONG * height:
            continue
        boxed = _Boxed(x, y, width, height, tilt)
        if _has_sides(outline[:, 0].astype(float), boxed, max(_THICK * unit, 2.0)):
            yield _Boxed(x * _COARSE, y * _COARSE, width * _COARSE, height * _COARSE, tilt)


def _has_sides(points: NDArray[np.float64], boxed: _Boxed, near: float) -> bool:
    """Whether an outline runs along each side of the box around it; ``near`` it, in pixels."""
    turn = np.radians(boxed.tilt)
    along = np.array([np.cos(turn), np.sin(turn)])
    middle = points - np.array([boxed.x, boxed.y])
    places = middle @ along + boxed.width / 2, middle @ np.array([-along[1], along[0]]) + boxed.height / 2
    for at, across, long in ((*places, boxed.width), (*places[::-1], boxed.height)):
        far = boxed.height if long == boxed.width else boxed.width
        for side in (across < near, across > far - near):
            if len(np.unique(at[side].astype(int))) < _SIDE * long:
                return False
    return True


def _level(picture: Picture, boxed: _Boxed, paper: int) -> Picture:
    """What lies in a box, set level."""
    turn = cv2.getRotationMatrix2D((boxed.x, boxed.y), boxed.tilt, 1)
    width, height = max(round(boxed.width), 1), max(round(boxed.height), 1)
    turn[:, 2] += np.array([(width - 1) / 2 - boxed.x, (height - 1) / 2 - boxed.y])
    return np.asarray(
        cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper), np.uint8
    )


def _read(picture: Picture, boxed: _Boxed, recogniser: Recogniser) -> Line | None:
    """The degree that a box holds, as a line that stands where the box is; None where it holds something else."""
    level = _level(picture, boxed, _PAPER)
    cut = round(_INNER * len(level))
    inner = level[cut : len(level) - cut, cut : level.shape[1] - cut]
    strips = [_strip(working, len(inner) / air) for working in _workings(inner) for air in _LETTERS]
    for words in recogniser(strips):
        text = " ".join(word.text for word in words).upper()
        if words and (found := match(text, stamps, torn=False)):
            sure = min(word.confidence for word in words)
            return _line(found.phrase, boxed, min(found.chance, sure))
    return None


def _workings(inner: Picture) -> tuple[Picture, ...]:
    """As it is; and softened, its ink as dark in each column as that of print."""
    soft = cv2.GaussianBlur(inner, (0, 0), 1.0).astype(np.float32)
    paper = float(np.percentile(soft, 80))
    darkest = cv2.erode(soft.min(axis=0, keepdims=True), np.ones((1, _NEAR), np.uint8))
    room = np.maximum(paper - cv2.blur(darkest, (_NEAR, 1)), _PALE)
    even = np.clip(_PAPER - (paper - soft) * (_PAPER / room), 0, _PAPER).astype(np.uint8)
    return inner, even


def _strip(inner: Picture, capital: float) -> Picture:
    """The line of capitals of this height in the middle of a box, with the room above and below that strips have."""
    air = (len(inner) - capital) / 2
    above, below = round(_ABOVE * capital - air), round(_BELOW * capital - air)
    rows = inner[max(-above, 0) : len(inner) - max(-below, 0)]
    white = round(0.5 * capital)
    roomy = cv2.copyMakeBorder(
        rows, max(above, 0), max(below, 0), white, white, cv2.BORDER_CONSTANT, value=(_PAPER,)
    )
    return np.asarray(roomy, np.uint8)


def _line(phrase: str, boxed: _Boxed, confidence: float) -> Line:
    """The words of a degree, side by side in the room of its box."""
    cut = _INNER * boxed.height
    left, right = boxed.x - boxed.width / 2 + cut, boxed.x + boxed.width / 2 - cut
    top, bottom = boxed.y - boxed.height / 2 + cut, boxed.y + boxed.height / 2 - cut
    step = (right - left) / len(phrase)
    words, at = [], 0
    for text in phrase.split():
        words.append(
            Word(text, Box(left + at * step, top, left + (at + len(text)) * step, bottom), confidence)
        )
        at += len(text) + 1
    return Line(tuple(words))
