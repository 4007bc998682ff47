"""What *KT.* and *TM.* tell about the title under them, and titles that no list holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.extract import extract
from pipeline.papers.classify import classify
from schemas.days import today
from schemas.quality import is_sure
from tests.pipeline.arranged import arranged
from tests.pipeline.plain_reading import typed_page

RIGHT = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Sơn La, ngày 05 tháng 3 năm 2024",
)


def _signed(*signer: str, left: tuple[str, ...] = ("ỦY BAN NHÂN DÂN", "TỈNH SƠN LA", "", "Số: 305/QĐ-UBND")):
    page = arranged(
        left,
        RIGHT,
        ("QUYẾT ĐỊNH", "Về việc cấp giấy phép"),
        signer=(*signer, "", "", "", "Lê Vũ Nam"),
        confidence=0.99,
    )
    return extract("administrative_document", [page]).fields


def test_an_office_named_twice_confirms_its_deputy():
    fields = _signed("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("KT.", "PHÓ CHỦ TỊCH")
    assert is_sure(fields["signer_authority"])
    assert is_sure(fields["signer_title"])


@pytest.mark.parametrize("left_of_it", ["Ó CHỦ TỊCH", "CHỦ TỊCH", "Ủ TỊCH"])
def test_the_deputy_whose_first_word_the_seal_covers_is_put_back_and_looked_at(left_of_it):
    title = _signed("KT. CHỦ TỊCH", left_of_it)["signer_title"]
    assert (title.value, is_sure(title)) == ("PHÓ CHỦ TỊCH", False)


@pytest.mark.parametrize(
    ("printed", "wanted"), [("Z2n5 TRƯỞNG PHÒNG", "TRƯỞNG PHÒNG"), ("PH TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG")]
)
def test_strokes_before_a_title_make_no_deputy_of_who_signs_for_nobody(printed, wanted):
    title = _signed(printed)["signer_title"]
    assert title.value == wanted
    assert not (is_sure(title) and printed.startswith("Z"))


@pytest.mark.parametrize("misread", ["sHỚĐỤC NHƯNG", ""])
def test_a_title_that_was_not_read_is_that_of_the_deputy(misread):
    title = _signed("KT. CỤC TRƯỞNG", *([misread] if misread else []))["signer_title"]
    assert (title.value, is_sure(title)) == ("PHÓ CỤC TRƯỞNG", False)


@pytest.mark.parametrize(
    ("office", "title", "sure"),
    [
        ("KT. CỤC TRƯỞNG", "PHÓ TRƯỞNG", False),
        ("KT. BỘ TRƯỞNG, CHỦ NHIỆM", "PHÓ CHỦ NHIỆM", True),
        ("KT. VỤ TRƯỞNG VỤ PHÁP CHẾ", "PHÓ VỤ TRƯỞNG", True),
    ],
)
def test_a_title_that_is_no_deputys(office, title, sure):
    field = _signed(office, title)["signer_title"]
    assert (field.value, is_sure(field)) == (title, sure)


@pytest.mark.parametrize(
    ("signer", "sure"),
    [
        (("KT. CHỦ TỊCH", " " * 12 + "PHÓ CHỦ TỊCH"), True),
        ((" " * 12 + "CHỦ TỊCH",), False),
        (("KT. CHỦ TỊCH", " " * 12 + "PHÓ TRƯỞNG"), False),
    ],
)
def test_a_title_off_its_middle_is_whole_only_where_it_is_that_of_the_deputy_above_it(signer, sure):
    assert is_sure(_signed(*signer)["signer_title"]) is sure


def test_a_title_with_a_fault_in_its_first_letter():
    fields = _signed("<RƯỜNG PHÒNG")
    assert (fields["signer_title"].value, fields["signer_name"].value) == ("TRƯỞNG PHÒNG", "Lê Vũ Nam")


def test_a_sign_with_a_wrong_letter():
    fields = _signed("TỤC. CHỦ TỊCH", "CHÁNH THANH TRA")
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("TUQ.", "CHÁNH THANH TRA")


def test_a_deputy_of_whose_title_a_word_was_misread():
    title = _signed("KT. CHÁNH VĂN PHÒNG", "PHÓ CHẶN VĂN PHÒNG")["signer_title"]
    assert (title.value, is_sure(title)) == ("PHÓ CHÁNH VĂN PHÒNG", False)


@pytest.mark.parametrize("sign", ["T. CHỦ TỊCH", "CHỦ TỊCH"])
def test_a_lost_sign_is_told_by_the_deputy_below_it(sign):
    fields = _signed("TM. ỦY BAN NHÂN DÂN", sign, "PHÓ CHỦ TỊCH")
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("KT.", "PHÓ CHỦ TỊCH")
    assert not is_sure(fields["signer_authority"])


def test_a_deputy_who_signs_for_a_committee_is_looked_at():
    authority = _signed("TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH")["signer_authority"]
    assert (authority.value, is_sure(authority)) == ("TM.", False)


def test_the_ministers_deputy_is_called_otherwise():
    fields = _signed("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG", left=("BỘ Y TẾ", "", "Số: 305/QĐ-BYT"))
    assert (fields["signer_title"].value, is_sure(fields["signer_title"])) == ("THỨ TRƯỞNG", True)


@pytest.mark.parametrize(
    "title",
    [
        "THẨM PHÁN",
        "CHẤP HÀNH VIÊN",
        "ĐỒN TRƯỞNG",
        "TRƯỞNG THỐNG KÊ",
        "CÔNG CHỨNG VIÊN",
        "TRẠM TRƯỞNG",
        "PHỤ TRÁCH KẾ TOÁN",
    ],
)
def test_titles_that_are_rare(title):
    fields = _signed(title)
    assert (fields["signer_title"].value, fields["signer_name"].value) == (title, "Lê Vũ Nam")


def test_a_title_is_put_right_only_where_its_word_is_none():
    signed = _signed("KT. CHÁNH VĂN PHÒNG", "PHÓ GHÁNH VĂN PHÒNG")
    assert signed["signer_title"].value == "PHÓ CHÁNH VĂN PHÒNG"


@pytest.mark.parametrize("name", ["Trần Xuân Dưỡng", "Võ Thành Đàng"])
def test_rare_names_stay_as_read(name):
    page = arranged(
        ("SỞ Y TẾ", "", "Số: 5/QĐ-SYT"), RIGHT, ("QUYẾT ĐỊNH", "Về x"), signer=("GIÁM ĐỐC", "", "", "", name)
    )
    field = extract("administrative_document", [page]).fields["signer_name"]
    assert (field.value, is_sure(field)) == (name, False)


@pytest.mark.parametrize(
    ("left", "parent", "agency"),
    [
        (("CỤC THỐNG KÊ", "THỐNG KÊ TỈNH QUẢNG TRỊ"), "CỤC THỐNG KÊ", "THỐNG KÊ TỈNH QUẢNG TRỊ"),
        (
            ("BỘ ĐỘI BIÊN PHÒNG TỈNH", "ĐỒN BIÊN PHÒNG LÝ SƠN"),
            "BỘ ĐỘI BIÊN PHÒNG TỈNH",
            "ĐỒN BIÊN PHÒNG LÝ SƠN",
        ),
        (
            ("UBND PHƯỜNG SÀI GÒN", "PHÒNG KINH TẾ, HẠ TẦNG", "VÀ ĐÔ THỊ"),
            "UBND PHƯỜNG SÀI GÒN",
            "PHÒNG KINH TẾ, HẠ TẦNG VÀ ĐÔ THỊ",
        ),
        (("SỞ TÀI NGU ÊN VÀ MÔI TRƯỜNG",), None, "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG"),
    ],
)
def test_agencies_of_today(left, parent, agency):
    fields = _signed("GIÁM ĐỐC", left=(*left, "", "Số: 12/BC-TKT"))
    assert fields["issuing_agency"].value == agency
    assert (fields["parent_agency"].value if parent else None) == parent


@pytest.mark.parametrize(("number", "sure"), [("Số: 77/KKT-QHXD", True), ("Số: 77/IKKT-QHXD", False)])
def test_the_mark_of_a_letter_begins_with_its_agency(number, sure):
    page = arranged(
        ("UBND TỈNH HÀ TĨNH", "BAN QUẢN LÝ", "KHU KINH TẾ TỈNH", number, "V/v lấy ý kiến"),
        RIGHT,
        after=("Kính gửi: Sở Xây dựng",),
        confidence=0.99,
    )
    assert is_sure(extract("administrative_document", [page]).fields["number"]) is sure


def test_a_deputy_whose_first_word_was_lost_stands_aside():
    signer = ("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ")
    whole = _signed(*signer, left=("TỈNH ỦY SƠN LA", "*", "Số 12-QĐ/TU"))
    assert (whole["signer_title"].value, is_sure(whole["signer_title"])) == ("PHÓ BÍ THƯ", True)
    torn = _signed("T/M BAN THƯỜNG VỤ", "      BÍ THƯ", left=("TỈNH ỦY SƠN LA", "*", "Số 12-QĐ/TU"))
    assert (torn["signer_title"].value, is_sure(torn["signer_title"])) == ("BÍ THƯ", False)


def test_who_decides_is_no_signer():
    page = arranged(
        ("ỦY BAN NHÂN DÂN TỈNH SƠN LA", "SỞ Y TẾ", "", "Số: 77/QĐ-SYT"),
        RIGHT,
        ("QUYẾT ĐỊNH", "Về việc cấp Chứng chỉ hành nghề"),
        ("GIÁM ĐỐC SỞ Y TẾ TỈNH SƠN LA",),
        signer=("", "", "", "Cà Thị Nguyệt"),
    )
    assert "signer_title" not in extract("administrative_document", [page]).fields


@pytest.mark.parametrize(("last", "sure"), [("- Lưu: VT.", True), ("- Sở Nội vụ;", False)])
def test_recipients_end_with_where_the_paper_is_kept(last, sure):
    page = arranged(
        ("SỞ Y TẾ", "", "Số: 5/QĐ-SYT"),
        RIGHT,
        ("QUYẾT ĐỊNH", "Về việc cấp giấy phép"),
        recipients=("Nơi nhận:", "- Như Điều 3;", "- UBND tỉnh;", last),
        confidence=0.995,
    )
    field = extract("administrative_document", [page]).fields["recipients"]
    assert (field.value[:2], is_sure(field)) == (["Như Điều 3", "UBND tỉnh"], sure)


ANNEX = """\
^PHỤ LỤC
^DANH SÁCH HỘ NGHÈO NĂM 2024
^(Kèm theo Quyết định số 305/QĐ-UBND)

      1. Phạm Văn Sáu                      Thôn Thế Lợi



                                                       TRƯỞNG PHÒNG



                                                      Trần Thị Mười
