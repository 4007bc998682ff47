"""Digits written into the slots of printed lines: found, read, always doubtful; the printed rest stays."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import cv2
import numpy as np
import pytest

from fixtures.generator.ink.handwriting import digit_strokes, write_digits
from fixtures.generator.model import A4, px
from fixtures.generator.scanner.scan import scan_sheet
from fixtures.generator.typesetting.flow import Column, Paragraph, blank_sheet
from fixtures.generator.typesetting.fonts import Style
from fixtures.generator.typesetting.runs import Span
from pipeline.clean import clean_page
from pipeline.model import X_HEIGHT
from pipeline.ocr import read_page
from pipeline.ocr.handwriting.digits import framed, network
from pipeline.ocr.handwriting.filled import DOUBTFUL
from pipeline.ocr.handwriting.numbers import read_number
from pipeline.ocr.handwriting.slots import with_handwriting
from schemas.geometry import Box
from schemas.text import Line, Word
from tests.pipeline.clean.sheets import clear, scan_page


def _drawn(digit: str) -> np.ndarray:
    """One digit by pen, light on black."""
    picture = np.zeros((64, 64), np.uint8)
    for stroke in digit_strokes(digit):
        points = (np.array(stroke) * (48, 44) + (16, 10)).astype(np.int32)
        cv2.polylines(picture, [points[:, None]], False, (255,), 4, cv2.LINE_AA)
    return picture


def _with_26(left: int) -> np.ndarray:
    """A part of a page with the digits 26 by hand from a column on."""
    picture = np.full((120, 500), 255, np.uint8)
    day = 255 - np.hstack([_drawn("2"), _drawn("6")])
    picture[36:84, left : left + 48] = cv2.resize(day, (48, 48), interpolation=cv2.INTER_AREA)
    return picture


def _level(*places: tuple[str, int, int], bottom: int = 78) -> Line:
    """Words on one line, each from one column to another."""
    return Line(tuple(Word(text, Box(left, 44, right, bottom), 0.99) for text, left, right in places))


def test_the_network_reads_plain_digits():
    chances = network().chances(np.stack([framed(_drawn(digit)) for digit in "0123456789"]))
    assert [int(row.argmax()) for row in chances] == list(range(10))


def test_a_number_is_put_together_from_its_digits():
    picture = 255 - np.hstack([_drawn(digit) for digit in "385"])
    number = read_number(picture, 24.0, None, 4)
    assert number is not None
    assert number.text == "385"


@pytest.mark.parametrize("reach", [0.6, 0.9])
def test_a_one_with_a_long_upstroke_is_a_one(reach):
    one = np.zeros((64, 64), np.uint8)
    points = (np.array([(0.05, reach), (0.42, 0.02), (0.34, 0.98)]) * (48, 44) + (16, 10)).astype(np.int32)
    cv2.polylines(one, [points[:, None]], False, (255,), 4, cv2.LINE_AA)
    number = read_number(255 - np.hstack([one, _drawn("6")]), 24.0, None, 4)
    assert number is not None
    assert number.text == "16"


def test_a_day_is_one_that_there_is():
    picture = 255 - np.hstack([_drawn(digit) for digit in "31"])
    number = read_number(picture, 24.0, {"30", "21", "12"}, 2)
    assert number is None or number.text in {"30", "21", "12"}


def test_white_paper_holds_no_number():
    assert read_number(np.full((60, 120), 255, np.uint8), 18.0, None, 4) is None


def _head(mode: str) -> tuple[list[Line], str, str]:
    """The lines of a page whose number and day are written by hand, and what these are."""
    rng = Random("head 4")
    sheet = blank_sheet(A4)
    style = Style(13)
    base = px(40)
    for text, x in (("Số:", 32), ("/BC-UBND", 58)):
        Column(sheet, px(x), px(x + 50), base).set(Paragraph((Span(text, style),), align="left"))
    italic = style.but(italic=True)
    for text, x in (("Hà Nam, ngày", 100), ("tháng 11 năm 2023", 139)):
        Column(sheet, px(x), px(x + 60), base).set(Paragraph((Span(text, italic),), align="left"))
    write_digits(sheet, rng, "47", px(42), base + style.em, ())
    write_digits(sheet, rng, "26", px(128), base + style.em, ())
    body = "Thực hiện chỉ đạo của Ủy ban nhân dân tỉnh, Sở Nội vụ báo cáo kết quả thực hiện như sau. " * 8
    Column(sheet, px(30), A4[0] - px(20), px(80)).set(Paragraph((Span(body, style),)))
    page = scan_sheet(sheet, None, clear(dpi=200, mode=mode, jpeg=None), Random("scan"))
    return list(read_page(clean_page(scan_page(page))).lines()), "47", "26"


@pytest.mark.parametrize("mode", ["colour", "bw"])
def test_number_and_day_are_read_and_doubtful_and_the_print_beside_them_stays(mode):
    lines, number, day = _head(mode)
    first, second = (next(line for line in lines if key in line.text) for key in ("BC-UBND", "năm 2023"))
    assert first.text.replace(" ", "") == f"Số:{number}/BC-UBND"
    assert second.text == f"Hà Nam, ngày {day} tháng 11 năm 2023"
    written = [word for line in (first, second) for word in line.words if word.text in {number, day}]
    assert [word.confidence <= DOUBTFUL for word in written] == [True, True]


@pytest.mark.parametrize(
    "number", ["10/BC-STC", "156/QĐ-UB", "337/TLKT-BS", "310-QĐ/TU", "06-CTr/BTG", "77/TB/CTCN-KD"]
)
def test_a_printed_number_stays_one_word_and_read_with_doubt_gets_no_digit_from_its_slash(number):
    sheet = blank_sheet(A4)
    style = Style(13)
    Column(sheet, px(32), px(110), px(40)).set(Paragraph((Span(f"Số: {number}", style),), align="left"))
    body = "Thực hiện chỉ đạo của Ủy ban nhân dân tỉnh, Sở Nội vụ báo cáo kết quả thực hiện như sau. " * 8
    Column(sheet, px(30), A4[0] - px(20), px(80)).set(Paragraph((Span(body, style),)))
    page = clean_page(
        scan_page(scan_sheet(sheet, None, clear(dpi=200, mode="grey", jpeg=None), Random("scan")))
    )
    assert any(word.text == number for line in read_page(page).lines() for word in line.words)
    lines = [
        Line(tuple(replace(word, confidence=0.7) for word in line.words)) for line in read_page(page).lines()
    ]
    first = next(
        line for line in with_handwriting(lines, page.picture, page.picture.shape[0]) if "Số" in line.text
    )
    assert first.text.replace(" ", "") == f"Số:{number}"


@pytest.mark.parametrize(
    "words",
    [
        ("Số:", "12-2021", "/UQ-XLĐTB"),
        ("Số:", "01/2004", "/TTLT/BVHTT-BYT"),
        ("Số:", "11", "-LĐTBXH/TT"),
        ("Số", ":", "151/TB-PGDĐT"),
    ],
)
def test_a_printed_serial_is_no_handwriting(words):
    picture = np.full((120, 500), 255, np.uint8)
    picture[46:76, 92:168] = cv2.resize(255 - _drawn("7"), (76, 30), interpolation=cv2.INTER_AREA)
    so, digits, sign = (Box(left, 48, right, 78) for left, right in ((40, 80), (90, 170), (175, 300)))
    line = Line(tuple(Word(text, box, 0.97) for text, box in zip(words, (so, digits, sign), strict=True)))
    assert with_handwriting([line], picture, 1000) == (line,)


@pytest.mark.parametrize(
    ("confidence", "number"), [(1.0, "289"), (0.1, "7")], ids=["surely read", "hardly read"]
)
def test_print_larger_than_its_page_keeps_its_number_where_it_was_read_more_surely(confidence, number):
    picture = np.full((120, 500), 255, np.uint8)
    picture[36:84, 120:168] = cv2.resize(255 - _drawn("7"), (48, 48), interpolation=cv2.INTER_AREA)
    high = X_HEIGHT * 2.0
    so, digits, sign = (Box(left, 40, right, 40 + high) for left, right in ((40, 80), (90, 170), (175, 300)))
    line = Line((Word("Số:", so, 0.99), Word("289", digits, confidence), Word("/GPXD", sign, 0.99)))
    (read,) = with_handwriting([line], picture, 1000)
    assert read.words[1].text == number
    assert read.words[1].confidence <= DOUBTFUL


def test_a_month_that_was_read_over_the_day_gives_it_its_place_back():
    picture = _with_26(left=92)
    line = _level(
        ("Huế,", 10, 50),
        ("ngày", 56, 88),
        ("tháng", 92, 240),
        ("11", 250, 275),
        ("năm", 285, 330),
        ("2023", 340, 400),
    )
    (read,) = with_handwriting([line], picture, 1000)
    assert read.text == "Huế, ngày 26 tháng 11 năm 2023"
    boxes = [word.box for word in read.words]
    assert all(before.centre[0] < after.left for before, after in pairwise(boxes))


def test_of_two_words_for_day_the_one_beside_the_number_opens_its_slot():
    picture = np.full((120, 700), 255, np.uint8)
    picture[40:76, 210:250] = 255 - cv2.resize(_drawn("7"), (40, 36), interpolation=cv2.INTER_AREA)
    line = _level(
        ("Đến", 10, 50),
        ("ngày:", 56, 100),
        ("ngày", 140, 190),
        ("10", 210, 250),
        ("tháng", 262, 330),
        ("12", 340, 370),
        ("năm", 380, 430),
        ("2020", 440, 500),
        bottom=72,
    )
    (read,) = with_handwriting([line], picture, 1000)
    assert read.text == line.text


def test_the_day_that_was_lost_between_two_words_read_as_one_is_read():
    picture = _with_26(left=138)
    line = _level(
        ("Huế,", 10, 50),
        ("ngàytháng", 56, 290),
        ("11", 300, 326),
        ("năm", 336, 381),
        ("2023", 391, 451),
    )
    (read,) = with_handwriting([line], picture, 1000)
    assert read.text == "Huế, ngày 26 tháng 11 năm 2023"


@pytest.mark.parametrize(("confidence", "high", "read"), [(0.8, 0, True), (0.8, 14, False), (0.4, 0, False)])
def test_a_serial_that_was_one_word_with_its_sign_is_print_where_both_are_as_high(confidence, high, read):
    picture = np.full((140, 500), 255, np.uint8)
    cv2.putText(picture, "6144", (60, 90 + high), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 3)
    cv2.putText(picture, "/BK-QL", (140, 90), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 3)
    line = Line(
        (Word("Số:", Box(10, 66, 55, 92), 0.99), Word("6144/BK-QL", Box(60, 66, 262, 92), confidence))
    )
    (found,) = with_handwriting([line], picture, 1000)
    assert (found == line) is read


def test_digits_on_one_level_are_print_however_little_they_were_believed_and_a_rule_above_them_is_no_part_of_them():
    picture = np.full((140, 500), 255, np.uint8)
    cv2.line(picture, (60, 50), (290, 50), 0, 2)
    for at, sign in enumerate("1906/BYT-K"):
        cv2.putText(picture, sign, (60 + 23 * at, 90), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0,), 2)
    line = Line((Word("Số:", Box(10, 69, 55, 92), 0.99), Word("1906/BYT-K", Box(60, 69, 290, 92), 0.3)))
    assert with_handwriting([line], picture, 1000) == (line,)


def test_a_sign_with_letters_that_hang_below_the_line_is_as_high_as_its_digits():
    picture = np.full((140, 500), 255, np.uint8)
    cv2.putText(picture, "6144", (60, 90), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 3)
    cv2.putText(picture, "/CT-TTg", (140, 90), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 3)
    line = Line((Word("Số:", Box(10, 67, 55, 97), 0.99), Word("6144/CT-TTg", Box(60, 67, 260, 97), 0.8)))
    assert with_handwriting([line], picture, 1000) == (line,)


def test_the_number_of_another_paper_below_the_papers_own_is_no_slot():
    picture = np.full((200, 500), 255, np.uint8)
    cv2.putText(picture, "37", (60, 150), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 3)
    own = Line((Word("Số:", Box(10, 46, 55, 72), 0.99), Word("12/SYT-NV", Box(60, 46, 200, 72), 0.99)))
    other = Line((Word("37/1998/QĐ-TTg", Box(60, 126, 300, 152), 0.5),))
    assert other in with_handwriting([own, other], picture, 1000)


def test_a_number_in_a_line_of_text_that_begins_with_so_is_no_slot():
    picture = np.full((200, 500), 255, np.uint8)
    cv2.putText(picture, "24", (60, 150), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 3)
    so = Line((Word("Số:", Box(10, 46, 55, 72), 0.99),))
    own = Line((Word("12/SYT-NV", Box(60, 46, 200, 72), 0.99),))
    other = (
        Line((Word("số", Box(10, 126, 50, 152), 0.9),)),
        Line((Word("24/2003/NĐ-CP", Box(60, 126, 300, 152), 0.5),)),
    )
    read = with_handwriting([so, own, *other], picture, 1000)
    assert {*other} <= {*read}


def test_a_number_above_the_one_that_an_excerpt_names_is_the_papers_own():
    picture = np.full((200, 500), 255, np.uint8)
    picture[36:84, 120:168] = cv2.resize(255 - _drawn("7"), (48, 48), interpolation=cv2.INTER_AREA)
    own = Line((Word("z/SYT-NV", Box(120, 46, 300, 72), 0.3),))
    other = Line(
        (Word("số", Box(60, 126, 90, 152), 0.9), Word("37/1998/QĐ-TTg", Box(95, 126, 300, 152), 0.9))
    )
    read = with_handwriting([own, other], picture, 1000)
    assert [word.text for word in read[0].words] == ["7", "/SYT-NV"]


@pytest.mark.parametrize(
    "words",
    [
        ("Số:", "15/", "2015", "/TT-NHNN"),
        ("Số", "664", "-", "CV/HNDTW"),
        ("Số", ":", "112", "KH/TĐTN"),
    ],
    ids=["year", "dash", "kind"],
)
def test_blanks_within_a_printed_number_do_not_make_it_handwriting(words):
    picture = np.full((120, 500), 255, np.uint8)
    picture[46:76, 92:168] = cv2.resize(255 - _drawn("7"), (76, 30), interpolation=cv2.INTER_AREA)
    places = ((40, 80), (90, 130), (140, 165), (175, 300))
    boxes = (Box(left, 48, right, 78) for left, right in places)
    line = Line(tuple(Word(text, box, 0.97) for text, box in zip(words, boxes, strict=True)))
    assert with_handwriting([line], picture, 1000) == (line,)
