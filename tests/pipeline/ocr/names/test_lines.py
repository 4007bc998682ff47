"""Which lines are taken for the names of signers in doubt."""

from __future__ import annotations

import pytest

from pipeline.ocr.names.lines import doubtful_names
from schemas.geometry import Box
from schemas.text import Line, Word

COVER = Box(0, 0, 1000, 400)
TITLE = Line(
    tuple(
        Word(text, Box(200 + 100 * i, 20, 290 + 100 * i, 50), 0.99) for i, text in enumerate(("CHỦ", "TỊCH"))
    )
)


def line(text: str, confidences: tuple[float, ...], letter: float) -> Line:
    """Words from the left edge on; ``letter`` is the pitch in pixels."""
    words, left = [], 30.0
    for piece, confidence in zip(text.split(), confidences, strict=True):
        right = left + letter * len(piece)
        words.append(Word(piece, Box(left, 200, right, 230), confidence))
        left = right + letter
    return Line(tuple(words))


def test_a_doubtful_name_under_its_title_is_looked_at():
    name = line("Nguyễn Văn Hương", (0.4, 0.99, 0.99), 18.0)
    assert doubtful_names([TITLE, name], [COVER]) == [name]


@pytest.mark.parametrize(
    ("text", "confidences", "letter"),
    [
        (
            "Giới tính Sex: Nam Quốc ch ? Nanonalty: Việt Nam",
            (1.0, 0.62, 0.7, 0.99, 1.0, 0.7, 0.01, 0.11, 1.0, 1.0),
            10.8,
        ),
        (
            "Giới tình Sex Nữ Quốc 6ch/ Naoonawy Việt Nam",
            (0.43, 0.06, 0.67, 0.77, 1.0, 0.37, 0.13, 1.0, 1.0),
            13.0,
        ),
    ],
)
def test_entries_of_a_card_are_no_names(text, confidences, letter):
    assert doubtful_names([TITLE, line(text, confidences, letter)], [COVER]) == []


def test_the_number_of_a_row_is_no_piece_of_the_name_behind_it():
    name = line("Nguyễn Thị Như", (0.99, 0.99, 0.99), 18.0)
    number = Line((Word("7", Box(0, 200, 15, 230), 0.65),))
    assert doubtful_names([number, name], [COVER]) == []
