"""The language mends what the picture leaves open, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ocr.decode import decode
from pipeline.ocr.recogniser import RawWord
from schemas.geometry import Box


def raw(text, choices=None, confidence=0.8):
    """A word whose letters are certain but for ``choices``: {letter as read: (other, cost)}."""
    symbols = tuple(
        ((letter, 0.5), choices[letter]) if choices and letter in choices else ((letter, 0.1),)
        for letter in text
    )
    return RawWord(text, Box(0, 0, 10 * len(text), 20), confidence, symbols)


def texts(words):
    return [word.text for word in words]


def test_a_lost_mark_comes_back_and_what_was_read_is_kept():
    words = decode([raw("quyết"), raw("đinh", {"i": ("ị", 3.0)})])
    assert texts(words) == ["quyết", "định"]
    assert words[1].read == "đinh"
    assert words[0].read is None
    assert words[1].box == Box(0, 0, 40, 20)


def test_case_and_punctuation_stay():
    words = decode([raw("ỦY"), raw("BAN"), raw("NHÂN"), raw("DẬN,", {"Ậ": ("Â", 2.0)})])
    assert texts(words) == ["ỦY", "BAN", "NHÂN", "DÂN,"]
    assert words[3].read == "DẬN,"


@pytest.mark.parametrize(
    ("before", "read", "letter", "other"),
    [
        ("chồng:", "LÊ", "Ê", ("Ệ", 3.0)),
        ("Chư", "Yang", "Y", ("V", 5.0)),
        ("đất:", "NGUYỄN", "Ễ", ("Ê", 3.0)),
    ],
)
def test_names_are_not_made_words_of_law(before, read, letter, other):
    assert texts(decode([raw(before), raw(read, {letter: other}), raw("Văn")])) == [before, read, "Văn"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [("xã la Hrú, huyện", "xã Ia Hrú, huyện"), ("tại la Grai", "tại Ia Grai"), ("đô la Mỹ", "đô la Mỹ")],
)
def test_the_water_of_the_highlands_is_no_shout(line, wanted):
    assert " ".join(texts(decode([raw(word) for word in line.split()]))) == wanted


def test_what_is_clearly_seen_is_not_rewritten_by_what_is_usual():
    assert texts(decode([raw("tạm"), raw("ngưng", {"ư": ("ừ", 10.0)}), raw("cung")])) == [
        "tạm",
        "ngưng",
        "cung",
    ]
    assert texts(decode([raw("tạm"), raw("ngưng", {"ư": ("ừ", 3.0)}), raw("cung")])) == [
        "tạm",
        "ngừng",
        "cung",
    ]


def test_a_family_name_before_another_name_is_no_word_of_law():
    assert texts(decode([raw("của:"), raw("Đinh", {"i": ("ị", 1.6)}), raw("Thị"), raw("Lẻng,")]))[1] == "Đinh"
    assert texts(decode([raw("Quyết"), raw("đinh", {"i": ("ị", 1.6)}), raw("số")]))[1] == "định"


def test_the_likelier_of_two_names_is_taken_where_the_picture_hardly_tells():
    assert texts(decode([raw("QUANG"), raw("THẲNG", {"Ẳ": ("Ắ", 1.0)})])) == ["QUANG", "THẮNG"]
    assert texts(decode([raw("QUANG"), raw("THẲNG", {"Ẳ": ("Ắ", 8.0)})])) == ["QUANG", "THẲNG"]


OTHERS = {
    "1": ("l", 0.6),
    "0": ("o", 0.6),
    "U": ("Ư", 0.6),
    "D": ("Đ", 0.6),
    "N": ("M", 0.6),
    "B": ("8", 0.6),
    "K": ("k", 0.6),
}


@pytest.mark.parametrize(
    "text",
    [
        "12/QĐ-UBND",
        "001090001234",
        "10/04/1991",
        "UBND",
        "TTHC",
        "1.250.000đ",
        "KT.",
        "000.00.01.H48-250117-0012",
    ],
)
def test_numbers_codes_and_abbreviations_are_never_touched(text):
    (word,) = decode([raw(text, OTHERS)])
    assert word.text == text
    assert word.read is None


@given(st.text("0123456789./-", min_size=1, max_size=14))
def test_no_digit_ever_changes(text):
    words = decode([raw("ngày"), raw(text, OTHERS), raw("tháng")])
    assert words[1].text == text


def test_a_possible_name_inside_a_sentence_stays():
    words = decode([raw("ông"), raw("Đinh", {"i": ("ị", 30.0)}), raw("Văn"), raw("Luyên")])
    assert texts(words) == ["ông", "Đinh", "Văn", "Luyên"]


def test_words_that_make_sense_stay_however_the_choices_tempt():
    line = "Căn cứ Luật Tổ chức chính quyền địa phương".split()
    tempting = {"ă": ("a", 0.7), "ứ": ("ừ", 0.7), "ị": ("í", 0.7), "ề": ("ê", 0.7)}
    assert texts(decode([raw(word, tempting) for word in line])) == line


def test_an_engine_without_choices_is_taken_as_it_is():
    words = decode([RawWord("tỉnh", Box(0, 0, 1, 1), 0.4), RawWord("Ninh", Box(0, 0, 1, 1), 0.4)])
    assert texts(words) == ["tỉnh", "Ninh"]
    assert decode([]) == ()


@given(st.lists(st.text("aâbcdđeêghiklmnoôơpqrstuưvxy.,", min_size=1, max_size=7), max_size=5))
def test_every_word_stays_a_word_in_its_place(line):
    words = decode([raw(text) for text in line])
    assert len(words) == len(line)
    for word, text in zip(words, line, strict=True):
        assert (word.read or word.text) == text
        assert len(word.text) == len(text)
