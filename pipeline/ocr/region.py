"""From a grey picture at reading size to its lines: components → lines → sheet → recogniser → words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import cv2
import numpy as np

from pipeline.clean.page import X_HEIGHT
from pipeline.layout.components import Components, faint_parts, find_components, ink_mask, no_print
from pipeline.layout.lines import NOBODY, Lines, find_lines
from pipeline.layout.rules import find_leaders, find_ornaments, find_rules, without_rules
from pipeline.layout.sheet import PAPER, Sheet, compose
from pipeline.layout.tables import Table, find_tables
from pipeline.model import Picture
from pipeline.ocr.confidence import calibrated
from pipeline.ocr.decode import decode
from pipeline.ocr.noise import without_noise
from pipeline.ocr.recogniser import Mode, RawWord, Recogniser
from schemas.geometry import Box
from schemas.text import Line

_SHEET_DPI = 10 * X_HEIGHT
"""Resolution that we state for the sheet: print of 12 points has an x-height of about a tenth of an inch per ten."""

_STROKE = 3.4
"""Ink larger than this many x-heights is no letter: a seal, a signature, a picture."""


@dataclass(frozen=True, slots=True)
class Region:
    """What was read on a picture: lines in no order, tables, and the boxes of large ink that may cover text.

    Boxes are pixels of the picture.
    """

    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    covers: tuple[Box, ...] = ()


def read_region(picture: Picture, recogniser: Recogniser) -> Region:
    """Read a grey picture (height, width) whose print has an x-height of ``X_HEIGHT``."""
    mask = ink_mask(picture)
    rules = find_rules(mask, X_HEIGHT)
    parts = find_components(without_rules(mask, rules))
    faint = faint_parts(parts, picture, mask)
    drawn = find_leaders(parts, X_HEIGHT) | find_ornaments(parts, X_HEIGHT)
    dropped = drawn | no_print(parts, faint, X_HEIGHT)
    found = find_lines(parts, X_HEIGHT, rules.vertical, dropped)
    if not found.lines:
        return Region()
    ruled = cv2.dilate(rules.horizontal | rules.vertical, np.ones((3, 3), np.uint8))
    bare = np.where(ruled > 0, np.uint8(PAPER), picture)
    lines = tuple(
        line
        for sheet in compose(bare, parts, found, X_HEIGHT)
        for line in _lines(sheet, recogniser(sheet.picture, _SHEET_DPI, Mode.BLOCK))
    )
    return Region(lines, find_tables(rules, X_HEIGHT), _covers(parts, found))


def moved(line: Line, right: float, down: float) -> Line:
    """A line of a part of the page, in pixels of the page; the part begins at ``right``, ``down``."""
    return Line(tuple(replace(word, box=_moved(word.box, right, down)) for word in line.words))


def _moved(box: Box, right: float, down: float) -> Box:
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def _lines(sheet: Sheet, words: tuple[RawWord, ...]) -> tuple[Line, ...]:
    placed = [(sheet.placement_at(word.box.centre[1]), word) for word in words]
    placed.sort(key=lambda pair: (pair[0].line, pair[1].box.left))
    lines = []
    for _, group in groupby(placed, key=lambda pair: pair[0].line):
        raw = [
            RawWord(word.text, sheet.to_page(placement, word.box), word.confidence, word.symbols)
            for placement, word in group
        ]
        if words_read := without_noise(decode(raw)):
            lines.append(Line(calibrated(raw, words_read)))
    return tuple(lines)


def _covers(parts: Components, found: Lines) -> tuple[Box, ...]:
    large = (found.owner == NOBODY) & (np.maximum(parts.width, parts.height) > _STROKE * X_HEIGHT)
    return tuple(
        Box(float(parts.left[i]), float(parts.top[i]), float(parts.right[i]), float(parts.bottom[i]))
        for i in np.flatnonzero(large)
    )
