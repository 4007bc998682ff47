"""Two lines set so tight that letters touch are two lines all the same, and each keeps its letters."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.layout.order import order
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from schemas.vietnamese import fold
from tests.scans import FONT

X = 18.0
BODY = "Các cơ quan, đơn vị căn cứ chức năng được giao"


def _page(step: int, *, touching: bool) -> np.ndarray:
    """Running text, and a title with another one ``step`` pixels below it, of which two letters touch."""
    image = Image.new("L", (1000, 420), 255)
    pen = ImageDraw.Draw(image)
    face = ImageFont.truetype(FONT, 39)
    for row in range(3):
        pen.text((60, 60 + 50 * row), BODY, font=face, fill=0, anchor="ls")
    pen.text((420, 300), "HIỆU TRƯỞNG", font=face, fill=0, anchor="ls")
    pen.text((380, 300 + step), "PHÓ HIỆU TRƯỞNG", font=face, fill=0, anchor="ls")
    if touching:
        pen.line((436, 299, 436, 300 + step - 26), fill=0, width=3)
    return np.asarray(image)


@pytest.mark.parametrize(("step", "touching"), [(40, False), (40, True), (36, False)])
def test_a_title_stamped_under_another_is_read_as_two(step, touching):
    lines = read_region(_page(step, touching=touching), lstm).lines
    texts = [line.text for block in order(lines, (), X, 1000) for line in block.lines]
    titles = [text for text in texts if text != BODY]
    assert [fold(title) for title in titles] == ["hieu truong", "pho hieu truong"]
