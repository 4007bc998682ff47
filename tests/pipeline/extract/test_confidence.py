"""What is offered as sure: evidence speaks the right way, failed checks and illegible words are never sure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.fields.fit import safe_curve
from pipeline.extract import extract
from pipeline.extract.trust.confidence import LEGIBLE, LEGIBLE_OF_LIST, confidence
from pipeline.extract.trust.evidence import AGAINST, FIGURES, FieldClass, Figures
from schemas.quality import SURE, is_sure
from tests.pipeline.plain_reading import typed_page

BEST = Figures(weakest=3.0, together=3.0)

figures = st.builds(Figures, *(st.floats(0, 3) for _ in FIGURES))


@given(st.sampled_from(FieldClass), figures, st.integers(0, len(FIGURES) - 1), st.floats(0, 3))
def test_more_against_a_value_never_makes_it_surer(of, values, at, more):
    worse = list(values)
    worse[at] += more if FIGURES[at] in AGAINST else -min(more, values[at])
    assert confidence(of, Figures(*worse), valid=True) <= confidence(of, values, valid=True)


@given(st.sampled_from(FieldClass), figures)
def test_a_failed_check_is_never_sure(of, values):
    assert confidence(of, values, valid=False) < SURE


LISTS = (FieldClass.LISTED, FieldClass.OFFICE)


@given(st.sampled_from(FieldClass), st.floats(0, 1))
def test_a_hardly_legible_word_is_never_sure(of, part):
    weakest = part * ((LEGIBLE_OF_LIST if of in LISTS else LEGIBLE) - 0.01)
    values = BEST._replace(weakest=weakest)
    assert confidence(of, values, valid=True) < SURE


@pytest.mark.parametrize("of", [FieldClass.AGENCY, FieldClass.CODE, FieldClass.DATE, FieldClass.FIGURE])
def test_what_no_list_holds_is_sure_from_nine_in_ten_on(of):
    values = BEST._replace(weakest=0.95)
    assert confidence(of, values, valid=True) < SURE


@pytest.mark.parametrize("of", FieldClass)
def test_well_read_values_are_sure(of):
    assert confidence(of, BEST, valid=True) >= SURE


def test_the_curve_promises_no_more_than_so_few_fields_can_tell():
    scores = np.linspace(-3, 5, 1000)
    curve = safe_curve(scores, scores > 0)
    shares = [share for _, share in curve]
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] < 0.999  # all of the last few hundred were right


BIRTH = """\
^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
^Độc lập - Tự do - Hạnh phúc

^GIẤY KHAI SINH
^Số: 45/2020

Họ, chữ đệm, tên: NGUYỄN VĂN AN
Ngày, tháng, năm sinh: {digits}
Ghi bằng chữ: {words}
Giới tính: Nam      Dân tộc: Kinh      Quốc tịch: Việt Nam
Số định danh cá nhân: {number}
Họ, chữ đệm, tên người mẹ: TRẦN THỊ LAN
Năm sinh: {mother}      Dân tộc: Kinh      Quốc tịch: Việt Nam
"""
FIFTH = "Ngày năm tháng ba năm hai nghìn không trăm hai mươi"


def _birth(name: str = "NGUYỄN VĂN AN", **values: str):
    plain = {"digits": "05/03/2020", "words": FIFTH, "number": "051220001234", "mother": "1990"} | values
    return extract(
        "birth_certificate",
        [typed_page(BIRTH.format(**plain).replace("NGUYỄN VĂN AN", name), confidence=0.99)],
    ).fields


def test_fields_that_agree_are_sure():
    fields = _birth()
    assert fields["birth_date"].value == "2020-03-05"
    assert all(is_sure(fields[name]) for name in ("birth_date", "full_name", "sex", "mother_birth_year"))


def test_words_win_over_one_wrong_digit_but_nothing_is_sure():
    day = _birth(digits="06/03/2020")["birth_date"]
    assert (day.value, is_sure(day)) == ("2020-03-05", False)


def test_words_stand_in_for_digits_that_are_not_legible():
    day = _birth(digits="…/…/2020")["birth_date"]
    assert (day.value, is_sure(day)) == ("2020-03-05", False)


def test_a_mother_too_old_is_a_fault_of_reading():
    assert not is_sure(_birth(mother="1960")["mother_birth_year"])


def test_one_wrong_digit_in_an_identifier_is_put_right_and_doubted():
    identifier = _birth(number="051260001234")["personal_id"]
    assert (identifier.value, is_sure(identifier)) == ("051220001234", False)


def test_a_name_that_begins_like_none_is_kept_and_looked_at():
    name = _birth(name="ÂN MINH DUY")["full_name"]
    assert (name.value, is_sure(name)) == ("ÂN MINH DUY", False)
    assert is_sure(_birth(name="HUỲNH MINH DUY")["full_name"])


def test_initials_with_tones_or_of_another_agency_are_a_fault_of_reading():
    text = """\
    ỦY BAN NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    TỈNH QUẢNG NGÃI                  Độc lập - Tự do - Hạnh phúc
    {agency}
  Số: 4744/BC-{mark}              Quảng Ngãi, ngày 05 tháng 3 năm 2024

