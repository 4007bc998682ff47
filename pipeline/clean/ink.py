"""Coloured ink: seals, stamps and signatures are found, and lifted off the working copy.

Print is dark in all three channels and has no colour; ink has. So where there is colour, and only there, the working copy
takes the lightest channel and adds what colour there is: the ink turns to paper, what it covered comes out. Where nearly all
letters of a page have one colour, that is its print (carbon copies, blue ribbons, coloured certificates), and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.stamped import lies_over_words, stamped_print
from pipeline.layout.components import find_components
from pipeline.layout.masks import Mask
from pipeline.model import Ink, InkKind, Picture
from pipeline.pixels import reduced
from schemas.geometry import Box, union

_COLOUR = 40
"""Least difference between the lightest and darkest channel of ink (0–255); less is paper, print or JPEG noise."""

_REDUCE = 4
"""Pixels to one of the copy on which colour is sought."""

_BLEACH = 1.3
"""How much lighter a pixel gets for each step between its lightest and darkest channel."""

_LINE, _LOWEST_STAMP_MM = 4.0, 16.0
"""A red mark this many times as wide as high, and lower than this, is a printed line."""

_TITLE, _HIGHEST_TITLE_MM, _HIGHEST_LETTER_MM = 2.2, 25.0, 14.0
"""One that is less long or higher is a title of several lines when nothing in it is higher than a letter."""

_ON_LEVEL = 0.6
"""Share of the higher of two marks of one row that both reach over."""

_SMALLEST_MM = 6.0
"""Coloured marks smaller than this in both directions are lifted, but no evidence of anything."""


_FEWEST, _MOSTLY = 40, 5
"""So many letters of one colour, and so many times as many as have none, are print."""

_BLACK, _HEAD = 110, 0.5
"""Lightest channel (0–255) of print that a stamp lies over, and the share of a page in which stamps are read by themselves."""

_LETTER_MM = (1.0, 6.0)
"""Height of letters, marks and descenders included."""

_LETTERS_DPI, _DARK = 100, 160
"""Resolution at which letters are counted, and level (0–255) of their darkest channel there."""


def lift_ink(rgb: Picture, dpi: float) -> tuple[Picture, tuple[Ink, ...]]:
    """Give the grey copy of an RGB page (height, width, 3) on white paper without coloured ink, and what was lifted.

    Boxes are pixels of ``rgb``.
    """
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    found = _where_coloured(rgb, max(2 * round(dpi / 60), 2 * _REDUCE))
    if found is None:
        return grey, ()
    rows, columns = found
    head = max(round(_HEAD * len(rgb)) - rows.start, 0)
    part, inks = _lifted(rgb[rows, columns], grey[rows, columns], dpi, _printed(rgb, dpi), head)
    grey[rows, columns] = part
    return grey, tuple(replace(ink, box=ink.box.moved(columns.start, rows.start)) for ink in inks)


def _where_coloured(rgb: Picture, room: int) -> tuple[slice, slice] | None:
    """Rows and columns of the part of a page that holds all its colour, and some room; None where there is no colour."""
    red, green, blue = cv2.split(reduced(rgb, _REDUCE))
    colour = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    # a stroke is thinner than what is made one pixel, and its colour thinned by the paper beside it
    left, top, width, height = cv2.boundingRect((np.asarray(colour) > _COLOUR / 3).astype(np.uint8))
    if width == 0:
        return None
    rows = slice(max(_REDUCE * top - room, 0), _REDUCE * (top + height) + room)
    columns = slice(max(_REDUCE * left - room, 0), _REDUCE * (left + width) + room)
    return rows, columns


def _printed(rgb: Picture, dpi: float) -> tuple[bool, bool]:
    """Whether red is the colour of a page's print, and whether blue is."""
    step = max(round(dpi / _LETTERS_DPI), 1)
    red, green, blue = cv2.split(reduced(rgb, step))
    darkest = cv2.min(cv2.min(red, green), blue)
    dark = np.asarray(darkest, np.uint8) < _DARK
    coloured = np.asarray(cv2.subtract(cv2.max(cv2.max(red, green), blue), darkest)) > _COLOUR
    beside = cv2.dilate(coloured.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    reddish = np.asarray(red) > np.asarray(blue)
    plain, in_red, in_blue = (
        _letters(mask, dpi / step)
        for mask in (dark & ~beside, dark & coloured & reddish, dark & coloured & ~reddish)
    )
    least = max(_FEWEST, _MOSTLY * plain)
    return in_red > least, in_blue > least


def _letters(mask: NDArray[np.bool_], dpi: float) -> int:
    """How many parts of a mask have the height of letters and are no longer than words."""
    parts = find_components(mask.astype(np.uint8))
    low, high = (mm * dpi / 25.4 for mm in _LETTER_MM)
    fits = (parts.height >= low) & (parts.height <= high) & (parts.width <= 4 * parts.height)
    return int(fits.sum())


def _lifted(
    rgb: Picture, grey: Picture, dpi: float, print_is: tuple[bool, bool], head: int
) -> tuple[Picture, tuple[Ink, ...]]:
    """A part of the page without ink; ``print_is`` tells whether red is no ink but the print, and whether blue is.

    In its first ``head`` rows what is stamped over print goes: what it says is read by itself (``pipeline.stamps``).
    """
    red, green, blue = (np.asarray(channel, np.uint8) for channel in cv2.split(rgb))
    lightest = np.maximum(np.maximum(red, green), blue)
    darkest = np.minimum(np.minimum(red, green), blue)
    colour = lightest - darkest
    strong = (np.asarray(cv2.blur(colour, (3, 3)), np.uint8) > _COLOUR).astype(np.uint8)
    coloured = np.asarray(cv2.morphologyEx(strong, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)), np.uint8)
    for is_print, hue in zip(print_is, (red >= blue, red <= blue), strict=True):
        if is_print:  # with its rim, of which a JPEG makes any hue
            coloured[(cv2.dilate(coloured & hue, np.ones((5, 5), np.uint8)) > 0) | hue] = 0
    if not coloured.any():
        return grey, ()
    marks = _evidence(coloured, red, blue, dpi)
    beneath = ((lightest < _BLACK) & (colour < _COLOUR)).astype(np.uint8)
    beneath[head:] = 0
    of_red = coloured & (red > blue)  # without the pens that cross it
    titles = tuple(
        mark
        for mark in marks
        if _is_print(mark, _row_of(mark, marks), of_red, dpi) and not lies_over_words(mark.box, beneath, dpi)
    )
    inked = coloured.copy()  # rows that are titles show what the others are
    for title in titles:
        left, top, right, bottom = title.box.as_list()
        area = np.s_[max(top, 0) : bottom, max(left, 0) : right]
        coloured[area] &= ~of_red[area]
    reach = max(round(dpi / 60), 2)
    around = cv2.dilate(coloured, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    bleached = cv2.addWeighted(lightest, 1.0, colour, _BLEACH, 0.0)
    lift = around > 0
    for hue, of_pens in ((red > blue, False), (red < lightest, True)):
        stamped = stamped_print(inked & hue, dpi, of_pens=of_pens, beneath=beneath)
        if stamped is not None:
            lift &= cv2.dilate(stamped, np.ones((3, 3))) == 0
    lifted = np.where(lift, np.asarray(bleached, np.uint8), grey)
    return lifted, tuple(mark for mark in marks if mark not in titles)


def _row_of(mark: Ink, marks: Sequence[Ink]) -> Box:
    """The box of a mark with the marks of its colour that go on with it in one row: the words of a large title stand apart."""
    row = mark.box
    for _ in marks:
        grown = union(each.box for each in marks if each.colour == mark.colour and _goes_on(row, each.box))
        if grown == row:
            break
        row = grown
    return row


def _goes_on(row: Box, box: Box) -> bool:
    low, high = sorted((row.height, box.height))
    gap = max(box.left - row.right, row.left - box.right)
    shared = min(row.bottom, box.bottom) - max(row.top, box.top)
    return gap < high and shared > _ON_LEVEL * high and low > _ON_LEVEL * high


def _is_print(mark: Ink, row: Box, of_red: Mask, dpi: float) -> bool:
    """Whether a red mark is print, as the titles of certificates and cards are: its ``row`` is long, and it is made of letters.

    A seal has its ring and a stamp its frame, which are as high as the whole mark.
    """
    mm = 25.4 / dpi
    high, ratio = row.height * mm, row.width / row.height
    if mark.colour != "red" or ratio < _TITLE or high > _HIGHEST_TITLE_MM:
        return False
    if ratio > _LINE and high < _LOWEST_STAMP_MM:
        return True
    left, top, right, bottom = mark.box.as_list()
    parts = find_components(of_red[max(top, 0) : bottom, max(left, 0) : right])
    tallest = float(parts.height.max(initial=0)) * mm
    return tallest < min(_HIGHEST_LETTER_MM, 0.7 * high)


def _evidence(coloured: Mask, red: Picture, blue: Picture, dpi: float) -> tuple[Ink, ...]:
    """Seals, stamps and signatures among the coloured pixels, red ones apart from blue ones that cross them."""
    reddish, bluish = ((one > other).astype(np.uint8) for one, other in ((red, blue), (blue, red)))
    # the white rim of ink is neither
    found = _marks(coloured & reddish, dpi, is_red=True) + _marks(coloured & bluish, dpi, is_red=False)
    return tuple(sorted(found, key=lambda ink: (ink.box.top, ink.box.left)))


def _marks(coloured: Mask, dpi: float, *, is_red: bool) -> list[Ink]:
    """Marks of one colour; strokes within 2 mm belong together."""
    reduce = max(round(dpi / 50), 1)
    small = reduced(coloured * np.uint8(255), reduce)
    mask = cv2.dilate((small > 20).astype(np.uint8), np.ones((5, 5), np.uint8))
    parts = find_components(np.asarray(mask, np.uint8))
    mm = 25.4 / (dpi / reduce)
    found = []
    for index in np.flatnonzero(np.maximum(parts.width, parts.height) * mm >= _SMALLEST_MM).tolist():
        left, top = int(parts.left[index]), int(parts.top[index])
        wide, high = int(parts.width[index]), int(parts.height[index])
        inside = parts.labels[top : top + high, left : left + wide] == index + 1
        box = Box(left * reduce, top * reduce, (left + wide) * reduce, (top + high) * reduce)
        found.append(
            Ink(_kind(inside, wide * mm, high * mm, is_red=is_red), box, "red" if is_red else "blue")
        )
    return found


def _kind(inside: NDArray[np.bool_], wide: float, high: float, *, is_red: bool) -> InkKind:
    """Tell seals from signatures by colour, size in mm, and whether the corners of the box are empty."""
    if not is_red:
        return InkKind.SIGNATURE if max(wide, high) < 90 else InkKind.STAMP
    rows, columns = inside.shape
    corner = inside[: max(rows // 9, 1), : max(columns // 9, 1)]
    empty_corners = sum(
        not turned[: corner.shape[0], : corner.shape[1]].any()
        for turned in (inside, inside[:, ::-1], inside[::-1], inside[::-1, ::-1])
    )
    squarish = 0.75 < wide / high < 1.33
    if squarish and 18 < max(wide, high) < 60 and empty_corners >= 3:
        return InkKind.SEAL_ROUND
    if squarish and max(wide, high) < 60:
        return InkKind.SEAL_SQUARE
    return InkKind.STAMP
