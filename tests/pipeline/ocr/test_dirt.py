"""Dirt on a page, beside words or on them, is read as no sign and takes none away."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.clean.dust import without_dust
from pipeline.layout.components import find_components
from pipeline.layout.pepper import find_pepper
from pipeline.ocr.list_marks import BULLET
from pipeline.ocr.lstm import lstm
from pipeline.ocr.noise import without_drawing, without_noise
from pipeline.ocr.recogniser import RawWord
from pipeline.ocr.region import read_region
from pipeline.ocr.spots import without_spots
from schemas.geometry import Box
from schemas.text import Word
from tests.pipeline.ocr.test_unread import LEFT, PITCH, listed
from tests.scans import FONT


def words(picture: np.ndarray) -> list[str]:
    return [word.text for line in read_region(picture, lstm).lines for word in line.words]


def grey(level: int = 0, *, paper: int = 250, ruled: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """A list in print of this level: the picture, and another with nothing on it."""
    page = np.asarray(listed(ruled=ruled)[0]).astype(int)
    page = level + page * (paper - level) // 255
    return page.astype(np.uint8), np.full(page.shape, paper, np.uint8)


def dot(page: np.ndarray, x: int, y: int, radius: int, level: int = 0) -> np.ndarray:
    image = Image.fromarray(page)
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill=level)
    return np.array(image)


def test_a_black_spot_takes_no_pale_letters_away() -> None:
    page, _ = grey(175)
    dirty = page
    for row in range(7):
        dirty = dot(dirty, 300, 60 + PITCH * row, 5, 5)
    whole = sorted(words(page))
    assert sorted(words(without_dust(dirty))) == whole
    assert sorted(words(dirty)) != whole


def test_print_is_no_dust() -> None:
    for level in (0, 120, 175):
        page, _ = grey(level)
        assert without_dust(page) is page
    page, blank = grey(175)
    image = Image.fromarray(page)
    ImageDraw.Draw(image).text(
        (330, 480), "1. Nơi nhận: UBND xã.", font=ImageFont.truetype(FONT, 39), fill=10
    )
    dark = np.array(image)
    assert without_dust(dark) is dark, "stops and dots of dark print beside pale"
    assert without_dust(blank) is blank


@pytest.mark.parametrize("x", [110, 440, 490])
@pytest.mark.parametrize(("radius", "y"), [(6, 57), (8, 50), (9, 57)])
def test_a_disc_in_a_row_is_no_sign(x: int, radius: int, y: int) -> None:
    page, _ = grey()
    assert sorted(words(dot(page, x, y + PITCH * 3, radius))) == sorted(words(page))


def test_hairs_and_specks_where_a_dash_may_stand_are_none() -> None:
    page, _ = grey()
    plain = sorted(words(page))
    page[60 + PITCH * 3 : 61 + PITCH * 3, LEFT : LEFT + 12] = 0
    assert sorted(words(page)) == plain
    page[60 + PITCH * 3 : 61 + PITCH * 3, LEFT : LEFT + 12] = 250
    page[59 + PITCH * 3 : 62 + PITCH * 3, LEFT : LEFT + 6] = 0
    assert sorted(words(page)) == plain


def test_a_dash_in_a_column_of_dashes_stays_beside_a_speck() -> None:
    page, _ = grey()
    page[:, LEFT - 20 :] = 250
    image = Image.fromarray(page)
    for row in range(7):
        ImageDraw.Draw(image).text((730, 30 + PITCH * row), "Kinh", font=ImageFont.truetype(FONT, 39), fill=0)
    page = np.array(image)
    for row in range(7):
        page[60 + PITCH * row : 63 + PITCH * row, LEFT + 20 : LEFT + 30] = 0
    page[57 + PITCH * 4 : 65 + PITCH * 4, LEFT + 3 : LEFT + 14] = 0
    assert words(page).count("-") == 7


def test_a_disc_under_a_digit_hides_none() -> None:
    image = Image.fromarray(grey()[0])
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 39)
    for row in range(7):
        pen.text((730, 30 + PITCH * row), "8", font=font, fill=0)
    whole = sorted(words(np.array(image)))
    pen.ellipse((732, 62 + PITCH * 3, 746, 76 + PITCH * 3), fill=0)
    assert sorted(words(np.array(image))) == whole


def test_crosses_within_the_dark_rim_of_a_sheet_are_read() -> None:
    page, _ = grey()
    page = np.pad(page, ((0, 60), (60, 0)), constant_values=250)
    page[:, :25] = page[-25:] = 0
    assert words(page).count("x") == 6


def test_specks_of_pepper_that_touch_are_pepper() -> None:
    rng = np.random.default_rng(4)
    picture = np.full((900, 900), 255, np.uint8)
    for x, y in rng.integers(5, 890, (2000, 2)):
        picture[y : y + 3, x : x + 3] = 0
    picture[400:440, 400:440] = 255
    picture[419:422, 416:424] = 0
    picture[421, 417:422] = picture[419, 422] = 255
    parts = find_components((picture < 128).astype(np.uint8))
    dash = (parts.left == 416) & (parts.top == 419)
    clumps = (parts.area > 0.03 * 18 * 18) & (parts.area < 0.06 * 18 * 18)
    pepper = find_pepper(parts, picture, np.zeros(len(parts.left), np.bool_), 18.0)
    assert clumps.sum() > 100
    assert pepper[clumps & (np.maximum(parts.width, parts.height) <= 7)].mean() > 0.9
    assert dash.sum() == 1
    assert not pepper[dash].any(), "a worn dash is none"


@pytest.mark.parametrize(("text", "level", "kept"), [("", 0, False), ("Hồ", 160, True), ("x", 175, True)])
def test_grain_is_no_word_and_pale_print_is(text: str, level: int, kept: bool) -> None:
    rng = np.random.default_rng(11)
    image = Image.new("L", (90, 60), 240 if text else 170)
    if text:
        ImageDraw.Draw(image).text((20, 5), text, font=ImageFont.truetype(FONT, 39), fill=level)
    page = np.clip(np.asarray(image) + rng.normal(0, 8 if text else 25, (60, 90)), 0, 255).astype(np.uint8)
    word = RawWord(text or "Ệ", Box(18, 8, 64, 46), 0.6)
    assert without_spots((word,), page, 54) == ((word,) if kept else ())


@pytest.mark.parametrize(("length", "gap", "kept"), [(5, 28, False), (11, 28, True), (5, 10, True)])
def test_a_speck_far_before_a_word_is_no_dash(length: int, gap: int, kept: bool) -> None:
    """Before the cells of a table such specks were surely read as dashes; a worn mark of a list stands near its words."""
    page = np.full((60, 200), 255, np.uint8)
    page[28:32, 20 : 20 + length] = 0
    page[18:42, 20 + length + gap : 120] = 0
    dash = RawWord("-", Box(20, 28, 20 + length, 32), 0.94)
    name = RawWord("Nam", Box(20 + length + gap, 18, 120, 42), 0.99)
    assert without_spots((dash, name), page, 54) == ((dash, name) if kept else (name,))


def test_a_bullet_behind_the_last_word_is_a_speck() -> None:
    number, bullet, name = (
        Word(text, Box(left, 10, left + 30, 40), 0.9)
        for text, left in (("41", 0), (BULLET, 60), ("Lan", 120))
    )
    assert without_drawing((number, bullet)) == (number,)
    assert without_drawing((number, bullet, name)) == (number, bullet, name)


def test_two_words_that_a_speck_joins_keep_their_line() -> None:
    joined = Word("Nguyễn-Hữu", Box(0, 0, 150, 30), 0.44)
    name = Word("Luân", Box(160, 0, 220, 30), 0.927)
    assert without_noise((joined, name)) == (joined, name)
    assert without_noise((Word("Ngxqrt-Hzwpk", Box(0, 0, 150, 30), 0.44), name)) == ()
