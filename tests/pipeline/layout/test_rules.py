"""Leaders go, marks stay; rules and grids are told from letters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from pipeline.layout.components import find_components
from pipeline.layout.masks import ink_mask
from pipeline.layout.rules import find_leaders, find_ornaments, find_rules, without_rules
from pipeline.layout.tables import cell_of, find_tables
from schemas.geometry import Box
from tests.scans import FONT

X = 18.0


def drawn(*items, size=(1200, 400)):
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    for x, y, text in items:
        pen.text((x, y), text, font=ImageFont.truetype(FONT, 40), fill=0)
    return image, pen


def leader_boxes(image):
    parts = find_components(ink_mask(np.asarray(image)))
    leaders = find_leaders(parts, X)
    return parts, leaders


@pytest.mark.parametrize("text", [".......................", ". . . . . . . . . . .", "……………………"])
def test_leaders_are_found(text):
    image, _ = drawn((100, 50, text))
    _, leaders = leader_boxes(image)
    assert leaders.all()
    assert len(leaders) >= 6


@pytest.mark.parametrize(
    "text",
    [
        "tính minh bạch, vị trí, chỉ tiêu, ninh",
        "Nghị định ở xã ấy, ngày ấy; v.v...",
        "ạ ạ ạ ạ ạ ạ ạ ạ",
        "Số: 12/QĐ-UBND... (…) a.b.c.d",
        "à à à à à ò ò ò ò",
    ],
)
def test_dots_of_letters_tone_marks_and_ellipses_stay(text):
    image, _ = drawn((100, 50, text))
    _, leaders = leader_boxes(image)
    assert not leaders.any()


def with_border(image, pen):
    """Diamonds along all four sides, as certificates have them."""
    width, height = image.size
    places = [(x, y) for x in range(40, width - 20, 32) for y in (20, height - 20)]
    places += [(x, y) for y in range(60, height - 40, 32) for x in (20, width - 20)]
    for x, y in places:
        pen.polygon([(x - 10, y), (x, y - 12), (x + 10, y), (x, y + 12)], fill=0)
    return len(places)


def test_the_shapes_of_a_border_are_no_letters():
    image, pen = drawn((120, 90, "Họ và tên: TRẦN VĂN AN"), size=(1200, 700))
    letters = len(find_components(ink_mask(np.asarray(image))).left)
    shapes = with_border(image, pen)
    ornaments = find_ornaments(find_components(ink_mask(np.asarray(image))), X)
    assert (ornaments.sum(), (~ornaments).sum()) == (shapes, letters)


def test_a_border_that_a_heavy_scan_bent_and_broke_is_no_text():
    """Every eighth shape is hollow or in pieces, the sides lean and bend, and beyond the edge there is the lid of the scanner."""
    image, pen = drawn((220, 190, "Họ và tên: TRẦN VĂN AN"), size=(1300, 900))
    letters = len(find_components(ink_mask(np.asarray(image))).left)

    def diamond(x, y, number):
        pen.polygon([(x - 10, y), (x, y - 12), (x + 10, y), (x, y + 12)], fill=0)
        if number % 8 == 0:
            pen.ellipse((x - 9, y - 9, x + 7, y + 7), fill=255)

    for number, at in enumerate(range(140, 1160, 32)):
        bend = 9 * np.sin(at / 400)
        diamond(at, 60 + at / 60 + bend, number)
        diamond(at, 800 + at / 60 + bend, number)
    for number, at in enumerate(range(110, 790, 32)):
        diamond(100 - at / 60, at, number)
        diamond(1200 - at / 60 + 8 * np.sin(at / 300), at, number)
    for at in range(200, 1200, 90):
        pen.rectangle((at, 3, at + 30, 12), fill=0)
    parts = find_components(ink_mask(np.asarray(image)))
    kept = ~find_ornaments(parts, X)
    beyond = parts.bottom < 20
    assert (kept & ~beyond).sum() == letters


def test_a_speck_like_its_shapes_beyond_a_border_hides_none_of_its_sides():
    image, pen = drawn((420, 190, "Họ và tên: TRẦN VĂN AN"), size=(1500, 900))
    letters = len(find_components(ink_mask(np.asarray(image))).left)
    moved = Image.new("L", (1200, 900), 255)
    shapes = with_border(moved, ImageDraw.Draw(moved))
    image.paste(ImageChops.darker(image.crop((250, 0, 1450, 900)), moved), (250, 0))
    x, y = 60, 400
    pen.polygon([(x - 10, y), (x, y - 12), (x + 10, y), (x, y + 12)], fill=0)
    ornaments = find_ornaments(find_components(ink_mask(np.asarray(image))), X)
    assert (ornaments.sum(), (~ornaments).sum()) == (shapes, letters + 1)


def test_a_border_that_is_left_above_and_below_is_no_text():
    image, pen = drawn((220, 190, "Họ và tên: TRẦN VĂN AN"), size=(1300, 900))
    letters = len(find_components(ink_mask(np.asarray(image))).left)
    for x in range(140, 1160, 32):
        for y in (60, 800):
            pen.polygon([(x - 10, y), (x, y - 12), (x + 10, y), (x, y + 12)], fill=0)
    assert (~find_ornaments(find_components(ink_mask(np.asarray(image))), X)).sum() == letters


def test_lines_that_begin_with_like_letters_are_no_side_of_a_border():
    """As large as the shapes above and below, one below the other, as labels of a form are."""
    above_and_below = [(x, y, "H") for x in range(140, 1160, 44) for y in (40, 960)]
    lines = [(180, 100 + 43 * line, "Họ và tên") for line in range(19)]
    image, _ = drawn(*above_and_below, *lines, size=(1300, 1050))
    parts = find_components(ink_mask(np.asarray(image.filter(ImageFilter.MinFilter(3)))))
    kept = ~find_ornaments(parts, X)
    written = (parts.top > 80) & (parts.bottom < 950)
    assert kept[written].all()
    assert not kept[~written].any()


def test_two_rows_of_signs_below_a_title_are_no_border():
    """A list of two who were there each day."""
    signs = [(60 + 50 * day, 140 + 90 * person, "x") for day in range(22) for person in range(2)]
    image, _ = drawn((200, 40, "BẢNG CHẤM CÔNG"), *signs, size=(1300, 400))
    assert not find_ornaments(find_components(ink_mask(np.asarray(image))), X).any()


def test_a_table_filled_with_one_sign_is_no_border():
    """As a list of who was there each day."""
    signs = [(60 + 50 * day, 40 + 50 * person, "x") for day in range(22) for person in range(17)]
    image, _ = drawn(*signs, size=(1300, 1000))
    assert not find_ornaments(find_components(ink_mask(np.asarray(image))), X).any()


@pytest.mark.parametrize(
    "text",
    [
        "IDVNM2000174460<<<<<<<<<<<<<<<<<<<<",
        "000000000000000000000000",
        "lllllllllllllllllllllllll",
        "nnnnnnnnnnnnnnnnnnnnnnnnnnnn",
    ],
)
def test_equal_letters_in_a_row_are_no_border(text):
    image, _ = drawn((40, 50, text))
    assert not find_ornaments(find_components(ink_mask(np.asarray(image))), X).any()


@pytest.mark.parametrize("short", [4, 5])
def test_leaders_after_text_go_and_the_text_stays(short):
    """As where a value fills nearly the whole line."""
    texts = ["Họ và tên: ", "." * 20, " huyện Giao, tỉnh ", "." * short]
    image, _ = drawn((60, 50, "".join(texts)))
    parts, leaders = leader_boxes(image)
    ends = [60 + int(ImageFont.truetype(FONT, 40).getlength("".join(texts[:n]))) for n in range(1, 5)]
    middle = (parts.left + parts.right) / 2
    inside = ((middle > ends[0]) & (middle < ends[1])) | (middle > ends[2])
    assert not leaders[~inside].any()
    assert inside.sum() - leaders.sum() <= 1  # the one behind the colon


def grid(columns, rows):
    image, pen = drawn(size=(1200, 700))
    for x in columns:
        pen.line((x, rows[0], x, rows[-1]), fill=0, width=3)
    for y in rows:
        pen.line((columns[0], y, columns[-1], y), fill=0, width=3)
    return image, pen


def test_rules_leave_the_mask_and_letters_do_not():
    image, pen = grid((100, 500, 900), (100, 200, 300))
    without = np.asarray(image).copy()
    pen.text((130, 120), "lĩnh vực đất đai", font=ImageFont.truetype(FONT, 40), fill=0)
    mask = ink_mask(np.asarray(image))
    rules = find_rules(mask, X)
    kept = without_rules(mask, rules)
    assert kept[without < 128].sum() == 0
    text = (np.asarray(image) < 128) & (without > 128)
    assert kept[text].mean() > 0.97


@pytest.mark.parametrize(
    ("columns", "rows"), [((100, 300, 700, 1100), (80, 160, 240, 400, 600)), ((60, 600, 1100), (50, 300))]
)
def test_a_grid_is_a_table_with_its_cells(columns, rows):
    image, _ = grid(columns, rows)
    (table,) = find_tables(find_rules(ink_mask(np.asarray(image)), X), X)
    assert len(table.columns) == len(columns)
    assert len(table.rows) == len(rows)
    for i, (top, bottom) in enumerate(pairwise(rows)):
        for j, (left, right) in enumerate(pairwise(columns)):
            assert cell_of([table], Box(left + 20, top + 20, right - 20, bottom - 20)) == (i, j)
    assert cell_of([table], Box(0, 0, 20, 20)) is None


def test_a_frame_and_an_underline_are_no_table():
    image, pen = drawn((200, 100, "QUYẾT ĐỊNH"))
    pen.rectangle((40, 40, 1150, 380), outline=0, width=4)
    pen.line((200, 160, 500, 160), fill=0, width=2)
    assert find_tables(find_rules(ink_mask(np.asarray(image)), X), X) == ()


@pytest.mark.parametrize(("wide", "apart"), [(44, 0), (70, 0), (40, 18)], ids=["comb", "wide", "single"])
@pytest.mark.parametrize("line", [1, 3])
def test_boxes_for_one_sign_each_go_and_the_signs_stay(wide: int, apart: int, line: int) -> None:
    number = "001085174296"
    signs = [(60 + place * (wide + apart) + wide // 3, 60, sign) for place, sign in enumerate(number)]
    plain, _ = drawn(*signs)
    boxed, pen = drawn(*signs)
    for place in range(len(number)):
        left = 60 + place * (wide + apart)
        pen.rectangle((left, 54, left + wide, 106), outline=0, width=line)
    mask = ink_mask(np.asarray(boxed))
    bare = without_rules(mask, find_rules(mask, X))
    without = ink_mask(np.asarray(plain))
    assert (bare & without).sum() > 0.97 * without.sum()
    assert (bare & (1 - without)).sum() < 0.05 * without.sum()


@pytest.mark.parametrize("size", [28, 40, 64])
def test_letters_are_no_boxes(size: int) -> None:
    image = Image.new("L", (1600, 300), 255)
    pen, face = ImageDraw.Draw(image), ImageFont.truetype(FONT, size)
    for at, text in enumerate(
        ("HỢP ĐỒNG MUA BÁN LÔ H11B [0] |I| 11 (1) IIII HH", "ĐƠN ĐỀ NGHỊ HỖ TRỢ CHI PHÍ HỌC TẬP")
    ):
        pen.text((20, 30 + 120 * at), text, font=face, fill=0, stroke_width=at)  # bold serifs touch
    mask = ink_mask(np.asarray(image))
    assert find_rules(mask, X).boxes is None


def test_two_kinds_of_equal_shapes_are_no_border():
    """Letters that a table repeats: none has both the usual width and the usual height."""
    mask = np.zeros((300, 1400), np.uint8)
    for i in range(20):
        mask[60:70, 40 + 60 * i : 60 + 60 * i] = 1
        mask[200:220, 40 + 40 * i : 50 + 40 * i] = 1
    assert not find_ornaments(find_components(mask), 18.0).any()


def test_equal_shapes_above_each_other_are_no_border():
    """As a screen prints them: each in the place of the one above."""
    mask = np.zeros((3000, 700), np.uint8)
    for top in (40, 50, 60, 2800, 2810, 2820):
        for left in range(40, 660, 30):
            mask[top : top + 8, left : left + 16] = 1
    with np.errstate(all="raise"):
        assert not find_ornaments(find_components(mask), X).any()
