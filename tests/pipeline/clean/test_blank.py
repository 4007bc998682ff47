"""Blank or not: whatever shines through, however dusty; and never a page on which somebody wrote or stamped."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from fixtures.generator import LEVELS, TYPES, make_scan
from pipeline.clean import clean_page
from pipeline.clean.blank import is_blank
from pipeline.model import ScanPage
from pipeline.ocr import read_page
from tests.pipeline.clean.sheets import blank_back, clear, scan_page, sparse
from tests.scans import FONT

DIRT = {"holes": True, "specks": 300, "streaks": 2, "fold": True, "borders": (6.0, 4.0, 0.0, 7.0)}


def no_recogniser(*_):
    raise AssertionError("a blank page was handed to the recogniser")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("seed", "mode"), [(6001, "colour"), (6002, "bw")])
def test_blank_back(level, seed, mode):
    # what shines through is black for good where a scanner to 1 bit sets its threshold above it
    fax = {"jpeg": None, "shade": 0.05, "threshold": 125} if mode == "bw" else {}
    page = clean_page(scan_page(blank_back(seed, level, dpi=200, mode=mode, bleed=0.1, **fax)))
    assert page.blank
    assert [warning.code for warning in page.warnings] == ["blank"]
    assert page.quarter_turns == 0
    assert read_page(page, no_recogniser).text == ""


@pytest.mark.parametrize("dpi", [120, 200])
def test_blank_with_holes_dust_folds_and_black_edges(dpi):
    assert clean_page(scan_page(blank_back(6003, "medium", dpi=dpi, **DIRT))).blank


@pytest.mark.parametrize(("grey", "noise", "specks"), [(0, 0, 0), (4, 0, 3), (60, 0, 0), (30, 6, 0)])
def test_a_black_page_is_not_called_white(grey, noise, specks):
    chance = np.random.default_rng(1)
    picture = np.clip(chance.normal(grey, noise, (1170, 827)), 0, 255).astype(np.uint8)
    for y, x in chance.integers(100, 700, (specks, 2)):
        picture[y : y + 3, x : x + 3] = 230
    page = clean_page(ScanPage(1, picture, 100.0))
    assert page.blank
    assert [warning.code for warning in page.warnings] == ["black"]


@pytest.mark.parametrize("box", [None, (60, 50, 210, 90)], ids=["words", "words and a light box"])
def test_a_few_light_words_on_black_are_not_blank(box: tuple[int, int, int, int] | None) -> None:
    """Too little for a row of letters, and a light box that print on paper would not have: still something is shown."""
    image = Image.new("L", (400, 560), 0)
    pen = ImageDraw.Draw(image)
    pen.text((70, 200), "Cong hoa", font=ImageFont.truetype(FONT, 16), fill=249)
    if box is not None:
        pen.rectangle(box, fill=249)
    page = clean_page(ScanPage(1, np.asarray(image), 72.0))
    assert not page.blank
    assert read_page(page).text.strip() == "Cong hoa"


@pytest.mark.parametrize("kind", ["line", "stamp", "seal", "signature"])
@pytest.mark.parametrize("level", ["light", "heavy"])
def test_one_short_line_or_mark_is_not_blank(kind, level):
    page = clean_page(scan_page(sparse(kind, 6004, level, back=True, dpi=200, mode="colour")))
    assert not page.blank
    assert "blank" not in [warning.code for warning in page.warnings]


@pytest.mark.parametrize("left", [0.25, 0.5])
def test_pale_print_is_not_blank(left):
    page = make_scan("receipt_slip", 6006, capture=clear(dpi=200, mode="grey")).pages[0]
    pale = (255 - (255 - page.image.astype(float)) * left).astype(np.uint8)
    assert not clean_page(ScanPage(1, pale, 200.0)).blank


def test_a_line_on_its_side_is_not_blank():
    assert not clean_page(scan_page(sparse("line", 6005, "light", turned=1))).blank


def test_a_table_of_single_signs_is_not_blank() -> None:
    page = np.full((1700, 1200), 250, np.uint8)
    for top, left in np.ndindex(9, 4):
        page[200 + 110 * top :, 150 + 240 * left :][:16, :11] = 30
    assert not is_blank(page, 150.0)
    page[:, 200:] = 250
    assert is_blank(page, 150.0), "one column of equal marks is the edge of a pad"


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_many_blank_pages(level):
    pages = [clean_page(scan_page(blank_back(6100 + i, level))) for i in range(14)]
    assert all(page.blank for page in pages)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_many_pages_that_are_not_blank(level):
    found = [scan_page(make_scan(type, 6200, level).pages[0]) for type in TYPES]
    found += [
        scan_page(sparse(kind, 6300 + i, level, back=True))
        for i in range(2)
        for kind in ("line", "seal", "signature", "stamp")
    ]
    assert not any(clean_page(page).blank for page in found)
