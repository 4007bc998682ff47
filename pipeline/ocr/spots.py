"""Spots that were read as a sign: a speck of dirt as a dash, a disc as a letter, the grain of a shadow as a word.

What a sign looks like says so. A dash is longer than it is high, and no sign but a bullet, which is told by where it stands
(``pipeline.ocr.list_marks``), is a disc. Ink and paper are two levels, however pale the ink; grain is spread around one.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.layout.masks import share_below
from pipeline.model import Picture
from pipeline.ocr.list_marks import BULLET
from pipeline.ocr.recogniser import RawWord, Words
from schemas.geometry import Box

_DASHES = frozenset("-–—−~_")

_STOPS = frozenset(f".,;:'’‘·{BULLET}")
"""Signs that are spots."""

_ROUND, _LONG = 1.4, 1.25
"""How often as long as wide a spot is at the most, and a dash at the least."""

_SOLID = 0.7
"""Share of its box that a disc fills at the least; letters fill half of theirs."""

_PLUS = 0.7
"""Width of the smallest plus, in x-heights of its line."""

_SHORTEST, _ALONE, _ROWS = 0.22, 0.35, 3.0
"""Length of the shortest dash, of one beside no word of letters, and rows of a line, in x-heights of the line."""

_APART = 1.0
"""White behind the first sign of a line, in x-heights, with which it is as good as alone."""

_AROUND = 2

_PARTED, _SURE = 0.69, 0.9
"""Share of the variance of the levels in a box that is between dark and light ones at the least: 0.64 of grain, 0.74 to 0.9 of print
(measured); and confidence in a word from which on it is print all the same."""


def without_spots(words: Words, picture: Picture, rows: int) -> Words:
    """The words of a line ``rows`` high, boxes on its page ``picture``, without such spots."""
    x_height = rows / _ROWS
    beside_words = any(sum(map(str.isalpha, word.text)) > 1 for word in words)
    shortest = (_SHORTEST if beside_words else _ALONE) * x_height
    if not words:
        return ()
    kept = tuple(word for word in words[1:] if not _is_spot(word, picture, x_height, shortest))
    if kept and kept[0].box.left - words[0].box.right > _APART * x_height:
        shortest = _ALONE * x_height
    return kept if _is_spot(words[0], picture, x_height, shortest) else (words[0], *kept)


def _is_spot(word: RawWord, picture: Picture, x_height: float, shortest: float) -> bool:
    place = _around(picture, word.box)
    if place.size == 0:
        return False
    if word.confidence < _SURE and _parted(place) < _PARTED:
        return True
    dash = set(word.text) <= _DASHES
    if not dash and (len(word.text) != 1 or word.text in _STOPS):
        return False
    width, height, full = _largest(place)
    if dash:
        return width < max(_LONG * height, shortest)
    if word.text == "+" and width < _PLUS * x_height:
        return True
    return full >= _SOLID and max(width, height) <= _ROUND * min(width, height)


def _around(picture: Picture, box: Box) -> Picture:
    left, top, right, bottom = box.as_list()
    return picture[max(top - _AROUND, 0) : bottom + _AROUND, max(left - _AROUND, 0) : right + _AROUND]


def _parted(place: Picture) -> float:
    """How far the levels of a place are two groups: the share of their variance that is between dark and light ones (Otsu 1979)."""
    middle = cv2.threshold(place, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
    light = place > middle
    share, all = float(light.mean()), float(place.var())
    if all == 0 or share in {0.0, 1.0}:
        return 1.0
    apart = float(place[light].mean() - place[~light].mean())
    return share * (1 - share) * apart * apart / all


def _largest(place: Picture) -> tuple[int, int, float]:
    """Width and height of the largest ink in a place, halfway to its darkest, and the share of its own box that it fills."""
    middle = (float(cv2.blur(place, (3, 3)).min()) + share_below(place, 0.9)) / 2
    dark = cv2.threshold(place, middle, 1, cv2.THRESH_BINARY_INV)[1]
    stats = cv2.connectedComponentsWithStats(dark, connectivity=8)[2][1:]
    if len(stats) == 0:
        return 0, 0, 0.0
    _, _, width, height, area = stats[np.argmax(stats[:, cv2.CC_STAT_AREA])].tolist()
    return width, height, area / (width * height)
