"""What stands in a table stays, though dirt lies on it, it is pale, or no line was found for it; dirt in empty cells is nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.layout.components import find_components
from pipeline.layout.tables import Table
from pipeline.layout.unread import unread_signs
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from schemas.geometry import Box
from schemas.text import Line, Word
from tests.scans import FONT

NAMES = (
    "Nguyễn Thị Lan",
    "Trần Văn Hòa",
    "Lê Bích Liên",
    "Phạm Quang Huy",
    "Đỗ Thị Mai",
    "Bùi Minh Tân",
    "Hồ Gia Bảo",
)
PITCH, LEFT = 62, 850


def listed(*, ruled: bool) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A list whose rows end in an *x*, without the one of row 3."""
    image = Image.new("L", (1000, 520), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 39)
    for row, name in enumerate(NAMES):
        for left, text in (
            (50, str(row + 1)),
            (130, name),
            (520, "Việt Nam"),
            (LEFT, "x" if row != 3 else ""),
        ):
            pen.text((left, 30 + PITCH * row), text, font=font, fill=0)
        if ruled:
            pen.rectangle((30, 22 + PITCH * row, 940, 22 + PITCH * (row + 1)), outline=0, width=2)
    for x in (100, 480, 780) if ruled else ():
        pen.line((x, 22, x, 22 + PITCH * len(NAMES)), fill=0, width=2)
    return image, pen


def words(image: Image.Image) -> list[str]:
    read = read_region(np.asarray(image), lstm).lines
    return [word.text for line in read for word in line.words]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_sign_with_a_speck_on_it_is_like_those_above_and_below(ruled: bool) -> None:
    image, pen = listed(ruled=ruled)
    pen.text((LEFT, 30 + PITCH * 3), "x", font=ImageFont.truetype(FONT, 39), fill=0)
    pen.ellipse((LEFT - 2, 43 + PITCH * 3, LEFT + 12, 57 + PITCH * 3), fill=0)
    assert words(image).count("x") == len(NAMES)


@pytest.mark.parametrize("ruled", [True, False])
def test_a_speck_where_a_sign_may_stand_is_none(ruled: bool) -> None:
    image, pen = listed(ruled=ruled)
    plain = sorted(words(image))
    assert plain.count("x") == len(NAMES) - 1
    pen.ellipse((LEFT, 45 + PITCH * 3, LEFT + 17, 62 + PITCH * 3), fill=0)
    assert sorted(words(image)) == plain


def test_the_number_of_a_page_that_is_lower_than_its_letters() -> None:
    image, _ = listed(ruled=False)
    page = Image.new("L", (1000, 640), 255)
    page.paste(image, (0, 110))
    ImageDraw.Draw(page).text((470, 20), "2", font=ImageFont.truetype(FONT, 27), fill=0)
    assert words(page).count("2") == 2
    ImageDraw.Draw(page).text((870, 70), "2", font=ImageFont.truetype(FONT, 27), fill=0)
    assert words(page).count("2") == 2, "elsewhere it is none"


def test_a_dash_far_from_the_digit_beside_which_no_rule_was_found_stays() -> None:
    image, pen = listed(ruled=True)
    font = ImageFont.truetype(FONT, 39)
    for row in range(len(NAMES)):
        pen.text((700, 30 + PITCH * row), "8", font=font, fill=0)
    pen.line(
        (780, 20, 780, 24 + PITCH * len(NAMES)), fill=255, width=8
    )  # the rule between the two columns is gone
    for row in range(len(NAMES) + 1):
        pen.line((30, 22 + PITCH * row, 940, 22 + PITCH * row), fill=0, width=2)
    pen.rectangle((LEFT + 6, 60 + PITCH * 3, LEFT + 14, 62 + PITCH * 3), fill=0)
    found = words(image)
    assert found.count("8") == len(NAMES)
    assert found.count("-") == 1


