"""Rings of seals on scans without colour come off, and the print that they cross stays."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest

from fixtures.generator.ink.seal import seal_mask, stamp_seal
from fixtures.generator.model import A4, px
from fixtures.generator.scanner.scan import scan_sheet
from fixtures.generator.typesetting.flow import Column, Paragraph, blank_sheet
from fixtures.generator.typesetting.fonts import Style
from fixtures.generator.typesetting.runs import Span
from pipeline.clean import clean_page
from pipeline.layout.rings import Circle, find_rings
from pipeline.ocr import read_page
from schemas.geometry import Box
from tests.pipeline.clean.sheets import clear, scan_page

X = 18.0


def _drawn(*, ring: bool) -> np.ndarray:
    """A line of print, 0/1, and a double ring through it."""
    picture = np.zeros((500, 700), np.uint8)
    cv2.putText(picture, "CHU TICH UBND", (120, 120), cv2.FONT_HERSHEY_COMPLEX, 1.3, (1,), 4)
    if ring:
        cv2.circle(picture, (250, 200), 150, (1,), 4)
        cv2.circle(picture, (250, 200), 138, (1,), 2)
    return picture


def test_a_ring_goes_and_what_it_crosses_stays():
    mask, bare = _drawn(ring=True), _drawn(ring=False)
    rings = find_rings(mask, X)
    assert rings is not None
    left = mask & (1 - rings.mask)
    assert left[bare > 0].mean() > 0.95
    assert left[(mask > 0) & (bare == 0)].mean() < 0.15
    assert rings.circles[0].x == pytest.approx(250, abs=4)
    assert rings.circles[0].radius == pytest.approx(152, abs=6)


def test_a_worn_ring_is_a_ring():
    """Arcs of which none is as large as a seal, and a pen that begins within it."""
    mask = _drawn(ring=False)
    for start in range(0, 360, 18):
        for radius, thick in ((150, 4), (138, 2)):
            cv2.ellipse(mask, (250, 200), (radius, radius), 0, start, start + 14, (1,), thick)
    for loop in range(4):
        cv2.ellipse(mask, (330 + 60 * loop, 230), (30, 55), 0, 0, 360, (1,), 4)
    rings = find_rings(mask, X)
    assert rings is not None
    assert rings.circles[0].x == pytest.approx(250, abs=4)
    assert (mask & (1 - rings.mask))[_drawn(ring=False) > 0].mean() > 0.95


def test_print_and_frames_hold_no_ring():
    mask = _drawn(ring=False)
    cv2.rectangle(mask, (60, 200), (400, 460), (1,), 4)
    cv2.line(mask, (100, 440), (650, 210), (1,), 5)
    assert find_rings(mask, X) is None


def test_a_seal_holds_its_own_words_and_no_title_across_its_rim():
    seal = Circle(300, 300, 150)
    assert seal.holds(Box(220, 280, 380, 310))
    assert not seal.holds(Box(220, 180, 560, 215))
    assert not seal.holds(Box(330, 280, 640, 310))


def test_a_title_under_the_rim_of_a_black_seal_is_read():
    sheet = blank_sheet(A4)
    bold = Style(14, bold=True)
    body = "Căn cứ Luật Tổ chức chính quyền địa phương và đề nghị của Giám đốc Sở Nội vụ. " * 8
    Column(sheet, px(30), A4[0] - px(20), px(40)).set(Paragraph((Span(body, Style(14)),)))
    Column(sheet, px(105), px(190), px(120)).set(
        Paragraph((Span("CHỦ TỊCH HỘI ĐỒNG", bold),), align="centre")
    )
    stamp_seal(sheet, Random("rings"), seal_mask("SỞ NỘI VỤ", "TỈNH HÀ NAM", emblem=True), (px(120), px(137)))
    page = scan_sheet(sheet, None, clear(dpi=200, mode="bw", jpeg=None), Random("scan"))
    assert "TỊCH HỘI ĐỒNG" in read_page(clean_page(scan_page(page))).text
