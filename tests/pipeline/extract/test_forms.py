"""Forms as offices fill them in: several values on one line, values without a label, what is said of a person behind the name."""

from __future__ import annotations

import pytest

from pipeline.extract import extract
from schemas.quality import is_sure
from tests.pipeline.plain_reading import typed_page

LAND = """\
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT

I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất
Bà: LÝ MÙI GHẾN, sinh năm: 1963
CMND số: 095012384, ngày cấp 22/7/2009, nơi cấp: Công an tỉnh Bắc Kạn
Địa chỉ thường trú: Thôn Khuổi Slúng, xã Vũ Loan, huyện Na Rì, tỉnh Bắc Kạn

II. Thửa đất, nhà ở và tài sản khác gắn liền với đất
1. Thửa đất:
a) Thửa đất số: 38; tờ bản đồ số: 112
b) Địa chỉ: Thôn Khuổi Slúng, xã Vũ Loan, huyện Na Rì, tỉnh Bắc Kạn
c) Diện tích: 412,5 m²

                                    Bắc Kạn, ngày 17 tháng 10 năm 2018
                                    SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG
                                           GIÁM ĐỐC


                                          Chu Đình Triệu
Số vào sổ cấp GCN: CS 02176                                CK 482913
"""

STATUS = """\
  ỦY BAN NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  XÃ MƯỜNG BÁM                     Độc lập - Tự do - Hạnh phúc
  Số: 152/UBND-XNTTHN            Mường Bám, ngày 18 tháng 9 năm 2025

^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN

Họ, chữ đệm, tên: VÀNG THỊ XÚA
Ngày, tháng, năm sinh: 06/12/1999
Nơi cư trú: Bản Nà La, xã Mường Bám, tỉnh Sơn La
Tình trạng hôn nhân: Chưa đăng ký kết hôn với ai
Giấy này được cấp để: Đăng ký kết hôn với ông Giàng A Páo, sinh năm 1996, số
định danh cá nhân 011096004518, nơi cư trú: bản Huổi Lóng, xã Pú Nhung, tỉnh
Điện Biên

                                             CHỦ TỊCH


                                        Quàng Văn Phương
"""

BIRTH = """\
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^GIẤY KHAI SINH

Họ và tên: ..MÙA A TRÁNG                Giới tính: ...Nam
Ngày, tháng, năm sinh: ...30/4/2011
(Bằng chữ: Ngày ba mươi tháng tư năm hai nghìn không trăm mười một)
Nơi sinh:...Trạm Y tế xã Hồng Ngài, huyện Bắc Yên, tỉnh Sơn La
Dân tộc: ...Mông                        Quốc tịch:...Việt Nam
"""

BUSINESS = """\
  UBND HUYỆN TRẦN VĂN THỜI          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  PHÒNG TÀI CHÍNH - KẾ HOẠCH           Độc lập - Tự do - Hạnh phúc

^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH
^Số: 61E8002417

1. Tên hộ kinh doanh: CƠ SỞ TƯ MẸO
2. Địa điểm kinh doanh: Ấp Kinh Hòn Bắc, xã Khánh Bình Tây Bắc, huyện Trần Văn Thời, tỉnh Cà Mau
Điện thoại: 0780.3896417
5. Họ và tên cá nhân hoặc tên đại diện hộ gia đình: DANH THỊ SA RÂY
"""


PARENTS = """\
  Xã, phường: Trường Long Hòa       CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  Huyện, quận: Duyên Hải               Độc lập - Tự do - Hạnh phúc
^GIẤY KHAI SINH

Họ và tên: SƠN THỊ NGỌC HUYỀN               Nam, nữ: Nữ
Sinh ngày 9 tháng 5 năm 1999
^PHẦN GHI VỀ CHA MẸ
                            CHA                        MẸ
Họ và tên         TRẦN VĂN PHA                KIM THỊ VI
Năm sinh          1968                        1972
Dân tộc           Kinh                        Tày
Quốc tịch         Việt Nam                    Lào
Nghề nghiệp       Làm ruộng                   Buôn bán
Nơi thường trú    Ấp Một, xã Trường           Ấp Hai, xã Trường
                  Long Hòa                    Long Hòa
Họ, tên, tuổi, nơi đăng ký thường trú, số giấy chứng minh của người đứng khai:
Kim Thị Vi, 27 tuổi, Ấp Hai, CMND 334021867
"""

EXTRACT = """\
  ỦY BAN NHÂN DÂN                   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  PHƯỜNG HÒA KHÁNH BẮC                 Độc lập - Tự do - Hạnh phúc
^TRÍCH LỤC KHAI SINH

Họ, chữ đệm, tên: TÔN THẤT BẢO KHÔI
Ngày, tháng, năm sinh: 17/11/2009; ghi bằng chữ: Ngày mười bảy tháng mười một năm hai nghìn không trăm linh chín
Giới tính: Nam, dân tộc: Kinh, quốc tịch: Việt Nam
Nơi sinh: Bệnh viện Phụ sản, phường Khuê Mỹ, thành phố Đà Nẵng
"""