^BÁO CÁO
^Về việc ban hành Kế hoạch
"""
    read = {
        mark: extract(
            "administrative_document", [typed_page(text.format(mark=mark, agency=agency), confidence=0.99)]
        )
        for mark, agency in (
            ("ÊNV", "SỞ NỘI VỤ"),
            ("SNV", "SỞ NỘI VỤ"),
            ("SMV", "SỞ NỘI VỤ"),
            ("BCĐ", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ"),
        )
    }
    assert {mark: is_sure(one.fields["number"]) for mark, one in read.items()} == {
        "ÊNV": False,
        "SNV": True,
        "SMV": False,
        "BCĐ": True,
    }


def test_the_birth_date_is_not_the_date_of_the_application():
    text = """\
^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
^Độc lập - Tự do - Hạnh phúc
^ĐƠN ĐỀ NGHỊ
Họ và tên: Nguyễn Đức Thịnh
                                                       Ngày, tháng, năm sinh: 15/07/1995
Số định danh cá nhân: 045195021386
"""
    fields = extract("application_form", [typed_page(text, confidence=0.99)]).fields
    assert fields["birth_date"].value == "1995-07-15"
    assert "date" not in fields or fields["date"].value != "1995-07-15"


def test_an_agency_that_breaks_off_is_not_sure():
    text = """\
    ỦY BAN NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                     Độc lập - Tự do - Hạnh phúc
  Số: 305/QĐ-UBND              Quảng Ngãi, ngày 05 tháng 3 năm 2024

^QUYẾT ĐỊNH
^Về việc ban hành Kế hoạch
"""
    fields = extract("administrative_document", [typed_page(text, confidence=0.99)]).fields
    assert not is_sure(fields["issuing_agency"])
    assert is_sure(fields["number"])


def test_a_word_that_was_not_taken_as_corrected_bears_no_confidence_of_its_correction():
    """The language model made *Tiền* of *Tiên*; a name of a hamlet is taken as read, and doubted."""
    page = typed_page(
        "^GIẤY KHAI SINH\n\nNơi sinh: Xóm Tiền Phong, xã Hòa Hậu, tỉnh Hà Nam\n", confidence=0.99
    )
    (block,) = page.text.blocks
    lines = tuple(
        replace(line, words=tuple(replace(w, read="Tiên") if w.text == "Tiền" else w for w in line.words))
        for line in block.lines
    )
    corrected = replace(page, text=replace(page.text, blocks=(replace(block, lines=lines),)))
    place = extract("birth_certificate", [corrected]).fields["birth_place"]
    assert "Tiên Phong" in place.value
    assert not is_sure(place)
    assert is_sure(extract("birth_certificate", [page]).fields["birth_place"])
