"""Papers of hospitals and joint papers: titles of no kind in our tables, dates at the foot, columns in another order."""

from __future__ import annotations

from fixtures.arrangements.paper import NATIONAL
from pipeline.extract import extract
from pipeline.normalize.reading import read_value
from pipeline.papers.classify import classify
from schemas.quality import is_sure
from schemas.records import Field
from schemas.values import Kind
from tests.pipeline.arranged import arranged
from tests.pipeline.plain_reading import typed_page

DISCHARGE = """\
             SỞ Y TẾ NGHỆ AN                        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
       BỆNH VIỆN ĐA KHOA HUYỆN ĐÔ                      Độc lập - Tự do - Hạnh phúc
                  LƯƠNG                                   MS: 01/BV-01
     Khoa: Ngoại tổng hợp                                 Mã y tế: 40/413/23/016207

^GIẤY RA VIỆN

     - Họ tên người bệnh: HOÀNG VĂN LƯỢNG                             Tuổi: 58    Nam/Nữ: Nam
     - Địa chỉ: Xóm 5, xã Thuận Sơn, huyện Đô Lương, tỉnh Nghệ An, nghề nghiệp làm ruộng
     - Vào viện lúc: 07 giờ 40 phút, ngày 02 tháng 10 năm 2023, ra viện lúc 10 giờ ngày 11 tháng 10
     - Chẩn đoán: Viêm ruột thừa cấp đã phẫu thuật nội soi, tăng huyết áp

              Ngày 11 tháng 10 năm 2023                    Ngày 11 tháng 10 năm 2023
                 GIÁM ĐỐC BỆNH VIỆN                           TRƯỞNG KHOA ĐIỀU TRỊ



                  Phan Thanh Tịnh                               Võ Đình Khoa
"""

BIRTH = """\
              BỘ Y TẾ                             CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
     BỆNH VIỆN PHỤ SẢN TRUNG ƯƠNG                     Độc lập - Tự do - Hạnh phúc
            Số: 11874/2024

^GIẤY CHỨNG SINH

     Họ và tên mẹ hoặc người nuôi dưỡng: LÊ THỊ THÙY DUNG
     Năm sinh: 1996. Nơi đăng ký thường trú: Xã Liên Hà, huyện Đông Anh, thành phố Hà Nội
     Số CCCD: 001196024518. Dân tộc: Kinh
     Đã sinh con vào lúc: 05 giờ 25 phút, ngày 17 tháng 02 năm 2024
     Giới tính của con: Nam. Cân nặng: 3.250 gam
"""

EXTRACT = """\
^TRÍCH LỤC KẾT HÔN
Họ, chữ đệm, tên chồng: NGUYỄN                      Họ, chữ đệm, tên vợ: PHAN THỊ NGỌC
TRỌNG HOÀNG ANH                                     HUYỀN
Ngày, tháng, năm sinh: 03/06/1994                   Ngày, tháng, năm sinh: 21/11/1997
Dân tộc: Kinh                                       Dân tộc: Kinh
Nơi cư trú: Thôn Yên Lạc, xã Cẩm Lạc,               Nơi cư trú: Tổ dân phố 4, thị trấn Thiên
huyện Cẩm Xuyên, tỉnh Hà Tĩnh                       Cầm, huyện Cẩm Xuyên, tỉnh Hà Tĩnh
Giấy tờ tùy thân: CCCD số 042094007315              Giấy tờ tùy thân: CCCD số 042197010482
Nơi đăng ký kết hôn: Ủy ban nhân dân xã Cẩm Lạc, huyện Cẩm Xuyên, tỉnh Hà Tĩnh
"""


def _read(text: str) -> tuple[str, dict[str, Field]]:
    page = typed_page(text, confidence=0.99)
    type = classify([page])[0]
    return type, dict(extract(type, [page]).fields)


def test_a_hospitals_paper_has_its_kind_agency_and_date_though_no_table_knows_its_title():
    type, fields = _read(DISCHARGE)
    assert type == "administrative_document"
    assert (fields["kind"].value, is_sure(fields["kind"])) == ("GIẤY RA VIỆN", False)
    assert (fields["issue_date"].value, is_sure(fields["issue_date"])) == ("2023-10-11", False)
    assert fields["parent_agency"].value == "SỞ Y TẾ NGHỆ AN"


def test_a_title_that_begins_as_that_of_a_form_is_another_paper():
    """*GIẤY CHỨNG SINH* shares letters and labels with *GIẤY CHỨNG TỬ*."""
    type, fields = _read(BIRTH)
    assert type == "administrative_document"
    assert fields["issuing_agency"].value == "BỆNH VIỆN PHỤ SẢN TRUNG ƯƠNG"


