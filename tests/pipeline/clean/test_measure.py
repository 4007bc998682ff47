"""Skew to a tenth of a degree, turned pages, and what is asked when a page leaves doubt."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from fixtures.generator import make_scan
from fixtures.generator.layouts.lists import equal_rows
from fixtures.generator.scan import scan_papers
from fixtures.generator.scanner.capture import plan
from pipeline.clean import clean_page
from pipeline.clean import page as cleaning
from pipeline.clean.measure import Measure, measure, overview_of
from pipeline.clean.orientation import legible_turns
from pipeline.model import ScanPage
from tests.pipeline.clean.sheets import clear
from tests.scans import FONT
from tests.scans import page as few_lines

TYPES = ("administrative_document", "household_business_registration", "marriage_certificate")


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("angle", [-11.5, -3.8, -1.37, 0.2, 2.75, 8.9])
def test_skew_within_a_tenth_of_a_degree(type, angle):
    page = make_scan(type, 6020, capture=clear(dpi=150, mode="grey", angle=angle)).pages[0]
    assert abs(measure(overview_of(page.image)).skew + angle) <= 0.1  # the generator turns counter-clockwise


@pytest.mark.parametrize("type", TYPES[::2])
def test_blur_neither_enlarges_the_letters_nor_turns_the_page(type):
    sharp, blurred = (
        measure(
            overview_of(
                make_scan(type, 6020, capture=clear(dpi=150, mode="grey").but(blur=blur)).pages[0].image
            )
        )
        for blur in (0.0, 2.0)
    )
    assert blurred.quarter_turns == 0
    assert blurred.certainty > 0.9
    assert abs(blurred.x_height / sharp.x_height - 1) < 0.2


@pytest.mark.parametrize("type", ["administrative_document", "citizen_card"])
@pytest.mark.parametrize("level", ["light", "heavy"])
def test_turned_pages(type, level):
    scan = make_scan(type, 6021, level)
    page = scan.pages[0]
    grey = page.image if page.image.ndim == 2 else cv2.cvtColor(page.image, cv2.COLOR_RGB2GRAY)
    upright = np.rot90(grey, -page.capture.turned)
    for turns in range(4):
        found = measure(overview_of(np.ascontiguousarray(np.rot90(upright, turns))))
        assert found.quarter_turns == turns
        assert found.certainty > 0


def test_no_line_of_an_ordinary_page_is_read_to_know_which_side_is_up(monkeypatch):
    monkeypatch.setattr(cleaning, "legible_turns", lambda *_: pytest.fail("asked without need"))
    page = make_scan("administrative_document", 6022, capture=clear(dpi=150, mode="grey", turned=2)).pages[0]
    assert clean_page(ScanPage(1, page.image, 150.0)).quarter_turns == 2


LINES = ("Ủy ban nhân dân xã Hồng Thủy", "đã nhận đủ hồ sơ của ông Trần", "Ngày trả kết quả: 12/5/2025")


def look_turned(turns):
    return overview_of(np.ascontiguousarray(np.rot90(np.asarray(few_lines(*LINES)), turns)))


@pytest.mark.parametrize("likeliest", range(4))
@pytest.mark.parametrize("turns", range(4))
def test_reading_tells_which_side_of_three_lines_is_up(turns, likeliest):
    overview = look_turned(turns)
    assert legible_turns(overview, measure(overview).x_height, likeliest) == turns


@pytest.mark.parametrize("turns", [1, 2])
def test_the_size_of_letters_need_not_be_known(turns):
    assert legible_turns(look_turned(turns), 0.0, 0) == turns


def test_what_shines_through_from_the_back_has_no_say():
    """A last page of three lines upside down: the whole of its first page was read in their stead."""
    rows = np.asarray(few_lines(*LINES))[90:300]
    page = np.full((1165, 827), 250, np.uint8)
    for top in range(60, 800, 150):
        page[top : top + 210] = np.minimum(page[top : top + 210], np.maximum(rows[:, ::-1], 205))
    page[-260:-50] = np.rot90(rows, 2)
    overview = overview_of(page)
    assert legible_turns(overview, measure(overview).x_height, 0) == 2


@pytest.mark.parametrize("turns", range(4))
def test_the_back_of_a_card_is_turned_upright(turns):
    back = make_scan("citizen_card", 6023, capture=clear(dpi=200, mode="grey")).pages[-1].image
    overview = overview_of(np.ascontiguousarray(np.rot90(back, turns)))
    assert legible_turns(overview, measure(overview).x_height, (turns + 2) % 4) == turns


def test_what_cannot_be_read_stays_as_it_lies():
    rng = np.random.default_rng(6024)
    grain = rng.integers(0, 256, (900, 700)).astype(np.uint8)
    scrawl = np.full((900, 700), 255, np.uint8)
    for line in rng.integers(50, 650, (60, 2, 2)).tolist():
        cv2.line(scrawl, *line, (0,), 3)
    for picture in (np.full((900, 700), 255, np.uint8), grain, scrawl):
        assert legible_turns(overview_of(picture), 0.0, 1) is None


@pytest.mark.parametrize(("certainty", "asks", "turns"), [(0.6, 1, 0), (0.8, 0, 2)])
def test_a_doubt_that_reading_does_not_end_leaves_the_page_as_it_came(monkeypatch, certainty, asks, turns):
    asked = []
    found = Measure(18.0, 0.0, 2, certainty, 500)
    monkeypatch.setattr(cleaning, "measure", lambda _: found)
    monkeypatch.setattr(cleaning, "legible_turns", lambda *_: asked.append(1))
    page = clean_page(ScanPage(1, np.asarray(few_lines(*LINES)), 200.0))
    assert len(asked) == asks
    assert page.quarter_turns == turns


def test_in_doubt_what_was_read_turns_the_page(monkeypatch):
    monkeypatch.setattr(cleaning, "_CERTAIN", 1.1)
    asked = []
    monkeypatch.setattr(cleaning, "legible_turns", lambda *_: asked.append(1) or 3)
    page = clean_page(ScanPage(1, np.asarray(few_lines(*LINES)), 200.0))
    assert asked
    assert page.quarter_turns == 3
    assert page.picture.shape[0] < page.picture.shape[1]


def test_three_words_among_drawings_turn_no_page():
    """Few letters stand in line by chance: one of forty such pages was turned, whose feet seemed to lie at its head."""
    image = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(image)
    pen.text((294, 228), "Receipt Name Figure", font=ImageFont.truetype(FONT, 22), fill=0)
    for left, top, right, bottom in ((850, 130, 945, 250), (315, 388, 374, 445), (90, 414, 152, 570)):
        pen.ellipse((left, top, right, bottom), outline=60, width=3)
    for left, top, right, bottom in ((368, 645, 433, 737), (299, 1587, 490, 1660)):
        pen.rectangle((left, top, right, bottom), outline=0, width=2)
    tilted = np.asarray(image.rotate(-1.2, fillcolor=255), np.uint8)
    assert clean_page(ScanPage(1, tilted, 150.0)).quarter_turns == 0


@pytest.mark.parametrize(("letters", "turns"), [(30, 0), (600, 2)])
def test_few_letters_that_seem_turned_are_read_first(monkeypatch, letters, turns):
    monkeypatch.setattr(cleaning, "measure", lambda _: Measure(18.0, 0.0, 2, 1.0, letters))
    monkeypatch.setattr(cleaning, "legible_turns", lambda *_: None)
    assert clean_page(ScanPage(1, np.asarray(few_lines(*LINES)), 200.0)).quarter_turns == turns


def test_equal_words_down_the_columns_of_a_table_do_not_lay_it_on_its_side() -> None:
    draw = Random("tables:31:False:colour:heavy")
    capture = plan(draw, "heavy")
    while capture.mode != "colour":
        capture = plan(draw, "heavy")
    paper = equal_rows(Random("rows:964"), 31, ruled=False, landscape=draw.random() < 0.2)
    (page,) = scan_papers([paper], 964, "heavy", capture).pages
    picture = np.asarray(page.image)
    for turns in (0, 1):
        cleaned = clean_page(ScanPage(1, np.ascontiguousarray(np.rot90(picture, -turns)), page.capture.dpi))
        assert (cleaned.quarter_turns + turns) % 4 == capture.turned == 2


@pytest.mark.parametrize("turns", [0, 1])
def test_capitals_and_digits_that_hold_most_ink_are_not_taken_for_small_letters(turns) -> None:
    paper = equal_rows(Random("measure:0"), 31, marked=True)
    (page,) = scan_papers([paper], 31, "light", clear(dpi=200, mode="grey")).pages
    lying = np.ascontiguousarray(np.rot90(page.image, turns))
    capital = max(word.box.height for line in page.lines for word in line.words if word.text == "A")
    assert 0.6 * capital < measure(overview_of(lying)).x_height < 0.8 * capital
