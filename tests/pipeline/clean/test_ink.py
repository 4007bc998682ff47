"""Seals and signatures go off the working copy and stay as evidence; borders and shadows go for good."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from fixtures.generator.ink.seal import inked, put, seal_mask, stamp_seal
from fixtures.generator.ink.signature import sign
from fixtures.generator.model import A4, px
from fixtures.generator.scanner.scan import scan_sheet
from fixtures.generator.typesetting.flow import Column, Paragraph, blank_sheet
from fixtures.generator.typesetting.fonts import Style
from fixtures.generator.typesetting.runs import Span
from pipeline.clean import clean_page
from pipeline.clean.border import whiten_border
from pipeline.clean.ink import lift_ink
from pipeline.clean.light import flatten
from pipeline.clean.stamped import stamped_print
from pipeline.model import InkKind, ScanPage
from pipeline.ocr import read_page
from pipeline.stamps import with_words
from schemas.geometry import Box
from tests.pipeline.clean.sheets import clear, scan_page

BODY = "Ủy ban nhân dân xã xác nhận nội dung nêu trên là đúng sự thật. " * 9


@pytest.fixture(scope="module")
def sealed():
    """Twelve lines of print with a seal over some and a signature below; the same without; marks on the scan."""
    pages = []
    for with_ink in (True, False):
        rng = Random("sealed 3")
        sheet = blank_sheet(A4)
        Column(sheet, px(30), A4[0] - px(20), px(60)).set(Paragraph((Span(BODY, Style(14)),)))
        if with_ink:
            seal = seal_mask("ỦY BAN NHÂN DÂN XÃ", "HUYỆN LỆ THỦY", emblem=True)
            stamp_seal(sheet, rng, seal, (A4[0] / 2, px(75)))
            sign(sheet, rng, (A4[0] / 2, px(150)), px(40))
        pages.append(scan_sheet(sheet, None, clear(dpi=200, mode="colour"), Random("scan")))
    return pages


def overlap(a: Box, b: Box) -> float:
    return a.intersection(b).area / (a.area + b.area - a.intersection(b).area)


def test_evidence_of_seal_and_signature(sealed):
    page = clean_page(scan_page(sealed[0]))
    marks = {mark.kind: mark.box for mark in sealed[0].marks}
    found = {ink.kind: ink for ink in page.inks}
    assert set(found) == {InkKind.SEAL_ROUND, InkKind.SIGNATURE}
    assert found[InkKind.SEAL_ROUND].colour == "red"
    assert found[InkKind.SIGNATURE].colour == "blue"
    assert overlap(found[InkKind.SEAL_ROUND].box, marks["seal"]) > 0.8
    assert overlap(found[InkKind.SIGNATURE].box, marks["signature"]) > 0.7


def test_print_comes_out_from_under_the_seal(sealed):
    with_seal, without = (clean_page(scan_page(page)).picture for page in sealed)
    size = (without.shape[1], without.shape[0])
    with_seal = cv2.resize(
        with_seal, size, interpolation=cv2.INTER_LINEAR
    )  # letters of a seal are measured too
    print_ink = without < 110
    left = cv2.erode(with_seal, np.ones((3, 3), np.uint8)) < 120  # within a pixel
    assert (print_ink & left).sum() > 0.98 * print_ink.sum()
    stray = (with_seal < 110) & (cv2.dilate(print_ink.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0)
    assert stray.sum() < 0.01 * print_ink.sum()


def test_grey_scans_have_no_ink_evidence(sealed):
    grey = cv2.cvtColor(sealed[0].image, cv2.COLOR_RGB2GRAY)
    assert clean_page(ScanPage(1, grey, 200.0)).inks == ()


def test_black_borders_turn_white_and_print_stays(sealed):
    page = np.asarray(cv2.cvtColor(sealed[1].image, cv2.COLOR_RGB2GRAY))
    framed = page.copy()
    framed[:, :30] = 12
    framed[-45:] = 20
    white = whiten_border(framed)
    assert white[:, :30].min() == 255
    assert white[-45:].min() == 255
    assert np.array_equal(white[200:1500, 200:1400], page[200:1500, 200:1400])
    assert whiten_border(page) is page


@pytest.mark.parametrize("side", range(4))
def test_a_border_narrower_than_what_is_looked_at_turns_white_too(sealed, side):
    """It was left, and cells of it were read as ones."""
    page = np.rot90(np.asarray(cv2.cvtColor(sealed[1].image, cv2.COLOR_RGB2GRAY)), side)[:-3, :-5]
    framed = page.copy()
    framed[:, -4:] = 15
    white = whiten_border(np.ascontiguousarray(framed))
    assert white[:, -4:].min() == 255
    assert np.array_equal(white[:, :-24], page[:, :-24])


@pytest.mark.parametrize("ground", [12, 70])
def test_print_on_a_dark_band_at_the_edge_stays(sealed, ground):
    """The head of a letter or a card, light on dark to the very edge of the sheet."""
    page = np.asarray(cv2.cvtColor(sealed[1].image, cv2.COLOR_RGB2GRAY))
    lines = slice(int(page.shape[0] * 60 / 297), int(page.shape[0] * 75 / 297))
    for last in (lines.stop, page.shape[0]):  # a band, or all but the foot
        banded = page.copy()
        banded[:last] = np.maximum(255 - banded[:last], ground)
        read = whiten_border(banded)
        ink = page[lines] < 90
        assert ink.any()
        assert np.abs(read[lines].astype(int) - page[lines])[ink].max() <= max(ground, 1) + 1
        assert np.median(read[:last]) > 255 - ground - 20


@pytest.mark.parametrize("tint", [(255, 255, 30), (140, 250, 110), (255, 130, 190), (120, 200, 255)])
def test_what_is_marked_by_a_highlighter_stays_legible(sealed, tint):
    page = sealed[1].image.copy()
    rows = slice(int(page.shape[0] * 62 / 297), int(page.shape[0] * 80 / 297))
    page[rows.start : rows.start + 40, :, 1:] //= 2  # some of it is printed in red
    plain = lift_ink(flatten(page, 18.0), 200.0)[0]
    page[rows, 200:-200] = page[rows, 200:-200] * np.array(tint) // 255
    marked = lift_ink(flatten(page, 18.0), 200.0)[0]
    ink = cv2.erode((plain < 110).astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
    assert (marked[ink] < 150).mean() > 0.95
    assert np.median(marked[rows, 200:-200]) > 240


def test_shadow_and_yellow_paper_become_white(sealed):
    page = sealed[1].image
    tint = np.array([0.96, 0.9, 0.78]) * np.linspace(0.55, 1.0, page.shape[1])[None, :, None]
    dim = (page * tint).astype(np.uint8)
    even = flatten(dim, 18.0)
    paper = cv2.erode((page.min(axis=2) > 240).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    assert np.percentile(even[paper], 1) > 235
    assert even[page.min(axis=2) < 30].mean() < 90
    assert flatten(np.full((900, 700), 255, np.uint8), 18.0).min() == 255


@pytest.mark.parametrize("colour", [(20, 30, 140), (150, 25, 40)], ids=["blue", "red"])
def test_print_of_one_colour_is_print_and_the_seal_of_another_goes(colour):
    sheet = blank_sheet(A4)
    style = Style(14, colour=colour)
    Column(sheet, px(30), A4[0] - px(20), px(60)).set(Paragraph((Span(BODY, style),)))
    sealed = colour[2] > colour[0]
    if sealed:
        seal = seal_mask("ỦY BAN NHÂN DÂN XÃ", "HUYỆN LỆ THỦY", emblem=True)
        stamp_seal(sheet, Random("seal"), seal, (A4[0] / 2, px(220)))
    scanned = scan_sheet(sheet, None, clear(dpi=200, mode="colour"), Random("scan"))
    page = clean_page(scan_page(scanned))
    assert [ink.kind for ink in page.inks] == ([InkKind.SEAL_ROUND] if sealed else [])
    assert len(set(read_page(page).text.split()) & set(BODY.split())) > 0.9 * len(set(BODY.split()))


def test_a_red_title_of_two_lines_is_print():
    sheet = blank_sheet(A4)
    column = Column(sheet, px(60), A4[0] - px(60), px(60))
    for text, size in (("CĂN CƯỚC", 20), ("IDENTITY CARD", 10)):
        style = Style(size, bold=True, colour=(200, 30, 30))
        column.set(Paragraph((Span(text, style),), align="centre"))
    grey, inks = lift_ink(np.asarray(sheet.print), 300.0)
    assert inks == ()
    assert int((grey < 128).sum()) > 4000


def test_the_words_of_a_large_red_title_are_print_though_they_stand_apart():
    sheet = blank_sheet(A4)
    style = Style(34, bold=True, colour=(176, 16, 32))
    Column(sheet, px(30), A4[0] - px(30), px(60)).set(Paragraph((Span("GIẤY KHEN", style),), align="centre"))
    scanned = scan_sheet(sheet, None, clear(dpi=150, mode="colour"), Random("scan"))
    grey, inks = lift_ink(np.asarray(scanned.image), 150.0)
    assert not any(ink.colour == "red" for ink in inks)
    assert int((grey < 128).sum()) > 4000


def test_a_title_stamped_in_red_beside_the_seal_stays_and_the_seal_goes():
    pages = []
    for title in ("PHÓ GIÁM ĐỐC", ""):
        sheet = blank_sheet(A4)
        Column(sheet, px(30), A4[0] - px(20), px(40)).set(Paragraph((Span(BODY, Style(14)),)))
        red = Style(13, bold=True, family="sans", colour=(214, 40, 52))
        name = Paragraph((Span(title, red),)) if title else None
        if name:
            Column(sheet, px(105), px(190), px(128)).set(name)
        stamp_seal(
            sheet, Random("stamped"), seal_mask("SỞ Y TẾ", "TỈNH HÀ NAM", emblem=True), (px(96), px(146))
        )
        pages.append(scan_sheet(sheet, None, clear(dpi=200, mode="colour"), Random("scan")))
    with_title, without = (clean_page(scan_page(page)) for page in pages)
    assert InkKind.SEAL_ROUND in {ink.kind for ink in without.inks}
    area = slice(round(len(without.picture) * 0.42), round(len(without.picture) * 0.6))
    inked = [int((page.picture[area] < 140).sum()) for page in (with_title, without)]
    assert inked[0] > 1500
    assert inked[1] < 0.1 * inked[0]
    assert "GIÁM ĐỐC" in read_page(with_title).text


def test_print_comes_out_from_under_a_degree_of_urgency_that_is_read_by_itself():
    sheet = blank_sheet(A4)
    line = "Về việc tập trung ứng phó bão số 13, triều cường và sạt lở bờ biển"
    Column(sheet, px(40), A4[0] - px(20), px(70)).set(Paragraph((Span(line, Style(14, bold=True)),)))
    Column(sheet, px(30), A4[0] - px(20), px(160)).set(Paragraph((Span(BODY, Style(14)),)))
    stamp = Image.new("L", (round(px(52)), round(px(14))), 0)
    face = Style(20, bold=True, family="sans").font
    ImageDraw.Draw(stamp).text((px(26), px(7)), "HỎA TỐC", font=face, fill=255, anchor="mm")
    put(sheet, inked(Random("hot"), stamp, (214, 30, 52), 1.2), (px(70), px(73)), "box_stamp")
    scan = scan_page(scan_sheet(sheet, None, clear(dpi=200, mode="colour"), Random("scan")))
    page = clean_page(scan)
    assert line in read_page(page).text
    assert any("TỐC" in ink.text for ink in with_words(scan, page))


@pytest.mark.parametrize(("words", "kept"), [((60, 80, 50), True), ((30, 30), False)])
def test_a_stamped_name_whose_letters_touch_is_a_row_of_letters(words, kept):
    red = np.zeros((600, 600), np.uint8)
    cv2.circle(red, (150, 200), 120, 1, 5)
    left = 230
    for width in words:
        red[330:362, left : left + width] = 1
        left += width + 12
    stamped = stamped_print(red, 200.0)
    assert (stamped is not None and bool(stamped[345, 260])) is kept
    assert stamped is None or not stamped[200, 30]


def test_a_pen_across_a_red_title_goes_and_the_title_stays():
    red = (196, 24, 40)
    sheet = Image.new("RGB", (1240, 400), "white")
    draw = ImageDraw.Draw(sheet)
    draw.text((200, 100), "GIẤY CHỨNG NHẬN", font=Style(26, bold=True).font.font_variant(size=80), fill=red)
    title = np.asarray(sheet)
    draw.line((450, 220, 700, 90, 760, 210), fill=(40, 60, 170), width=9)
    of_title, of_both = (lift_ink(picture, 150.0)[0] < 160 for picture in (title, np.asarray(sheet)))
    assert of_title.sum() > 8000
    assert (of_both & ~of_title).sum() < 100
    assert (of_both & of_title).sum() > 0.9 * of_title.sum()


@pytest.mark.parametrize(
    ("feet", "kept"), [((0, 0, 3, 0, 0, 8, 1, 0), True), ((0, 7, 3, 5, 1, 8, 4, 6), False)]
)
def test_a_row_in_blue_is_print_when_nearly_all_letters_stand_on_one_level(feet, kept):
    """Worn letters end a little higher or lower, and one of these has a tail; no hand is as level."""
    blue = np.zeros((200, 600), np.uint8)
    for place, foot in enumerate(feet):
        top = 80 if place in (0, 5) else 88
        blue[top : 108 + foot, 50 + 24 * place : 66 + 24 * place] = 1
    assert (stamped_print(blue, 200.0, of_pens=True) is not None) is kept
