"""White print on black is read: whole pages, heads of tables, and no photograph is turned around for it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw, ImageFont

from pipeline.clean import clean_page
from pipeline.clean.border import positive
from pipeline.layout.components import find_components
from pipeline.layout.reversed import turned_around
from pipeline.model import ScanPage
from pipeline.ocr import read_page
from tests.scans import FONT, page

LINES = ("Giấy xác nhận tình trạng hôn nhân", "Ủy ban nhân dân phường Hòa Khánh", "Nguyễn Thị Hồng Nhung")


def _text(picture: np.ndarray) -> str:
    return read_page(clean_page(ScanPage(1, picture, 200.0))).text


@pytest.mark.parametrize("colour", [False, True])
def test_a_negative_is_read(colour):
    picture = 255 - np.asarray(page(*LINES))
    text = _text(np.repeat(picture[..., None], 3, axis=2) if colour else picture)
    assert all(line in text for line in LINES)


def test_white_print_in_a_black_box_is_read_and_so_is_the_rest():
    image = page(*LINES)
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 400, 760, 470), fill=0)
    pen.text((80, 410), "Số thứ tự     Họ và tên", font=ImageFont.truetype(FONT, 40), fill=255)
    text = _text(np.asarray(image))
    assert all(words in text for words in (*LINES, "Số thứ tự", "Họ và tên"))


def test_a_card_on_a_dark_table_is_no_negative():
    picture = np.full((1200, 900), 40, np.uint8)
    picture[400:760, 200:700] = np.asarray(page(*LINES).resize((500, 360)))
    assert positive(picture) is picture


@pytest.mark.parametrize("level", [20, 150])
def test_only_a_box_that_gets_lighter_is_turned_around(level):
    """Grey would stay as dark, and be turned again and again, losing its edges each time."""
    picture = np.full((400, 900), 255, np.uint8)
    picture[100:200, 100:700] = level
    picture[120:180, 150:650:10] = 255
    mask = (picture < 255).astype(np.uint8)
    turned = turned_around(picture, find_components(mask), 18.0)
    assert (turned is not None) == (level == 20)
