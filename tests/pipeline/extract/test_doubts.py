"""What is put right or looked at before it is called sure: agencies, names, places told twice, prescribed wording."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.extract import extract
from schemas.quality import is_sure
from tests.pipeline.plain_reading import typed_page

HEAD = """\
    {first}                       CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    {second}                         Độc lập - Tự do - Hạnh phúc
  Số: {number}              Quảng Ngãi, ngày 05 tháng 3 năm 2024

^{title}
^Về việc tổ chức kiểm tra công tác số hóa hồ sơ
"""


def _head(**values: str):
    plain = {
        "first": "ỦY BAN NHÂN DÂN",
        "second": "TỈNH QUẢNG NGÃI",
        "number": "305/QĐ-UBND",
        "title": "QUYẾT ĐỊNH",
    }
    return extract(
        "administrative_document", [typed_page(HEAD.format(**plain | values), confidence=0.99)]
    ).fields


@pytest.mark.parametrize("second", ["DÂN LÝ", "TRUNG TÂM"])
def test_a_committee_without_its_unit_is_looked_at(second):
    assert is_sure(_head()["issuing_agency"])
    assert not is_sure(_head(second=second)["issuing_agency"])


def test_what_begins_as_no_agency_does_is_looked_at():
    agency = _head(first="GIẤY CHỨNG", second="")["issuing_agency"]
    assert (agency.value, is_sure(agency)) == ("GIẤY CHỨNG", False)


def test_the_police_are_known_by_what_is_left_of_their_name():
    agency = _head(first="SH NG AN XÃ MƯỜNG TOONG", second="")["issuing_agency"]
    assert agency.value == "CÔNG AN XÃ MƯỜNG TOONG"


def test_a_place_that_the_agency_is_called_by_has_the_same_marks_in_the_excerpt():
    title = "THÔNG BÁO\n^Về công tác văn thư của Trường Đại học Quảng Ngài"
    excerpt = _head(title=title)["excerpt"]
    assert excerpt.value.startswith("Về công tác văn thư của Trường Đại học Quảng Ngãi")
    assert not is_sure(excerpt)


@pytest.mark.parametrize("number", ["417/KBKV.XIII-KTNN", "1230/GLA-QLDN1"])
def test_strokes_in_a_number_are_looked_at(number):
    read = _head(number=number, title="THÔNG BÁO")["number"]
    assert (read.value, is_sure(read)) == (number, False)


APPLICATION = """\
^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
^Độc lập - Tự do - Hạnh phúc
^ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP XÂY DỰNG
Kính gửi: Ủy ban nhân dân xã Mỵ Hòa, huyện Kim Bôi, tỉnh Hòa Bình
Họ và tên: {name}
Ngày, tháng, năm sinh: 07/5/1978
Nội dung đề nghị: Cấp giấy phép xây dựng nhà ở riêng lẻ
                                            {place}, ngày 24 tháng 9 năm
                                                          2022
                                                    NGƯỜI LÀM ĐƠN



                                                   {signed}
