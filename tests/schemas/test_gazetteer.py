from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.normalize.places import correct_place, match_address, repair_provinces
from pipeline.normalize.reading import read_value
from schemas.gazetteer import Branch, Level, System, Unit, naming, province, provinces, spellings, successors
from schemas.values import Kind
from schemas.vietnamese import fold

OLD = [unit.code for unit in provinces(System.OLD)]


def test_both_systems_are_whole():
    assert len(provinces(System.OLD)) == 63
    assert len(provinces(System.NEW)) == 34
    old = [c for code in OLD for d in province(System.OLD, code).below for c in d.below]
    new = [c for unit in provinces(System.NEW) for c in province(System.NEW, unit.code).below]
    assert len(new) == 3321
    assert len(old) > 10_000
    assert all(unit.level is Level.COMMUNE for unit in (branch.unit for branch in new))


def test_every_province_and_nearly_every_commune_has_a_successor():
    for unit in provinces(System.OLD):
        assert len(successors(unit)) == 1
    quang_ngai = next(unit for unit in provinces(System.OLD) if unit.short == "Quảng Ngãi")
    communes = [c.unit for d in province(System.OLD, quang_ngai.code).below for c in d.below]
    assert all(successors(unit) for unit in communes)
    kon_tum = next(unit for unit in provinces(System.OLD) if unit.short == "Kon Tum")
    assert successors(kon_tum)[0].short == "Quảng Ngãi"


def test_an_unknown_unit_is_doubted_more_than_one_put_right():
    read = [
        read_value(Kind.AGENCY, f"ỦY BAN NHÂN DÂN\nHUYỆN {name}")
        for name in ("EA KAR", "HOĂNG HÓA", "RA KAR")
    ]
    assert [value.likeness for value in read] == [1.0, 0.9, 0.8]


def test_every_unit_has_a_type():
    units = [
        unit
        for system in System
        for head in provinces(system)
        for branch in (province(system, head.code),)
        for unit in (head, *(b.unit for b in branch.below), *(c.unit for b in branch.below for c in b.below))
    ]
    assert [unit.name for unit in units if not unit.type] == []


@st.composite
def addresses(draw):
    branch = province(System.OLD, draw(st.sampled_from(OLD)))
    district = draw(st.sampled_from([b for b in branch.below if b.below]))
    commune = draw(st.sampled_from(district.below))
    units = (commune.unit, district.unit, branch.unit)
    return units, ", ".join(unit.name[0].lower() + unit.name[1:] for unit in units)


@settings(max_examples=60, deadline=None)
@given(addresses(), st.sampled_from(["", "Tổ 5, ", "Số 12/3 đường Hùng Vương, "]))
def test_written_addresses_are_found_whole(address, before):
    units, text = address
    match = match_address(before + text)
    assert match is not None
    assert match.complete
    assert match.province.short == units[2].short
    assert match.text == before + text


@settings(max_examples=60, deadline=None)
@given(addresses())
def test_lost_tones_are_put_back(address):
    units, text = address
    match = match_address(fold(text))
    assert match is not None
    assert match.province.short == units[2].short
    assert units[2].short.lower() in match.text.lower()


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("xã Bình Hòa, huyện Binh Son, tỉnh Quảng Nøãi", "xã Bình Hòa, huyện Bình Sơn, tỉnh Quảng Ngãi"),
        ("ỦY BAN NHÂN DÂN TỈNH QUẢNG NGẢI", "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
        ("Phường Ba Đình, Hà Nội", "Phường Ba Đình, Hà Nội"),
        ("huyện Hoà Vang, thành phố Đà Nẵng", "huyện Hoà Vang, thành phố Đà Nẵng"),
    ],
)
def test_names_are_put_right_and_old_spelling_stays(read, right):
    match = match_address(read)
    assert match is not None
    assert match.text == right


def test_a_commune_is_not_taken_for_a_province():
    match = match_address("ỦY BAN NHÂN DÂN XÃ PHÚ HỒ")
    assert match is None


ALL: tuple[Unit, ...] = tuple(
    unit
    for system in System
    for code in (each.code for each in provinces(system))
    for branch in province(system, code).below
    for unit in (branch.unit, *(below.unit for below in branch.below))
)


@given(st.sampled_from(ALL), st.booleans())
@settings(max_examples=60)
def test_every_unit_is_found_by_its_letters_with_its_type_and_without(unit, typed):
    name = fold(unit.name if typed else unit.short)
    found = spellings(name)
    assert unit.short in found
    assert found == by_letters()[name]


@cache
def by_letters() -> dict[str, set[str]]:
    """All units' short names by their letters with and without the type."""
    shorts = defaultdict(set)
    for each in (*ALL, *(each for system in System for each in provinces(system))):
        for name in (each.name, each.short):
            shorts[fold(name)].add(each.short)
    return shorts


