from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.normalize.agencies import repair_agency
from pipeline.normalize.compounds import repair_compounds
from pipeline.normalize.origins import ETHNIC_GROUPS, find_ethnicity, find_nationality
from pipeline.normalize.people import (
    FAMILY_NAMES,
    find_sex,
    is_name,
    repair_name,
)
from pipeline.normalize.reading import read_value
from pipeline.normalize.tidying import tidy
from pipeline.normalize.titles import OFFICERS, repair_officer
from schemas.values import Kind
from schemas.vietnamese import fold


def test_54_groups():
    assert len(set(ETHNIC_GROUPS)) == 54


@given(st.sampled_from(ETHNIC_GROUPS))
def test_groups_are_found(name):
    assert find_ethnicity(f" {name}. ") == (name, 1.0)


@given(
    st.sampled_from([name for name in FAMILY_NAMES if len(name) > 2]), st.sampled_from(["VĂN AN", "THỊ BÌNH"])
)
def test_family_names_survive(family, given_name):
    assert repair_name(f"{family.upper()} {given_name}") == f"{family.upper()} {given_name}"


def test_people():
    assert repair_name("NGUYÊN VĂN 0ANH.") == "NGUYỄN VĂN OANH"
    assert is_name("Nguyễn Thị Minh Khai")
    assert is_name("Y Ngông Niê Kđăm")
    assert not is_name("Nguyễn")
    assert not is_name("nơi nhận")
    assert find_sex("Nữ.") == "Nữ"
    assert find_sex("Nam/Nữ") is None
    assert find_nationality("Viêt Nam") == ("Việt Nam", 1.0)
    assert find_nationality("xyz") is None


@pytest.mark.parametrize("title", sorted(OFFICERS))
def test_titles_without_their_tones(title):
    assert fold(repair_officer(fold(title).upper())) == fold(title)
    assert repair_officer(title) == title


@pytest.mark.parametrize(
    ("read", "title"),
    [
        ("GÝÁM ĐỐC SỞ NỘI VỤ", "GIÁM ĐỐC SỞ NỘI VỤ"),
        ("4: CHỦ TỊCH", "CHỦ TỊCH"),
        ("IÁM ĐỐC", "GIÁM ĐỐC"),
        ("PHÓ TRƯỜNG.BAN THƯỜNG TRỰC", "PHÓ TRƯỞNG BAN THƯỜNG TRỰC"),
        ("PHÓ BÍ'THƯ", "PHÓ BÍ THƯ"),
        ("TỔ TRƯỞNG", "TỔ TRƯỞNG"),
        ("TRƯỞNG CÔNG AN XÃ", "TRƯỞNG CÔNG AN XÃ"),
        ("PHÓ TRƯỞNG CÔNG AN HUYỆN", "PHÓ TRƯỞNG CÔNG AN HUYỆN"),
        ("Q. GIÁM ĐỐC", "Q. GIÁM ĐỐC"),
    ],
)
def test_titles_that_begin_like_a_known_one(read, title):
    assert repair_officer(read) == title


def test_a_department_that_lost_its_and():
    assert repair_agency("SỞ NÔNG NGHIỆP PHÁT TRIỂN NÔNG THÔN") == "SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN"


def test_agencies():
    assert repair_agency("ÚY BAN NHÂN DẦN TỈNH HÀ NAM") == "ỦY BAN NHÂN DÂN TỈNH HÀ NAM"
    assert repair_agency("UỶ BAN NHÂN DÂN XÃ HOÀ AN") == "UỶ BAN NHÂN DÂN XÃ HOÀ AN"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.NAME, ": TRẦN VĂN BÌNH ..........", "TRẦN VĂN BÌNH"),
        (Kind.DATE, "05/3/2020", "2020-03-05"),
        (Kind.YEAR, "1975", 1975),
        (Kind.MONEY, "100.000.000 đồng (Một trăm triệu đồng)", 100_000_000),
        (Kind.DECIMAL, "120,5 m²", 120.5),
        (Kind.COUNT, "03 tầng", 3),
        (Kind.PARCEL, "123, tờ bản đồ", "123"),
        (Kind.SERIAL, "CS O1234567", "CS 01234567"),
        (Kind.PHONE, "0912.345.678", "0912345678"),
        (
            Kind.LIST,
            "- Như trên;\n- Văn phòng Chính\nphủ;\n- Lưu: VT.",
            ["Như trên", "Văn phòng Chính phủ", "Lưu: VT"],
        ),
        (Kind.LIST, "Như trên;\nSở Nội vụ;\nLưu: VT.", ["Như trên", "Sở Nội vụ", "Lưu: VT"]),
        (
            Kind.LIST,
            "- Nhu trên;\n- Bộ trưởng (để b/e);\n- Luu: VT.",
            ["Như trên", "Bộ trưởng (để b/c)", "Lưu: VT"],
        ),
        (Kind.TEXT, "phòng, chống dịch COVID-\n19", "phòng, chống dịch COVID-19"),
        (Kind.TEXT, "Quyết định số 236/QĐ-\nTTg", "Quyết định số 236/QĐ-TTg"),
        (Kind.TEXT, "Bộ Lao động -\nThương binh", "Bộ Lao động - Thương binh"),
        (
            Kind.ADDRESS,
            "Tổ 1,\nthành phố Quảng Nøãi, tỉnh Quảng Ngãi",
            "Tổ 1, thành phố Quảng Ngãi, tỉnh Quảng Ngãi",
        ),
        (Kind.TEXT, "Lâu dài -", "Lâu dài"),
        (Kind.DATE, "..........", None),
    ],
)
def test_values_have_one_form(kind, text, value):
    assert read_value(kind, text).value == value


