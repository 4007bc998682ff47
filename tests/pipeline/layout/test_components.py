"""Which ink is print: pale and small letters are, what shines through from the back is not."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.layout.components import faint_parts, find_components, no_print, x_height
from pipeline.layout.masks import ink_mask, page_mask, print_mask
from tests.scans import FONT

X = 18.0
TEXT = "Ngày nay mai mưa"
HEADLINE = "ỦY BAN NHÂN DÂN"


def drawn(*lines, code=0):
    """A page with grain: lines as (text, grey level, size in pixels) 120 pixels apart, and a code of one level."""
    image = Image.new("L", (1200, 120 * len(lines) + 400), 245)
    pen = ImageDraw.Draw(image)
    for row, (text, level, size) in enumerate(lines):
        pen.text((60, 30 + 120 * row), text, font=ImageFont.truetype(FONT, size), fill=level)
    pen.rectangle((800, image.height - 350, 1100, image.height - 50), fill=code)
    grain = np.random.default_rng(7).normal(0, 3, (image.height, image.width))
    return np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)


def letters(parts, kept, rows):
    inside = (parts.top >= rows[0]) & (parts.bottom <= rows[1]) & (parts.height > 0.5 * X)
    return int((inside & kept).sum())


def test_pale_print_beside_a_black_code_is_ink():
    page = drawn((TEXT, 205, 40), (TEXT, 205, 40))
    whole = find_components(print_mask(page, X))
    assert letters(whole, np.ones(len(whole.left), bool), (0, 120)) >= 12
    alone = find_components(ink_mask(page))
    assert letters(alone, np.ones(len(alone.left), bool), (0, 120)) < 6


def test_black_on_white_has_one_threshold():
    page = np.where(drawn((TEXT, 0, 40)) > 128, np.uint8(255), np.uint8(0))
    assert np.array_equal(print_mask(page, X), ink_mask(page))


def test_pale_print_stays_and_what_shines_through_goes():
    page = drawn((TEXT, 150, 40), (TEXT, 110, 40), (TEXT, 216, 40), code=110)
    mask = print_mask(page, X)
    parts = find_components(mask)
    kept = ~no_print(parts, faint_parts(parts, page, mask, X), X)
    assert letters(parts, kept, (0, 120)) >= 12
    assert letters(parts, kept, (120, 240)) >= 12
    assert letters(parts, np.ones(len(parts.left), bool), (240, 360)) > 0
    assert letters(parts, kept, (240, 360)) == 0


def test_small_print_is_measured_though_large_print_holds_more_ink():
    small, large = 26, 60
    cards = drawn((HEADLINE, 0, large), *[(TEXT, 0, small)] * 4, code=245)
    plain = drawn(*[(TEXT, 0, large)] * 4, code=245)
    assert abs(x_height(find_components(ink_mask(cards))) - 0.46 * small) < 3
    assert abs(x_height(find_components(ink_mask(plain))) - 0.46 * large) < 4


def test_a_picture_is_no_print_of_its_height():
    page = drawn((TEXT, 0, 40))
    page[400:500, 500:600] = 0
    assert abs(x_height(find_components(ink_mask(page[:, :790]))) - X) < 3


def test_the_grain_of_an_empty_page_is_no_ink():
    page = np.random.default_rng(3).normal(243, 5, (900, 700)).clip(0, 255).astype(np.uint8)
    page[100:130, 100:104] = 150
    assert int(ink_mask(page).sum()) > 10000  # Otsu alone
    assert int(page_mask(page).sum()) < 300
    assert int(print_mask(page, X).sum()) < 300
