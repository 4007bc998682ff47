"""Papers without a head in two columns: contracts, certificates with the agency in mid-page, letterheads of firms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.extract import extract
from pipeline.papers.classify import classify
from schemas.geometry import Box
from schemas.quality import is_sure
from schemas.records import UNKNOWN, Field
from schemas.text import Line
from tests.pipeline.plain_reading import typed_page

CONTRACT = """\
^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
^Độc lập - Tự do - Hạnh phúc

^HỢP ĐỒNG CHO THUÊ NHÀ XƯỞNG
^Số: 19/2025/HĐTX

     Căn cứ Bộ luật Dân sự số 91/2015/QH13 ngày 24/11/2015;
     Hôm nay, ngày 15 tháng 9 năm 2025, tại văn phòng Công ty Cổ phần Dệt Phong Phú, chúng tôi gồm có:
     BÊN CHO THUÊ (BÊN A): CÔNG TY CỔ PHẦN DỆT PHONG PHÚ
     Mã số thuế: 3702481195. Đại diện: Ông Từ Minh Tâm - Chức vụ: Giám đốc
     Điều 1. Bên A cho bên B thuê nhà xưởng diện tích 1.200 m2 tại lô D2, đường số 4, khu công nghiệp.

          ĐẠI DIỆN BÊN A                              ĐẠI DIỆN BÊN B
             GIÁM ĐỐC                                    GIÁM ĐỐC



           Từ Minh Tâm                                Lạc Mỹ Phụng
"""

CERTIFICATE = """\
^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
^Độc lập - Tự do - Hạnh phúc

^GIẤY CHỨNG NHẬN
^CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM

^CHI CỤC CHẤT LƯỢNG, CHẾ BIẾN
^VÀ PHÁT TRIỂN THỊ TRƯỜNG TỈNH THANH HÓA
^CHỨNG NHẬN

     Cơ sở: Hộ kinh doanh Nem chua Cô Hường
     Địa chỉ: 19 phố Thành Thái, phường Hạc Thành, tỉnh Thanh Hóa
     Đủ điều kiện an toàn thực phẩm để sản xuất, kinh doanh: nem chua, giò lụa, giò tai, chả quế
     Giấy chứng nhận này có hiệu lực đến hết ngày 12 tháng 8 năm 2028 và thay thế giấy đã cấp trước đây

                                                  Thanh Hóa, ngày 13 tháng 8 năm 2025
                                                        KT. CHI CỤC TRƯỞNG
                                                       PHÓ CHI CỤC TRƯỞNG



                                                         Lê Thị Liễu
"""

FIRM = """\
     CÔNG TY CỔ PHẦN CẤP NƯỚC SƠN THẠNH VÀ MÔI TRƯỜNG
     Địa chỉ: 45 Trần Hưng Đạo, phường Quy Nhơn

  Số: 233/TB-CNST                               Quy Nhơn, ngày 05 tháng 11 năm 2025

^THÔNG BÁO
^Tạm ngưng cung cấp nước sạch để đấu nối tuyến ống

     Để bảo đảm nguồn nước cấp ổn định trong mùa khô, Công ty tiến hành đấu nối tuyến ống trên đường.

 Nơi nhận:                                          TỔNG GIÁM ĐỐC
 - Như trên;
 - Lưu: VP.



                                                  Huỳnh Bảo Quốc
"""

FIRM_ABOVE_THE_TITLE = """\
     QUỸ TÍN DỤNG NHÂN DÂN LIÊN XÃ ĐẠI BÁI, GIA BÌNH
     Thôn Ngọc Xuyên, xã Gia Bình, tỉnh Bắc Ninh

  Số: 58/TB-QTD                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                    Độc lập - Tự do - Hạnh phúc
                                 Gia Bình, ngày 30 tháng 6 năm 2025

^THÔNG BÁO
^Về việc nợ đến hạn

     Quỹ tín dụng nhân dân thông báo khoản vay theo Hợp đồng tín dụng số 211 sẽ đến hạn trả nợ vào tháng tới.

                                                      GIÁM ĐỐC



                                                  Nguyễn Thị Lụa
