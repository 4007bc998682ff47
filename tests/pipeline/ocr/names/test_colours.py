"""A name that is stamped in colour across the rim of a seal and under a pen is read in a picture of that colour alone."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fixtures.generator.ink.seal import inked, put, seal_mask, stamp_seal
from fixtures.generator.ink.signature import sign
from fixtures.generator.model import A4, px
from fixtures.generator.scanner.scan import scan_sheet
from fixtures.generator.typesetting.flow import Column, Paragraph, blank_sheet
from fixtures.generator.typesetting.fonts import Style
from fixtures.generator.typesetting.runs import Span
from pipeline.clean import clean_page
from pipeline.model import ScanPage
from pipeline.ocr import read_page
from pipeline.ocr.covering import COVERED
from pipeline.ocr.names.colours import colours_of
from schemas.text import PageText, Word
from tests.pipeline.clean.sheets import clear, scan_page

BODY = "Ủy ban nhân dân xã xác nhận nội dung nêu trên là đúng sự thật. " * 9
NAME = "Hoàng Thị Bích Liên"


def _page(colour: tuple[int, int, int], wear: int) -> ScanPage:
    """A printed title, below it a red seal, a signature in blue, and a pale leaning name of this colour; 200 dpi."""
    sheet = blank_sheet(A4)
    Column(sheet, px(30), A4[0] - px(20), px(40)).set(Paragraph((Span(BODY, Style(14)),)))
    title = Paragraph((Span("CHỦ TỊCH", Style(14, bold=True)),), align="centre")
    Column(sheet, px(100), px(190), px(128)).set(title)
    stamp_seal(
        sheet, Random("seal"), seal_mask("ỦY BAN NHÂN DÂN", "XÃ LỆ THỦY", emblem=True), (px(122), px(152))
    )
    sign(sheet, Random("pen"), (px(150), px(154)), px(36))
    mask = Image.new("L", (round(px(62)), round(px(10))), 0)
    face = Style(14, bold=True, family="sans").font
    ImageDraw.Draw(mask).text((px(31), px(5)), NAME, font=face, fill=255, anchor="mm")
    leaning = mask.transform(
        mask.size,
        Image.Transform.AFFINE,
        (1, 0.25, -0.25 * mask.height / 2, 0, 1, 0),
        Image.Resampling.BICUBIC,
    )
    put(sheet, inked(Random(f"stamp {wear}"), leaning, colour, 1.2), (px(150), px(172)), "name_stamp")
    return scan_page(scan_sheet(sheet, None, clear(dpi=200, mode="colour"), Random("scan")))


def _last_words(page: PageText) -> list[Word]:
    return list([line for block in page.blocks for line in block.lines][-1].words)


@pytest.mark.parametrize(("colour", "wear"), [((214, 60, 92), 5), ((96, 72, 190), 6)], ids=["red", "violet"])
def test_more_of_a_name_stamped_in_colour_is_read_in_it_and_is_never_certain(colour, wear):
    scan = _page(colour, wear)
    page = clean_page(scan)
    known = set(NAME.split())
    without, found = _last_words(read_page(page)), _last_words(read_page(page, scan.picture))
    assert len(known & {word.text for word in found}) > len(known & {word.text for word in without})
    assert max(word.confidence for word in found) <= COVERED


def test_each_colour_is_shown_by_itself_and_print_in_none():
    scan = _page((214, 60, 92), 0)
    page = clean_page(scan)
    everything, red, blue = colours_of(scan.picture, page)
    assert [picture.shape for picture in (everything, red, blue)] == [page.picture.shape] * 3
    print_of = page.picture < 100
    assert everything[print_of].mean() < 120
    assert min(red[print_of].mean(), blue[print_of].mean()) > 200


def test_a_page_without_colour_has_no_pictures_of_it():
    scan = _page((214, 60, 92), 0)
    grey = ScanPage(1, np.asarray(scan.picture.min(axis=2)), scan.dpi)
    assert list(colours_of(grey.picture, clean_page(grey))) == []
