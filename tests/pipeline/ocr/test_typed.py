"""The print of a typewriter: one dash, and words in one case."""

from __future__ import annotations

import pytest

from pipeline.ocr.typed import as_typed
from pipeline.typeface import text_width
from schemas.geometry import Box
from schemas.text import Line, Word

TEXT = "Quyết định này thay thế Quyết định trước đây của Ủy ban nhân dân thành phố về việc ban hành quy chế"


def _line(text: str, top: float, *, typed: bool) -> Line:
    words, left = [], 100.0
    for word in text.split():
        width = 24.0 * len(word) if typed else 0.05 * text_width(word)
        words.append(Word(word, Box(left, top, left + width, top + 30), 0.99))
        left += width + (24 if typed else 12)
    return Line(tuple(words))


@pytest.mark.parametrize(("typed", "number"), [(True, "12/QĐ-UB"), (False, "12/QĐ–UB")])
def test_on_a_page_of_a_typewriter_each_dash_is_a_hyphen(typed, number):
    lines = [_line("Số: 12/QĐ–UB", 0, typed=typed), *(_line(TEXT, 50 * at, typed=typed) for at in (1, 2))]
    assert as_typed(lines)[0].words[1].text == number


def test_of_few_words_no_face_is_told():
    lines = [_line("Số: 12/QĐ–UB", 0, typed=True)]
    assert as_typed(lines) == tuple(lines)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("Về việc treo cờ TỔ quốc và HỢp đồng", "Về việc treo cờ Tổ quốc và Hợp đồng"),
        ("Độc lậP - Tự do - Hạnh phúc", "Độc lập - Tự do - Hạnh phúc"),
        ("TM. ỦY BAN NHÂN DÂN XÃ", "TM. ỦY BAN NHÂN DÂN XÃ"),
        ("các Phó Thủ tướng, UB và TTg", "các Phó Thủ tướng, UB và TTg"),
        ("KT. BỘ TRƯỞNG BỘ Y TẾ", "KT. BỘ TRƯỞNG BỘ Y TẾ"),
    ],
)
def test_a_word_has_one_case(read, text):
    lines = [_line(read, 0, typed=True), *(_line(TEXT, 50 * at, typed=True) for at in (1, 2))]
    assert as_typed(lines)[0].text == text


def test_in_print_of_other_faces_case_stays_as_it_was_read():
    lines = [_line("cờ TỔ quốc", 0, typed=False), *(_line(TEXT, 50 * at, typed=False) for at in (1, 2))]
    assert as_typed(lines) == tuple(lines)


def test_digits_of_a_typewriter_are_for_a_look():
    lines = [_line("CMND số 080264915", 0, typed=True), *(_line(TEXT, 50 * at, typed=True) for at in (1, 2))]
    confidences = [word.confidence for word in as_typed(lines)[0].words]
    assert confidences == [0.99, 0.99, 0.6]
