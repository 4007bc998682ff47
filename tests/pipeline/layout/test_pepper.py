"""Pepper goes, and the dots of letters, leaders and patterned grounds are none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.layout.components import find_components
from pipeline.layout.masks import print_mask
from pipeline.layout.pepper import find_pepper
from pipeline.layout.rules import find_leaders
from tests.scans import FONT

X = 18.0
TEXT = "Thị xã Sơn Tây, ngày 12 tháng 5: kính gửi ông bà"


def page(*, specks: int = 0, level: int = 0, leader: bool = False) -> np.ndarray:
    """Two lines of print; ``specks`` of two pixels over the left half, or a leader that a stain crosses."""
    image = Image.new("L", (1200, 420), 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 36)
    for row in (60, 240):
        pen.text((40, row), TEXT, font=font, fill=0)
    picture = np.array(image)
    rng = np.random.default_rng(9)
    for x, y in zip(rng.integers(0, 600, specks), rng.integers(0, 418, specks), strict=True):
        picture[y : y + 2, x : x + 2] = np.minimum(picture[y : y + 2, x : x + 2], level)
    if leader:
        for x in range(40, 1160, 9):
            picture[360:363, x : x + 3] = 0
    return picture


def found(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which components are no larger than two specks, and which are pepper."""
    parts = find_components(print_mask(picture, X))
    return parts.area < 0.06 * X * X, find_pepper(parts, picture, find_leaders(parts, X), X)


def test_specks_go_and_letters_stay():
    small, pepper = found(page(specks=900))
    assert pepper.sum() > 0.95 * small.sum() > 300
    assert not (pepper & ~small).any()


@pytest.mark.parametrize("clean", [page(), page(leader=True), page(specks=900, level=215), page(specks=40)])
def test_print_leaders_patterns_and_a_little_dust_are_no_pepper(clean):
    _, pepper = found(clean)
    assert not pepper.any()


def test_a_page_without_ink_has_none():
    assert not found(np.full((200, 200), 255, np.uint8))[1].any()