@given(st.sampled_from(Kind), st.text(max_size=60))
def test_any_text_gives_a_value_or_nothing(kind, text):
    read = read_value(kind, text)
    assert 0 <= read.likeness <= 1


@given(st.text(max_size=60))
@example('0"-')
@example('0"- . –')
def test_tidying_twice_changes_nothing(text):
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Tố chức kiếm tra, sửa đối, bố sung", "Tổ chức kiểm tra, sửa đổi, bổ sung"),
        ("V/v thấm định hồ sơ", "V/v thẩm định hồ sơ"),
        ("bắt đầu từ ngày 01/7", "bắt đầu từ ngày 01/7"),
        ("xã Thanh Lập", "xã Thanh Lập"),
        ("UBND XÃ VĂN BÁN", "UBND XÃ VĂN BÁN"),
        ("UBND TỈNH TỐ CHỨC KIẾM TRA VĂN BÁN", "UBND TỈNH TỔ CHỨC KIỂM TRA VĂN BẢN"),
    ],
)
def test_compounds_of_which_one_spelling_exists_get_their_marks_back(read, right):
    assert read_value(Kind.TEXT, read).value == right


@given(st.text(alphabet="aăâbcdđeêghioôơuưyáàạệố ,.;-", max_size=60))
def test_compounds_keep_the_letters(text):
    assert fold(repair_compounds(text)) == fold(text)


@pytest.mark.parametrize("name", ["Nguyễn Quốc Trị", "Tiêu Viết Hùng", "Hồ Văn Liêm"])
def test_rarer_given_names_are_not_made_commoner_ones(name):
    assert repair_name(name) == name


def test_an_army_is_no_district():
    assert repair_agency("QUÂN KHU 5") == "QUÂN KHU 5"


def test_another_title_is_no_fault_of_reading():
    assert repair_officer("PHÓ CHỈ HUY TRƯỞNG") == "PHÓ CHỈ HUY TRƯỞNG"
    assert repair_officer("CHÁNÈVĂN PHÒNG") == "CHÁNH VĂN PHÒNG"


def test_an_area_that_lost_its_comma_is_looked_at() -> None:
    whole, torn = (read_value(Kind.DECIMAL, text) for text in ("1.371,2 m²", "1.3712 m²"))
    assert whole.value == 1371.2
    assert all(check.passed for check in whole.checks)
    assert not all(check.passed for check in torn.checks)


def test_a_comma_behind_the_kind_of_a_unit_is_none() -> None:
    read = read_value(Kind.ADDRESS, "Thôn 1, xã Toàn Thắng, huyện, Hiệp Hòa, tỉnh Bắc Giang")
    assert read.value == "Thôn 1, xã Toàn Thắng, huyện Hiệp Hòa, tỉnh Bắc Giang"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("tổng kết nghị'quyết", "tổng kết nghị quyết"),
        ("xã của H'Hen Niê", "xã của H'Hen Niê"),
        ("buôn lậu 'và hàng giả", "buôn lậu và hàng giả"),
        ("quỹ 'vì người' nghèo", "quỹ 'vì người' nghèo"),
        ("tiếp công dân, - giải quyết khiếu nại", "tiếp công dân, giải quyết khiếu nại"),
        ("CÔNG TY.TNHH THIẾT BỊ Y TẾ MINH ANH", "CÔNG TY TNHH THIẾT BỊ Y TẾ MINH ANH"),
        ("MINH ANH CO., LTD", "MINH ANH CO., LTD"),
        ("Tháng Thanh niên năm.2023", "Tháng Thanh niên năm 2023"),
        ("Ung thư phối giai đoạn cuối", "Ung thư phổi giai đoạn cuối"),
    ],
)
def test_specks_in_texts(read: str, text: str) -> None:
    assert read_value(Kind.TEXT, read).value == text


def test_a_speck_over_a_dot_takes_no_thousand_away() -> None:
    value = read_value(Kind.MONEY, "200.000: 000 đồng")
    assert (value.value, all(check.passed for check in value.checks)) == (200_000_000, False)
    assert all(check.passed for check in read_value(Kind.MONEY, "200.000.000 đồng").checks)


def test_a_list_whose_numbers_skip_lost_an_item() -> None:
    whole = read_value(Kind.LIST, "1. Đơn đề nghị;\n2. Ảnh 4x6;\n3. Giấy ủy quyền")
    torn = read_value(Kind.LIST, "1. Đơn đề nghị;\n3. Giấy ủy quyền")
    assert whole.value == ["Đơn đề nghị", "Ảnh 4x6", "Giấy ủy quyền"]
    assert [all(check.passed for check in value.checks) for value in (whole, torn)] == [True, False]


def test_a_ward_is_no_plan() -> None:
    assert repair_compounds("PHƯỜNG AN ĐÔNG") == "PHƯỜNG AN ĐÔNG"
    assert repair_compounds("phương an bồi thường") == "phương án bồi thường"
