"""Letters that lean are set upright; what stands upright stays as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from fixtures.generator.typesetting.fonts import Style
from pipeline.ocr.lstm import lstm
from pipeline.ocr.names.lean import lean_of, set_upright

NAME = "Hoàng Thị Bích Liên"


def _strip(lean: float) -> np.ndarray:
    """A name of bold letters that lean so far to the right, in columns a row; grey, 150 dpi."""
    sheet = Image.new("L", (900, 110), 255)
    face = Style(15, bold=True, family="sans").font
    ImageDraw.Draw(sheet).text((450, 60), NAME, font=face, fill=20, anchor="mm")
    small = cv2.resize(np.asarray(sheet), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    way = np.array([[1, -lean, lean * small.shape[0] / 2], [0, 1, 0.0]])
    return np.asarray(cv2.warpAffine(small, way, small.shape[::-1], borderValue=(255,)), np.uint8)


@pytest.mark.parametrize("lean", [0.0, 0.2, 0.3])
def test_the_lean_of_letters_is_measured(lean):
    assert lean_of(_strip(lean)) == pytest.approx(lean, abs=0.06)


def test_a_name_that_leans_is_read_once_it_is_set_upright():
    leaning = _strip(0.3)
    upright = set_upright(leaning, lean_of(leaning), leaning.shape[0] / 2)
    read = [" ".join(word.text for word in words) for words in lstm([upright])]
    assert read == [NAME]


def test_what_stands_upright_is_the_same_picture():
    strip = _strip(0.0)
    assert set_upright(strip, 0.0, 10) is strip
