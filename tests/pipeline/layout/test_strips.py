"""Strips: every line level and alone, at the recogniser's height; every word finds its way back to the page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.page import rotate
from pipeline.layout.components import find_components
from pipeline.layout.lines import find_lines
from pipeline.layout.masks import ink_mask
from pipeline.layout.strips import HEIGHT, cut_strips
from tests.scans import page

X = 18.0
LINES = ("Cộng hòa xã hội chủ nghĩa", "Độc lập, Tự do, Hạnh phúc", "Người nộp đơn: Lý Ngọc Ỷ")


def laid_out(picture):
    parts = find_components(ink_mask(picture))
    none = np.zeros(len(parts.left), np.bool_)
    found = find_lines(parts, X, np.zeros_like(picture), none)
    return parts, found, cut_strips(picture, parts, found, X)


def bowed(picture, bow):
    height, width = picture.shape
    y, x = np.indices((height, width)).astype(np.float32)
    shift = np.float32(bow) * (1 - (2 * x / width - 1) ** 2)
    return cv2.remap(picture, x, y + shift, cv2.INTER_LINEAR, borderValue=(255,))


def words_on(strip):
    """Columns of the words of a strip, as a recogniser would tell them: about right, a few columns off."""
    wide = cv2.dilate(strip.ink.any(axis=0).astype(np.uint8)[None, :], np.ones((1, 9), np.uint8))[0]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], wide, [0]]).astype(int)))
    scale = strip.picture.shape[1] / len(wide)
    return [(a * scale + 5, b * scale) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@given(st.floats(-0.9, 0.9), st.floats(-6, 6))
@settings(max_examples=12, deadline=None)
def test_words_find_their_ink_on_the_page(skew, bow):
    picture = bowed(rotate(np.asarray(page(*LINES)), skew)[0], bow)
    parts, found, strips = laid_out(picture)
    assert len(strips) == len(LINES)
    for index, (strip, text) in enumerate(zip(strips, LINES, strict=True)):
        boxes = strip.boxes(words_on(strip))
        assert len(boxes) == len(text.split())
        own = np.flatnonzero(found.owner == index)
        for box in boxes:
            inside = [i for i in own if box.left <= (parts.left[i] + parts.right[i]) / 2 <= box.right]
            assert abs(min(parts.left[inside]) - box.left) <= 3
            assert abs(max(parts.right[inside]) - box.right) <= 3
            assert abs(min(parts.top[inside]) - box.top) <= 6
            assert abs(max(parts.bottom[inside]) - box.bottom) <= 6


def test_lines_lie_level_and_alone_at_one_height():
    picture = rotate(np.asarray(page(*LINES)), 0.8)[0]
    _, _, strips = laid_out(picture)
    assert {strip.picture.shape[0] for strip in strips} == {HEIGHT}
    for strip in strips:
        assert (strip.picture[[0, -1]] > 200).all()  # nothing of the lines above and below
        feet = [int(np.flatnonzero(column)[-1]) for column in (strip.picture < 128).T if column.any()]
        left, right = np.median(feet[: len(feet) // 3]), np.median(feet[-len(feet) // 3 :])
        assert abs(left - right) <= 2


def test_letters_have_one_size_whatever_stands_above_and_below_them():
    low, high = np.asarray(page("sao xua nam")), np.asarray(page("ẤỆ sao xua nam g"))
    widths = [max(strip.picture.shape[1] for strip in laid_out(picture)[2]) for picture in (low, high)]
    marked = laid_out(np.asarray(page("ẤỆ g")))[2][0].picture.shape[1]
    assert widths[0] + marked == pytest.approx(widths[1], rel=0.12)


def test_words_that_touch_are_parted_where_the_recogniser_says():
    _, _, (strip,) = laid_out(np.asarray(page("mmmmmmmmmmmm")))
    width = strip.picture.shape[1]
    first, second = strip.boxes([(0.0, width / 2), (width / 2, float(width))])
    assert first.right <= second.left + 1
    assert first.width == pytest.approx(second.width, rel=0.2)


def test_no_mark_is_lost_between_the_lines():
    picture = np.asarray(page("ẤỆỘẲỮ ạịụọẹ ỗổộ", "ẤỆỘẲỮ ạịụọẹ ỗổộ"))
    parts, found, _ = laid_out(picture)
    assert (found.owner >= 0).all()
    middle = (parts.top + parts.bottom)[found.owner == 0]
    assert middle.max() < (parts.top + parts.bottom)[found.owner == 1].min()


def test_two_columns_are_never_one_line():
    left, right = np.asarray(page("Nơi nhận", "Lưu: VT")), np.asarray(page("CHỦ TỊCH", "Trần Văn Bình"))
    _, found, _ = laid_out(np.hstack([left, right]))
    assert len(found.lines) == 4
    assert all(line.right < left.shape[1] or line.left >= left.shape[1] for line in found.lines)


def test_a_word_whose_end_is_told_wrong_ends_at_the_white_before_the_next():
    _, _, (strip,) = laid_out(np.asarray(page("Quyết định số")))
    spans = words_on(strip)
    right = strip.boxes(spans)
    assert strip.boxes([(spans[0][0], spans[-1][1]), *spans[1:]]) == right


@pytest.mark.parametrize("skew", [-2.0, 2.0])
def test_letters_of_a_slanting_line_are_no_smaller(skew):
    picture = np.asarray(page(*LINES))
    straight, slanting = laid_out(picture)[2], laid_out(rotate(picture, skew)[0])[2]
    for one, other in zip(straight, slanting, strict=True):
        assert other.ink.shape[0] <= one.ink.shape[0] + 12
