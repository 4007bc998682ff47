"""Marks before the items of lists stay, each a word of its own, whatever white parts them from the item."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.model import X_HEIGHT
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from tests.scans import FONT

ITEMS = (
    "Cấp giấy phép cho trung tâm sát hạch lái xe",
    "Trường hợp từ chối phải trả lời bằng văn bản",
    "Danh sách thuyền viên của tàu biển",
)


def _list(mark: str, tab: float) -> list[str]:
    """The lines of a list as they are read; its items begin ``tab`` x-heights behind their marks."""
    font = ImageFont.truetype(FONT, 39)
    image = Image.new("L", (1300, 360), 255)
    pen = ImageDraw.Draw(image)
    for row, item in enumerate(ITEMS):
        base = 80 + 100 * row
        end = 60 + font.getbbox(mark)[2]
        pen.text((60, base), mark, font=font, fill=0, anchor="ls")
        pen.text((end + tab * X_HEIGHT, base), item, font=font, fill=0, anchor="ls")
    region = read_region(np.asarray(image), lstm)
    rows = sorted(region.lines, key=lambda line: (round(line.box.centre[1] / 50), line.box.left))
    return [word.text for line in rows for word in line.words]


@pytest.mark.parametrize(
    ("mark", "tab"),
    [
        ("-", 1.0),
        ("-", 2.6),
        ("–", 2.6),
        ("+", 1.0),
        ("+", 2.6),
        ("*", 2.6),
        ("•", 1.0),
        ("•", 2.6),
        ("o", 1.0),
    ],
)
def test_every_mark_of_a_list_is_a_word(mark, tab):
    assert _list(mark, tab) == [word for item in ITEMS for word in (mark, *item.split())]


def test_a_speck_beside_a_line_is_no_mark():
    image = Image.new("L", (1300, 200), 255)
    pen = ImageDraw.Draw(image)
    pen.text((120, 80), ITEMS[0], font=ImageFont.truetype(FONT, 39), fill=0, anchor="ls")
    pen.ellipse((70, 62, 79, 71), fill=0)
    (line,) = read_region(np.asarray(image), lstm).lines
    assert line.text == ITEMS[0]
