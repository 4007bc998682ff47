"""Heads, titles and signers as agencies really arrange them, typed as bare lines."""

from __future__ import annotations

import pytest

from pipeline.extract import extract
from pipeline.papers.classify import classify
from tests.pipeline.plain_reading import typed_page

PARTY = """\
    TỈNH ỦY QUẢNG NGÃI                          ĐẢNG CỘNG SẢN VIỆT NAM
      BAN TỔ CHỨC
           *                            Quảng Ngãi, ngày 12 tháng 5 năm 2023
   Số 123-CV/BTCTU
  V/v góp ý dự thảo

^Kính gửi: Các huyện ủy, thị ủy, thành ủy

     Thực hiện kế hoạch công tác năm 2023, Ban Tổ chức Tỉnh ủy đề nghị các đơn vị góp ý dự thảo nêu trên.

 Nơi nhận:                                          K/T TRƯỞNG BAN
 - Như trên,                                      PHÓ TRƯỞNG BAN
 - Lưu Ban Tổ chức Tỉnh ủy.



                                                  Trần Văn Minh
"""

MINISTRY = """\
        BỘ TÀI CHÍNH                CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
        ____________                   Độc lập - Tự do - Hạnh phúc
                                       ___________________________
     Số: 4567/BTC-QLG               Hà Nội, ngày 03 tháng 11 năm 2022
  V/v điều hành kinh doanh
        xăng dầu

               Kính gửi: Các thương nhân kinh doanh xăng dầu đầu mối.

     Căn cứ Nghị định số 95/2021/NĐ-CP ngày 01 tháng 11 năm 2021 của Chính phủ về kinh doanh xăng dầu;

                                                    TL. BỘ TRƯỞNG
                                            CỤC TRƯỞNG CỤC QUẢN LÝ GIÁ


                                                  Nguyễn Anh Tuấn
"""

COUNCIL = """\
   HỘI ĐỒNG NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
   TỈNH QUẢNG NGÃI                     Độc lập - Tự do - Hạnh phúc

   Số: 15/2023/NQ-HĐND             Quảng Ngãi, ngày 21 tháng 7 năm 2023

^NGHỊ QUYẾT
^Quy định mức chi cho hoạt động bảo vệ môi trường
^trên địa bàn tỉnh Quảng Ngãi

^HỘI ĐỒNG NHÂN DÂN TỈNH QUẢNG NGÃI
^KHÓA XIII KỲ HỌP THỨ 17

     Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;

 Nơi nhận:                                              CHỦ TỊCH
 - Ủy ban Thường vụ Quốc hội;
 - Chính phủ;
 - Lưu: VT.
                                                     Bùi Thị Quỳnh Vân
"""

DECISION = """\
Người ký: ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI
Email: ubnd@quangngai.gov.vn
Thời gian ký: 05/03/2024 08:15:22 +07:00
  ỦY BAN NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  TỈNH QUẢNG NGÃI                  Độc lập - Tự do - Hạnh phúc
  Số: 305/QĐ-UBND              Quảng Ngãi, ngày 05 tháng 3 năm 2024

^QUYẾT ĐỊNH
^Về việc ban hành Kế hoạch cải cách hành chính
^CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI

     Căn cứ Luật Tổ chức chính quyền địa phương ngày 19/6/2015;

Nơi nhận:                                         TM. ỦY BAN NHÂN DÂN
- Như Điều 3;                                         KT. CHỦ TỊCH
- Bộ Nội vụ (b/c);                                  PHÓ CHỦ TỊCH
- CT, các PCT UBND tỉnh;
- Lưu: VT, KSTTHC (Th.123).


                                                  Võ Phiên
"""

BUREAU = """\
 ỦY BAN NHÂN DÂN           CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
 HUYỆN BÌNH SƠN                Độc lập – Tự do – Hạnh phúc
 PHÒNG NỘI VỤ
 Số:     /TTr-PNV         Bình Sơn, ngày     tháng 02 năm 2021

^TỜ TRÌNH
^Về việc đề nghị khen thưởng thành tích xuất sắc trong phong trào thi đua yêu nước năm 2020 của
^huyện Bình Sơn

^Kính gửi: Ủy ban nhân dân huyện Bình Sơn

     Căn cứ Luật Thi đua, Khen thưởng;

                                                    TRƯỞNG PHÒNG


                                                 ThS. Lê Thị Thu Hà
"""

