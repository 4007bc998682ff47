"""One page: from the working copy to its text."""

from __future__ import annotations

from pipeline.model import Page
from pipeline.ocr.recogniser import Mode, Recogniser
from pipeline.ocr.tesseract import tesseract
from schemas.text import Block, BlockKind, PageText


def read_page(page: Page, recogniser: Recogniser = tesseract) -> PageText:
    """Read the working copy; a blank page has no text and costs nothing."""
    height, width = page.picture.shape[:2]
    lines = () if page.blank else recogniser(page.picture, page.dpi, Mode.COLUMN)
    blocks = (Block(BlockKind.OTHER, lines),) if lines else ()
    return PageText(page.number, width, height, page.dpi, blocks, page.to_scan)
