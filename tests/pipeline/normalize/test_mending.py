"""What recognisers lose and what is put back: each case a kind of fault, not one page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.agencies import DEPARTMENTS, repair_agency
from pipeline.normalize.agency_whole import complete_agency, is_unfinished
from pipeline.normalize.dates import find_date, repair_date_words
from pipeline.normalize.document_numbers import find_certificate_number, find_document_number
from pipeline.normalize.origins import COUNTRIES, find_ethnicity, find_nationality
from pipeline.normalize.people import is_name, repair_name
from pipeline.normalize.places import match_address
from pipeline.normalize.reading import read_value
from pipeline.normalize.tidying import tidy
from schemas.values import Kind


@pytest.mark.parametrize(
    ("read", "date"),
    [
        ("09 07 2015", "2015-07-09"),
        ("ngày T8 tháng 7 năm 2022", "2022-07-18"),
        ("ngày LT tháng 12 năm 2025", "2025-12-11"),
        ("ngày    tháng 3 năm 2020", "2020-03"),
        ("ngày 09 tháng 13 năm 2022", "2022"),
    ],
)
def test_dates(read, date):
    assert find_date(read) == date


def test_specks_after_a_date_in_words():
    words = "Ngày mười bốn tháng mười một năm hai nghìn không trăm hai mươi ba"
    assert repair_date_words(f"{words} ls") == words


@pytest.mark.parametrize(
    ("read", "number"),
    [
        ("Số: 396 STP-LLTP", "396/STP-LLTP"),
        ("Số: 101UBND-XNTTHN", "101/UBND-XNTTHN"),
        ("Số: 19/STP-LUTP", "19/STP-LLTP"),
        ("Số: 377/5TP-LLTP", "377/STP-LLTP"),
        ("Số: 78/STP-I LTP", "78/STP-LLTP"),
        ("Số: 120/2003/0Đ-UB", "120/2003/QĐ-UB"),
        ("Số: 169/TLKT-B§", "169/TLKT-BS"),
        ("S8: 359 XN", "359/XN"),
        ("Số: 05 2026", "05/2026"),
        ("C§S75258", "CS75258"),
        ("41H8012345", "41H8012345"),
        ("Số: 2045/TCT-TTHT", "2045/TCT-TTHT"),
    ],
)
def test_numbers(read, number):
    assert find_certificate_number(read) == number


@given(st.integers(1, 9999), st.sampled_from(["QĐ-UBND", "TB-STP", "BC-HĐND", "TTr-SNV"]))
def test_a_lost_slash_is_the_same_number(serial, mark):
    assert str(find_document_number(f"Số: {serial} {mark}")) == f"{serial}/{mark}"


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("NGUYỄN PHƯƠNG DIÊM", "NGUYỄN PHƯƠNG DIỄM"),
        ("PHAN THỊ.LINH", "PHAN THỊ LINH"),
        ("LÝ TH NGUYỆT", "LÝ THỊ NGUYỆT"),
        ("ĐỊNH THỊ QƯỲNH", "ĐINH THỊ QUỲNH"),
        ("HỖ THỊ KIM VY", "HỒ THỊ KIM VY"),
        ("Wũ Thị Hương", "Vũ Thị Hương"),
        ("Phan Vẫn Sơn", "Phan Văn Sơn"),
        ("Trần Phương Văn", "Trần Phương Vân"),
        ("Đình Trọng Nghĩa", "Đình Trọng Nghĩa"),
        ("Y Ngông Niê Kđăm", "Y Ngông Niê Kđăm"),
        ("Lê Thị Thủy", "Lê Thị Thủy"),
    ],
)
def test_names(read, name):
    assert repair_name(read) == name


def test_a_name_does_not_end_with_a_middle_name():
    assert not is_name("VÕ THỊ")
    assert is_name("VÕ THỊ MY")


def test_a_guessed_name_is_less_sure_than_one_as_read():
    assert read_value(Kind.NAME, "LÊ NGỌC HÃNG").likeness < read_value(Kind.NAME, "LÊ NGỌC HẰNG").likeness


@pytest.mark.parametrize(
    ("read", "agency"),
    [
        ("Lv ban nhan dân xã Thống Kênh", "Ủy ban nhân dân xã Thống Kênh"),
        ("Uỷ ban nhân dân huyện Bình Sơn", "Uỷ ban nhân dân huyện Bình Sơn"),
        ("ỦY BAN NHÂN DÂN 1ỈNH NGHỆ AN", "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN"),
        ("ỦY BAN NHÂN DÂN XA XUÂN ĐÀI", "ỦY BAN NHÂN DÂN XÃ XUÂN ĐÀI"),
        ("CÔNG AN XÃ-VIỆT HÙNG", "CÔNG AN XÃ VIỆT HÙNG"),
        ("PHÒNG TÀI CHÍNH KẾ HOẠCH", "PHÒNG TÀI CHÍNH - KẾ HOẠCH"),
        ("PHÒNG VĂN HÓA - THÔNG TIN", "PHÒNG VĂN HÓA - THÔNG TIN"),
        ("SỞ VĂN HOÁ THỂ THAO VÀ DU LỊCH", "SỞ VĂN HOÁ THỂ THAO VÀ DU LỊCH"),
        ("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI"),
    ],
)
def test_agencies(read, agency):
    assert repair_agency(read) == agency


@pytest.mark.parametrize("name", DEPARTMENTS)
def test_departments_stay_as_they_are(name):
    assert complete_agency(repair_agency(f"SỞ {name}")) == f"SỞ {name}"


def test_a_full_stop_within_an_agency_was_a_comma():
    read = "Ủy ban nhân dân xã Ngòi A, huyện Văn Yên. tỉnh Yên Bái"
    assert read_value(Kind.AGENCY, read).value == read.replace(".", ",")


def test_a_dash_before_a_title_is_a_speck():
    assert read_value(Kind.TEXT, "- ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP").value == "ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP"


def test_an_address_with_a_torn_word_is_doubtful():
    torn = read_value(Kind.ADDRESS, "Ấp Xuân Hòa, xã Bạch Ngọc, huy n Vị Xuyên, tỉnh Hà Giang")
    assert not all(one.passed for one in torn.checks)
    whole = read_value(Kind.ADDRESS, "Ấp Xuân Hòa, xã Bạch Ngọc, huyện Vị Xuyên, tỉnh Hà Giang")
    assert all(one.passed for one in whole.checks)


def test_an_agency_cannot_end_everywhere():
    assert is_unfinished("ỦY BAN NHÂN DÂN")
    assert is_unfinished("SỞ TÀI NGUYÊN VÀ")
    assert not is_unfinished("ỦY BAN NHÂN DÂN XÃ XUÂN ĐÀI")


@pytest.mark.parametrize(
    ("read", "address"),
    [
        ("Ấp Xuân Hòa, Xã Khả Cửu, Tình Phú Thọ", "Ấp Xuân Hòa, Xã Khả Cửu, Tỉnh Phú Thọ"),
        ("Thôn.An Thịnh, xã Tứ Hiệp, huyện Thanh Trì, thành phố Hà Nội", "Thôn An Thịnh, xã Tứ Hiệp, huyện Thanh Trì, thành phố Hà Nội"),
        ("UBND-xã Thạch Liên, huyện Thạch Hà, tỉnh Hà Tĩnh", "UBND xã Thạch Liên, huyện Thạch Hà, tỉnh Hà Tĩnh"),
        ("Xom An Thịnh, Xã Đại Tiến, Huyện Hòa An, Tỉnh Cao Bằng", "Xóm An Thịnh, Xã Đại Tiến, Huyện Hòa An, Tỉnh Cao Bằng"),
    ],
)  # fmt: skip
def test_addresses(read, address):
    assert read_value(Kind.ADDRESS, read).value == address


def test_what_stands_after_the_province_makes_an_address_doubtful():
    whole, broken = (match_address(text) for text in ("Huy Tân, Phù Yên, Sơn La", "Huy Tân, Phú Yên, Sơn"))
    assert whole
    assert broken
    assert whole.likeness == 1.0
    assert broken.likeness < 0.9


@pytest.mark.parametrize("text", ["có hiệu lực kể từ ngày", "chưa đăng ký kết hôn với", "bản sao của"])
def test_a_text_that_breaks_off_fails_its_check(text):
    assert not all(each.passed for each in read_value(Kind.TEXT, text).checks)


def test_torn_amounts_fail_their_check():
    assert not all(each.passed for each in read_value(Kind.MONEY, "20.000. 00 VNĐ").checks)
    assert all(each.passed for each in read_value(Kind.MONEY, "20.000.000 VNĐ").checks)


def test_a_closing_quotation_mark_stays():
    assert tidy("ủng hộ Quỹ “Vì người nghèo”.") == "ủng hộ Quỹ “Vì người nghèo”"
    assert tidy("”An") == "An"


@pytest.mark.parametrize(
    ("read", "group"), [("H'Mông", "Mông"), ("Cor", "Co"), ("Khmer", "Khơ-me"), ("Vân Kiều", "Bru-Vân Kiều")]
)
def test_groups_by_their_other_names(read, group):
    assert find_ethnicity(read) == (group, 1.0)


@pytest.mark.parametrize(
    ("read", "country"), [("Mỹ", "Hoa Kỳ"), ("Cam-pu-chia", "Campuchia"), ("Liên bang Nga", "Nga")]
)
def test_countries_by_their_other_names(read, country):
    assert find_nationality(read) == (country, 1.0)


@given(st.sampled_from(COUNTRIES))
def test_every_country_is_found_in_capitals(country):
    assert find_nationality(country.upper()) == (country, 1.0)


def test_bullets_that_were_read_as_other_strokes():
    assert read_value(Kind.LIST, "- Bản vẽ thiết kế\n~ Ảnh 4x6;\n- Giấy chứng sinh").value == [
        "Bản vẽ thiết kế",
        "Ảnh 4x6",
        "Giấy chứng sinh",
    ]


def test_an_item_without_its_bullet_makes_a_list_doubtful():
    whole, torn = (
        read_value(Kind.LIST, f"- Bản sao giấy khai sinh\n{bullet}Tờ khai theo mẫu;\n- Ảnh")
        for bullet in ("- ", "")
    )
    assert torn.likeness < whole.likeness


@pytest.mark.parametrize(
    "text",
    [
        "Giao nhận quân năm",
        "h thực hiện các biện pháp cấp bách",
        "Đại hội công đoàn nhiệm kỳ 2023 2028",
        "Hỗ trợ hộ nghèo tại",
    ],
)
def test_texts_that_break_off(text):
    assert not all(one.passed for one in read_value(Kind.TEXT, text).checks)


@pytest.mark.parametrize("text", ["Báo cáo hằng năm", "Thời hạn 05 năm", "Kế hoạch giai đoạn 2021 - 2025"])
def test_texts_that_end(text):
    assert all(one.passed for one in read_value(Kind.TEXT, text).checks)


def test_small_specks_in_texts_and_titles():
    assert read_value(Kind.TEXT, "Kết quả công tác Hội năm-2020").value == "Kết quả công tác Hội năm 2020"
    assert read_value(Kind.TITLE, "Phó CHÁNH ÁN").value == "PHÓ CHÁNH ÁN"
    assert read_value(Kind.AGENCY, "ĐIỆN LỰC MIỄN TRUNG").value == "ĐIỆN LỰC MIỀN TRUNG"
    assert not all(one.passed for one in read_value(Kind.AGENCY, "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO QUẬN").checks)


def test_a_semicolon_within_an_address_was_a_comma():
    assert read_value(Kind.ADDRESS, "Đại Tự, Yên Lạc; Vĩnh Phúc").value == "Đại Tự, Yên Lạc, Vĩnh Phúc"


@pytest.mark.parametrize(
    ("read", "number"),
    [
        ("Số 12-KLIUBKTTU", "12-KL/UBKTTU"),
        ("Số 15-CTr/TU", "15-CTr/TU"),
        ("Số 07-QyĐ/TU", "07-QyĐ/TU"),
        ("Số 05-GM/HU", "05-GM/HU"),
    ],
)
def test_numbers_of_the_party(read, number):
    assert str(find_document_number(read)) == number


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Phường 5, thành phố Buôn Ma Thuột,tỉnh Đắk Lắk", "Phường 5, thành phố Buôn Ma Thuột, tỉnh Đắk Lắk"),
        (
            "280 phố-Điện Biên Phủ, Thành phố Biên Hòa, Tỉnh Đồng Nai",
            "280 phố Điện Biên Phủ, Thành phố Biên Hòa, Tỉnh Đồng Nai",
        ),
        ("Bệnh.viện Đa khoa tỉnh Nghệ An", "Bệnh viện Đa khoa tỉnh Nghệ An"),
    ],
)
def test_signs_within_an_address(read, right):
    assert read_value(Kind.ADDRESS, read).value == right


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("CÔNG AN XÃ,PHÚ GIA", "CÔNG AN XÃ PHÚ GIA"),
        ("HỘI ĐỒNG NHÂN DÂN THÀNH-PHỐ HẢI PHÒNG", "HỘI ĐỒNG NHÂN DÂN THÀNH PHỐ HẢI PHÒNG"),
        ("CHI CỤC THUẾ KHU VỰC MỘ ĐỨC - ĐỨC PHỐ", "CHI CỤC THUẾ KHU VỰC MỘ ĐỨC - ĐỨC PHỔ"),
        ("TỈNH ÚY NGHỆ AN", "TỈNH ỦY NGHỆ AN"),
        ("TRƯỜNG MẦM NON6", "TRƯỜNG MẦM NON 6"),
        ("SỞ Y TẾ'THANH HÓA", "SỞ Y TẾ THANH HÓA"),
        ("NGÂN HÀNG NHÀ NƯỚC, VIỆT NAM", "NGÂN HÀNG NHÀ NƯỚC VIỆT NAM"),
        ("BAN BCĐ389", "BAN BCĐ389"),
        ("TRUNG TÂM THỦ TỤC HÀNH CHÍNH TÍNH", "TRUNG TÂM THỦ TỤC HÀNH CHÍNH TỈNH"),
        ("CÔNG AN TINH", "CÔNG AN TỈNH"),
        ("ỦY BAN NHÂN DÂN XÃ SƠN TINH", "ỦY BAN NHÂN DÂN XÃ SƠN TINH"),
    ],
)
def test_agencies_in_capitals(read, right):
    assert read_value(Kind.AGENCY, read).value == right


def test_a_dash_that_was_lost_at_the_end_of_a_line_is_put_back():
    assert (
        read_value(Kind.AGENCY, "ỦY BAN NHÂN DÂN\nTỈNH BÀ RỊA\nVŨNG TÀU").value
        == "ỦY BAN NHÂN DÂN TỈNH BÀ RỊA - VŨNG TÀU"
    )


@pytest.mark.parametrize("name", ["Ngụy Văn Thủy", "Phí Thị Yến", "Cồ Xuân Liên"])
def test_rare_family_names_are_not_made_common_ones(name):
    assert read_value(Kind.NAME, name).value == name


def test_a_unit_behind_another_is_no_part_of_its_name():
    name = "LIÊN MINH HỢP TÁC XÃ TỈNH LONG AN"
    assert read_value(Kind.AGENCY, name).value == name


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("xã Gia rhù, tỉnh øơn La", "xã Gia Phù, tỉnh Sơn La"),
        ("Bình Minh, xã Hợp Tiến, tỉnh bcanh Hóa", "Bình Minh, xã Hợp Tiến, tỉnh Thanh Hóa"),
        ("xã Bảo Lâi 4, tỉnh Lâm Đồng", "xã Bảo Lâm 4, tỉnh Lâm Đồng"),
        ("phưỡng eông Thành, tỉnh Vĩnh Long", "phường Đông Thành, tỉnh Vĩnh Long"),
    ],
)
def test_places_with_wrong_letters(read, printed):
    match = match_address(read)
    assert match
    assert match.text == printed
    assert match.likeness < 1


def test_a_blank_lost_before_the_name_of_a_place():
    match = match_address("xã Mỹ Tân, tỉnhĐồng Tháp")
    assert match
    assert (match.text, match.likeness) == ("xã Mỹ Tân, tỉnh Đồng Tháp", 1.0)


@pytest.mark.parametrize(
    "printed",
    ["xã Bảo Lâm 9, tỉnh Lâm Đồng", "xã Long Thạnh Mỹ Tây Hạ, tỉnh Lâm Đồng", "tĩnh Bà Rịa - Vũng Tàu"],
)
def test_no_word_and_no_number_of_a_place_is_dropped(printed):
    match = match_address(printed)
    assert match is None or match.text == printed


def test_a_place_that_is_one_elsewhere_may_be_right_as_it_stands():
    here, marked = (
        match_address("xã Đông Hòa, tỉnh Lâm Đồng"),
        match_address("xã Phú Thành, Thành phố Hồ Chí Minh"),
    )
    assert here is None or here.text.startswith("xã Đông Hòa")
    assert marked
    assert marked.likeness < 0.9


def test_a_group_is_told_from_a_word_that_is_none():
    assert find_ethnicity("Muờg") == ("Mường", pytest.approx(0.8, abs=0.1))
    assert find_ethnicity("Minh") is None