@pytest.mark.parametrize("name", ["", " ", "12", "00004", "Atlantis", "\t", "Xã"])
def test_what_is_no_name_of_a_unit_has_no_spellings(name):
    assert spellings(name) == frozenset()


def test_places_that_stand_alone():
    assert correct_place("Quảng Nøãi") == ("Quảng Ngãi", True)
    assert correct_place("Đức HỢp") == ("Đức Hợp", True)
    assert correct_place("-Thừa Thiên Huế") == ("Thừa Thiên Huế", True)
    assert correct_place("Bình Sơn") == ("Bình Sơn", True)
    assert correct_place("Xyzt")[1] is False


def test_provinces_in_running_text():
    assert repair_provinces("của tỉnh Quảng Nøãi năm 2025") == "của tỉnh Quảng Ngãi năm 2025"
    assert repair_provinces("tính đến nay") == "tính đến nay"


@given(st.text(max_size=80))
def test_any_text_is_taken(text):
    match_address(text)
    correct_place(text)


@settings(max_examples=150, deadline=None)
@given(addresses(), st.sampled_from(["", "Số 5, Tô Hiệu, ", "Tổ 5, ", "Ấp Bắc, "]), st.booleans())
def test_what_was_read_right_stays(address, before, short):
    """The tables correct what is wrong; they never change an address that names its units rightly."""
    units, text = address
    if short:
        text = ", ".join(unit.short for unit in units)
    assert read_value(Kind.ADDRESS, before + text).value == before + text


@pytest.mark.parametrize(
    "address",
    [
        "Phương Đông, Uông Bí, Quảng Ninh",  # its name begins like a type
        "Đường 10, Bù Đăng, Bình Phước",
        "Đường 3 tháng 2, phường 01, quận 3, thành phố Hồ Chí Minh",
    ],
)
def test_names_that_look_like_other_words_stay(address):
    assert read_value(Kind.ADDRESS, address).value == address


@pytest.mark.parametrize(
    "agency",
    [
        "BẢO HIỂM XÃ HỘI TỈNH NINH BÌNH",
        "BẢO HIỂM XÃ HỘI VIỆT NAM",
        "BỘ CHỈ HUY QUÂN SỰ TỈNH QUẢNG NGÃI",
        "BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
        "TỈNH ỦY NGHỆ AN",
        "HUYỆN ỦY BẮC HÀ",
        "QUÂN KHU 5",
        "UBND HUYỆN\nĐẮK GLEI",
        "CÔNG AN PHƯỜNG VĨNH\nNGUYÊN",
    ],
)
def test_words_that_sound_like_units_are_no_unknown_ones(agency):
    value = read_value(Kind.AGENCY, agency)
    assert (value.value, value.likeness) == (" ".join(agency.split()), 1.0)


@pytest.mark.parametrize(
    ("read", "agency"),
    [
        ("PHƯỜNG VINH\nNGUYÊN", "PHƯỜNG VĨNH NGUYÊN"),
        ("HUYỆN HOĂNG HÓA\nPHÒNG TÀI CHÍNH - KẾ HOẠCH", "HUYỆN HOẰNG HÓA PHÒNG TÀI CHÍNH - KẾ HOẠCH"),
        ("TỈNH BÀ RỊA -\nVỮNG TÀU\nSỞ TÀI CHÍNH", "TỈNH BÀ RỊA - VŨNG TÀU SỞ TÀI CHÍNH"),
        ("THÀNH PHỐ PHÚC YÊN\nPHÒNG NỘI VỤ", "THÀNH PHỐ PHÚC YÊN PHÒNG NỘI VỤ"),
    ],
)
def test_units_in_several_lines_get_their_marks_back(read, agency):
    assert read_value(Kind.AGENCY, f"ỦY BAN NHÂN DÂN {read}").value == f"ỦY BAN NHÂN DÂN {agency}"


def test_a_place_spelled_as_one_is_no_province_read_with_a_fault():
    assert correct_place("Long Sơn") == ("Long Sơn", True)
    assert correct_place("Quận 10") == ("Quận 10", True)
    assert correct_place("la Phí") == ("Ia Phí", True)
    assert correct_place("Lạng Sợn") == ("Lạng Sơn", True)


@pytest.mark.parametrize(
    ("read", "address"),
    [
        ("Trường Thọ, Thủ Đức, Hồ Chí", "Trường Thọ, Thủ Đức, Hồ Chí Minh"),
        ("Số 5, Bến Lức, Long", "Số 5, Bến Lức, Long An"),
        ("12, xã An Viễn, tỉnh Đồng Nai", "12, xã An Viễn, tỉnh Đồng Nai"),
    ],
)
def test_an_address_of_which_a_word_was_lost_is_completed_and_looked_at(read, address):
    value = read_value(Kind.ADDRESS, read)
    assert (value.value, all(check.passed for check in value.checks)) == (address, False)


