"""Skew to a tenth of a degree, turned pages, and what is asked when a page leaves doubt."""

from __future__ import annotations

import cv2
import numpy as np
import pytesseract
import pytest

from fixtures.generator import make_scan
from pipeline.clean import clean_page
from pipeline.clean import page as cleaning
from pipeline.clean.measure import Measure, look_at, measure
from pipeline.clean.orientation import ask_turns, more_legible
from pipeline.model import ScanPage
from tests.pipeline.clean.sheets import clear
from tests.scans import page as few_lines

TYPES = ("administrative_document", "household_business_registration", "marriage_certificate")


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("angle", [-11.5, -3.8, -1.37, 0.2, 2.75, 8.9])
def test_skew_within_a_tenth_of_a_degree(type, angle):
    page = make_scan(type, 6020, capture=clear(dpi=150, mode="grey", angle=angle)).pages[0]
    assert abs(measure(look_at(page.image)).skew + angle) <= 0.1  # the generator turns counter-clockwise


@pytest.mark.parametrize("type", TYPES[::2])
def test_blur_neither_enlarges_the_letters_nor_turns_the_page(type):
    sharp, blurred = (
        measure(
            look_at(make_scan(type, 6020, capture=clear(dpi=150, mode="grey").but(blur=blur)).pages[0].image)
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
        found = measure(look_at(np.ascontiguousarray(np.rot90(upright, turns))))
        assert found.quarter_turns == turns
        assert found.certainty > 0


def test_an_ordinary_page_is_not_sent_to_osd(monkeypatch):
    monkeypatch.setattr(cleaning, "ask_turns", lambda *_: pytest.fail("asked without need"))
    page = make_scan("administrative_document", 6022, capture=clear(dpi=150, mode="grey", turned=2)).pages[0]
    assert clean_page(ScanPage(1, page.image, 150.0)).quarter_turns == 2


LINES = ("Ủy ban nhân dân xã Hồng Thủy", "đã nhận đủ hồ sơ của ông Trần", "Ngày trả kết quả: 12/5/2025")


@pytest.mark.parametrize("turns", range(4))
def test_osd_knows_a_page_of_three_lines(turns):
    grey = np.ascontiguousarray(np.rot90(np.asarray(few_lines(*LINES)), turns))
    assert ask_turns(grey, 200.0) == turns


@pytest.mark.parametrize("turns", range(4))
def test_where_osd_does_not_know_reading_does(turns):
    grey = np.ascontiguousarray(np.rot90(np.asarray(few_lines(*LINES)), turns))
    assert more_legible(grey, 200.0, turns) == turns
    assert more_legible(grey, 200.0, (turns + 2) % 4) == turns


def test_osd_is_not_believed_when_it_sees_another_script(monkeypatch):
    answer = {"rotate": 90, "orientation_conf": 8.3, "script": "Greek", "script_conf": 2.1}
    monkeypatch.setattr(pytesseract, "image_to_osd", lambda *_, **__: answer)
    assert ask_turns(np.full((200, 200), 255, np.uint8), 150.0) is None
    monkeypatch.setattr(pytesseract, "image_to_osd", lambda *_, **__: answer | {"script": "Latin"})
    assert ask_turns(np.full((200, 200), 255, np.uint8), 150.0) == 1


def test_in_doubt_the_answer_of_osd_turns_the_page(monkeypatch):
    asked = []
    monkeypatch.setattr(cleaning, "_CERTAIN_OF_FEW", 1.1)
    monkeypatch.setattr(cleaning, "ask_turns", lambda _, dpi: asked.append(dpi) or 3)
    page = clean_page(ScanPage(1, np.asarray(few_lines(*LINES)), 200.0))
    assert asked == [200.0]
    assert page.quarter_turns == 3
    assert page.picture.shape[0] < page.picture.shape[1]


@pytest.mark.parametrize(("letters", "asks"), [(250, 1), (900, 0)])
def test_few_letters_leave_more_doubt(monkeypatch, letters, asks):
    asked = []
    found = Measure(18.0, 0.0, 2, 0.6, letters)
    monkeypatch.setattr(cleaning, "measure", lambda _: found)
    monkeypatch.setattr(cleaning, "ask_turns", lambda *_: asked.append(1) or 2)
    clean_page(ScanPage(1, np.asarray(few_lines(*LINES)), 200.0))
    assert len(asked) == asks


def test_osd_fails_softly(monkeypatch, tmp_path):
    blank = np.full((600, 400), 255, np.uint8)
    assert ask_turns(blank, 150.0) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask_turns(np.asarray(few_lines(*LINES)), 200.0) is None


def test_a_page_without_text_has_no_certainty():
    assert measure(look_at(np.full((600, 400), 255, np.uint8))).certainty == 0


@pytest.mark.parametrize("turns", range(4))
def test_a_few_lines_on_a_grainy_sheet_tell_which_side_is_up(turns):
    lines = cv2.resize(np.asarray(few_lines(*LINES)), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    sheet = np.random.default_rng(5).normal(225, 6, (2339, 1654))
    sheet[100 : 100 + lines.shape[0], 100 : 100 + lines.shape[1]] -= 0.5 * (255.0 - lines)
    found = measure(look_at(np.ascontiguousarray(np.rot90(sheet.clip(0, 255).astype(np.uint8), turns))))
    assert found.letters < 200  # the grain is no letters
    assert found.quarter_turns == turns
