"""A gap where a column begins parts a line; blanks, wide or many, do not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.layout.components import find_components
from pipeline.layout.lines import find_lines
from pipeline.layout.masks import print_mask
from tests.scans import FONT

X = 18.0


def pieces(*rows: tuple[tuple[int, str], ...]) -> int:
    """How many lines are found in rows of (left, text), 50 pixels apart."""
    image = Image.new("L", (1400, 60 + 50 * len(rows)), 255)
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        for left, text in row:
            pen.text((left, 20 + 50 * number), text, font=ImageFont.truetype(FONT, 34), fill=0)
    picture = np.asarray(image)
    parts = find_components(print_mask(picture, X))
    found = find_lines(parts, X, np.zeros(picture.shape, np.uint8), np.zeros(len(parts.left), np.bool_))
    return len(found.lines)


def wide(text: str) -> int:
    return round(ImageFont.truetype(FONT, 34).getlength(text))


NOTE = "Có giá trị đến: 16/05/2029"
COLUMN = 40 + wide(NOTE) + round(1.4 * X)


def test_a_note_close_to_a_column_is_a_line_of_its_own():
    rows = (
        ((COLUMN, "Quê quán: Vị Xuyên, Hà Giang"),),
        ((40, NOTE), (COLUMN, "Nơi thường trú: Mỹ An Hưng")),
        ((COLUMN, "Lấp Vò, Đồng Tháp"),),
    )
    assert pieces(*rows) == 4


@pytest.mark.parametrize("others", [40, COLUMN + 30])
def test_a_wide_blank_is_none_where_no_column_begins(others):
    rows = (
        ((others, "Quê quán: Vị Xuyên, Hà Giang"),),
        ((40, NOTE), (COLUMN, "Nơi thường trú: Mỹ An Hưng")),
        ((others, "Lấp Vò, Đồng Tháp"),),
    )
    assert pieces(*rows) == 3


def test_a_line_with_many_wide_blanks_was_stretched():
    step = wide("Quyết") + round(1.4 * X)
    lefts = [40 + step * number for number in range(6)]
    assert (
        pieces(((lefts[3], "Căn cứ"),), tuple((left, "Quyết") for left in lefts), ((lefts[3], "Điều 3"),))
        == 3
    )
