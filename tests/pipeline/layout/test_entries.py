"""Single small digits in the rows of a table are entries; marks, dashes and specks are not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from tests.scans import FONT

ROWS = (("1", "Giấy in A4", "54"), ("2", "Thép tròn D10", "7"), ("3", "Giá để tài liệu", "22"))


def table(*, ruled: bool = True) -> np.ndarray:
    """Body text with an x-height of 18 pixels, and a table in smaller type under it."""
    image = Image.new("L", (1000, 420), 255)
    pen = ImageDraw.Draw(image)
    body, small = ImageFont.truetype(FONT, 39), ImageFont.truetype(FONT, 29)
    for row in range(3):
        pen.text((60, 30 + 50 * row), "Các cơ quan, đơn vị căn cứ chức năng được giao", font=body, fill=0)
    for row, cells in enumerate(ROWS):
        top = 210 + 50 * row
        for left, text in zip((80, 200, 700), cells, strict=True):
            pen.text((left, top), text, font=small, fill=0)
        if ruled:
            pen.rectangle((60, top - 10, 900, top + 40), outline=0, width=2)
    for x in (150, 650) if ruled else ():
        pen.line((x, 200, x, 350), fill=0, width=2)
    return np.array(image)


def test_small_digits_of_a_table_are_read():
    read = {line.text for line in read_region(table(), lstm).lines}
    assert {cell for row in ROWS for cell in row} <= read


def test_without_rules_too():
    words = {word.text for line in read_region(table(ruled=False), lstm).lines for word in line.words}
    assert {"54", "7", "22", "1", "2", "3"} <= words


def test_marks_and_specks_are_no_entries():
    picture = table()
    plain = [line.text for line in read_region(picture, lstm).lines]
    picture[300:306, 960:966] = 0  # a speck
    picture[222:225, 600:630] = 0  # a dash
    picture[5:20, 300:303] = 0  # a streak over a letter
    assert [line.text for line in read_region(picture, lstm).lines] == plain


def ticked(*, broken: bool) -> np.ndarray:
    """Body text as above, and a list in smaller type whose rows end in an *x*; ``broken`` as a fax breaks strokes."""
    image = Image.new("L", (1000, 500), 255)
    pen = ImageDraw.Draw(image)
    body, small = ImageFont.truetype(FONT, 39), ImageFont.truetype(FONT, 29)
    for row in range(3):
        pen.text((60, 30 + 50 * row), "Các cơ quan, đơn vị căn cứ chức năng được giao", font=body, fill=0)
    for row in range(6):
        for left, text in ((80, str(row + 1)), (200, "Nguyễn Thị Lan"), (500, "Việt Nam"), (850, "x")):
            pen.text((left, 210 + 45 * row), text, font=small, fill=0)
    picture = np.array(image)
    if broken:
        for row in range(6):
            ink = np.argwhere(picture[210 + 45 * row : 250 + 45 * row, 840:880] < 128)
            top, middle = 210 + 45 * row + int(ink[:, 0].min()), 840 + int(ink[:, 1].mean())
            picture[top + 3, middle:880] = 255  # the tip of an arm breaks off
    return picture


def test_a_column_of_small_letters_is_read() -> None:
    for broken in (False, True):
        words = [word.text for line in read_region(ticked(broken=broken), lstm).lines for word in line.words]
        assert words.count("x") >= 6, broken


def test_three_specks_in_a_column_are_no_entries() -> None:
    picture = ticked(broken=False)
    plain = sorted(line.text for line in read_region(picture, lstm).lines)
    for top in (225, 270, 315):
        picture[top : top + 8, 930:938] = 0
    assert sorted(line.text for line in read_region(picture, lstm).lines) == plain


def test_a_dash_alone_in_its_cell_is_read_and_one_on_no_row_is_not() -> None:
    picture = table()
    plain = sorted(line.text for line in read_region(picture, lstm).lines)
    picture[390:393, 760:770] = 0  # below the table
    assert sorted(line.text for line in read_region(picture, lstm).lines) == plain
    picture[260:304, 690:760] = 255  # the number of the second row
    picture[286:289, 760:772] = 0
    read = [line.text for line in read_region(picture, lstm).lines]
    assert sorted(read) == sorted(["-", *(text for text in plain if text != "7")])


def listed(spot: str) -> np.ndarray:
    """A list in the size of the text, with single digits at the end of its rows that are ``cracked``, or have a ``speck`` above."""
    image = Image.new("L", (1000, 480), 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 39)
    for row, digit in enumerate("5275735"):
        top = 20 + 62 * row
        for left, text in (
            (60, "Nguyễn Thị Lan"),
            (440, "Việt Nam"),
            (850, digit if spot == "cracked" else "x"),
        ):
            pen.text((left, top), text, font=font, fill=0)
        if spot == "cracked":  # no piece is as high as a letter
            for crack in (10, 19):
                pen.rectangle((840, top + 8 + crack, 890, top + 9 + crack), fill=255)
        else:
            pen.ellipse((857, top + 2, 863, top + 8), fill=0)
    return np.array(image)


@pytest.mark.parametrize("spot", ["cracked", "speck"])
def test_digits_of_a_table_that_fell_into_pieces_or_have_a_speck_beside_them(spot):
    words = [word.text for line in read_region(listed(spot), lstm).lines for word in line.words]
    assert len(words) == 7 * 6
    assert sum(word in "5273x" for word in words) >= 6


def test_pieces_beside_one_line_only_are_no_digit():
    """A border's shapes and a seal's rim stand beside lines too."""
    picture = listed("cracked")
    picture[:, 430:640] = 255
    words = [word.text for line in read_region(picture, lstm).lines for word in line.words]
    assert words == ["Nguyễn", "Thị", "Lan"] * 7
