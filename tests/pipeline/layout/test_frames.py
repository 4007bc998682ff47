"""The frame of a stamp set askew across the print goes; print, tables and signatures stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from pipeline.layout.frames import find_frame
from pipeline.layout.masks import ink_mask
from pipeline.layout.rules import find_rules, without_rules
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from tests.scans import page

X_HEIGHT = 18.0
HEAD = ("", "ỦY BAN NHÂN DÂN", "TỈNH TUYÊN QUANG", "Số: 19/UBND-KSTT", "")


def head() -> np.ndarray:
    return np.array(page(*HEAD))


def stamped(picture: np.ndarray, tilt: float, gaps: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The picture under a grey frame that rises to the right by ``tilt`` degrees, and the frame alone (0/1)."""
    height, width = picture.shape
    middle = (width * 0.32, height * 0.5)
    corners = cv2.boxPoints((middle, (width * 0.5, height * 0.62), -tilt)).astype(np.int32)
    frame = np.zeros_like(picture)
    cv2.polylines(frame, [corners], True, (1,), 3)
    dots = np.random.default_rng(gaps).random(picture.shape) < gaps / 100
    frame[dots] = 0
    return np.where(frame > 0, np.minimum(picture, 70), picture).astype(np.uint8), frame


def ink_of(picture: np.ndarray) -> np.ndarray:
    mask = ink_mask(picture)
    return without_rules(mask, find_rules(mask, X_HEIGHT))


def texts(picture: np.ndarray) -> list[str]:
    return [line.text for line in read_region(picture, lstm).lines]


@pytest.mark.parametrize("tilt", [-6.0, -4.5, 5.0, 7.0])
def test_the_lines_of_a_frame_are_found(tilt):
    picture, frame = stamped(head(), tilt)
    found = find_frame(ink_of(picture), X_HEIGHT)
    assert found is not None
    assert (found & frame).sum() > 0.6 * frame.sum()


@pytest.mark.parametrize("tilt", [-6.0, -2.5, 2.0, 3.3, 5.0])  # small ones pass for rules
def test_what_a_frame_crosses_is_read(tilt):
    plain = head()
    picture, _ = stamped(plain, tilt)
    assert texts(plain) == [line for line in HEAD if line]
    for line, printed in zip(texts(picture), texts(plain), strict=True):
        assert (
            Levenshtein.distance(line, printed) <= 3
        )  # a letter that a side runs along may be lost, its line not


def test_grainy_ink():
    picture, frame = stamped(head(), 3.0, gaps=15)
    found = find_frame(ink_of(picture), X_HEIGHT)
    assert found is not None
    assert (found & frame).sum() > 0.5 * frame.sum()


def test_print_and_tables_have_no_frame():
    assert find_frame(ink_of(head()), X_HEIGHT) is None
    table = head()
    for x in (20, 200, 420):
        cv2.line(table, (x, 10), (x, table.shape[0] - 10), (0,), 3)
    for y in (12, table.shape[0] - 12):
        cv2.line(table, (20, y), (420, y), (0,), 3)
    assert find_frame(ink_of(table), X_HEIGHT) is None
    assert find_frame(np.zeros((50, 40), np.uint8), X_HEIGHT) is None
