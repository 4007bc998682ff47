"""A signer's name under a stroke and a seal, read by the real recogniser from a page without colour."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from fixtures.generator.typesetting.fonts import Style
from pipeline.model import Picture
from pipeline.ocr.lstm import lstm
from pipeline.ocr.lstm.model import second_model
from pipeline.ocr.region import Region, read_region
from pipeline.ocr.second_look import look_again
from schemas.geometry import Box

NAME = "Nguyễn Thị Hương"
COVER = Box(180, 80, 720, 250)
"""Where the flourish lies."""


def _page(*, signed: bool) -> np.ndarray:
    """A title, a name under its middle, and a flourish through the family name; 200 dpi, grey."""
    sheet = Image.new("L", (1350, 600), 255)
    draw = ImageDraw.Draw(sheet)
    font = Style(14, bold=True).font
    draw.text((675, 80), "PHÓ CHỦ TỊCH", font=font, fill=15, anchor="mm")
    draw.text((675, 330), NAME, font=font, fill=15, anchor="mm")
    picture = cv2.resize(np.asarray(sheet), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    if signed:
        cv2.ellipse(picture, (430, 130), (130, 95), 0, 20, 200, (40,), 4)
        cv2.line(picture, (310, 225), (640, 130), (40,), 4)
    return np.asarray(picture, np.uint8)


@pytest.fixture(scope="module")
def signed() -> tuple[np.ndarray, Region]:
    picture = _page(signed=True)
    return picture, read_region(picture, lstm)


def test_the_name_under_a_flourish_is_won_and_not_certain(signed):
    picture, first = signed
    assert NAME not in [line.text for line in first.lines], "the flourish covers nothing"
    lines = look_again(picture, (), first, (*first.covers, COVER), lstm)
    won = next(line for line in lines if line.text == NAME)
    assert 0.4 < min(word.confidence for word in won.words) < 0.98


def test_a_name_that_was_read_well_is_not_read_again():
    picture = _page(signed=False)
    first = read_region(picture, lstm)
    assert NAME in [line.text for line in first.lines]

    def never(*_: object) -> tuple[()]:
        raise AssertionError("a sure name was read again")

    assert look_again(picture, (), first, (COVER,), never) == first.lines


def test_a_page_without_large_ink_costs_nothing(signed):
    picture, first = signed
    assert look_again(picture, (), first, (), lstm) is first.lines


def test_the_second_model_is_one_that_the_recogniser_knows():
    model = second_model()
    assert model is None or lstm([_page(signed=False)], model)


def test_no_place_without_a_reading_becomes_a_word(signed):
    picture, first = signed

    def blind(pictures: Sequence[Picture], *_: object) -> tuple[tuple[()], ...]:
        return ((),) * len(pictures)

    lines = look_again(picture, (), first, (*first.covers, COVER), blind)
    assert lines == first.lines