@pytest.mark.parametrize(
    ("read", "address"),
    [
        ("tỉnh khánh Hòa", "tỉnh Khánh Hòa"),
        ("BẮC Yên, Bắc Yên, Sơn La", "Bắc Yên, Bắc Yên, Sơn La"),
        ("7hôn 3, xã An Viễn, tỉnh Đồng Nai", "Thôn 3, xã An Viễn, tỉnh Đồng Nai"),
        ("hôn 3, xã An Viễn, tỉnh Đồng Nai", "Thôn 3, xã An Viễn, tỉnh Đồng Nai"),
        ("UBND xã An Viễn, tỉnh Đồng Nai", "UBND xã An Viễn, tỉnh Đồng Nai"),
    ],
)
def test_capitals_and_first_words_of_addresses(read, address):
    assert read_value(Kind.ADDRESS, read).value == address


@pytest.mark.parametrize(
    ("address", "likeness"),
    [
        ("Xóm Thắng Lợi, xã Suối Tiên, huyện Diên Khánh, tỉnh Khánh Hòa", 1.0),
        ("Xóm Thẳng Lợi, xã Suối Tiên, huyện Diên Khánh, tỉnh Khánh Hòa", 0.85),
        ("Thôn Hoà Bình, xã Suối Tiên, huyện Diên Khánh, tỉnh Khánh Hòa", 1.0),
        ("Xã Sơn Thủy, uyện Sơn Hà, Tỉnh Quảng Ngãi", 0.85),
    ],
)
def test_hamlets_spelled_as_no_place_and_parts_between_units_are_doubted(address, likeness):
    assert read_value(Kind.ADDRESS, address).likeness == likeness


@settings(max_examples=150, deadline=None)
@given(addresses())
def test_agencies_read_right_stay(address):
    units, _ = address
    for unit in units[:2]:
        for before in ("ỦY BAN NHÂN DÂN ", "UBND "):
            text = before + unit.name.upper()
            assert read_value(Kind.AGENCY, text).value == text


@pytest.mark.slow
def test_the_agency_of_every_unit_stays() -> None:
    branches = [province(System.OLD, code) for code in OLD]
    units = {unit for branch in branches for unit in _units(branch)}
    assert len(units) > 8000
    changed = {
        text: read
        for unit in units
        for text in (f"ỦY BAN NHÂN DÂN {unit.upper()}", f"UBND {unit.upper()}")
        if (read := read_value(Kind.AGENCY, text).value) != text
    }
    assert changed == {}


def _units(branch: Branch) -> Iterator[str]:
    yield branch.unit.name
    for below in branch.below:
        yield from _units(below)


@pytest.mark.parametrize(
    ("unit", "text", "named"),
    [
        ("Huế", "Cục Thuế tỉnh Lào Cai", False),
        ("Huế", "Công an thành phố Huế", True),
        ("Sơn La", "UBND xã Sơn Lang, tỉnh Gia Lai", False),
        ("Sơn La", "Ủy ban nhân dân thành phố Sơn La", True),
        ("Khánh Hòa", "Ủy ban nhân dân xã Khánh Hòa, huyện U Minh, tỉnh Cà Mau", False),
        ("Khánh Hòa", "UBND phường Lộc Thọ, TP. Nha Trang, tỉnh Khánh Hoà", True),
        ("Khánh Hòa", "ỦY BAN NHÂN DÂN\nTỈNH KHÁNH HÒA", True),
        ("Khánh Hòa", "Công an Khánh Hòa", True),
        ("Khánh Hòa", "tỉnh Khanh Hoa", False),
        ("Hòa Bình", "Bảo hiểm xã hội Hòa Bình", True),
        ("Hòa Bình", "UBND xã Tân Hòa Bình", False),
        ("Bà Rịa – Vũng Tàu", "Sở Tư pháp tỉnh Bà Rịa - Vũng Tàu", True),
        ("Quận 1", "UBND phường Bến Nghé, Quận 1, TP.HCM", True),
        ("Quận 1", "UBND Quận 12, TP.HCM", False),
        ("xã Hòa Bình, tỉnh Kon Tum", "UBND xã Hòa Bình, thành phố Kon Tum, tỉnh Kon Tum", True),
        ("xã Hòa Bình, tỉnh Kon Tum", "UBND xã Hòa Bình, tỉnh Gia Lai", False),
        ("Thừa Thiên Huế", "Sở Tư pháp tỉnh Thừa Thiên Huế", True),
    ],
)
def test_a_unit_is_named_as_a_whole_with_its_tones_and_as_a_unit_of_its_kind(unit, text, named):
    assert naming.names(text, unit) is named
