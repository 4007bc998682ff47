"""What Vietnamese can be: syllables by rule, neighbours by count."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.neighbours import is_known, seen_together, surprise
from pipeline.language.syllables import is_syllable

POSSIBLE = """nghiêng nguyễn quyết giấy gìn gì quốc khuya hoà hòa thuỷ thủy oanh yến ăn ở ý ỷ uỷ ủy đường trưởng
huyện xoáy ngoằn khuếch quýt phượng chứng giếng  ngạch sách tách""".split()


@pytest.mark.parametrize("text", POSSIBLE)
def test_syllables(text):
    assert is_syllable(text)
    assert is_syllable(text.upper())
    assert is_syllable(text.capitalize())


@pytest.mark.parametrize(
    "text", ["", "bta", "abc", "nn", "hoàa", "tăc", "cảt", "thủỷ", "đưởngg", "12", "a1", "x-y"]
)
def test_no_syllables(text):
    assert not is_syllable(text)


@pytest.mark.parametrize("rime", ["ac", "at", "ap", "ach", "ươc", "uyêt"])
@pytest.mark.parametrize(
    ("tone", "allowed"),
    [
        ("", False),
        ("\u0300", False),
        ("\u0309", False),
        ("\u0303", False),
        ("\u0301", True),
        ("\u0323", True),
    ],
)
def test_stopped_rimes_bear_two_tones_only(rime, tone, allowed):
    vowel = 1 if rime == "ươc" else 2 if rime == "uyêt" else 0
    text = unicodedata.normalize("NFC", "t" + rime[: vowel + 1] + tone + rime[vowel + 1 :])
    assert is_syllable(text) == allowed


@given(st.text("aăâeêioôơuưybcdđghklmnpqrstvx\u0300\u0301\u0303\u0309\u0323", max_size=8))
def test_any_text_gets_an_answer_whatever_its_case(text):
    text = unicodedata.normalize("NFC", text)
    assert is_syllable(text) == is_syllable(text.upper())


def test_words_of_law_are_known_and_possible():
    for word in "ủy ban nhân dân tỉnh quyết định căn cứ luật tổ chức chính quyền địa phương".split():
        assert is_known(word)
        assert is_syllable(word)
    assert not is_known("zzz")


def test_neighbours_tell_the_lost_mark():
    assert seen_together("nhân", "dân") > 1000
    assert surprise("nhân", "dân") < surprise("nhân", "dẫn") < surprise("nhân", "dzân")
    assert surprise("quyết", "định") < surprise("quyết", "đinh")
    assert surprise(None, "điều") < surprise(None, "điếu")


@pytest.mark.parametrize("first", [None, "ủy", "không", "chưatừng"])
def test_surprise_is_that_of_chances(first):
    words = ["ban", "dân", "là", "có", "nhiệm", "zzz", "khuếch"]
    assert all(0 < surprise(first, word) < 40 for word in words)
    assert sum(math.exp(-surprise(first, word)) for word in words) <= 1
