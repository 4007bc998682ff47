"""Streaks and scribbles go; whatever a clerk could have printed stays."""

from __future__ import annotations

import pytest

from pipeline.ocr.noise import without_drawing, without_noise
from schemas.geometry import Box
from schemas.text import Word


def line(text, confidence=0.9):
    return tuple(Word(piece, Box(0, 0, 10, 10), confidence) for piece in text.split())


@pytest.mark.parametrize(
    "text",
    [
        "Số: 12/QĐ-UBND",
        "- Như Điều 3;",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "1. H’Hen Niê Kđăm",
        "Diện tích: 120,5 m² (giá 1.250.000 đ)",
        "IDVNM0900012345001090001234<<8",
        "Email: ubnd@quangbinh.gov.vn",
    ],
)
def test_real_lines_stay_whole(text):
    assert " ".join(word.text for word in without_noise(line(text))) == text


def test_a_long_line_so_tight_that_no_word_is_known_stays():
    text = "-thòngNVVH,NVTDTT,XDNSVHGP VH,TT&DL;"
    assert without_noise(line(text, 0.45)) == line(text, 0.45)
    assert without_noise(line(text, 0.2)) == ()


def test_a_label_that_was_read_for_sure_shows_that_its_line_is_print():
    label, number = line("Số:", 0.98), line("182-5TP~LI1TP", 0.4)
    assert without_noise(label + number) == label + number
    assert without_noise(line("Số", 0.9) + number) == ()


@pytest.mark.parametrize("text", ["182/5TP-LILTP", "9/QD-UB"])
def test_the_number_of_a_paper_stays_with_a_digit_read_for_a_letter(text):
    assert without_noise(line(text, 0.3)) == line(text, 0.3)


@pytest.mark.parametrize("text", ["Ủy ban nhân dân xã", "ngày 12 tháng 5 năm 2025", "Nam/Nữ"])
def test_real_lines_stay_in_doubt_too(text):
    assert without_noise(line(text, 0.35)) == line(text, 0.35)


@pytest.mark.parametrize(
    "text",
    [
        "TDVNM6830267798062083926779<<2",
        "sø:uo:010200017446",
        "Số: 219/STP-LLTP",
        "Số: 12/2024/QĐ-UBND",
        "Số 36-HD/VPTW",
        "Số: /TTr-UBND",
        "Số: 77!QĐ-SYT",
        "Số»3287/C06-TTDLDC",
    ],
)
def test_long_numbers_stay_however_poorly_they_were_read(text):
    assert without_noise(line(text, confidence=0.0))


def test_a_name_of_one_letter_may_stand_alone():
    assert without_noise(line("Ý", 0.9))
    assert not without_noise(line("I", 0.9))


def test_the_fillers_of_a_machine_readable_zone_are_no_noise():
    assert without_noise(line("TRAN<<MINH<KHAI<<<<<<<<<<<<<<<", 0.1))


@pytest.mark.parametrize("text", ["~~ | ¬ _ ]", "\\ / ' ,", "|||| ^^ {}", "® ¢ ¥"])
def test_streaks_and_rims_go(text):
    assert without_noise(line(text, 0.3)) == ()


def test_a_scribble_beside_text_goes_and_the_text_stays():
    words = (*line("Nguyễn Văn An"), Word("¬|", Box(0, 0, 1, 1), 0.2), Word("~^x", Box(0, 0, 1, 1), 0.1))
    assert without_noise(words) == line("Nguyễn Văn An")


def test_nothing_stays_nothing():
    assert without_noise(()) == ()


def test_two_sure_words_keep_a_line_of_doubtful_ones():
    words = line("S0CI4L]ST REPUBLlC", 0.1) + line("VIỆT NAM", 0.95)
    assert without_noise(words) == words
    assert without_noise(line("Email: lienhe48(@example.vn", 0.2))


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("ngày..... tháng... năm 2024", "ngày tháng năm 2024"),
        ("Xuân, Thanh Hóa _ˆ", "Xuân, Thanh Hóa"),
        ("COMPANY_ˆ . '", "COMPANY"),
        ("Phước -", "Phước"),
        ("- Như Điều 3;", "- Như Điều 3;"),
        ("Độc lập - Tự do", "Độc lập - Tự do"),
        ("biên bản, tờ trình v.v...", "biên bản, tờ trình v.v..."),
    ],
)
def test_what_was_drawn_goes_and_what_was_written_stays(read, written):
    assert " ".join(word.text for word in without_drawing(line(read))) == written


def test_a_dash_that_is_clearly_seen_ends_its_line():
    assert [word.text for word in without_drawing(line("nhiệm kỳ 2025 -", 0.99))][-1] == "-"


@pytest.mark.parametrize(("middle", "kept"), [(108, True), (119, False), (124, False)])
def test_a_dash_amid_the_height_of_the_letters_ends_its_line_and_the_end_of_a_rule_does_not(middle, kept):
    words = [
        Word("DƯƠNG", Box(10, 88, 130, 120), 0.98),
        Word("-", Box(140, middle - 2, 150, middle + 2), 0.9),
    ]
    assert (without_drawing(words)[-1].text == "-") is kept


def test_a_line_with_one_certain_word_is_print_whatever_stands_beside_it():
    box = Box(0, 0, 100, 20)
    kept = without_noise([Word("..x.cÁ|", box, 0.33), Word("ĐỐC", box, 0.99)])
    assert "ĐỐC" in [word.text for word in kept]
    assert without_noise([Word("..x.cÁ|", box, 0.33), Word("ĐỐC", box, 0.7)]) == ()


def test_a_ring_of_dirt_behind_a_word_is_no_degree():
    assert without_drawing(line("Việt Nam °")) == line("Việt Nam °")[:2]
    assert without_drawing(line("nhiệt độ 36 ° C")) == line("nhiệt độ 36 ° C")


@pytest.mark.parametrize(
    ("sign", "left", "confidence", "kept"),
    [(":", 70, 0.9, True), (":", 70, 0.6, False), (":", 95, 0.9, False), (";", 70, 0.9, False)],
)
def test_a_colon_set_apart_stays_behind_its_word(sign, left, confidence, kept):
    words = (
        Word("gửi", Box(10, 10, 55, 46), 0.99),
        Word(sign, Box(left, 18, left + 5, 37), confidence),
        Word("Chủ", Box(110, 10, 170, 38), 0.99),
    )
    assert [word.text for word in without_drawing(words)] == ["gửi", *([sign] if kept else []), "Chủ"]