"""


def _application(name: str = "Phan Thị Mỹ Hằng", signed: str = "Phan Thị Mỹ Hằng", place: str = "Mỵ Hòa"):
    text = APPLICATION.format(name=name, signed=signed, place=place)
    return extract("application_form", [typed_page(text, confidence=0.99)]).fields


def test_a_name_agrees_with_the_one_under_the_signature():
    assert is_sure(_application()["applicant_name"])
    assert not is_sure(_application(signed="Phan Thị Mỹ Hạnh", name="Phan Thị Mỹ Hánh")["applicant_name"])
    assert not is_sure(_application(signed="Phan Thị Mỹ Hạng")["applicant_name"])


def test_a_place_told_twice_is_spelled_as_the_gazetteer_does():
    fields = _application(place="My Hòa")
    assert (fields["place"].value, is_sure(fields["place"])) == ("Mỵ Hòa", False)
    assert is_sure(_application()["place"])


def test_a_date_whose_year_did_not_fit_is_read_to_its_end():
    assert _application()["date"].value == "2022-09-24"


STATUS = "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN\n\nTình trạng hôn nhân: {status}\nGiấy này được sử dụng để: Đăng ký kết hôn\n"


def _status(status: str, **doubted: float):
    """Words named in ``doubted`` (without marks) are read with that confidence."""
    page = typed_page(STATUS.format(status=status), confidence=0.99)
    (block,) = page.text.blocks
    lines = tuple(
        replace(
            line,
            words=tuple(replace(w, confidence=doubted.get(w.text, w.confidence)) for w in line.words),
        )
        for line in block.lines
    )
    read = replace(page, text=replace(page.text, blocks=(replace(block, lines=lines),)))
    return extract("marital_status_confirmation", [read]).fields["marital_status"]


def test_doubtful_words_of_prescribed_wording_are_put_right_and_shown():
    status = _status("Hiện tại chưa đăng kỷ kết hôn với ai", kỷ=0.6)
    assert status.value == "Hiện tại chưa đăng ký kết hôn với ai"
    assert not is_sure(status)


def test_what_was_read_without_doubt_stays_as_it_is_written():
    assert _status("Hiện tại chưa đăng kỷ kết hôn với ai").value == "Hiện tại chưa đăng kỷ kết hôn với ai"
    assert _status("Có vợ nhưng chồng đã chết", vợ=0.3).value == "Có vợ nhưng chồng đã chết"


CARD = """\
^CĂN CƯỚC CÔNG DÂN
Số / No: 038071013712
Ngày sinh / Date of birth: 01/10/1971
Có giá trị đến: {expiry}
"""


def test_a_card_expires_on_a_birthday():
    fields = {
        day: extract("citizen_card", [typed_page(CARD.format(expiry=day), confidence=0.99)]).fields
        for day in ("01/10/2031", "11/10/2031")
    }
    assert is_sure(fields["01/10/2031"]["expiry_date"])
    assert not is_sure(fields["11/10/2031"]["expiry_date"])


@pytest.mark.parametrize(("title", "whole"), [("^PHÓ CHỦ TỊCH", True), (" " * 53 + "CHỦ TỊCH", False)])
def test_a_title_that_does_not_stand_over_its_name_lost_a_word(title, whole):
    signed = "\n".join((title.replace("^", " " * 43), "", "", "", " " * 42 + "Trần Phước Hiền"))
    page = typed_page(
        HEAD.format(
            first="ỦY BAN NHÂN DÂN", second="TỈNH QUẢNG NGÃI", number="305/QĐ-UBND", title="QUYẾT ĐỊNH"
        )
        + "\n" * 12
        + signed,
        confidence=0.99,
    )
    fields = extract("administrative_document", [page]).fields
    assert fields["signer_name"].value == "Trần Phước Hiền"
    assert fields["signer_title"].valid is whole


@pytest.mark.parametrize("name", ["Phạm Hữu Phong", "Trần Thị Huyền", "Lê Phong Lan"])
def test_names_that_sound_like_offices_are_names(name):
    page = typed_page(
        HEAD.format(
            first="ỦY BAN NHÂN DÂN", second="TỈNH QUẢNG NGÃI", number="305/QĐ-UBND", title="QUYẾT ĐỊNH"
        )
        + "\n" * 30
        + " " * 60
        + name,
        confidence=0.99,
    )
    assert extract("administrative_document", [page]).fields["signer_name"].value == name


BIRTH = """\
^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
^Độc lập - Tự do - Hạnh phúc
^GIẤY KHAI SINH
^Số: 50/2021
Họ, chữ đệm, tên: PHAN PHƯƠNG ÁNH
Ngày, tháng, năm sinh: {digits}
Ghi bằng chữ: Ngày hai mươi mốt tháng tám năm {year}
Giới tính: Nữ            Dân tộc: Kinh            Quốc tịch: Việt Nam
"""


@pytest.mark.parametrize(
    ("digits", "year", "looked_at"),
    [
        ("21/8/2012", "hai nghìn không trăm mười hai", False),
        ("21/8/2012", "hơi nghìn khô trăm", False),
        ("21/9/2012", "hơi nghìn khô trăm", True),
    ],
)
def test_a_day_in_words_speaks_though_its_year_is_not_legible(digits, year, looked_at):
    page = typed_page(BIRTH.format(digits=digits, year=year), confidence=0.99)
    fields = extract("birth_certificate", [page]).fields
    assert fields["number"].value == "50/2021"
    assert is_sure(fields["birth_date"]) is not looked_at


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("TRUNG TÂM", "KHUYÊN NÔNG"),
        ("CÔNG TY", "KHAI THÁC THUỶ LỘI"),
        ("TRUNG TÂM", "NƯỚC SACH NÔNG THÔN"),
        ("BAN QUẢN LÝ", "RỪNG PHONG HỘ"),
        ("TRUNG TÂM", "GIÔNG CÂY TRỒNG"),
    ],
)
def test_a_word_of_an_agency_that_bears_other_marks_wherever_else_it_stands_so_is_looked_at(first, second):
    assert not is_sure(_head(first=first, second=second, number="305/QĐ-CT")["issuing_agency"])