QR = """\
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT

1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:
Ông Y KHOAN ÊBAN, CCCD số: 066071002948
2. Thông tin thửa đất:
a. Thửa đất số 271, tờ bản đồ số 63
d. Thời hạn sử dụng: Đất ở: lâu dài; đất trồng cây lâu năm: đến ngày 01/7/2064

                                    Điện Biên Đông, ngày 20 tháng 6 năm 2011
                                     TM. ỦY BAN NHÂN DÂN HUYỆN
                                        ĐIỆN BIÊN ĐÔNG
                                         CHỦ TỊCH


                                      Giàng Trọng Bình
"""

SLIP = """\
 UBND XÃ MĂNG ĐEN                   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
 TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG     Độc lập - Tự do - Hạnh phúc
^GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ

Mã hồ sơ                 H48.31-251104-0038
Tiếp nhận hồ sơ của      Lê Thanh Trúc
Địa chỉ                  Nhà số 16, đường Phạm Văn Đồng, xã Măng Đen, tỉnh Quảng Ngãi
Thành phần hồ sơ nộp     1- Tờ khai đăng ký lại khai sinh
gồm                      2- Bản chụp học bạ
"""

PERMIT = """\
  ỦY BAN NHÂN DÂN                   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  HUYỆN CHÂU ĐỨC                       Độc lập - Tự do - Hạnh phúc
^GIẤY PHÉP XÂY DỰNG

1- Cấp cho ông (bà): Phùng Đức Thiện
- Địa điểm xây dựng: Số 246 đường Trần Hưng Đạo, huyện Châu Đức, tỉnh Đồng Nai
- Tờ bản đồ số: 45; thửa đất số: 138, 139; diện tích: 204,6 m²
"""

DEATH = """\
TP/HT-2020-TLKT-BS
  ỦY BAN NHÂN DÂN                   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  PHƯỜNG TRÀ AN                        Độc lập - Tự do - Hạnh phúc
  Số: 96/TLKT-BS                    Trà An, ngày 27 tháng 11 năm 2023
^TRÍCH LỤC KHAI TỬ

Họ, chữ đệm, tên: LÝ QUẾ PHƯƠNG
"""

STALL = """\
  UBND HUYỆN NAM ĐÀN                CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  PHÒNG TÀI CHÍNH - KẾ HOẠCH           Độc lập - Tự do - Hạnh phúc
^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH

1. Tên hộ kinh doanh                    CƠ SỞ TƯƠNG, NƯỚC MẮM VÀ GIÒ BÊ CƯỜNG
                                        THỦY
Điện thoại                              0238.3822 509
"""

OFFICER = """\
 UBND HUYỆN BÌNH XUYÊN              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                       Độc lập - Tự do - Hạnh phúc
^GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ

Tiếp nhận hồ sơ của: Trần Thị Kiểm
Số lượng hồ sơ: 02 (bộ)

   NGƯỜI TIẾP NHẬN HỒ SƠ                                      NGƯỜI NỘP HỒ SƠ
   (Ký và ghi rõ họ tên)                                   (Ký và ghi rõ họ tên)


      Khổng Thị Vân Anh                                         Trần Thị Kiểm
"""

RECORD = """\
  BỘ TƯ PHÁP                        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                       Độc lập - Tự do - Hạnh phúc
^PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2

1. Họ và tên: GIÁP VĂN TOẢN
6. Nơi thường trú: Số 12, xã Vĩnh Hải, huyện Ninh Hải, tỉnh Ninh Thuận - Số điện thoại: 0259 3771 406
8. Giấy CMND/Hộ chiếu: Căn cước công dân Số: 024074003681
"""