"""


def test_who_signs_an_annex_is_not_who_signs_the_paper():
    first = arranged(
        ("ỦY BAN NHÂN DÂN", "TỈNH SƠN LA", "", "Số: 305/QĐ-UBND"),
        RIGHT,
        ("QUYẾT ĐỊNH", "Về việc phê duyệt danh sách hộ nghèo"),
        recipients=("Nơi nhận:", "- Như Điều 3;", "- Lưu: VT."),
        signer=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "", "", "", "Lê Vũ Nam"),
    )
    fields = extract("administrative_document", [first, typed_page(ANNEX, 2)]).fields
    assert (fields["signer_title"].value, fields["signer_name"].value) == ("CHỦ TỊCH", "Lê Vũ Nam")


def test_a_firm_in_small_letters():
    left = ("Công ty TNHH Xây dựng", "Hòa Bình", "Số: 05/2024/CV-HB")
    assert _signed("GIÁM ĐỐC", left=left)["issuing_agency"].value == "Công ty TNHH Xây dựng Hòa Bình"


def test_an_excerpt_in_capitals_that_begins_beside_its_kind_is_looked_at():
    page = arranged(
        ("SỞ Y TẾ", "", "Số: 5/BC-SYT"), RIGHT, ("BÁO CÁO KẾT QUẢ", "CÔNG TÁC NĂM 2023"), confidence=0.99
    )
    field = extract("administrative_document", [page]).fields["excerpt"]
    assert (field.value, is_sure(field)) == ("KẾT QUẢ CÔNG TÁC NĂM 2023", False)


def test_a_letter_whose_number_was_not_read_is_one_all_the_same():
    page = arranged(
        ("BỘ CÔNG AN", "CỤC QUẢN LÝ HÀNH CHÍNH", "", ""), RIGHT, after=("Kính gửi: Công an tỉnh",)
    )
    assert classify([page])[0] == "administrative_document"


@pytest.mark.parametrize(("days", "sure"), [(-2, True), (3, False), (27000, False)])
def test_a_day_to_come_is_looked_at(days, sure):
    day = today() + timedelta(days=days)
    dated = (*RIGHT[:2], f"Sơn La, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}")
    page = arranged(
        ("SỞ Y TẾ", "", "Số: 5/QĐ-SYT"), dated, ("QUYẾT ĐỊNH", "Về việc cấp phép"), confidence=0.99
    )
    assert is_sure(extract("administrative_document", [page]).fields["issue_date"]) is sure


@pytest.mark.parametrize("title", ["CỤC TRƯỞNG CỤC HỘ TỊCH, CH, CHỨNG THỰC"])
def test_what_is_left_of_a_word_in_a_title_is_looked_at(title):
    assert not is_sure(_signed(title)["signer_title"])


def test_a_dash_before_a_further_line_is_looked_at():
    page = arranged(
        ("SỞ Y TẾ", "", "Số: 5/KH-SYT"),
        RIGHT,
        ("KẾ HOẠCH", "Số hóa hồ sơ, giấy tờ, kết quả giải quyết", "- thủ tục hành chính còn hiệu lực"),
        confidence=0.99,
    )
    assert not is_sure(extract("administrative_document", [page]).fields["excerpt"])


def test_a_place_is_spelled_as_in_the_name_of_the_agency():
    dated = (*RIGHT[:2], "Đắk Giei, ngày 21 tháng 02 năm 2023")
    left = ("UBND HUYỆN ĐẮK GLEI", "PHÒNG DÂN TỘC", "", "Số: 28/TB-PDT")
    place = extract(
        "administrative_document",
        [arranged(left, dated, ("THÔNG BÁO", "Lịch tiếp công dân"), confidence=0.99)],
    ).fields["issue_place"]
    assert (place.value, is_sure(place)) == ("Đắk Glei", False)


def test_a_subject_under_a_number_that_was_not_read():
    left = ("NGÂN HÀNG NHÀ NƯỚC", "VIỆT NAM", "", "", "V/v tín dụng đối với nền kinh tế")
    page = arranged(left, RIGHT, after=("Kính gửi: Các tổ chức tín dụng",))
    fields = extract("administrative_document", [page]).fields
    assert fields["excerpt"].value == "V/v tín dụng đối với nền kinh tế"


def test_columns_of_a_head_that_meet():
    head = (
        "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO QUẬN 3CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "        TRƯỜNG MẦM NON 6              Độc lập - Tự do - Hạnh phúc\n"
        "        Số: 22/KH-MN6           Quận 3, ngày 12 tháng 9 năm 2022\n\n^KẾ HOẠCH\n^Phòng, chống dịch\n"
    )
    fields = extract("administrative_document", [typed_page(head)]).fields
    assert fields["parent_agency"].value == "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO QUẬN 3"


def test_a_letter_lost_from_the_kind_in_a_number_is_put_back_for_a_look():
    page = arranged(
        ("UBND THÀNH PHỐ HẢI PHÒNG", "BAN QUẢN LÝ DỰ ÁN", "", "Số: 631/TT-BQLDA"),
        RIGHT,
        ("TỜ TRÌNH", "Về việc phê duyệt kế hoạch lựa chọn nhà thầu"),
        signer=("GIÁM ĐỐC", "", "", "", "Vũ Duy Tùng"),
        confidence=0.99,
    )
    number = extract("administrative_document", [page]).fields["number"]
    assert number.value == "631/TTr-BQLDA"
    assert not is_sure(number)


def test_a_deputy_below_who_commissions_may_have_lost_the_line_between():
    """*TL. GIÁM ĐỐC / KT. TRƯỞNG PHÒNG THU / PHÓ TRƯỞNG PHÒNG*: only the last sign counts."""
    fields = _signed("TL. GIÁM ĐỐC", "KI. TRƯỞNG PHÒNG THU", "PHÓ TRƯỞNG PHÒNG")
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("KT.", "PHÓ TRƯỞNG PHÒNG")
    assert not is_sure(fields["signer_authority"])
    fields = _signed("TL. GIÁM ĐỐC", "PHÓ TRƯỞNG PHÒNG")
    assert not is_sure(fields["signer_authority"])
    assert is_sure(_signed("TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG")["signer_authority"])