def test_columns_of_a_form_in_the_other_order_are_told_by_their_labels():
    type, fields = _read(EXTRACT)
    assert type == "marriage_certificate"
    told = {name: fields[name].value for name in fields if name.startswith(("husband", "wife"))}
    assert told["husband_name"] == "NGUYỄN TRỌNG HOÀNG ANH"
    assert told["wife_name"] == "PHAN THỊ NGỌC HUYỀN"
    assert (told["husband_birth_date"], told["wife_birth_date"]) == ("1994-06-03", "1997-11-21")
    assert (told["husband_personal_id"], told["wife_personal_id"]) == ("042094007315", "042197010482")
    assert told["husband_residence"] == "Thôn Yên Lạc, xã Cẩm Lạc, huyện Cẩm Xuyên, tỉnh Hà Tĩnh"


def test_a_dash_at_the_end_of_a_line_parts_two_who_issue_together():
    page = arranged(
        ["SỞ GIÁO DỤC VÀ ĐÀO TẠO -", "CÔNG ĐOÀN NGÀNH GIÁO DỤC", "", "Số: 27/KHLT-SGDĐT-CĐN"],
        [*NATIONAL, "Phú Yên, ngày 01 tháng 11 năm 2021"],
        ["KẾ HOẠCH LIÊN TỊCH", "Tổ chức các hoạt động kỷ niệm Ngày Nhà giáo Việt Nam"],
        confidence=0.999,
    )
    agency = extract("administrative_document", [page]).fields["issuing_agency"]
    assert agency.value == "SỞ GIÁO DỤC VÀ ĐÀO TẠO - CÔNG ĐOÀN NGÀNH GIÁO DỤC"
    assert not is_sure(agency)
    assert read_value(Kind.AGENCY, "BỘ TƯ PHÁP - BỘ TÀI CHÍNH -\nTHANH TRA CHÍNH PHỦ").value == (
        "BỘ TƯ PHÁP - BỘ TÀI CHÍNH - THANH TRA CHÍNH PHỦ"
    )


THREE = """\
              BỘ TƯ PHÁP                           CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
       Số: 05/2014/TTLT-BTP-BTC-TTCP                  Độc lập - Tự do - Hạnh phúc

^THÔNG TƯ LIÊN TỊCH

     Thông tư liên tịch này có hiệu lực thi hành kể từ ngày 01 tháng 4 năm 2014./.

       KT.TỔNG THANH TRA               KT. BỘ TRƯỞNG                       KT. BỘ TRƯỞNG
       PHÓ TỔNG THANH TRA              BỘ TÀI CHÍNH                         BỘ TƯ PHÁP
                                        THỨ TRƯỞNG                           THỨ TRƯỞNG


         Trần Đức Lượng
                                       Nguyễn Hữu Chí                     Nguyễn Thúy Hiền
"""


def test_three_who_sign_with_titles_of_as_many_lines_as_each_needs():
    fields = extract("administrative_document", [typed_page(THREE, confidence=0.99)]).fields
    assert (fields["signer_title"].value, fields["signer_name"].value) == ("THỨ TRƯỞNG", "Nguyễn Thúy Hiền")
    assert fields["other_signers"].value == [
        "KT. PHÓ TỔNG THANH TRA Trần Đức Lượng",
        "KT. THỨ TRƯỞNG Nguyễn Hữu Chí",
    ]


DIPLOMA = """\
^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
^Độc lập - Tự do - Hạnh phúc

^BẰNG TỐT NGHIỆP
^TRUNG HỌC CƠ SỞ

     Cấp cho: TRIỆU MÙI KHÉ, ngày sinh 15/9/2003, nơi sinh xã Hồ Thầu, huyện Hoàng Su Phì
     Học sinh trường: Phổ thông dân tộc bán trú THCS Hồ Thầu, xếp loại tốt nghiệp: Khá

                                                  Hoàng Su Phì, ngày 08 tháng 6 năm 2018
                                                            TRƯỞNG PHÒNG



                                                            Phàn Văn Giót
"""


def test_a_diploma_names_no_agency_in_its_head_but_an_officer_signs_it_on_a_day():
    type, fields = _read(DIPLOMA)
    assert type == "administrative_document"
    assert (fields["kind"].value, is_sure(fields["kind"])) == ("BẰNG TỐT NGHIỆP", False)
    assert (fields["signer_name"].value, fields["issue_date"].value) == ("Phàn Văn Giót", "2018-06-08")


INVITATION = """\
       UBND TỈNH KIÊN GIANG                       CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
            SỞ Y TẾ                                  Độc lập - Tự do - Hạnh phúc
       Số: 155/TM-SYT                                Kiên Giang, ngàytháng 11 năm 2017

^THƯ MỜI
^Hội nghị lấy ý kiến góp ý xây dựng Chương trình hành động của Tỉnh ủy
^thực hiện Nghị quyết số 20-NQ/TW, ngày 25 tháng 10 năm 2017
^của Ban Chấp hành Trung ương (khóa XII)

     Sở Y tế tổ chức Hội nghị để chuẩn bị các nội dung theo yêu cầu của Thường trực Tỉnh ủy.
"""


def test_a_date_in_the_excerpt_is_not_that_of_the_paper() -> None:
    """Its own was not read: the day was written by hand."""
    assert "issue_date" not in extract("administrative_document", [typed_page(INVITATION)]).fields
