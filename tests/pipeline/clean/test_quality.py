"""The quality gate warns of what hurts, says what to do, and keeps quiet otherwise."""

from __future__ import annotations

import unicodedata

import cv2
import numpy as np
import pytest

from fixtures.generator import make_scan
from pipeline.clean import clean_page
from pipeline.model import ScanPage
from tests.pipeline.clean.sheets import clear


def codes(picture, dpi=200.0):
    return [warning.code for warning in clean_page(ScanPage(1, picture, dpi)).warnings]


@pytest.fixture(scope="module")
def letter():
    return make_scan("administrative_document", 6010, capture=clear(dpi=200, mode="grey")).pages[0].image


def test_nothing_to_say_of_a_good_page(letter):
    assert codes(letter) == []


def test_low_resolution_names_the_law_and_the_remedy(letter):
    small = np.asarray(cv2.resize(letter, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA))
    (warning,) = clean_page(ScanPage(1, small, 150.0)).warnings
    assert warning.code == "low_resolution"
    assert "150 dpi" in warning.message_vi
    assert "30/2020/NĐ-CP" in warning.message_vi
    assert warning.message_vi.endswith("hãy quét lại ở 300 dpi.")
    assert warning.message_vi == unicodedata.normalize("NFC", warning.message_vi)
    assert warning.message_en.isascii()


def test_fax_lines_are_no_low_resolution(letter):
    assert codes(letter, 196.0) == []


@pytest.mark.parametrize("sigma", [2.8, 4.0])
def test_blur(letter, sigma):
    assert "blurred" in codes(cv2.GaussianBlur(letter, (0, 0), sigma))


def test_slight_blur_is_no_blur(letter):
    assert codes(cv2.GaussianBlur(letter, (0, 0), 0.9)) == []


@pytest.mark.parametrize("angle", [-5.0, 4.0])
def test_strong_skew(angle):
    page = make_scan("administrative_document", 6011, capture=clear(dpi=150, mode="grey", angle=angle))
    assert "skewed" in codes(page.pages[0].image)


@pytest.mark.parametrize(("side", "word"), [("left", "trái"), ("right", "phải"), ("bottom", "dưới")])
def test_text_cut_off_at_the_edge(letter, side, word):
    height = letter.shape[0]
    ink = np.argwhere(letter < 100)
    cut = {
        "left": letter[:, int(ink[:, 1].min()) + 60 :],
        "right": letter[:, : int(np.percentile(ink[:, 1], 97)) - 15],
        "bottom": letter[: height // 2 + _middle_of_a_line(letter, height // 2)],
    }[side]
    (warning,) = clean_page(ScanPage(1, np.ascontiguousarray(cut), 200.0)).warnings
    assert warning.code == "cut_off"
    assert word in warning.message_vi


def _middle_of_a_line(picture, start):
    """Rows from ``start`` to the row of most ink among the next."""
    return int((picture[start : start + 60] < 100).sum(axis=1).argmax())


def test_too_dark(letter):
    assert "too_dark" in codes((letter * 0.3).astype(np.uint8))


def test_one_line_on_a_dark_page_is_read(letter):
    """Dark all over, and something is printed on it: neither black nor blank."""
    dark = np.full_like(letter, 76)
    height = letter.shape[0]
    band = slice(int(0.3 * height), int(0.33 * height))
    dark[band] = letter[band] * 0.3
    assert (letter[band] < 100).any()
    assert "black" not in codes(dark)


def test_too_light(letter):
    assert "too_light" in codes((255 - (255 - letter.astype(float)) * 0.27).astype(np.uint8))


@pytest.mark.parametrize("level", ["light", "medium", "heavy"])
def test_generated_pages_give_no_false_alarm(level):
    for type in ("birth_certificate", "receipt_slip", "administrative_document"):
        page = make_scan(type, 6012, level).pages[0]
        found = codes(page.image, page.capture.dpi)
        assert set(found) <= {"low_resolution"}, type
        assert ("low_resolution" in found) == (page.capture.dpi < 194)
