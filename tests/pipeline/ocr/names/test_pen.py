"""Pen strokes are taken out of a line of print; print stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ocr.names.pen import without_strokes

X_HEIGHT = 18.0
TOP, BOTTOM = 60, 100


def _print() -> np.ndarray:
    """Stems and bowls of the size of letters, between the rows ``TOP`` and ``BOTTOM``."""
    picture = np.full((140, 400), 250, np.uint8)
    for x in range(20, 380, 24):
        cv2.rectangle(picture, (x, TOP + 12), (x + 5, BOTTOM - 6), (20,), -1)
        cv2.ellipse(picture, (x + 12, BOTTOM - 14), (5, 8), 0, 0, 360, (20,), 3)
    return picture


def _signed(picture: np.ndarray) -> np.ndarray:
    signed = picture.copy()
    cv2.ellipse(signed, (200, 20), (150, 62), 0, 10, 170, (60,), 4)
    return signed


def test_print_without_strokes_is_left_alone():
    picture = _print()
    assert np.array_equal(without_strokes(picture, TOP, BOTTOM, X_HEIGHT)[0], picture)


def test_a_stroke_goes_and_the_letters_that_it_does_not_touch_stay():
    plain = _print()
    signed = _signed(plain)
    bare = without_strokes(signed, TOP, BOTTOM, X_HEIGHT)[0]
    only_stroke = (signed < 128) & (plain >= 128)
    only_print = (plain < 128) & (cv2.dilate(only_stroke.astype(np.uint8), np.ones((15, 15))) == 0)
    assert (bare[only_stroke] < 128).mean() < 0.1
    assert (bare[only_print] < 128).mean() > 0.98


def test_a_stroke_goes_in_the_shade_of_a_photograph_as_well():
    plain = _print()
    signed = _signed(plain)
    only_stroke = (signed < 128) & (plain >= 128)
    shaded = np.asarray(signed * 0.5, np.uint8)
    bare = without_strokes(shaded, TOP, BOTTOM, X_HEIGHT)[0]
    assert (bare[only_stroke] < 64).mean() < 0.1


@pytest.mark.parametrize("level", [0, 60, 120, 165])
def test_a_part_that_is_dark_all_over_is_no_fault(level):
    dark = np.full((60, 200), level, np.uint8)
    assert np.array_equal(without_strokes(dark, 20, 40, X_HEIGHT)[0], dark)
    dark[:30] = 250
    assert without_strokes(dark, 20, 40, X_HEIGHT)[0].shape == dark.shape


@pytest.mark.parametrize("level", [190, 255])
def test_strokes_fade_to_the_levels_that_are_asked_for(level):
    plain = _print()
    signed = _signed(plain)
    faded = without_strokes(signed, TOP, BOTTOM, X_HEIGHT, (level,))[0]
    changed = faded != signed
    assert changed.any()
    assert faded[changed].min() >= level


def test_a_blank_strip_is_no_fault():
    blank = np.full((40, 60), 255, np.uint8)
    assert np.array_equal(without_strokes(blank, 5, 35, X_HEIGHT)[0], blank)
