"""A streak of the feeder goes, and what it crossed is read; rules of forms stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from pipeline.clean import clean_page
from pipeline.clean.streak import without_streaks
from pipeline.model import ScanPage
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from tests.scans import page

LINES = ("Căn cứ Luật Tổ chức", "chính quyền địa phương", "ngày 19 tháng 6", "năm 2015")


def sheet() -> np.ndarray:
    return np.array(page(*LINES))


def texts(picture: np.ndarray) -> list[str]:
    return [line.text for line in read_region(picture, lstm).lines]


@pytest.mark.parametrize(("top", "bottom"), [(180, 180), (260, 263), (405, 399)])
def test_print_that_a_streak_crosses_is_read(top, bottom):
    plain = sheet()
    picture = plain.copy()
    cv2.line(picture, (top, 0), (bottom, picture.shape[0] - 1), (120,), 1)
    assert texts(plain) == list(LINES)
    for line, printed in zip(texts(without_streaks(picture)), LINES, strict=True):
        assert Levenshtein.distance(line, printed) <= 1  # the stem of a letter under it may go with it


@pytest.mark.parametrize("angle", [-3.0, 2.2])
def test_a_sheet_that_went_in_askew_loses_its_streak_before_it_is_set_level(angle):
    plain = sheet()
    height, width = plain.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    askew = cv2.warpAffine(plain, turn, (width, height), borderValue=(255,))
    cv2.line(askew, (265, 0), (265, height - 1), (90,), 2)
    read = texts(clean_page(ScanPage(1, np.asarray(askew, np.uint8), 200.0)).picture)
    assert len(read) == len(LINES)
    for line, printed in zip(read, LINES, strict=True):
        assert Levenshtein.distance(line, printed) <= 1


@pytest.mark.parametrize("angle", [-3.0, 2.2])
def test_an_upright_line_on_a_sheet_askew_is_a_streak_wherever_it_ends_and_a_level_sheets_rule_is_none(angle):
    """The lid of the scanner hides both edges of the sheet."""
    streaked, ruled = np.full((900, 700), 255, np.uint8), np.full((900, 700), 255, np.uint8)
    cv2.line(streaked, (265, 40), (265, 860), (90,), 2)
    slope = np.tan(np.radians(angle))
    cv2.line(ruled, (round(265 + 410 * slope), 40), (round(265 - 410 * slope), 860), (90,), 2)
    assert without_streaks(streaked, angle).min() > 200
    assert without_streaks(streaked) is streaked
    assert without_streaks(ruled, angle) is ruled


def test_clean_sheets_and_rules_of_forms_stay_as_they_are():
    plain = sheet()
    assert without_streaks(plain) is plain
    height, width = plain.shape
    cv2.rectangle(plain, (30, 60), (width - 30, height - 60), (0,), 2)
    cv2.line(plain, (width // 2, 60), (width // 2, height - 60), (0,), 1)
    assert without_streaks(plain) is plain
    small = np.full((40, 30), 255, np.uint8)
    assert without_streaks(small) is small
