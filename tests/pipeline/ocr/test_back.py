"""What shines through from the back of a sheet is not read into the lines of its front."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from bench.metrics import cer_order_free
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from tests.scans import FONT

TEXT = (
    "Tuy nhiên, hiện nay, trên địa bàn tỉnh chỉ có 1.846 tổ chức sử dụng hóa",
    "đơn điện tử, chiếm khoảng 5,3% trên tổng số tổ chức, cá nhân thuộc đối tượng",
    "sử dụng hóa đơn điện tử, trong đó chủ yếu là các đơn vị hành chính sự nghiệp",
    "và một số doanh nghiệp có quy mô lớn, có hạ tầng công nghệ tốt. Để triển khai",
) * 3


def _sheet(share: float) -> np.ndarray:
    """Lines of print, and their mirror image with a ``share`` of their darkness."""
    image = Image.new("L", (1500, 700), 255)
    pen, face = ImageDraw.Draw(image), ImageFont.truetype(FONT, 39)
    for row, text in enumerate(TEXT):
        pen.text((60, 70 + 52 * row), text, font=face, fill=30, anchor="ls")
    front = np.asarray(image)
    back = 255 - share * (255.0 - np.roll(front[:, ::-1], 17, axis=0))
    return np.minimum(front, back.astype(np.uint8))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.35])
def test_the_front_is_read_as_if_there_were_no_back(share):
    read = "\n".join(line.text for line in read_region(_sheet(share), lstm).lines)
    assert cer_order_free(TEXT, read)[0] <= 1
