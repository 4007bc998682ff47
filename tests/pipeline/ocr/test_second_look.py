"""What the second look reads comes in place of what was doubtful, and once."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from fixtures.generator.typesetting.fonts import Style
from pipeline.ocr.region import Region
from pipeline.ocr.second_look import look_again
from pipeline.ocr.tesseract import tesseract
from schemas.geometry import Box
from schemas.text import Line, Word

TEXT = "theo dõi, đôn đốc việc thực hiện; định kỳ báo cáo"


def piece(text: str, left: float, right: float) -> Line:
    """A piece of the line of which the first word is in doubt and the last is sure."""
    pieces = text.split()
    step = (right - left) / len(pieces)
    boxes = [Box(left + i * step, 85, left + (i + 1) * step - 6, 125) for i in range(len(pieces))]
    return Line(
        tuple(Word(t, b, 0.9 if i else 0.2) for i, (t, b) in enumerate(zip(pieces, boxes, strict=True)))
    )


def test_two_pieces_of_a_line_become_one_line():
    sheet = Image.new("L", (1350, 300), 255)
    ImageDraw.Draw(sheet).text((60, 160), TEXT, font=Style(14).font, fill=15, anchor="lm")
    picture = np.asarray(
        cv2.resize(np.asarray(sheet), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    )
    end = float(np.flatnonzero((picture < 100).any(axis=0))[-1])
    middle = 40 + (end - 40) / 2
    torn = Region((piece("thco dõi đon", 40, middle), piece("thụ hiên định báo", middle, end)))
    lines = look_again(picture, torn, (Box(0, 60, end, 150),), tesseract)
    assert [line.text for line in lines] == [TEXT]


def under_a_rim(text: str) -> np.ndarray:
    """A title in capitals that the pale rim of a seal crosses, at reading size."""
    sheet = Image.new("L", (1350, 700), 250)
    draw = ImageDraw.Draw(sheet)
    draw.text((700, 250), text, font=Style(14).font, fill=30, anchor="lm")
    for radius in (190, 150):
        draw.ellipse((600 - radius, 400 - radius, 600 + radius, 400 + radius), outline=165, width=9)
    return np.asarray(
        cv2.resize(np.asarray(sheet), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA), np.uint8
    )


def test_a_title_that_was_noise_comes_out_from_under_the_rim_of_a_seal():
    picture = under_a_rim("GIÁM ĐỐC")
    title, seal = Box(460, 140, 640, 190), Box(270, 140, 530, 400)
    (line,) = look_again(picture, Region(lost=(title,)), (seal,), tesseract)
    assert line.text == "GIÁM ĐỐC"
    assert title.intersection(line.box).area > 0.5 * line.box.area
    assert look_again(picture, Region(lost=(title,)), (Box(0, 300, 100, 400),), tesseract) == ()
    assert look_again(picture, Region(), (seal,), tesseract) == ()


def test_the_rim_of_a_seal_itself_stays_noise():
    picture = under_a_rim("")
    seal = Box(270, 140, 530, 400)
    assert look_again(picture, Region(lost=(Box(300, 140, 500, 190),)), (seal,), tesseract) == ()