COMPANY = """\
 TỔNG CÔNG TY CỔ PHẦN            CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
BẢO HIỂM HÀNG HẢI VIỆT NAM           Độc lập - Tự do - Hạnh phúc
                                 Đà Nẵng, ngày 21 tháng 02 năm 2020
  Về việc đón tàu đầu năm

               Kính gửi: Các đại lý.

     Tổng công ty đề nghị các đại lý cử người đón tàu theo lịch gửi kèm.

                                                   GIÁM ĐỐC


                                                Nguyễn Văn Bình
"""

WANTED = [
    (
        PARTY,
        {
            "parent_agency": "TỈNH ỦY QUẢNG NGÃI",
            "issuing_agency": "BAN TỔ CHỨC",
            "number": "123-CV/BTCTU",
            "issue_date": "2023-05-12",
            "kind": "CÔNG VĂN",
            "excerpt": "V/v góp ý dự thảo",
            "signer_authority": "KT.",
            "signer_title": "PHÓ TRƯỞNG BAN",
            "signer_name": "Trần Văn Minh",
        },
    ),
    (
        MINISTRY,
        {
            "issuing_agency": "BỘ TÀI CHÍNH",
            "number": "4567/BTC-QLG",
            "issue_date": "2022-11-03",
            "kind": "CÔNG VĂN",
            "excerpt": "V/v điều hành kinh doanh xăng dầu",
            "signer_authority": "TL.",
            "signer_title": "CỤC TRƯỞNG CỤC QUẢN LÝ GIÁ",
            "signer_name": "Nguyễn Anh Tuấn",
        },
    ),
    (
        COUNCIL,
        {
            "issuing_agency": "HỘI ĐỒNG NHÂN DÂN TỈNH QUẢNG NGÃI",
            "number": "15/2023/NQ-HĐND",
            "issue_date": "2023-07-21",
            "kind": "NGHỊ QUYẾT",
            "excerpt": "Quy định mức chi cho hoạt động bảo vệ môi trường trên địa bàn tỉnh Quảng Ngãi",
            "signer_title": "CHỦ TỊCH",
            "signer_name": "Bùi Thị Quỳnh Vân",
        },
    ),
    (
        DECISION,
        {
            "issuing_agency": "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI",
            "number": "305/QĐ-UBND",
            "issue_date": "2024-03-05",
            "kind": "QUYẾT ĐỊNH",
            "excerpt": "Về việc ban hành Kế hoạch cải cách hành chính",
            "signer_authority": "KT.",
            "signer_title": "PHÓ CHỦ TỊCH",
            "signer_name": "Võ Phiên",
        },
    ),
    (
        BUREAU,
        {
            "parent_agency": "ỦY BAN NHÂN DÂN HUYỆN BÌNH SƠN",
            "issuing_agency": "PHÒNG NỘI VỤ",
            "number": "/TTr-PNV",
            "issue_place": "Bình Sơn",
            "issue_date": "2021-02",
            "kind": "TỜ TRÌNH",
            "signer_title": "TRƯỞNG PHÒNG",
            "signer_name": "Lê Thị Thu Hà",
        },
    ),
    (
        COMPANY,
        {
            "issuing_agency": "TỔNG CÔNG TY CỔ PHẦN BẢO HIỂM HÀNG HẢI VIỆT NAM",
            "issue_place": "Đà Nẵng",
            "issue_date": "2020-02-21",
            "kind": "CÔNG VĂN",
            "excerpt": "Về việc đón tàu đầu năm",
            "signer_title": "GIÁM ĐỐC",
        },
    ),
]


@pytest.mark.parametrize(
    ("text", "wanted"), WANTED, ids=["party", "ministry", "council", "decision", "bureau", "company"]
)
def test_heads_titles_and_signers(text, wanted):
    page = typed_page(text)
    assert classify([page])[0] == "administrative_document"
    record = extract("administrative_document", [page])
    assert {name: record.fields[name].value for name in wanted if name in record.fields} == wanted


