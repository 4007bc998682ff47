from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.dates import (
    date_from_words,
    date_in_words,
    find_date,
    find_date_time,
    repair_date_words,
)
from pipeline.normalize.numbers import number_from_words, number_in_words, to_decimal, to_money
from schemas.vietnamese import fold

days = st.dates(date(1850, 1, 1), date(2150, 12, 31))


@given(days, st.sampled_from(["{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d:02}-{m:02}-{y}", "{d}.{m}.{y}"]))
def test_digits_in_every_form(day, form):
    assert find_date(f"Sinh ngày: {form.format(d=day.day, m=day.month, y=day.year)} tại") == day.isoformat()


@given(days, st.booleans(), st.sampled_from(["", "Quảng Ngãi, ", "Đăng ký lần đầu, "]))
def test_spelled_form_with_and_without_tones(day, bare, before):
    text = f"{before}ngày {day.day:02d} tháng {day.month} năm {day.year}"
    assert find_date(fold(text) if bare else text) == day.isoformat()


@given(days)
def test_words_round_trip(day):
    assert date_from_words(date_in_words(day)) == day.isoformat()
    assert date_from_words(fold(date_in_words(day))) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ngày … tháng 12 năm 2021", "2021-12"),
        ("ngày Â4‡ tháng 12 năm 2021", "2021-12"),
        ("ngày 2- tháng năm 2021", "2021"),
        ("ngày l5 tháng l2 năm 202O", "2020-12-15"),
        ("ngày05tháng3năm 2020", "2020-03-05"),
        ("31/02/2020", None),
        ("ngày 31 tháng 02 năm 2020", None),
        ("sinh năm 1960", "1960"),
        ("Ngày mồng một tháng tư năm hai nghìn lẻ một", "2001-04-01"),
        ("không có ngày", None),
        ("", None),
    ],
)
def test_what_is_not_legible_is_left_out(text, value):
    assert find_date(text) == value


@given(st.text(max_size=60))
def test_any_text_gives_a_date_or_nothing(text):
    found = find_date(text)
    assert found is None or len(found) in {4, 7, 10}
    if found and len(found) == 10:
        date.fromisoformat(found)


def test_hours():
    assert find_date_time("14 giờ 05 phút, ngày 3/4/2022") == "2022-04-03T14:05"
    assert find_date_time("ngày 3/4/2022") == "2022-04-03"


@given(st.integers(0, 9999))
def test_number_words_round_trip(number):
    assert number_from_words(number_in_words(number)) == number
    assert number_from_words(fold(number_in_words(number))) == number


@given(st.integers(0, 10**12))
def test_grouped_amounts(amount):
    assert to_money(f"{amount:,} VND") == amount
    assert to_money(f"{amount:,} đồng".replace(",", ".")) == amount


@given(st.integers(0, 99999), st.integers(1, 99))
def test_decimal_comma(whole, part):
    text = f"{whole:,}".replace(",", ".") + f",{part:02d} m²"
    assert to_decimal(text) * 100 == whole * 100 + part


def test_words_of_money():
    assert to_money("Một trăm hai mươi triệu đồng chẵn") == 120_000_000
    assert to_money("không rõ") is None


def test_endless_numbers_are_none() -> None:
    """Nothing that is archived is infinite, and no index takes a number of thousands of digits."""
    for read in (to_decimal, to_money):
        assert read("9" * 400) is None


def test_a_date_in_words_without_end_is_read_at_once() -> None:
    began = process_time()
    for words in ("mùng một tháng hai năm ", "tháng năm năm năm ", "ngày một tháng một năm hai nghìn "):
        date_from_words(words * 5000)
        repair_date_words(words * 5000)
    assert process_time() - began < 2
