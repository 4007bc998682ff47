"""Photographs of a sheet on a darker table: what is wrong with them is told; scans and doubtful outlines are left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.clean.photographed import find_sheet, judge_photo
from pipeline.model import Picture
from tests.scans import page

LINES = [
    "GIẤY KHAI SINH",
    "Số: 169/2017",
    "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH",
    "Nơi sinh: Bệnh viện Khánh Hòa",
]


def photograph(
    *, taper: float = 0.0, tilt: float = 4.0, table: float = 70.0, finger: int = 0, shadow: float = 1.0
) -> Picture:
    """A sheet on a table; ``taper``: how much shorter its far edge is, ``finger``: its grey level, ``shadow``: light at the far side."""
    sheet = np.asarray(page(*LINES))
    high, wide = sheet.shape
    a, b = 0.5 * wide, 0.5 * high
    turn = cv2.getRotationMatrix2D((0, 0), tilt, 1.0)[:, :2]
    corners = np.array([[-a * (1 - taper), -b], [a * (1 - taper), -b], [a, b], [-a, b]]) @ turn.T + (700, 900)
    to = cv2.getPerspectiveTransform(
        np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32), corners.astype(np.float32)
    )
    on = cv2.warpPerspective(np.full_like(sheet, 255), to, (1400, 1800))
    ground = np.random.default_rng(18).normal(table, 10, on.shape).clip(0, 255).astype(np.uint8)
    shot = np.where(on > 127, cv2.warpPerspective(sheet, to, (1400, 1800)), ground)
    if finger:
        x, y = (corners[2] + corners[3]) / 2
        cv2.ellipse(shot, (int(x), int(y)), (90, 170), 0, 0, 360, finger, -1)
    return np.asarray(shot * np.linspace(1, shadow, shot.shape[1])[None, :], np.uint8)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({}, []),
        ({"tilt": 12.0}, []),
        ({"taper": 0.03}, []),
        ({"taper": 0.12}, ["photo_tapered"]),
        ({"taper": 0.12, "tilt": -9.0}, ["photo_tapered"]),
        ({"finger": 100}, ["photo_covered"]),
        ({"shadow": 0.85}, []),
        ({"shadow": 0.3}, ["photo_shadowed"]),
    ],
)
def test_what_is_wrong_with_a_photograph_is_told(how: dict[str, float], told: list[str]) -> None:
    assert [one.code for one in judge_photo(photograph(**how))] == told  # type: ignore[arg-type]


def test_a_scan_and_a_sheet_on_a_bright_ground_are_left_alone() -> None:
    for picture in (np.asarray(page(*LINES)), photograph(table=215, taper=0.2)):
        assert find_sheet(picture) is None
        assert judge_photo(picture) == ()


def test_colour_is_judged_as_grey_is() -> None:
    grey = photograph(taper=0.12)
    assert judge_photo(np.dstack([grey] * 3)) == judge_photo(grey)
