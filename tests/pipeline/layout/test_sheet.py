"""The sheet: every line anew, straight and alone; every box finds its way back to the page."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.page import rotate
from pipeline.layout.components import find_components, ink_mask
from pipeline.layout.lines import find_lines
from pipeline.layout.sheet import SQUEEZE, compose
from schemas.geometry import Box
from tests.scans import page

X = 18.0
LINES = ("Cộng hòa xã hội chủ nghĩa", "Độc lập, Tự do, Hạnh phúc", "Người nộp đơn: Lý Ngọc Ỷ")


def laid_out(picture):
    parts = find_components(ink_mask(picture))
    none = np.zeros(len(parts.left), np.bool_)
    found = find_lines(parts, X, np.zeros_like(picture), none)
    return parts, found, compose(picture, parts, found, X)


def bowed(picture, bow):
    height, width = picture.shape
    y, x = np.indices((height, width)).astype(np.float32)
    shift = np.float32(bow) * (1 - (2 * x / width - 1) ** 2)
    return cv2.remap(picture, x, y + shift, cv2.INTER_LINEAR, borderValue=(255,))


@given(st.floats(-0.9, 0.9), st.floats(-6, 6))
@settings(max_examples=12, deadline=None)
def test_boxes_of_the_sheet_find_their_ink_on_the_page(skew, bow):
    picture = bowed(rotate(np.asarray(page(*LINES)), skew)[0], bow)
    _, found, (sheet,) = laid_out(picture)
    assert len(found.lines) == len(LINES)
    on_sheet = find_components(ink_mask(sheet.picture))
    for i in np.flatnonzero(on_sheet.area > 40):
        box = Box(
            *(float(side[i]) for side in (on_sheet.left, on_sheet.top, on_sheet.right, on_sheet.bottom))
        )
        back = sheet.to_page(sheet.placement_at(box.centre[1]), box)
        left, top, right, bottom = back.as_list()
        window = picture[max(top - 2, 0) : bottom + 2, max(left - 2, 0) : right + 2] < 128
        rows, columns = np.flatnonzero(window.any(axis=1)), np.flatnonzero(window.any(axis=0))
        assert abs(np.ptp(columns) + 1 - (right - left)) <= 4  # the same letter: as wide
        assert abs(np.ptp(rows) + 1 - (bottom - top)) <= 6


def test_lines_lie_level_apart_and_alone():
    picture = rotate(np.asarray(page(*LINES)), 0.8)[0]
    _, found, (sheet,) = laid_out(picture)
    ink = (sheet.picture < 128).any(axis=1)
    runs = np.flatnonzero(np.diff(np.concatenate([[False], ink, [False]]).astype(int)))
    assert len([r for r in runs[1:-1:2] if r]) >= len(LINES) - 1  # white between lines
    assert [sheet.placement_at(p.sheet_top + 5).line for p in sheet.placements] == list(
        range(len(found.lines))
    )
    longest = max(line.right - line.left for line in found.lines)
    assert sheet.picture.shape[1] <= (longest + 6 * X) * SQUEEZE


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
