"""One page: from the working copy to its text."""

from __future__ import annotations

from dataclasses import replace

from pipeline.layout.order import order
from pipeline.model import X_HEIGHT, Page, Picture
from pipeline.ocr.boxed import boxed_stamps, outside
from pipeline.ocr.covering import with_covered
from pipeline.ocr.handwriting.slots import with_handwriting
from pipeline.ocr.lstm import lstm
from pipeline.ocr.names.colours import colours_of
from pipeline.ocr.recogniser import Recogniser
from pipeline.ocr.region import read_region
from pipeline.ocr.second_look import look_again
from pipeline.ocr.typed import as_typed
from schemas.geometry import Box
from schemas.text import Block, BlockKind, PageText

_MOST_OF = 0.6
"""Share of both sides of a page that no seal, stamp or signature reaches."""


def read_page(page: Page, scan: Picture | None = None, recogniser: Recogniser = lstm) -> PageText:
    """Read the working copy; a blank page has no text and costs nothing. In ``scan``, the page as scanned, names stamped in colour are sought."""
    empty = without_text(page)
    if page.blank:
        return empty
    region = read_region(page.picture, recogniser)
    from_scan = page.to_scan.inverse()
    large = (*region.covers, *(from_scan.box(ink.box) for ink in page.inks))
    covers = [box for box in large if not _surrounds(box, empty)]
    colours = () if scan is None else colours_of(scan, page)
    lines = as_typed(look_again(page.picture, colours, region, covers, recogniser))
    shown = page.picture if page.unlifted is None else page.unlifted
    stamps = boxed_stamps(shown, region.tables, recogniser)
    lines = outside(with_covered(lines, shown, covers), stamps)
    lines = with_handwriting(lines, shown, empty.height)
    blocks = order(lines, region.tables, X_HEIGHT, empty.width)
    return replace(empty, blocks=(*blocks, *(Block(BlockKind.STAMP, (stamp,)) for stamp in stamps)))


def _surrounds(box: Box, page: PageText) -> bool:
    """Whether what was drawn goes around the page and covers nothing on it: the border of a certificate."""
    return box.width > _MOST_OF * page.width and box.height > _MOST_OF * page.height


def without_text(page: Page) -> PageText:
    """The page with nothing read on it."""
    height, width = page.picture.shape
    return PageText(page.number, width, height, page.dpi, (), page.to_scan)
