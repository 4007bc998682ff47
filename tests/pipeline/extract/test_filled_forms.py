"""More forms as offices fill them in: a date behind a number, papers in a table, labels of older certificates, a certified copy."""

from __future__ import annotations

import pytest

from pipeline.extract import extract
from tests.pipeline.plain_reading import typed_page

CHANGE = """\
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^ĐƠN ĐĂNG KÝ BIẾN ĐỘNG

Kính gửi: Chi nhánh Văn phòng Đăng ký đất đai huyện Yên Châu
1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất
1.1. Tên (viết chữ in hoa): VÌ VĂN HẶC sinh năm 1976
1.2. Giấy tờ nhân thân: CCCD số 014076003381 cấp ngày 29/8/2021
1.3. Địa chỉ: Bản Khá, xã Sặp Vạt, huyện Yên Châu, tỉnh Sơn La
3. Nội dung biến động về: Nhận tặng cho thửa đất số 88, tờ bản đồ số 41
4. Lý do biến động: Bố tặng cho con
Tôi cam đoan nội dung kê khai trên đơn là đúng sự thật.
                                          Yên Châu, ngày 11 tháng 7 năm 2023
                                                Người viết đơn
"""

HOUSE = """\
                  CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^GIẤY CHỨNG NHẬN
^QUYỀN SỞ HỮU NHÀ Ở
^VÀ QUYỀN SỬ DỤNG ĐẤT Ở

I. Chủ sở hữu nhà ở và sử dụng đất ở:
Ông (Bà): HUỲNH NGỌC ẨN
Số CMND: 361284907 cấp ngày 04/6/1998 tại Công an tỉnh Cần Thơ
Địa chỉ thường trú: 27/6 đường Cách Mạng Tháng Tám, phường An Thới
- Thửa đất số: 219       - Tờ bản đồ số: 07
- Diện tích: 86,30 m²

Số vào sổ: H 00874                    Bình Thủy, ngày 23 tháng 8 năm 2005
                                           PHÓ CHỦ TỊCH


                                           Lê Tâm Nghĩa
"""

DEATH = """\
  ỦY BAN NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  XÃ MƯỜNG NHÉ                     Độc lập - Tự do - Hạnh phúc
  Số: 47/2025/TLKT-BS           Mường Nhé, ngày 28 tháng 9 năm 2025

^TRÍCH LỤC KHAI TỬ

Họ, chữ đệm, tên: LỲ HÒ XÓ
Đăng ký khai tử tại: Ủy ban nhân dân xã Mường Nhé, tỉnh Điện Biên
Số: 47/2025 {day}
"""

SLIP = """\
  UBND HUYỆN TÂN SƠN            CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                   Độc lập - Tự do - Hạnh phúc

^GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ

Mã hồ sơ: 000.00.24.H44-190514-0007
Tiếp nhận hồ sơ của: Hà Thị Hoan
Thành phần hồ sơ nộp gồm:
TT   Tên giấy tờ                              Số lượng   Ghi chú
1    Đơn đề nghị cấp đổi Giấy chứng nhận         01      Bản chính
2    Trích đo địa chính thửa đất                 02      Bản sao
Số lượng hồ sơ: 01 (bộ)
"""

COPY = """\
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^GIẤY KHAI SINH
^(BẢN SAO)

Họ và tên: THẠCH THỊ NGỌC HÂN
Nơi đăng ký: Ủy ban nhân dân xã Vĩnh Hải, thị xã Vĩnh Châu, tỉnh Sóc Trăng
Ngày, tháng, năm đăng ký: 19/11/2012

   NGƯỜI ĐI KHAI SINH                    NGƯỜI KÝ GIẤY KHAI SINH
        (Đã ký)                                 (Đã ký)


     Thạch Sê Rây                            Trần Quốc Dũng

                                       SAO TỪ SỔ ĐĂNG KÝ KHAI SINH
                                   Vĩnh Hải, ngày 03 tháng 12 năm 2014
                                          NGƯỜI KÝ BẢN SAO
"""


@pytest.mark.parametrize(
    ("type", "text", "wanted"),
    [
        (
            "application_form",
            CHANGE,
            {
                "applicant_name": "VÌ VĂN HẶC",
                "personal_id": "014076003381",
                "content": "Nhận tặng cho thửa đất số 88, tờ bản đồ số 41",
            },
        ),
        ("land_use_certificate", HOUSE, {"owner_personal_id": "361284907", "register_number": "H00874"}),
        ("death_extract", DEATH.format(day="ngày 21 tháng 9 năm 2025"), {"registration_date": "2025-09-21"}),
        (
            "death_extract",
            DEATH.format(day="    Ngày, tháng, năm đăng ký: 21/9/2025"),
            {"registration_date": "2025-09-21", "number": "47/2025/TLKT-BS"},
        ),
        (
            "receipt_slip",
            SLIP,
            {"components": ["Đơn đề nghị cấp đổi Giấy chứng nhận", "Trích đo địa chính thửa đất"]},
        ),
        (
            "birth_certificate",
            COPY,
            {"registration_date": "2012-11-19", "signer_name": "Trần Quốc Dũng"},
        ),
    ],
    ids="change house number-and-day number-and-label table copy".split(),
)
def test_values_as_other_offices_fill_them_in(type, text, wanted):
    fields = extract(type, [typed_page(text)]).fields
    assert {name: fields[name].value for name in wanted if name in fields} == wanted


def test_a_label_that_is_broken_at_the_end_of_a_line_is_one():
    page = typed_page("""\
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH

5. Họ và tên đại diện hộ kinh doanh (ghi bằng chữ in hoa): LÂM VĂN XÊ Giới
tính: Nam
Sinh ngày: 06/4/1963    Dân tộc: Kinh    Quốc tịch: Việt Nam
""")
    fields = extract("household_business_registration", [page]).fields
    assert (fields["owner_name"].value, fields["owner_sex"].value) == ("LÂM VĂN XÊ", "Nam")
