"""Single small digits in the rows of a table are entries; marks, dashes and specks are not."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from tests.scans import FONT

ROWS = (("1", "Giấy in A4", "54"), ("2", "Thép tròn D10", "7"), ("3", "Giá để tài liệu", "22"))


def table(*, ruled: bool = True) -> np.ndarray:
    """Body text with an x-height of 18 pixels, and a table in smaller type under it."""
    image = Image.new("L", (1000, 420), 255)
    pen = ImageDraw.Draw(image)
    body, small = ImageFont.truetype(FONT, 39), ImageFont.truetype(FONT, 29)
    for row in range(3):
        pen.text((60, 30 + 50 * row), "Các cơ quan, đơn vị căn cứ chức năng được giao", font=body, fill=0)
    for row, cells in enumerate(ROWS):
        top = 210 + 50 * row
        for left, text in zip((80, 200, 700), cells, strict=True):
            pen.text((left, top), text, font=small, fill=0)
        if ruled:
            pen.rectangle((60, top - 10, 900, top + 40), outline=0, width=2)
    for x in (150, 650) if ruled else ():
        pen.line((x, 200, x, 350), fill=0, width=2)
    return np.array(image)


def test_small_digits_of_a_table_are_read():
    read = {line.text for line in read_region(table(), lstm).lines}
    assert {cell for row in ROWS for cell in row} <= read


def test_without_rules_too():
    words = {word.text for line in read_region(table(ruled=False), lstm).lines for word in line.words}
    assert {"54", "7", "22", "1", "2", "3"} <= words


def test_marks_and_specks_are_no_entries():
    picture = table()
    plain = [line.text for line in read_region(picture, lstm).lines]
    picture[300:306, 960:966] = 0  # a speck
    picture[222:225, 600:630] = 0  # a dash
    picture[5:20, 300:303] = 0  # a streak over a letter
    assert [line.text for line in read_region(picture, lstm).lines] == plain
