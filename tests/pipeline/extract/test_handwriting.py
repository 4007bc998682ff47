"""Digits that a pen filled in are never sure, however clearly they were read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.arrangements.paper import NATIONAL
from pipeline.extract import extract
from pipeline.model import PageReading
from schemas.geometry import Box
from schemas.quality import is_sure
from schemas.text import Word
from tests.pipeline.arranged import arranged


def _letter() -> PageReading:
    left = ["UBND TỈNH LAI CHÂU", "SỞ Y TẾ", "", "Số: 534 /BC-SYT"]
    right = [*NATIONAL, "", "Lai Châu, ngày 30 tháng 5 năm 2020"]
    return arranged(left, right, ["BÁO CÁO", "Kết quả công tác năm 2020"])


def _with(page: PageReading, text: str, **moved: float) -> PageReading:
    def change(word: Word) -> Word:
        sides = {
            side: getattr(word.box, side) + moved.get(side, 0.0)
            for side in ("left", "top", "right", "bottom")
        }
        return replace(word, box=Box(**sides)) if word.text == text else word

    blocks = tuple(
        replace(b, lines=tuple(replace(line, words=tuple(map(change, line.words))) for line in b.lines))
        for b in page.text.blocks
    )
    return replace(page, text=replace(page.text, blocks=blocks))


def test_printed_dates_are_sure():
    assert is_sure(extract("administrative_document", [_letter()]).fields["issue_date"])


@pytest.mark.parametrize(
    "look", [{"top": -14.0}, {"right": 8.0, "left": -8.0}, {"top": 20.0, "bottom": 20.0}]
)
def test_a_day_that_looks_otherwise_than_the_year_is_not_sure(look):
    field = extract("administrative_document", [_with(_letter(), "30", **look)]).fields["issue_date"]
    assert (field.value, is_sure(field)) == ("2020-05-30", False)


def test_a_tall_serial_is_not_sure():
    field = extract("administrative_document", [_with(_letter(), "534", top=-14.0)]).fields["number"]
    assert (field.value, is_sure(field)) == ("534/BC-SYT", False)


def test_an_agency_with_words_run_together_is_not_sure():
    page = arranged(
        ["ỦY BAN NHÂN DÂN", "HUYỆN MINHLONG", "", "Số: 5/BC-UBND"],
        [*NATIONAL, "", "Minh Long, ngày 12 tháng 5 năm 2020"],
        ["BÁO CÁO", "Kết quả"],
    )
    assert not is_sure(extract("administrative_document", [page]).fields["issuing_agency"])