def test_a_pale_digit_of_which_the_head_came_off_is_looked_at_whole() -> None:
    mask = np.zeros((80, 400), np.uint8)
    mask[20:24, 300:314] = mask[20:29, 300:303] = 1  # the head of a 5
    mask[31:34, 300:314] = mask[34:50, 311:315] = mask[47:50, 300:312] = 1
    parts = find_components(mask)
    table = Table(Box(0, 0, 400, 80), (0.0, 200.0, 399.0), (0.0, 79.0))
    beside = Line((Word("Nam", Box(40, 22, 100, 50), 0.99),))
    found = unread_signs(parts, np.zeros(len(parts.left), np.bool_), [beside], [table], 18.0)
    assert Box(300, 20, 315, 50) in [sign.box for sign in found]


def test_a_worn_digit_whose_pieces_only_crumbs_join_is_looked_at_whole() -> None:
    """The bar of a 7 and its foot, and between them what was too small and pale for print."""
    mask = np.zeros((80, 400), np.uint8)
    mask[20:25, 300:316] = mask[40:50, 303:309] = 1
    mask[27:29, 311:313] = mask[31:33, 310:312] = mask[35:38, 308:310] = 1
    parts = find_components(mask)
    dropped = np.asarray(parts.area < 10, np.bool_)
    assert dropped.sum() == 3
    table = Table(Box(0, 0, 400, 80), (0.0, 200.0, 399.0), (0.0, 79.0))
    beside = Line((Word("1967", Box(40, 22, 100, 50), 0.99),))
    found = unread_signs(parts, dropped, [beside], [table], 18.0)
    assert [sign.box for sign in found] == [Box(300, 20, 316, 50)]


def test_a_letter_that_lies_where_the_rule_of_a_bent_sheet_would_is_none_of_its_pieces() -> None:
    mask = np.zeros((120, 400), np.uint8)
    for step in range(18):  # an x
        for at in (300 + step, 317 - step):
            mask[50 + step, at - 2 : at + 2] = 1
    mask[58:62, 220:280] = 1
    parts = find_components(mask)
    table = Table(Box(0, 0, 400, 120), (0.0, 200.0, 399.0), (0.0, 60.0, 119.0))
    beside = Line((Word("1952", Box(40, 48, 100, 70), 0.99),))
    found = unread_signs(parts, np.zeros(len(parts.left), np.bool_), [beside], [table], 18.0)
    assert [sign.box for sign in found] == [Box(298, 50, 319, 68)]


@pytest.mark.parametrize("says", ["x", "12345"])
def test_pieces_with_dirt_in_a_column_without_rules_that_says_the_same(says: str) -> None:
    mask = np.zeros((400, 400), np.uint8)
    mask[200:211, 300:314] = mask[213:218, 300:304] = mask[212:218, 309:315] = (
        1  # an x, and a speck on its foot
    )
    mask[200:204, 304:310] = 0
    parts = find_components(mask)
    column = [
        Line((Word(text, Box(300, y, 314, y + 18), 0.9),))
        for text, y in zip(says * (5 // len(says)), (80, 120, 160, 240, 280), strict=True)
    ]
    row = [
        Line((Word(text, Box(left, 198, left + 60, 220), 0.99),))
        for text, left in (("Việt", 40), ("Nam", 140))
    ]
    found = unread_signs(parts, np.zeros(len(parts.left), np.bool_), [*column, *row], [], 18.0)
    assert (Box(300, 200, 315, 218) in [sign.box for sign in found]) is (says == "x")


def test_pieces_that_are_a_sign_with_and_without_crumbs_stop_no_page() -> None:
    """A stroke has a thinner one beside it, and above both lie crumbs that may join them: two signs of the same pieces."""
    image, pen = listed(ruled=True)
    pen.rectangle((853, 225, 857, 246), fill=0)
    pen.rectangle((849, 227, 850, 234), fill=0)
    pen.point([(852, 217), (855, 218), (857, 221), (861, 217), (858, 218)], fill=0)
    assert words(image).count("x") == len(NAMES) - 1
