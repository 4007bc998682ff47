"""The way back: every pixel of the working copy is known on the page as scanned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.generator import make_scan
from pipeline.clean import clean_page
from pipeline.clean.page import resize, rotate, turn
from pipeline.ocr import read_page
from schemas.geometry import Affine, Box
from tests.pipeline.clean.sheets import clear, scan_page
from tests.pipeline.doubles import ink_reader

SIDES = st.integers(60, 300)


def dot(width, height, x, y):
    picture = np.full((height, width), 255, np.uint8)
    picture[y - 3 : y + 4, x - 3 : x + 4] = 0
    return picture


def centre(picture):
    weight = 255.0 - picture
    rows, columns = np.indices(picture.shape)
    return float((columns * weight).sum() / weight.sum()), float((rows * weight).sum() / weight.sum())


@given(SIDES, SIDES, st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.integers(0, 3), st.floats(-8, 8))
@settings(max_examples=60, deadline=None)
def test_a_dot_finds_its_way_back_through_turn_and_rotation(width, height, across, down, turns, skew):
    x, y = 6 + round(across * (width - 13)), 6 + round(down * (height - 13))
    turned, from_turned = turn(dot(width, height, x, y), turns)
    straight, from_straight = rotate(turned, skew)
    back = from_straight.then(from_turned)
    # turning moves corners of pixels, rotating moves their middles: half a pixel at most
    assert back.point(*centre(straight)) == pytest.approx((x, y), abs=1.05)
    assert back.inverse().then(back).point(x, y) == pytest.approx((x, y), abs=1e-6)


@given(SIDES, SIDES, st.integers(0, 7))
def test_four_quarters_are_a_whole(width, height, turns):
    picture = dot(width, height, width // 3, height // 2)
    turned, back = turn(picture, turns)
    corner = back.box(Box(0, 0, turned.shape[1], turned.shape[0]))
    assert corner == Box(0, 0, width, height)
    assert np.array_equal(turn(turned, -turns % 4)[0], picture)


@given(st.floats(0.2, 5))
def test_resizing_keeps_the_page_whole(scale):
    picture = dot(120, 160, 30, 120)
    sized = resize(picture, scale)
    found = Affine(a=1 / scale, e=1 / scale).point(*(value + 0.5 for value in centre(sized)))
    assert found == pytest.approx((30.5, 120.5), abs=0.6 + 0.5 / scale)


@pytest.mark.parametrize(
    "capture",
    [
        clear(dpi=150, mode="grey", angle=2.2, turned=1),
        clear(dpi=200, mode="grey", angle=-1.4, turned=2, scale=0.97),
        clear(dpi=120, mode="grey", angle=0.1, turned=3),
    ],
    ids=["on its side", "upside down", "small"],
)
def test_words_lie_on_the_ink_of_the_scan(capture):
    scan = make_scan("application_form", 6030, capture=capture)
    page = clean_page(scan_page(scan.pages[0]))
    assert page.quarter_turns == capture.turned  # counter-clockwise there, clockwise back
    text = read_page(page, ink_reader)
    found = [text.to_scan.box(word.box) for word in text.words()]
    lines = [Box(*line["box"]) for line in scan.truth["pages"][0]["lines"]]
    words = [Box(*word["box"]) for line in scan.truth["pages"][0]["lines"] for word in line["words"]]
    assert share(words, found) >= 0.97  # every printed word is covered
    assert share(found, lines) >= 0.97  # and nothing is found elsewhere


def share(boxes, others):
    """Share of boxes whose middle lies in one of the others."""
    inside = [
        any(o.left <= x <= o.right and o.top <= y <= o.bottom for o in others)
        for x, y in (box.centre for box in boxes)
    ]
    return sum(inside) / len(inside)
