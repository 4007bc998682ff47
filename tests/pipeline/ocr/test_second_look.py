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