@pytest.mark.parametrize(("text", "wanted"), WANTED[1:4], ids=["ministry", "council", "decision"])
def test_columns_that_nearly_touch(text, wanted):
    """The recogniser gave both columns of the head as one line with hardly a gap."""
    lines = []
    for line in text.splitlines():
        at = max(line.find("CỘNG HÒA"), line.find("Độc lập"))
        lines.append(f"{line[:at].strip():>{at - 1}} {line[at:]}" if at > 0 else line)
    record = extract("administrative_document", [typed_page("\n".join(lines))])
    for name in ("number", "issue_date", "kind", "excerpt"):
        assert record.fields[name].value == wanted[name], name


def test_the_signed_page_is_found_before_its_annex():
    annex = typed_page("^PHỤ LỤC\n\nSố liệu thu chi năm 2023\n\n" + "Thu ngân sách     120\n" * 5, number=2)
    record = extract("administrative_document", [typed_page(DECISION), annex])
    assert record.fields["signer_name"].value == "Võ Phiên"
    assert record.fields["signer_name"].page == 1


STAMPED = """\
     UBND TỈNH LAI CHÂU                CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
         SỞ Y TẾ                           Độc lập - Tự do - Hạnh phúc

   Số: 77/QĐ-SYT                      Lai Châu, ngày 12 tháng 5 năm 2023

                           QUYẾT ĐỊNH
 CỔNG ĐIỆN TỬ 12 Về việc phê duyệt kế hoạch thanh
     ĐẾN  9  tra chuyên ngành về dược năm 2023

     Căn cứ Luật Dược và đề nghị của Trưởng phòng Nghiệp vụ Dược về kế hoạch nêu trên;
"""


@pytest.mark.parametrize("read", ["CỔNG ĐIỆN TỬ 12", "CỔNG Đ|ỆN t7 ~2", "GỔNG ĐIỆN TỬ /2"])
def test_a_stamp_of_receipt_that_touches_the_excerpt_is_cut_off_and_leaves_it_in_doubt(read):
    page = typed_page(STAMPED.replace("CỔNG ĐIỆN TỬ 12", read))
    excerpt = extract("administrative_document", [page]).fields["excerpt"]
    assert excerpt.value == "Về việc phê duyệt kế hoạch thanh tra chuyên ngành về dược năm 2023"
    assert not excerpt.valid


def test_a_year_below_the_date_is_found_beside_a_number_that_looks_like_one():
    page = typed_page("""\
  ỦY BAN NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  TỈNH NINH THUẬN                  Độc lập - Tự do - Hạnh phúc
  Số: 2917/UBND-VX          Phan Rang - Tháp Chàm, ngày 05 tháng 11 năm
  V/v báo cáo nhanh                                          2010

               Kính gửi: Bộ Giáo dục và Đào tạo.
""")
    assert extract("administrative_document", [page]).fields["issue_date"].value == "2010-11-05"


def test_where_words_stand_far_apart_a_list_of_recipients_is_read_to_its_end_and_the_place_of_the_file_left_out():
    typed = """\
  ỦY~BAN~NHÂN~DÂN                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  TỈNH~NINH~THUẬN                    Độc lập - Tự do - Hạnh phúc
  Số:~27/UBND-VX                  Ninh Thuận, ngày 05 tháng 11 năm 2010

               Kính~gửi:~Bộ~Giáo~dục~và~Đào~tạo.

     Ủy~ban~nhân~dân~tỉnh~báo~cáo~tình~hình~lũ~lụt
  của~ngành~để~Bộ~biết~và~có~ý~kiến~chỉ~đạo./.

Nơi~nhận:                                         CHỦ~TỊCH
-~Như~trên;
-~TT~TU,~HĐND~tỉnh;
-~Lưu:~VT,~KTN.
  d:\\2010\\CV\\lulut.doc
                                               Nguyễn~Văn~An
""".replace("~", "   ")
    found = extract("administrative_document", [typed_page(typed)]).fields["recipients"].value
    assert found == ["Như trên", "TT TU, HĐND tỉnh", "Lưu: VT, KTN"]
