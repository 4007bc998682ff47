from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.agency_initials import are_initials
from pipeline.normalize.codes import find_dossier_code, find_personal_id, find_phone, find_tax_code
from pipeline.normalize.document_numbers import find_certificate_number, find_document_number, find_kind
from schemas.identifiers.citizen_qr import parse_citizen_qr
from schemas.identifiers.document_number import KINDS
from schemas.identifiers.dossier import find_procedure_code, is_dossier_code
from schemas.identifiers.enterprise import is_tax_code
from schemas.identifiers.mrz import check_digit, format_mrz, parse_mrz, parse_second_line
from schemas.identifiers.personal import PROVINCE_CODES, contradictions, facts
from schemas.vietnamese import fold

years = st.integers(1900, 2099)
sexes = st.sampled_from(["Nam", "Nữ"])
places = st.sampled_from(sorted(PROVINCE_CODES))
tails = st.integers(0, 999_999)


def identifier(place, sex, year, tail):
    century = 2 * ((year - 1900) // 100) + (sex == "Nữ")
    return f"{place}{century}{year % 100:02d}{tail:06d}"


@given(places, sexes, years, tails)
def test_personal_id_says_who(place, sex, year, tail):
    number = identifier(place, sex, year, tail)
    told = facts(number)
    assert told is not None
    assert (told.province, told.sex, told.birth_year) == (place, sex, year)
    assert contradictions(number, year, sex) == ()
    assert "birth_year" in contradictions(number, year + 1, sex)
    assert "sex" in contradictions(number, year, "Nam" if sex == "Nữ" else "Nữ")


@given(places, sexes, years, tails, st.sampled_from(["{}", "CCCD số: {},", "Số {} cấp ngày 01/02/2021"]))
def test_personal_id_is_found_with_look_alikes(place, sex, year, tail, form):
    number = identifier(place, sex, year, tail)
    faulty = number.replace("0", "O", 1).replace("1", "l", 1)
    assert find_personal_id(form.format(number)) == number
    assert find_personal_id(form.format(faulty)) == number


@pytest.mark.parametrize("text", ["", "123", "9" * 12, "0452060012845", "abc"])
def test_what_is_no_personal_id(text):
    assert facts(text) is None


@given(st.integers(0, 999_999_999))
def test_tax_code_check_digit(body):
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    check = 10 - sum(w * int(d) for w, d in zip(weights, f"{body:09d}", strict=True)) % 11
    if check == 10 or body % 10_000_000 == 0:
        return
    code = f"{body:09d}{check}"
    assert is_tax_code(code)
    assert find_tax_code(f"MST: {code[:4]} {code[4:]}") == code
    assert not is_tax_code(f"{body:09d}{(check + 1) % 10}")


@given(st.integers(1, 9999), st.sampled_from([k for k in KINDS if k not in {"CÔNG VĂN", "LUẬT", "LỆNH"}]))
def test_numbers_of_documents(serial, kind):
    text = f"{serial:02d}/{KINDS[kind]}-UBND"
    found = find_document_number(f"Số: {text}")
    assert found is not None
    assert str(found) == text
    assert found.kind == kind
    assert str(find_document_number(f"Số : {serial:02d} / {KINDS[kind]} - UBND")) == text


@given(st.sampled_from([k for k in KINDS if k != "CÔNG VĂN"]))
def test_kinds_without_their_tones(kind):
    found = find_kind(fold(kind).upper())
    assert found is not None
    assert fold(found[0]) == fold(kind)


def test_handwritten_serial_is_left_out():
    assert str(find_document_number("Số: đ# /QĐ-UBND")) == "/QĐ-UBND"
    assert str(find_document_number("Số: 11 - CT/TW")) == "11-CT/TW"
    assert str(find_document_number("Số: 7/QD-UBND")) == "7/QĐ-UBND"
    assert find_document_number("không có số") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Số: 45/2020", "45/2020"),
        ("Số:12", "12"),
        ("54H8051559", "54H8051559"),
        ("Số: 12 / TLKT-BS", "12/TLKT-BS"),
    ],
)
def test_numbers_of_certificates(text, number):
    assert find_certificate_number(text) == number


@given(
    st.integers(0, 40),
    st.integers(1, 63),
    st.dates(date(2010, 1, 1), date(2039, 12, 31)),
    st.integers(1, 9999),
)
def test_dossier_codes(unit, province, day, serial):
    code = f"000.{unit:02d}.01.H{province:02d}-{day:%y%m%d}-{serial:04d}"
    assert is_dossier_code(code)
    assert find_dossier_code(f"Mã hồ sơ: {code}.") == code
    assert find_dossier_code(code.replace("0", "O", 2).replace("-", " - ")) == code


def test_codes_of_procedures_and_results():
    assert find_procedure_code("TTHC 1.004873.000.00.00.H48 cấp xã") == "1.004873.000.00.00.H48"
    assert find_procedure_code("1.004873") == "1.004873"
    assert not is_dossier_code("000.00.01.H99-250117-0012")


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0912 345 678", "0912345678"),
        ("ĐT: (024) 3825.1234", "02438251234"),
        ("+84 912345678", "+84912345678"),
        ("12345", None),
    ],
)
def test_phones(text, phone):
    assert find_phone(text) == phone


