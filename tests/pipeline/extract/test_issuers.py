"""Agencies that issue a paper together, kinds that they give it, and numbers that hold letters."""

from __future__ import annotations

import pytest

from fixtures.arrangements.paper import NATIONAL
from pipeline.extract import extract
from schemas.identifiers.document_number import KINDS, LETTER
from schemas.quality import is_sure
from schemas.records import Field
from tests.pipeline.arranged import arranged


def _joint(left: list[str], title: str) -> dict[str, Field]:
    page = arranged(
        left, [*NATIONAL, "An Giang, ngày 28 tháng 4 năm 2017"], [title, "Xây dựng đời sống văn hóa"]
    )
    return dict(extract("administrative_document", [page]).fields)


@pytest.mark.parametrize(
    ("above", "below", "mark"),
    [
        ("LIÊN ĐOÀN LAO ĐỘNG", "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "CTPH-LĐLĐ-SVH,TT,DL"),
        ("SỞ Y TẾ", "CÔNG AN TỈNH", "KH-SYT-CAT"),
        ("TỈNH ĐOÀN", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "KHLT-TĐ-SGDĐT"),
        ("BỘ NỘI VỤ", "BỘ TÀI CHÍNH", "TTLT-BNV-BTC"),
        ("HỘI NÔNG DÂN", "HỘI CỰU CHIẾN BINH", "CTr-HND-HCCB"),
        ("VIỆN KIỂM SÁT NHÂN DÂN", "TÒA ÁN NHÂN DÂN", "QCPH-VKSND-TAND"),
    ],
)
def test_agencies_that_issue_together_are_joined_and_never_sure(above, below, mark):
    fields = _joint([above, below, "", f"Số: 15/{mark}"], "CHƯƠNG TRÌNH PHỐI HỢP")
    assert "parent_agency" not in fields
    assert fields["issuing_agency"].value == f"{above} - {below}"
    assert not is_sure(fields["issuing_agency"])
    assert fields["number"].value == f"15/{mark}"


def test_two_that_issue_together_below_their_superior():
    fields = _joint(
        ["UBND TỈNH AN GIANG", "SỞ TƯ PHÁP", "SỞ NỘI VỤ", "", "Số: 15/HDLT-STP-SNV"], "HƯỚNG DẪN LIÊN TỊCH"
    )
    assert fields["parent_agency"].value == "UBND TỈNH AN GIANG"
    assert fields["issuing_agency"].value == "SỞ TƯ PHÁP - SỞ NỘI VỤ"
    assert fields["kind"].value == "HƯỚNG DẪN LIÊN TỊCH"


@pytest.mark.parametrize("read", ["61Z", "21A", "1O4", "7S"])
def test_a_letter_in_a_serial_is_never_sure(read):
    page = arranged(
        ["SỞ Y TẾ", "", f"Số: {read}/BC-SYT"],
        [*NATIONAL, "Lai Châu, ngày 12 tháng 5 năm 2020"],
        ["BÁO CÁO", "Kết quả năm 2020"],
    )
    number = extract("administrative_document", [page]).fields["number"]
    assert str(number.value).endswith("/BC-SYT")
    assert not is_sure(number)


def test_an_invitation_is_a_kind_with_its_excerpt():
    page = arranged(
        ["UBND TỈNH LAI CHÂU", "SỞ Y TẾ", "", "Số: 5/TM-SYT"],
        [*NATIONAL, "Lai Châu, ngày 12 tháng 5 năm 2020"],
        ["THƯ MỜI", "Hội nghị tổng kết năm 2020"],
    )
    fields = extract("administrative_document", [page]).fields
    assert (fields["kind"].value, fields["excerpt"].value) == ("THƯ MỜI", "Hội nghị tổng kết năm 2020")


DATED = [*NATIONAL, "", "Lai Châu, ngày 12 tháng 5 năm 2020"]


def test_a_subject_that_reaches_over_the_middle_of_the_page_is_whole():
    left = [
        "UBND TỈNH LAI CHÂU",
        "SỞ Y TẾ",
        "",
        "Số: 5/SYT-NVY",
        "V/v tăng cường công tác phòng, chống dịch bệnh mùa hè",
    ]
    fields = extract(
        "administrative_document", [arranged(left, DATED, after=["Kính gửi: Các bệnh viện"])]
    ).fields
    assert fields["excerpt"].value == "V/v tăng cường công tác phòng, chống dịch bệnh mùa hè"
    assert fields["issue_date"].value == "2020-05-12"


def test_the_agency_in_the_middle_of_a_certificate_is_found_and_in_doubt():
    page = arranged(
        [],
        NATIONAL,
        ["GIẤY CHỨNG NHẬN", "", "ỦY BAN NHÂN DÂN TỈNH LAI CHÂU"],
        after=["chứng nhận Trường Mầm non Hoa Ban đạt chuẩn quốc gia"],
        signer=["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "", "", "", "Trần Tiến Dũng"],
    )
    agency = extract("administrative_document", [page]).fields["issuing_agency"]
    assert (agency.value, is_sure(agency)) == ("ỦY BAN NHÂN DÂN TỈNH LAI CHÂU", False)


def test_agencies_over_two_signatures_of_a_last_page_are_not_taken_for_its_issuer():
    page = arranged(
        [],
        [],
        recipients=["Nơi nhận:", "- Tỉnh ủy;", "- Lưu: VT."],
        cosigner=["HỘI NÔNG DÂN TỈNH", "CHỦ TỊCH", "", "", "", "Nguyễn Văn Lên"],
        signer=["SỞ TƯ PHÁP", "GIÁM ĐỐC", "", "", "", "Nguyễn Thiện Phú"],
    )
    fields = extract("administrative_document", [page]).fields
    assert "issuing_agency" not in fields
    assert fields["other_signers"].value == ["CHỦ TỊCH Nguyễn Văn Lên"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != LETTER])
def test_every_kind_is_known_by_its_title_and_its_number(kind):
    left = ["UBND TỈNH LAI CHÂU", "SỞ Y TẾ", "", f"Số: 15/{KINDS[kind]}-SYT"]
    fields = extract(
        "administrative_document", [arranged(left, DATED, [kind, "Về tổ chức Hội nghị năm 2020"])]
    ).fields
    assert (fields["kind"].value, fields["excerpt"].value) == (kind, "Về tổ chức Hội nghị năm 2020")
    assert fields["number"].value == f"15/{KINDS[kind]}-SYT"


@pytest.mark.parametrize(("printed", "sure"), [("SỞ Y TẾ ĐỒNG THÁP", True), ("SỞ TẾ ĐỒNG THÁP", False)])
def test_a_department_that_lost_its_first_letter_is_for_a_look(printed, sure):
    page = arranged(
        [printed, "BỆNH VIỆN ĐA KHOA SA ĐÉC", "", "Số: 47/TB-BVSĐ"],
        [*NATIONAL, "Sa Đéc, ngày 19 tháng 01 năm 2022"],
        ["THÔNG BÁO", "Về việc tuyển dụng viên chức năm 2022"],
        confidence=0.999,
    )
    parent = extract("administrative_document", [page]).fields["parent_agency"]
    assert (parent.value, is_sure(parent)) == (printed, sure)


def test_an_agency_of_a_district_is_above_one_of_a_commune_whatever_they_are_called():
    fields = _joint(
        ["HỘI CỰU CHIẾN BINH", "HUYỆN TRÀ CÚ", "HỘI CCB XÃ ĐÔN XUÂN", "", "Số: 9/BC-CCB"], "BÁO CÁO"
    )
    assert fields["parent_agency"].value == "HỘI CỰU CHIẾN BINH HUYỆN TRÀ CÚ"
    assert fields["issuing_agency"].value == "HỘI CCB XÃ ĐÔN XUÂN"


@pytest.mark.parametrize(
    ("lines", "parent", "agency"),
    [
        (("CÔNG TY TNHH MTV LÂM NGHIỆP", "ĐẠI THÀNH"), None, "CÔNG TY TNHH MTV LÂM NGHIỆP ĐẠI THÀNH"),
        (("CÔNG TY CỔ PHẦN XÂY DỰNG", "HỘI AN"), None, "CÔNG TY CỔ PHẦN XÂY DỰNG HỘI AN"),
        (("CÔNG TY CỔ PHẦN CAO SU", "CHI NHÁNH ĐẠI THÀNH"), "CÔNG TY CỔ PHẦN CAO SU", "CHI NHÁNH ĐẠI THÀNH"),
        (
            ("CÔNG TY ĐIỆN LỰC HẬU GIANG", "ĐIỆN LỰC VỊ THANH"),
            "CÔNG TY ĐIỆN LỰC HẬU GIANG",
            "ĐIỆN LỰC VỊ THANH",
        ),
        (
            ("NGÂN HÀNG CHÍNH SÁCH XÃ HỘI", "PHÒNG GIAO DỊCH BA BỂ"),
            "NGÂN HÀNG CHÍNH SÁCH XÃ HỘI",
            "PHÒNG GIAO DỊCH BA BỂ",
        ),
    ],
)
def test_the_name_of_a_firm_goes_on_unless_a_branch_of_it_begins(lines, parent, agency):
    fields = _joint([*lines, "", "Số: 118/TB-CT"], "THÔNG BÁO")
    assert (fields["parent_agency"].value if "parent_agency" in fields else None) == parent
    assert fields["issuing_agency"].value == agency
