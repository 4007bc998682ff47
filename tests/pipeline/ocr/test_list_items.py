"""Items of a list that hold nothing but abbreviations stay, however poorly they were read; what stands elsewhere is noise as before."""

from __future__ import annotations

import pytest

from pipeline.ocr.list_items import list_items
from pipeline.ocr.recogniser import RawWord
from schemas.geometry import Box
from schemas.text import Line, Word


def _item(text: str, top: float, left: float = 200) -> Line:
    return Line(
        (
            Word("-", Box(left, top + 10, left + 8, top + 14), 0.98),
            Word(text, Box(left + 14, top, left + 150, top + 26), 0.9),
        )
    )


LIST = (_item("Như trên;", 900), _item("Các ngành;", 974), _item("Lưu: VT.", 1011))


@pytest.mark.parametrize(
    ("text", "left", "top", "confidence", "kept"),
    [
        ("-TT.HĐND;", 201, 937, 0.42, True),
        ("-V24;", 199, 937, 0.46, True),
        ("-V24;", 260, 937, 0.46, False),
        ("-V24;", 200, 1400, 0.46, False),
        ("-V24;", 200, 937, 0.1, False),
        ("~V24;", 200, 937, 0.46, False),
        ("-;", 200, 937, 0.9, False),
    ],
)
def test_an_abbreviation_below_other_dashes_is_an_item(text, left, top, confidence, kept):
    raw = (RawWord(text, Box(left, top, left + 120, top + 26), confidence),)
    found = list_items({7: raw}, LIST)
    assert [line.text for line in found.values()] == ([text] if kept else [])
    assert not list_items({7: raw}, LIST[:1])