@pytest.mark.parametrize(
    ("type", "text", "wanted"),
    [
        (
            "land_use_certificate",
            LAND,
            {
                "owner_name": "LÝ MÙI GHẾN",
                "parcel_number": "38",
                "map_sheet": "112",
                "serial": "CK 482913",
                "register_number": "CS02176",
            },
        ),
        (
            "marital_status_confirmation",
            STATUS,
            {
                "purpose": "Đăng ký kết hôn với ông Giàng A Páo, sinh năm 1996, số định danh cá nhân 011096004518,"
                " nơi cư trú: bản Huổi Lóng, xã Pú Nhung, tỉnh Điện Biên"
            },
        ),
        (
            "birth_certificate",
            BIRTH,
            {
                "full_name": "MÙA A TRÁNG",
                "birth_date_words": "Ngày ba mươi tháng tư năm hai nghìn không trăm mười một",
                "birth_place": "Trạm Y tế xã Hồng Ngài, huyện Bắc Yên, tỉnh Sơn La",
                "ethnicity": "Mông",
                "nationality": "Việt Nam",
            },
        ),
        (
            "household_business_registration",
            BUSINESS,
            {"owner_name": "DANH THỊ SA RÂY", "phone": "07803896417"},
        ),
        (
            "birth_certificate",
            PARENTS,
            {
                "full_name": "SƠN THỊ NGỌC HUYỀN",
                "father_name": "TRẦN VĂN PHA",
                "mother_name": "KIM THỊ VI",
                "father_birth_year": 1968,
                "mother_birth_year": 1972,
                "father_ethnicity": "Kinh",
                "mother_ethnicity": "Tày",
                "mother_nationality": "Lào",
                "father_residence": "Ấp Một, xã Trường Long Hòa",
                "mother_residence": "Ấp Hai, xã Trường Long Hòa",
                "declarant_name": "Kim Thị Vi",
            },
        ),
        ("birth_certificate", EXTRACT, {"sex": "Nam", "ethnicity": "Kinh", "nationality": "Việt Nam"}),
        (
            "land_use_certificate",
            QR,
            {
                "owner_name": "Y KHOAN ÊBAN",
                "parcel_number": "271",
                "map_sheet": "63",
                "use_term": "Đất ở: lâu dài; đất trồng cây lâu năm: đến ngày 01/7/2064",
                "issuing_agency": "ỦY BAN NHÂN DÂN HUYỆN ĐIỆN BIÊN ĐÔNG",
            },
        ),
        (
            "receipt_slip",
            SLIP,
            {
                "dossier_code": "H48.31-251104-0038",
                "applicant_name": "Lê Thanh Trúc",
                "applicant_address": "Nhà số 16, đường Phạm Văn Đồng, xã Măng Đen, tỉnh Quảng Ngãi",
                "components": ["Tờ khai đăng ký lại khai sinh", "Bản chụp học bạ"],
            },
        ),
        (
            "criminal_record_certificate",
            RECORD,
            {
                "personal_id": "024074003681",
                "residence": "Số 12, xã Vĩnh Hải, huyện Ninh Hải, tỉnh Ninh Thuận",
            },
        ),
        ("construction_permit", PERMIT, {"parcel_number": "138,139", "map_sheet": "45"}),
        ("death_extract", DEATH, {"number": "96/TLKT-BS"}),
        (
            "household_business_registration",
            STALL,
            {"business_name": "CƠ SỞ TƯƠNG, NƯỚC MẮM VÀ GIÒ BÊ CƯỜNG THỦY", "phone": "02383822509"},
        ),
        ("receipt_slip", OFFICER, {"officer_name": "Khổng Thị Vân Anh"}),
    ],
    ids=("land status birth business parents extract qr slip record permit death stall officer".split()),
)
def test_values_as_offices_fill_them_in(type, text, wanted):
    fields = extract(type, [typed_page(text)]).fields
    assert {name: fields[name].value for name in wanted if name in fields} == wanted


def test_the_last_of_several_columns_dates_a_declaration():
    page = typed_page("""\
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ

Kính gửi: Công an xã Ea Súp, tỉnh Đắk Lắk
1. Họ, chữ đệm và tên: TRIỆU MÙI SẾNH
10. Nội dung đề nghị: Đăng ký thường trú

   ngày    tháng          ngày    tháng          ngày    tháng       Ea Súp, ngày 27
      năm                    năm                    năm            tháng 11 năm 2025
 Ý KIẾN CỦA CHỦ HỘ                                                  NGƯỜI KÊ KHAI


                                                                     Triệu Mùi Sếnh
""")
    fields = extract("application_form", [page]).fields
    assert (fields["place"].value, fields["date"].value) == ("Ea Súp", "2025-11-27")


@pytest.mark.parametrize("more", [0, 4])
def test_a_value_with_more_lines_than_its_form_has_room_for_is_never_sure(more):
    line = "theo thỏa thuận của hai bên gia đình hai họ đã thống nhất từ trước ngày đó ở\n"
    longer = STATUS.replace("Điện Biên\n", line * more + "Điện Biên\n")
    field = extract("marital_status_confirmation", [typed_page(longer, confidence=0.99)]).fields["purpose"]
    assert is_sure(field) is (more == 0)


def test_a_declaration_is_dated_wherever_place_and_date_stand_alone():
    page = typed_page("""\
                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                     Độc lập - Tự do - Hạnh phúc
^ĐƠN ĐỀ NGHỊ

Kính gửi: Ủy ban nhân dân phường Quy Nhơn Nam, tỉnh Gia Lai
Tôi tên là: Diệp Trần Mộng Tuyền, sinh ngày: 27/02/1991
Nội dung đề nghị: Cho phép sử dụng tạm thời hè phố trước nhà số 74/9 Trần Thị Kỷ

Quy Nhơn Nam, ngày 19 tháng 11 năm 2025
NGƯỜI LÀM ĐƠN


Diệp Trần Mộng Tuyền
""")
    fields = extract("application_form", [page]).fields
    found = {name: fields[name].value for name in ("place", "date", "birth_date")}
    assert found == {"place": "Quy Nhơn Nam", "date": "2025-11-19", "birth_date": "1991-02-27"}