"""

LETTERHEAD_IN_THE_MIDDLE = """\
^BỘ GIÁO DỤC VÀ ĐÀO TẠO
^TRƯỜNG ĐẠI HỌC KINH TẾ - KỸ THUẬT TRUNG DU
^Địa chỉ: Km 7, đường Hùng Vương - ĐT: 0210.3993.369

  Số: 611/ĐHKTKT-ĐT                             Phú Thọ, ngày 11 tháng 3 năm 2024
  V/v xác minh văn bằng tốt nghiệp

^Kính gửi: Công ty cổ phần Chế tạo máy Sông Lô

     Trường Đại học Kinh tế - Kỹ thuật Trung Du nhận được Công văn số 18/CV-SL ngày 04/3/2024 của
Quý Công ty về việc đề nghị xác minh văn bằng.

                                                    HIỆU TRƯỞNG



                                                  Nghiêm Thị Xuân Quỳnh
"""

TYPEWRITTEN = """\
 UỶ BAN NHÂN DÂN                       CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
 TỈNH THÁI BÌNH                            Độc lập - Tự do - Hạnh phúc
 Số: 318/QĐ-UB                         Thái Bình, ngày 24 tháng 7 năm 1996

^QUYẾT ĐỊNH CỦA UBND TỈNH THÁI BÌNH
^V/v thành lập Trạm   Khuyến nông huyện Đông Hưng

^UỶ BAN NHÂN   DÂN TỈNH

     - Căn cứ Luật tổ chức   HĐND và UBND ngày 21/6/1994;
     - Căn cứ Nghị định 13/CP ngày 2/3/1993 của Chính phủ;
     - Xét đề nghị của ông Trưởng ban Tổ chức chính quyền tỉnh,
"""


def _read(text: str) -> dict[str, Field]:
    page = typed_page(text)
    return dict(extract(classify([page])[0], [page]).fields)


def test_a_contract_is_no_paper_of_an_agency_and_dated_by_the_day_on_which_the_parties_met():
    page = typed_page(CONTRACT)
    assert classify([page])[0] == UNKNOWN
    fields = extract("administrative_document", [page]).fields  # an officer says so
    found = {name: fields[name].value for name in ("kind", "number", "issue_date", "signer_name")}
    assert found == {
        "kind": "HỢP ĐỒNG",
        "number": "19/2025/HĐTX",
        "issue_date": "2025-09-15",
        "signer_name": "Lạc Mỹ Phụng",
    }
    assert "issue_place" not in fields
    assert not is_sure(fields["issue_date"])


def test_a_contract_whose_number_names_who_issues_it_is_a_paper_like_others():
    page = typed_page(CONTRACT.replace("HĐTX", "HĐTX-PP"))
    assert classify([page])[0] == "administrative_document"


def test_the_agency_in_the_middle_of_a_certificate_has_all_its_lines_and_ends_the_excerpt():
    fields = _read(CERTIFICATE)
    assert fields["issuing_agency"].value == (
        "CHI CỤC CHẤT LƯỢNG, CHẾ BIẾN VÀ PHÁT TRIỂN THỊ TRƯỜNG TỈNH THANH HÓA"
    )
    assert fields["excerpt"].value == "CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM"


def test_the_number_of_a_certificate_may_stand_beside_its_signature():
    place = 50 * " " + "Thanh Hóa, ngày"
    beside = f"{20 * chr(10)}     Số cấp: 57/2025/ATTP-CCCL".ljust(70) + "Thanh Hóa, ngày"
    fields = _read(CERTIFICATE.replace(place, beside))
    assert (fields["number"].value, is_sure(fields["number"])) == ("57/2025/ATTP-CCCL", False)


def test_a_piece_of_a_frame_beside_the_agency_of_a_certificate_is_no_word_of_it():
    page = typed_page(CERTIFICATE)
    (block,) = page.text.blocks
    at = next(at for at, line in enumerate(block.lines) if line.text.startswith("CHI CỤC"))
    piece = replace(block.lines[at].words[0], text="1", box=Box(10, 400, 16, 450), confidence=0.36)
    line = Line((piece, *block.lines[at].words))
    lines = (*block.lines[:at], line, *block.lines[at + 1 :])
    page = replace(page, text=replace(page.text, blocks=(replace(block, lines=lines),)))
    agency = extract("administrative_document", [page]).fields["issuing_agency"].value
    assert agency == "CHI CỤC CHẤT LƯỢNG, CHẾ BIẾN VÀ PHÁT TRIỂN THỊ TRƯỜNG TỈNH THANH HÓA"


AGENCY_ABOVE = """\
^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
^Độc lập - Tự do - Hạnh phúc