@given(
    places,
    sexes,
    st.dates(date(1930, 1, 1), date(2012, 12, 31)),
    st.dates(date(2022, 1, 1), date(2090, 12, 31)),
    tails,
)
def test_mrz_round_trip_and_any_changed_digit_is_found(place, sex, born, expires, tail):
    number = identifier(place, sex, born.year, tail)
    lines = format_mrz(number, born.isoformat(), sex, expires.isoformat(), "NGUYEN VAN AN")
    zone = parse_mrz(lines)
    assert zone is not None
    assert zone.personal_id == number
    assert (zone.birth_date, zone.sex, zone.name) == (born.isoformat(), sex, "NGUYEN VAN AN")
    wrong = str((int(lines[1][0]) + 1) % 10) + lines[1][1:]
    assert parse_mrz((lines[0], wrong, lines[2])) is None


def test_mrz_check_digit_of_the_standard():
    assert check_digit("520727") == 3  # Doc 9303-3, section 4.9
    assert parse_mrz(["x", "y"]) is None


def test_citizen_qr():
    card = parse_citizen_qr(
        "045206001284|191234567|Nguyễn Văn An|05032006|Nam|Thôn 1, Bình Sơn, Quảng Ngãi|10052021"
    )
    assert card is not None
    assert (card.birth_date, card.issue_date, card.old_id) == ("2006-03-05", "2021-05-10", "191234567")
    assert parse_citizen_qr("https://example.vn") is None
    assert parse_citizen_qr("999999999999||A|01012000|Nam|x|") is None


@given(st.text(max_size=80))
def test_any_text_is_taken(text):
    for find in (
        find_personal_id,
        find_tax_code,
        find_phone,
        find_dossier_code,
        find_certificate_number,
        parse_citizen_qr,
    ):
        find(text)


def test_two_wrong_digits_that_keep_a_check_digit_right_make_no_impossible_day():
    assert parse_second_line("7110014M3110016VNM<<<<<<<<<<<6") == ("711001", "Nam", "2031-10-01")
    assert parse_second_line("7116614M3116616VNM<<<<<<<<<<<6") is None


def test_a_card_without_an_end_has_no_day_of_expiry() -> None:
    zone = format_mrz("051051001234", "1951-03-05", "Nam", None, "NGUYEN VAN AN")
    told = parse_mrz(zone)
    assert told is not None
    assert (told.personal_id, told.birth_date, told.expiry_date) == ("051051001234", "1951-03-05", None)
    assert parse_second_line(zone[1]) == ("510305", "Nam", None)


@pytest.mark.parametrize("text", ["50/2021", "501/2021", "508", "50/TLKT-BS"])
def test_a_number_that_begins_with_fifty_is_not_taken_for_its_label(text: str) -> None:
    assert find_certificate_number(text) == find_certificate_number(f"Số: {text}") == text


@pytest.mark.parametrize(
    ("read", "number"),
    [
        ("Số: 77!QĐ-SYT", "77/QĐ-SYT"),
        ("Số: 77|GM-UBND", "77/GM-UBND"),
        ("Số: IQĐ-UBND", "/QĐ-UBND"),
        ("Số: INHNN-CSTT", "/NHNN-CSTT"),
        ("Số: 21/IPA-QT", "21/IPA-QT"),
    ],
)
def test_a_slash_read_as_another_stroke(read: str, number: str) -> None:
    assert str(find_document_number(read)) == number


@pytest.mark.parametrize(
    ("mark", "agency", "agrees"),
    [
        ("UBND", "ỦY BAN NHÂN DÂN XÃ BÌNH HÒA", True),
        ("BND", "ỦY BAN NHÂN DÂN XÃ BÌNH HÒA", False),
        ("ĐKVN", "CỤC ĐĂNG KIỂM VIỆT NAM", True),
        ("DKVN", "CỤC ĐĂNG KIỂM VIỆT NAM", False),
        ("BCĐ389", "BAN CHỈ ĐẠO 389", True),
        ("TTg", "THỦ TƯỚNG CHÍNH PHỦ", True),
        ("BQLL", "BAN QUẢN LÝ DỰ ÁN", False),
        ("SNN&PTNT", "SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN", True),
        ("LĐTBXH", "BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", True),
        ("MTTQ", "BAN THƯỜNG TRỰC ỦY BAN MTTQ VIỆT NAM", True),
        ("IKKT", "BAN QUẢN LÝ KHU KINH TẾ TỈNH", False),
        ("KKT", "BAN QUẢN LÝ KHU KINH TẾ TỈNH", True),
    ],
)
def test_marks_are_initials_of_agencies(mark: str, agency: str, *, agrees: bool) -> None:
    assert are_initials(mark, agency) is agrees


def test_a_kind_between_two_is_less_sure() -> None:
    assert find_kind("THÔNG ÁO")[1] < 0.85
    assert find_kind("QUYÊT ĐỊN")[1] > 0.85
