"""Words that a pen or a seal lies over are never sure; those beside it keep their confidence."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.ocr.covering import COVERED, with_covered
from schemas.geometry import Box
from schemas.text import Line, Word

NAME = Line(
    (
        Word("Nguyễn", Box(100, 200, 220, 240), 0.99),
        Word("Tấn", Box(240, 200, 320, 240), 0.99),
        Word("Hải", Box(340, 200, 420, 240), 0.7),
    )
)


def _confidences(*stroke: tuple[int, int]) -> list[float]:
    picture = np.full((500, 600), 255, np.uint8)
    for word in NAME.words:
        cv2.putText(picture, word.text[0], (int(word.box.left), 238), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 4)
    if stroke:
        cv2.polylines(picture, [np.array(stroke, np.int32)[:, None]], False, (60,), 4)
    cover = Box(90, 60, 430, 400)
    return [word.confidence for word in with_covered([NAME], picture, [cover])[0].words]


def test_a_stroke_over_a_word_takes_its_certainty():
    assert _confidences((200, 80), (290, 205), (310, 390)) == [0.99, COVERED, 0.7]


def test_letters_alone_cover_nothing():
    assert _confidences() == [0.99, 0.99, 0.7]
