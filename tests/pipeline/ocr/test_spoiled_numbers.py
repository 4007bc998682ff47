"""Numbers of which a speck makes others."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from schemas.text import Word
from tests.scans import FONT

_ROWS = ("Họ, chữ đệm, tên chồng: Lê Thanh Lộc", "Ngày sinh: {}", "Dân tộc: Kinh, quốc tịch: Việt Nam")


def day_of_birth(day: str, speck: tuple[int, int, int] | None) -> Word:
    """What is read of a day with a speck: right of its end, below its top, radius, in pixels."""
    font = ImageFont.truetype(FONT, 39)
    image = Image.new("L", (1000, 260), 250)
    pen = ImageDraw.Draw(image)
    for row, text in enumerate(_ROWS):
        pen.text((60, 40 + 70 * row), text.format(day), font=font, fill=60)
    if speck is not None:
        x, y, radius = 60 + font.getlength(_ROWS[1].format(day)) + speck[0], 110 + speck[1], speck[2]
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=60)
    lines = read_region(np.array(image), lstm).lines
    (found,) = (word for line in lines for word in line.words if word.text[:1].isdigit())
    return found


@pytest.mark.parametrize(
    ("day", "speck"),
    [
        ("30/11/1987", (-6, 28, 5)),
        ("30/11/1987", (-3, 24, 4)),
        ("12/05/1981", (-12, 24, 5)),
        ("12/05/1981", (-12, 28, 4)),
    ],
)
def test_a_digit_that_a_speck_made_is_doubted(day: str, speck: tuple[int, int, int]) -> None:
    word = day_of_birth(day, speck)
    assert word.text == day or word.confidence <= 0.5


@pytest.mark.parametrize("day", ["30/11/1987", "12/05/1981", "07/09/1937"])
def test_a_clean_number_stays_sure(day: str) -> None:
    word = day_of_birth(day, None)
    assert word.text == day
    assert word.confidence > 0.9
