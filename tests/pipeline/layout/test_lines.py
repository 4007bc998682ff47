"""Lines hold the letters that stand on them, with their marks, and not what a seal has beside them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.layout.components import find_components
from pipeline.layout.lines import TextLine, find_lines, fitted
from pipeline.layout.masks import print_mask
from tests.scans import FONT

X = 18.0
NOTE = "ghi rõ họ tên và đóng dấu"
BASE = 200


def lines(*letters: tuple[int, int, str], size: int = 36) -> list[TextLine]:
    """The lines of a sheet with pieces of text at (left, baseline)."""
    image = Image.new("L", (900, 420), 255)
    pen = ImageDraw.Draw(image)
    for left, base, text in letters:
        pen.text((left, base), text, font=ImageFont.truetype(FONT, size), fill=0, anchor="ls")
    picture = np.asarray(image)
    parts = find_components(print_mask(picture, X))
    found = find_lines(parts, X, np.zeros(picture.shape, np.uint8), np.zeros(len(parts.left), np.bool_))
    return list(found.lines)


@pytest.mark.parametrize("step", [-12, 12])
def test_the_rim_of_a_seal_does_not_stretch_the_line_beside_it(step):
    rim = [(270 - 34 * n, BASE + step * n, "H") for n in range(6)]
    (alone,) = lines((300, BASE, NOTE))
    beside = max(lines((300, BASE, NOTE), *rim), key=lambda line: line.right)
    assert (alone.right, alone.baseline[0]) == (beside.right, pytest.approx(beside.baseline_at(500), abs=3))
    assert abs(beside.top - alone.top) < 1.2 * X
    assert abs(beside.bottom - alone.bottom) < 1.2 * X


def test_stacked_marks_stay_on_their_letters():
    (line,) = lines((40, BASE, "Hỗ trợ nguồn vốn cho Ủy ban; CỘNG HÒA XÃ HỘI"))
    assert BASE - line.top > 1.7 * X


@pytest.mark.parametrize("text", ["- Lưu: VT, NC.", "TM. BAN"])
def test_a_line_of_small_print_without_descenders_is_one(text):
    (line,) = lines((40, BASE, text), size=20)
    assert line.bottom - line.top < X


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_a_fit_is_that_of_least_squares(degree: int) -> None:
    some = np.random.default_rng(20261129)
    x = np.sort(some.uniform(300, 4000, 40))
    y = 700 + 0.02 * x - 3e-6 * x * x + some.normal(0, 2, 40)
    expected = np.concatenate([np.zeros(2 - degree), np.polyfit(x, y, degree)])
    np.testing.assert_allclose(np.polyval(fitted(x, y, degree), x), np.polyval(expected, x), atol=1e-6)


def lines_among(boxes, shape):
    """The lines that are found where each of the boxes is all ink."""
    mask = np.zeros(shape, np.uint8)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = 1
    parts = find_components(mask)
    return find_lines(parts, 18.0, np.zeros_like(mask), np.zeros(len(parts.left), np.bool_))


def test_pieces_of_a_torn_rule_between_words_join_no_line_and_stop_nothing():
    boxes = (
        (585, 8, 596, 16), (624, 8, 634, 13), (890, 9, 909, 23), (929, 8, 944, 22), (970, 9, 987, 23), (1006, 9, 1020, 24),
        (157, 11, 170, 27), (198, 11, 215, 30), (233, 11, 253, 27), (118, 12, 137, 30), (597, 16, 600, 21), (634, 16, 636, 19),
        (625, 21, 634, 29), (588, 23, 594, 31),
    )  # fmt: skip
    found = lines_among(boxes, (60, 1100))
    assert len(found.lines) >= 2


def test_two_rows_that_letters_of_a_seal_join_are_two_lines():
    """*TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH* was one line between both rows, and read as noise."""
    boxes = (
        (18, 7, 120, 54), (212, 7, 263, 31), (274, 7, 298, 31), (299, 7, 326, 31), (327, 7, 378, 31), (388, 7, 412, 31),
        (414, 7, 439, 31), (440, 7, 465, 31), (120, 8, 152, 32), (153, 8, 178, 32), (188, 8, 211, 31), (9, 30, 17, 41),
        (125, 33, 129, 51), (70, 35, 75, 46), (34, 39, 46, 50), (132, 40, 156, 63), (168, 49, 191, 76), (193, 49, 220, 73),
        (222, 49, 246, 74), (256, 49, 280, 73), (282, 49, 292, 73), (296, 49, 317, 74), (321, 49, 347, 73), (135, 67, 154, 81),
    )  # fmt: skip
    found = lines_among(boxes, (100, 500))
    feet = sorted(round(line.baseline_at(300)) for line in found.lines if line.right - line.left > 150)
    assert feet == [31, 73]


@pytest.mark.parametrize("word", ["ai", "tư", "ra", "vì"])
@pytest.mark.parametrize("indent", [0, 90])
def test_a_paragraph_that_ends_with_a_word_of_two_letters_keeps_it(word: str, indent: int) -> None:
    rows = ("Từ ngày 26/06/2019 của Tòa án nhân dân", "đến nay chưa đăng ký kết hôn lại với", word)
    found = lines(*((40 + indent * (row == 0), 40 + 62 * row, text) for row, text in enumerate(rows)))
    assert len(found) == 2 + 1
    beside = lines(*((40, 40 + 62 * row, text) for row, text in enumerate(rows[:2])), (400, 164, "ai"))
    assert len(beside) == 2, "amid the page it is no line"


def test_a_word_of_two_letters_between_two_lines_of_a_centred_column_is_a_line() -> None:
    column = (
        (60, 40, "quản lý đất đai, quản lý,"),
        (222, 102, "ai"),
        (40, 164, "đất đai của các nông trường"),
    )
    assert len(lines(*column)) == 3
    assert len(lines(*column[:2])) == 1, "below a line alone it may be anything"


def typed(text, left, top, pitch=22.0):
    """Letters 14 pixels wide, each in the middle of its place; a comma is a speck at the foot."""
    for place, sign in enumerate(text):
        middle = round(left + place * pitch)
        if sign == ",":
            yield middle - 2, top + 15, middle + 3, top + 22
        elif sign != " ":
            yield middle - 7, top, middle + 7, top + 18


TYPED = ("quy dinh chuc nang, nhiem vu, quyen han va", "co cau to chuc cua so, ban nganh, va cac")


def test_the_wide_blanks_of_a_typewriter_part_no_line_and_its_columns_stay_apart():
    rows = [box for at, text in enumerate(TYPED * 2) for box in typed(text, 60, 50 + 50 * at)]
    columns = [*typed("uy ban nhan dan", 60, 250), *typed("cong hoa xa hoi", 60 + 22 * 19, 250)]
    found = lines_among([*rows, *columns], (320, 1100)).lines
    assert len(found) == len(TYPED * 2) + 2


def test_letters_of_several_widths_as_far_apart_are_of_two_columns():
    boxes = []
    for at in range(4):
        left = 60
        for place, width in enumerate((10, 22, 14, 6, 18, 12, 24, 8, 16, 20, 10, 14) * 2):
            boxes.append((left, 50 + 50 * at, left + width, 68 + 50 * at))
            left += width + (30 if place == 11 else 5)
    assert len(lines_among(boxes, (320, 1100)).lines) == 8
