"""Tables as they come: bent, worn, with specks in their cells, of one row. Nothing of them is lost, and no speck becomes a sign."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.layout.cut import cut_region
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import Region, read_region
from tests.scans import FONT

NAMES = ("Nguyễn Thị Lan", "Trần Văn Hòa", "Lê Bích Liên", "Phạm Quang Huy", "Đỗ Thị Mai", "Bùi Minh Tân")
PITCH, TOP, LEFT = 62, 90, 850


def _list(last: Callable[[int], str], *, fall: int = 0, first: int = 38) -> Image.Image:
    """A list without rules whose rows end in what ``last`` says; there the sheet is bent, and lies lower by ``fall``."""
    image = Image.new("L", (1000, 560), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 39)
    for row, name in enumerate(NAMES):
        y = TOP + PITCH * row
        for x, text, lower in (
            (50, str(row + first), 0),
            (130, name, 0),
            (460, "Nam", 0),
            (580, "Kinh", 0),
            (720, "7", fall // 2),
            (LEFT, last(row), fall),
        ):
            pen.text((x, y + lower), text, font=font, fill=0, anchor="ls")
    return image


def _read(image: Image.Image) -> Region:
    return read_region(np.asarray(image), lstm)


def _words(region: Region) -> list[str]:
    return [word.text for line in region.lines for word in line.words]


def _speck(image: Image.Image, x: int, y: int, size: int) -> None:
    ImageDraw.Draw(image).ellipse((x, y, x + size, y + size), fill=0)


def test_a_table_of_one_row_has_cells() -> None:
    image = Image.new("L", (1100, 200), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 39)
    pen.rectangle((30, 60, 1060, 112), outline=0, width=2)
    for x, text in (
        (40, "36"),
        (130, "Đỗ Văn Phong"),
        (530, "Nữ"),
        (640, "Việt Nam"),
        (860, "9"),
        (970, "x"),
    ):
        pen.text((x, 98), text, font=font, fill=0, anchor="ls")
        pen.line((x - 10, 60, x - 10, 112), fill=0, width=2)
    region = _read(image)
    assert len(region.tables) == 1
    assert sorted(_words(region)) == sorted("36 Đỗ Văn Phong Nữ Việt Nam 9 x".split())


@pytest.mark.parametrize(
    ("row", "specks"),
    [
        (0, ((-30, -14, 11), (44, -14, 11))),
        (3, ((-52, -4, 5), (44, -14, 11))),
        (4, ((-40, -26, 6), (72, -26, 11))),
    ],
)
def test_a_number_between_two_specks_is_read_without_them(
    row: int, specks: tuple[tuple[int, int, int], ...]
) -> None:
    image = _list(lambda row: str(row + 38))
    for x, y, size in specks:
        _speck(image, LEFT + x, TOP + PITCH * row + y, size)
    assert _words(_read(image)).count(str(row + 38)) == 2


def test_dashes_stay_where_a_bent_sheet_lowers_the_end_of_its_rows() -> None:
    region = _read(_list(lambda row: "-" if row % 2 else "x", fall=14))
    assert _words(region).count("-") == 3


def test_a_worn_dash_and_one_that_a_speck_touches_stay_among_dashes() -> None:
    image = _list(lambda row: "-" if row not in {2, 3} else "")
    pen = ImageDraw.Draw(image)
    middle = TOP - 11
    pen.rectangle((LEFT + 2, middle + 2 * PITCH - 2, LEFT + 8, middle + 2 * PITCH + 2), fill=0)
    pen.point([(LEFT + x, middle + 2 * PITCH + y) for x in range(5, 9) for y in (-2, -1, 2)], fill=255)
    pen.rectangle((LEFT + 2, middle + 3 * PITCH - 2, LEFT + 12, middle + 3 * PITCH + 1), fill=0)
    _speck(image, LEFT - 4, middle + 3 * PITCH - 2, 8)
    assert _words(_read(image)).count("-") == len(NAMES)


@pytest.mark.parametrize("up", [-4, 9, 22])
def test_specks_between_columns_are_no_bullets(up: int) -> None:
    image = _list(lambda row: str(row + 5))
    _speck(image, LEFT - 32, TOP + PITCH - up, 8)
    _speck(image, 548, TOP + 3 * PITCH - up, 8)
    assert "•" not in _words(_read(image))


@pytest.mark.parametrize(
    ("number", "specks"),
    [
        ("5", ((674, 38, 4), (674, 56, 8), (674, 46, 4))),
        ("5", ((716, 56, 8), (650, 38, 8), (716, 26, 5))),
        ("4", ((666, 38, 8), (650, 46, 4), (650, 38, 5))),
    ],
)
def test_the_number_of_a_page_stands_in_the_middle_of_the_sheet_too(
    number: str, specks: tuple[tuple[int, int, int], ...]
) -> None:
    """What is written on it may lie to one side, and dirt beside the number."""
    image = Image.new("L", (1400, 640), 255)
    image.paste(_list(lambda _: "x"), (0, 80))
    ImageDraw.Draw(image).text((690, 60), number, font=ImageFont.truetype(FONT, 39), fill=0, anchor="ls")
    for speck in specks:
        _speck(image, *speck)
    assert number in _words(_read(image))


def test_a_grid_whose_rules_are_broken_to_dashes_is_one() -> None:
    """A coarse sheet in black and white: rules drift, and hardly a stretch of one is whole."""
    rng = np.random.default_rng(3)
    page = np.full((500, 900), 255, np.uint8)
    columns, rows = (60, 200, 520, 840), tuple(range(60, 460, 50))
    for y in rows:
        for x in range(columns[0], columns[-1] + 1):
            if x < 140 or rng.random() > 0.12:
                page[y + x // 260 : y + x // 260 + 1 + (x // 7) % 2, x] = 0
    for x in columns:
        for y in range(rows[0], rows[-1] + 1):
            if y < 160 or rng.random() > 0.12:
                page[y, x + y // 260 : x + y // 260 + 1 + (y // 7) % 2] = 0
    (table,) = cut_region(page).tables
    assert (len(table.columns), len(table.rows)) == (len(columns), len(rows))
