"""One page: from the working copy to its text."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import cv2
import numpy as np

from pipeline.clean.page import X_HEIGHT
from pipeline.layout.components import faint_parts, find_components, ink_mask
from pipeline.layout.lines import find_lines
from pipeline.layout.order import order
from pipeline.layout.rules import find_leaders, find_rules, without_rules
from pipeline.layout.sheet import PAPER, Sheet, compose
from pipeline.layout.tables import find_tables
from pipeline.model import Page
from pipeline.ocr.confidence import calibrated
from pipeline.ocr.decode import decode
from pipeline.ocr.noise import without_noise
from pipeline.ocr.recogniser import Mode, RawWord, Recogniser
from pipeline.ocr.tesseract import tesseract
from schemas.text import Line, PageText

_SHEET_DPI = 10 * X_HEIGHT
"""Resolution that we state for the sheet: print of 12 points has an x-height of about a tenth of an inch per ten."""


def read_page(page: Page, recogniser: Recogniser = tesseract) -> PageText:
    """Read the working copy; a blank page has no text and costs nothing."""
    empty = without_text(page)
    if page.blank:
        return empty
    mask = ink_mask(page.picture)
    rules = find_rules(mask, X_HEIGHT)
    parts = find_components(without_rules(mask, rules))
    dropped = find_leaders(parts, X_HEIGHT) | faint_parts(parts, page.picture, mask)
    found = find_lines(parts, X_HEIGHT, rules.vertical, dropped)
    if not found.lines:
        return empty
    drawn = cv2.dilate(rules.horizontal | rules.vertical, np.ones((3, 3), np.uint8))
    picture = np.where(drawn > 0, np.uint8(PAPER), page.picture)
    lines = [
        line
        for sheet in compose(picture, parts, found, X_HEIGHT)
        for line in _lines(sheet, recogniser(sheet.picture, _SHEET_DPI, Mode.BLOCK))
    ]
    return replace(empty, blocks=order(lines, find_tables(rules, X_HEIGHT), X_HEIGHT, empty.width))


def without_text(page: Page) -> PageText:
    """The page with nothing read on it."""
    height, width = page.picture.shape
    return PageText(page.number, width, height, page.dpi, (), page.to_scan)


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
