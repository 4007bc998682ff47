"""The signer whom the text names as well: a second reading of a name that lies under seal and pen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.arrangements.paper import NATIONAL
from pipeline.extract import extract
from pipeline.model import PageReading
from schemas.quality import is_sure
from schemas.records import Field
from schemas.text import Block, Line
from tests.pipeline.arranged import arranged

TEXT = (
    "Ủy ban nhân dân thị trấn kính mời các đại biểu đến dự cuộc họp bàn công tác chuẩn bị Ngày hội.\n"
    "Chủ trì: Bà Đặng Thị Quỳnh Như, Chủ tịch Ủy ban nhân dân thị trấn.\n"
    "Thư ký: Ông Lầu Bá Chò. Liên hệ: bà Trần Thị Mai, cán bộ văn phòng."
)


def _invitation(name: str, text: str = TEXT, confidence: float = 0.5) -> Field:
    """The signer of an invitation whose name was read so, each word with this confidence."""
    page = arranged(
        ["ỦY BAN NHÂN DÂN", "THỊ TRẤN ĐÔNG KHÊ", "", "Số: 88/GM-UBND"],
        [*NATIONAL, "Đông Khê, ngày 15 tháng 11 năm 2019"],
        ["GIẤY MỜI", "Họp bàn công tác chuẩn bị Ngày hội"],
        text=text,
        signer=["CHỦ TỊCH", "", "", "", name],
    )
    return extract("administrative_document", [_hardly_read(page, name, confidence)]).fields["signer_name"]


def _hardly_read(page: PageReading, text: str, confidence: float) -> PageReading:
    blocks = [
        Block(
            block.kind,
            tuple(
                Line(tuple(replace(word, confidence=confidence) for word in line.words))
                if line.text == text
                else line
                for line in block.lines
            ),
        )
        for block in page.text.blocks
    ]
    return replace(page, text=replace(page.text, blocks=tuple(blocks)))


@pytest.mark.parametrize("read", ["Đồng hị Quyah Như", "Đặng Thị Quỳnh Nhu", "Thị Quỳnh Như"])
def test_what_is_not_legible_is_taken_from_the_text_for_a_look(read):
    name = _invitation(read)
    assert name.value == "Đặng Thị Quỳnh Như"
    assert [each.name for each in name.checks] == ["text_agrees"]
    assert not is_sure(name)


def test_a_name_that_the_text_has_as_well_is_confirmed_by_it():
    name = _invitation("Đặng Thị Quỳnh Như")
    assert any(each.name == "text_agrees" and each.passed for each in name.checks)


@pytest.mark.parametrize("read", ["Hoàng Văn Sơn", "Trần Thị Mận"])
def test_another_person_than_those_of_the_text_stays_as_read(read):
    assert _invitation(read, confidence=0.93).value == read


def test_where_two_of_the_text_are_as_near_none_is_taken():
    text = TEXT.replace("Ông Lầu Bá Chò", "Bà Đặng Thị Quỳnh Nhi")
    assert _invitation("Đặng Thị Quỳnh Nhx", text).value == "Đặng Thị Quỳnh Nhx"


def test_a_name_that_was_read_well_is_looked_at_where_the_text_has_it_with_another_mark():
    """*Trịnh* that lost its dot under a signature is a name as well."""
    text = TEXT.replace("Bà Đặng Thị Quỳnh Như", "Ông Đinh Xuân Trịnh")
    names = [_invitation(name, text, 0.99) for name in ("Đinh Xuân Trịnh", "Đinh Xuân Trinh")]
    names.append(_invitation("Đinh Xuân Trinh", TEXT, 0.99))
    assert [all(each.passed for each in name.checks) for name in names] == [True, False, True]
    assert names[1].value == "Đinh Xuân Trinh" or not is_sure(names[1])
    assert names[1].confidence < names[2].confidence
