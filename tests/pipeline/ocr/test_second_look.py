"""What the second look reads comes in place of what was doubtful, and once."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from fixtures.generator.typesetting.fonts import Style
from pipeline.ocr import second_look
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import Region
from pipeline.ocr.second_look import look_again
from pipeline.ocr.tesseract import tesseract
from schemas.geometry import Box
from schemas.text import Line, Word

TEXT = "theo dõi, đôn đốc việc thực hiện; định kỳ báo cáo"


def piece(text: str, left: float, right: float) -> Line:
    """A piece of the line of which the first word is in doubt and the last is sure."""
    pieces = text.split()
    step = (right - left) / len(pieces)
    boxes = [Box(left + i * step, 85, left + (i + 1) * step - 6, 125) for i in range(len(pieces))]
    return Line(
        tuple(Word(t, b, 0.9 if i else 0.2) for i, (t, b) in enumerate(zip(pieces, boxes, strict=True)))
    )


def test_two_pieces_of_a_line_become_one_line():
    sheet = Image.new("L", (1350, 300), 255)
    ImageDraw.Draw(sheet).text((60, 160), TEXT, font=Style(14).font, fill=15, anchor="lm")
    picture = np.asarray(
        cv2.resize(np.asarray(sheet), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    )
    end = float(np.flatnonzero((picture < 100).any(axis=0))[-1])
    middle = 40 + (end - 40) / 2
    torn = Region((piece("thco dõi đon", 40, middle), piece("thụ hiên định báo", middle, end)))
    lines = look_again(picture, (), torn, (Box(0, 60, end, 150),), tesseract)
    assert [line.text for line in lines] == [TEXT]


def under_a_rim(text: str) -> np.ndarray:
    """A title in capitals that the pale rim of a seal crosses, at reading size."""
    sheet = Image.new("L", (1350, 700), 250)
    draw = ImageDraw.Draw(sheet)
    draw.text((700, 250), text, font=Style(14).font, fill=30, anchor="lm")
    for radius in (190, 150):
        draw.ellipse((600 - radius, 400 - radius, 600 + radius, 400 + radius), outline=165, width=9)
    return np.asarray(
        cv2.resize(np.asarray(sheet), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA), np.uint8
    )


@pytest.mark.parametrize(("text", "doubtful"), [("GIÁM ĐỐC", False), ("TTHC", True)])
def test_a_title_that_was_noise_comes_out_from_under_the_rim_of_a_seal(text, doubtful):
    picture = under_a_rim(text)
    title, seal = Box(460, 140, 640, 190), Box(270, 140, 530, 400)
    (line,) = look_again(picture, (), Region(lost=(title,)), (seal,), lstm)
    assert text.endswith(line.text) if doubtful else line.text == text
    assert (max(word.confidence for word in line.words) <= 0.6) is doubtful
    assert title.intersection(line.box).area > 0.5 * line.box.area
    assert look_again(picture, (), Region(lost=(title,)), (Box(0, 300, 100, 400),), tesseract) == ()
    assert look_again(picture, (), Region(), (seal,), tesseract) == ()


def test_the_rim_of_a_seal_itself_stays_noise():
    picture = under_a_rim("")
    seal = Box(270, 140, 530, 400)
    assert look_again(picture, (), Region(lost=(Box(300, 140, 500, 190),)), (seal,), tesseract) == ()


def test_pale_words_beside_what_was_read_anew_stay():
    """Light ink pressed out takes pale print along: the number of a row went with the fold of the sheet that crossed it."""
    sheet = Image.new("L", (1350, 300), 255)
    pen = ImageDraw.Draw(sheet)
    pen.text((60, 160), "23", font=Style(14).font, fill=200, anchor="lm")
    pen.text((200, 160), TEXT, font=Style(14).font, fill=15, anchor="lm")
    picture = np.asarray(
        cv2.resize(np.asarray(sheet), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    )
    end = float(np.flatnonzero((picture < 100).any(axis=0))[-1])
    number = Word("23", Box(40, 90, 72, 122), 0.9)
    region = Region((Line((number, *piece("thco dõi đon thụ hiên định báo", 133, end).words)),))
    lines = look_again(picture, (), region, (Box(0, 60, end, 150),), tesseract)
    assert sorted(line.text for line in lines) == ["23", TEXT]


def test_the_number_before_a_name_that_is_put_to_the_vote_stays(monkeypatch):
    number, name = Word("7", Box(40, 90, 56, 122), 0.99), piece("Thị Lan", 100, 240)
    won = Line(
        tuple(Word(text, word.box, 0.97) for text, word in zip(("Thị", "Lan"), name.words, strict=True))
    )
    monkeypatch.setattr(second_look, "vote_names", lambda *_: ((), (won,)))
    region = Region((Line((number, *name.words)),))
    lines = look_again(np.full((200, 400), 255, np.uint8), (), region, (Box(0, 60, 300, 150),), tesseract)
    assert sorted(line.text for line in lines) == ["7", "Thị Lan"]


def test_a_clean_word_beside_what_reads_like_a_name_stays():
    """The end of an address near a pen's stroke was put to the vote as a name, and the word before it went."""
    sheet = Image.new("L", (1350, 300), 255)
    ImageDraw.Draw(sheet).text((60, 160), "tỉnh Đồng Nai", font=Style(14).font, fill=15, anchor="lm")
    picture = np.asarray(
        cv2.resize(np.asarray(sheet), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    )
    ends = np.flatnonzero((picture < 100).any(axis=0))
    left, right = float(ends[0]), float(ends[-1]) + 1
    step = (right - left) / 13
    boxes = ((0, 4, 0.926), (5, 9, 0.97), (10, 13, 0.88))
    words = tuple(
        Word(text, Box(left + a * step, 92, left + b * step, 118), sure)
        for text, (a, b, sure) in zip(("tỉnh", "Đồng", "Nai"), boxes, strict=True)
    )
    lines = look_again(
        picture, (), Region((Line(words),)), (Box(right - 20, 60, right + 60, 150),), tesseract
    )
    assert " ".join(line.text for line in lines) == "tỉnh Đồng Nai"


def test_print_that_a_pen_crosses_comes_out_without_its_strokes():
    """As dark as the letters, the loops of a signature stay when light ink is pressed out: the line was noise, and gone."""
    sheet = Image.new("L", (1350, 500), 250)
    draw = ImageDraw.Draw(sheet)
    draw.text((300, 150), "(Ký, ghi rõ họ tên, đóng dấu)", font=Style(13).font, fill=30, anchor="lm")
    for left in range(280, 560, 70):
        draw.ellipse((left, 158, left + 110, 420), outline=40, width=5)
    picture = np.asarray(
        cv2.resize(np.asarray(sheet), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA), np.uint8
    )
    line, pen = Box(195, 75, 625, 125), Box(180, 104, 460, 285)
    read = look_again(picture, (), Region(lost=(line,)), (pen,), lstm)
    assert "họ tên, đóng dấu" in " ".join(each.text for each in read)
    known = Line((Word("ghi rõ họ tên", line, 0.9),))
    assert look_again(picture, (), Region((known,), lost=(line,)), (pen,), lstm) == (known,)
