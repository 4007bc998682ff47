"""Two lines set so tight that letters touch are two lines all the same, and each keeps its letters."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from bench.metrics import cer_order_free
from pipeline.layout.order import order
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from schemas.vietnamese import fold
from tests.pipeline.running_text import TEXT, sheet
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


def _run_together(step: int, width: int, each: int) -> np.ndarray:
    """Lines ``step`` pixels apart; ``each`` of them touches the next at so many letters, as in scans out of focus."""
    image = sheet(step)
    pen = ImageDraw.Draw(image)
    ink, rng = np.asarray(image) < 128, np.random.default_rng(step + each)
    for row in range(len(TEXT) - 1):
        foot = 80 + step * row
        above, below = ink[foot - 14 : foot - 1], ink[foot + step - 22 : foot + step - 8]
        both = [x for x in range(80, 1200) if above[:, x : x + width].any() and below[:, x : x + width].any()]
        for x in rng.choice(both, each, replace=False).tolist():
            pen.line((x, foot - 10, x, foot + step - 14), fill=0, width=width)
    return np.asarray(image)


@pytest.mark.parametrize(("step", "width", "each"), [(42, 5, 2), (46, 5, 2), (48, 3, 2), (46, 3, 1)])
def test_no_line_is_lost_where_letters_touch_those_below(step, width, each):
    read = "\n".join(line.text for line in read_region(_run_together(step, width, each), lstm).lines)
    edits, letters = cer_order_free(TEXT, read)
    assert edits < 0.03 * letters  # letters that were struck through may be read as others