^TRƯỜNG CHÍNH TRỊ TRẦN VĂN GIÀU

^GIẤY CHỨNG NHẬN

     Chứng nhận: Ông THÂN TRỌNG HIẾU     Sinh ngày: 12/4/1981     Quê quán: huyện Cần Đước, Long An
     Đã hoàn thành chương trình bồi dưỡng ngạch chuyên viên, từ ngày 06/3/2023 đến ngày 28/4/2023
     do Trường tổ chức theo Quyết định số 41/QĐ-TCT ngày 27 tháng 02 năm 2023 của Hiệu trưởng.

                                                  Long An, ngày 05 tháng 5 năm 2023
                                                        HIỆU TRƯỞNG



                                                       Lê Thị Liễu
"""


def test_an_agency_above_a_certificate_ends_where_its_title_begins_and_who_it_is_given_to_is_no_excerpt():
    fields = extract("administrative_document", [typed_page(AGENCY_ABOVE)]).fields
    assert fields["issuing_agency"].value == "TRƯỜNG CHÍNH TRỊ TRẦN VĂN GIÀU"
    assert (fields["kind"].value, "excerpt" in fields) == ("GIẤY CHỨNG NHẬN", False)


def test_letterheads_of_firms():
    fields = _read(FIRM)
    assert fields["issuing_agency"].value == "CÔNG TY CỔ PHẦN CẤP NƯỚC SƠN THẠNH VÀ MÔI TRƯỜNG"
    assert (fields["number"].value, fields["issue_date"].value) == ("233/TB-CNST", "2025-11-05")
    fields = _read(FIRM_ABOVE_THE_TITLE)
    assert fields["issuing_agency"].value == "QUỸ TÍN DỤNG NHÂN DÂN LIÊN XÃ ĐẠI BÁI, GIA BÌNH"


def test_a_title_of_letters_set_apart_unevenly_is_one_word():
    text = FIRM_ABOVE_THE_TITLE.replace("^THÔNG BÁO", "^TH Ô NG B Á O")
    assert _read(text)["kind"].value == "THÔNG BÁO"


def test_the_subject_of_a_letter_stands_under_its_number_though_no_national_title_does_beside():
    fields = _read(LETTERHEAD_IN_THE_MIDDLE)
    assert fields["excerpt"].value == "V/v xác minh văn bằng tốt nghiệp"
    assert fields["kind"].value == "CÔNG VĂN"
    assert fields["issuing_agency"].value == "TRƯỜNG ĐẠI HỌC KINH TẾ - KỸ THUẬT TRUNG DU"


def test_what_stands_under_a_title_that_says_whose_it_is_is_no_subject_of_a_letter():
    fields = _read(TYPEWRITTEN)
    assert fields["kind"].value == "QUYẾT ĐỊNH"
    assert fields["excerpt"].value == "V/v thành lập Trạm Khuyến nông huyện Đông Hưng"


@pytest.mark.parametrize("begins", ["Vi phạm hành chính", "V/v xử phạt"])
def test_an_excerpt_that_begins_with_a_word_like_the_mark_of_a_subject_keeps_it(begins):
    text = TYPEWRITTEN.replace("V/v thành lập Trạm   Khuyến nông huyện Đông Hưng", f"{begins} về lâm nghiệp")
    assert _read(text)["excerpt"].value == f"{begins} về lâm nghiệp"
