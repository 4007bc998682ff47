"""One page: from the working copy to its text."""

from __future__ import annotations

from dataclasses import replace

from pipeline.clean.page import X_HEIGHT
from pipeline.layout.order import order
from pipeline.model import Page
from pipeline.ocr.recogniser import Recogniser
from pipeline.ocr.region import read_region
from pipeline.ocr.second_look import look_again
from pipeline.ocr.tesseract import tesseract
from schemas.text import PageText


def read_page(page: Page, recogniser: Recogniser = tesseract) -> PageText:
    """Read the working copy; a blank page has no text and costs nothing."""
    empty = without_text(page)
    if page.blank:
        return empty
    region = read_region(page.picture, recogniser)
    from_scan = page.to_scan.inverse()
    covers = (*region.covers, *(from_scan.box(ink.box) for ink in page.inks))
    lines = look_again(page.picture, region, covers, recogniser)
    return replace(empty, blocks=order(lines, region.tables, X_HEIGHT, empty.width))


def without_text(page: Page) -> PageText:
    """The page with nothing read on it."""
    height, width = page.picture.shape
    return PageText(page.number, width, height, page.dpi, (), page.to_scan)
