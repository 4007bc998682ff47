"""The vote over readings of a name that a seal covers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ocr.names.candidates import Token
from pipeline.ocr.names.likeness import core, is_name_part, letters_width
from pipeline.ocr.names.vote import vote

EM = 40.0
X_HEIGHT = 18.0


def _reading(words: Sequence[str], true: Sequence[str], confidence: float = 0.9) -> list[Token]:
    """Words as they were read, each at the place of the true one; an empty one was not seen."""
    tokens, left = [], 0.0
    for word, name in zip(words, true, strict=True):
        right = left + letters_width(name) * EM
        if word:
            tokens.append(Token(word, left, right, confidence))
        left = right + 0.25 * EM
    return tokens


def _vote(readings: Sequence[str], true: str, *, known: bool = True, first: float = 0.3) -> list[str]:
    names = true.split()
    tokens = [_reading(reading.split("|"), names) for reading in readings]
    tokens[0] = _reading(readings[0].split("|"), names, first)
    return [token.core for token in vote(tokens, X_HEIGHT, 0.0 if known else None)]


@pytest.mark.parametrize(
    ("readings", "true"),
    [
        (["yến|Thị|Hương", "Nguyên|Thị|Hương", "Ngiyễn|Thị|Hương", "<Nguyễn|Thị|Hương"], "Nguyễn Thị Hương"),
        (["Tran|Thị|Nguyệt", "Tân|Thị|Nguyệt", "Tần|Thị|Nguyệt"], "Trần Thị Nguyệt"),
        (["Đô|Hữu|Vinh", "Đồ|Hưu|Vinh", "Đo|Hưu|Vinh", "Độ|Hữu|Vinh"], "Đỗ Hữu Vinh"),
        (["4Ñông|Anh|Sang", "Nông|Anh|Sang", "Nống|Anh|Sang"], "Nông Anh Sang"),
        (["Phan|4Hng|Linh", "Phan|Hồng|Linh", "Phan|Hông|Linh"], "Phan Hồng Linh"),
    ],
)
def test_readings_that_err_elsewhere_give_the_name(readings, true):
    assert _vote(readings, true) == true.split()


def test_a_rare_name_that_was_read_with_confidence_stays():
    assert _vote(["Khâu|Thị|Hương"] * 3, "Khâu Thị Hương", first=0.99)[0] == "Khâu"


def test_a_rare_name_that_all_read_alike_is_not_made_a_usual_one():
    assert _vote(["Bửu|Văn|Hùng"] * 5, "Bửu Văn Hùng")[0] == "Bửu"


def test_nothing_is_made_up_where_nobody_read_a_letter():
    assert _vote(["|Quốc|Hải", "#|Quốc|Hải", "~=|Quốc|Hải"], "Trần Quốc Hải") == ["Quốc", "Hải"]


def test_a_name_won_by_vote_is_never_certain():
    readings = [
        _reading(words.split(), "Nguyễn Thị Lan".split()) for words in ("N#yn Thị Lan", "Nguyn Thị Lan")
    ]
    won = vote(readings, X_HEIGHT, 0.0)[0]
    assert won.core == "Nguyễn"
    assert 0.4 < won.confidence < 0.97


@pytest.mark.parametrize(("others", "sure"), [("Hiểu", False), ("Hiêu", True)])
def test_a_usual_name_is_not_sure_where_most_readings_have_other_marks(others, sure):
    readings = [f"Nguyễn|Văn|{last}" for last in ("Hiếu", others, others, others, "Hiếu")]
    true = "Nguyễn Văn Hiếu".split()
    tokens = [_reading(reading.split("|"), true, 0.99) for reading in readings]
    tokens[0] = _reading(readings[0].split("|"), true, 0.5)
    assert (vote(tokens, X_HEIGHT, 0.0)[-1].confidence > 0.9) is sure


def test_two_names_are_sought_where_there_is_room_for_two():
    readings = ["|ương|Hằng", "Ngyn|Pương|Hằng", "N.yên|Phưng|Hằng", "Nguyến|Thương|Hằng"]
    assert _vote(readings, "Nguyễn Phương Hằng") == ["Nguyễn", "Phương", "Hằng"]


def test_without_any_reading_there_is_no_name():
    assert vote([[], []], X_HEIGHT) == ()


@given(st.text(max_size=12))
def test_the_core_of_a_word_begins_and_ends_with_letters(text):
    inner = core(text)
    assert inner in text
    assert not inner or (inner[0].isalpha() and inner[-1].isalpha())


@given(
    st.lists(
        st.lists(st.tuples(st.text(max_size=8), st.floats(0, 300), st.floats(1, 90)), max_size=5), max_size=4
    )
)
def test_noise_never_fails_and_words_come_from_left_to_right(noise):
    readings = [[Token(text, left, left + width, 0.5) for text, left, width in reading] for reading in noise]
    words = vote([[], *readings], X_HEIGHT, 10.0)
    assert all(0 <= word.confidence <= 1 for word in words)


def test_parts_of_names_are_told_by_their_writing():
    assert [word for word in ("Anh", "anh", "ANH", "Ý", "Xq", "Anh,") if is_name_part(word)] == ["Anh", "Ý"]
