"""Dashes: told by their length in print like Times; a typewriter has the hyphen alone."""

from __future__ import annotations

import pytest

from pipeline.ocr.dashes import as_typed
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
