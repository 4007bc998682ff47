"""What a person types means what it says, as a whole, or is not taken: nothing of it is lost, guessed or repaired."""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.typed import read_typed
from schemas.expected import EXPECTED, longest
from schemas.values import Kind
from schemas.vietnamese import nfc


def value_of(kind: Kind, text: str) -> object:
    read = read_typed(kind, text)
    return None if read is None else read.value


UNDERSTOOD = [
    (Kind.DECIMAL, "1 234,5", 1234.5),
    (Kind.DECIMAL, "1.234,5", 1234.5),
    (Kind.DECIMAL, "1\u202f234,5 m²", 1234.5),
    (Kind.DECIMAL, "10.000", 10000.0),
    (Kind.COUNT, "10 000", 10000),
    (Kind.COUNT, "02", 2),
    (Kind.MONEY, "2 tỷ 500 triệu", 2_500_000_000),
    (Kind.MONEY, "20.000.000 đồng", 20_000_000),
    (Kind.DATE, "1/2/2020", "2020-02-01"),
    (Kind.DATE, "01.02.2020", "2020-02-01"),
    (Kind.DATE, "1-2-2020", "2020-02-01"),
    (Kind.DATE, "2020-02-01", "2020-02-01"),
    (Kind.DATE, "ngày 01 tháng 02 năm 2020", "2020-02-01"),
    (Kind.DATE_TIME, "08:30 05/03/2020", "2020-03-05T08:30"),
    (Kind.YEAR, "1985", 1985),
    (Kind.DOCUMENT_NUMBER, "01 - 2020/KS", "01-2020/KS"),
    (Kind.DOCUMENT_NUMBER, "CS 02176", "CS02176"),
    (Kind.DOCUMENT_NUMBER, "112 KH/TĐTN", "112-KH/TĐTN"),
    (Kind.DOCUMENT_NUMBER, "Số: 12/QĐ", "12/QĐ"),
    (Kind.SERIAL, "cs01234567", "CS 01234567"),
    (Kind.PERSONAL_ID, "045 206 001 284", "045206001284"),
    (Kind.TAX_CODE, "0100109106 - 001", "0100109106-001"),
    (Kind.PHONE, "(024) 3825.1234", "02438251234"),
    (Kind.PARCEL, "12, 13", "12,13"),
    (Kind.LIST, "- 2.000 cái; v.v.\n- Ảnh 4x6", ["2.000 cái", "v.v.", "Ảnh 4x6"]),
    (Kind.AGENCY, "UBND  P.5, Q.3", "UBND P.5, Q.3"),
    (Kind.NAME, " Nguyen Van An ", "Nguyen Van An"),
    (Kind.NATIONALITY, "male", "male"),
    (Kind.NATIONALITY, "VIỆT NAM", "Việt Nam"),
    (Kind.ETHNICITY, "H'Mông", "Mông"),
    (Kind.SEX, "NỮ", "Nữ"),
    (Kind.TEXT, "-/-", "-/-"),
]


@pytest.mark.parametrize(("kind", "text", "value"), UNDERSTOOD)
def test_what_can_mean_one_thing_only_is_understood(kind: Kind, text: str, value: object) -> None:
    assert value_of(kind, text) == value


REFUSED = [
    (Kind.DECIMAL, "-5"),
    (Kind.DECIMAL, "1,234"),
    (Kind.DECIMAL, "1 23"),
    (Kind.DECIMAL, "12 ha"),
    (Kind.DECIMAL, "269 + 129"),
    (Kind.DECIMAL, "12345678901234567890"),
    (Kind.COUNT, "1,5"),
    (Kind.COUNT, "O3"),
    (Kind.MONEY, "2 tỷ 500"),
    (Kind.MONEY, "500 triệu 2 tỷ"),
    (Kind.MONEY, "-200.000"),
    (Kind.DATE, "1/2/2020 3/4/2021"),
    (Kind.DATE, "31/02/2020"),
    (Kind.DATE, "03/13/2020"),
    (Kind.DATE, "1/2/20"),
    (Kind.YEAR, "1/2/1985"),
    (Kind.DATE_TIME, "25:00 05/03/2020"),
    (Kind.DOCUMENT_NUMBER, "12 34/QĐ"),
    (Kind.DOCUMENT_NUMBER, "Quyển số 01, số 5"),
    (Kind.DOCUMENT_NUMBER, "12/QĐ và 13/QĐ"),
    (Kind.PARCEL, "12 34"),
    (Kind.PHONE, "0912345678 - 0987654321"),
    (Kind.PERSONAL_ID, "45206001284"),
    (Kind.PERSONAL_ID, "O45206001284"),
    (Kind.PERSONAL_ID, "٠45206001284"),
    (Kind.OLD_ID, "12345678"),
    (Kind.TAX_CODE, "0100109106-01"),
    (Kind.SERIAL, "CS 0123 4567"),
    (Kind.DOSSIER_CODE, "000.00.01.H48-250117"),
    (Kind.SEX, "năm"),
    (Kind.NAME, "12"),
    (Kind.TEXT, "a\u202eb"),
]


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_what_may_mean_something_else_is_refused(kind: Kind, text: str) -> None:
    assert read_typed(kind, text) is None


def test_every_kind_says_how_it_is_typed() -> None:
    assert set(EXPECTED) == set(Kind)


TYPED = st.text(
    st.sampled_from("0123456789 .,-/+;:()\n" + "mMaAàqQđĐsShHtTrỷệuUnNgày²" + "٣O"), min_size=1, max_size=24
) | st.text(max_size=20)
_NUMBERS = (Kind.MONEY, Kind.DECIMAL, Kind.COUNT)
_DAYS = (Kind.DATE, Kind.DATE_TIME, Kind.YEAR)
_AS_TYPED = (Kind.TEXT, Kind.NAME, Kind.TITLE, Kind.AGENCY, Kind.ADDRESS, Kind.DATE_WORDS)
_CODES = (
    Kind.PERSONAL_ID,
    Kind.OLD_ID,
    Kind.TAX_CODE,
    Kind.DOCUMENT_NUMBER,
    Kind.DOSSIER_CODE,
    Kind.SERIAL,
    Kind.PHONE,
    Kind.PARCEL,
)


@given(st.sampled_from(_CODES), TYPED)
def test_a_code_keeps_every_letter_and_digit(kind: Kind, text: str) -> None:
    if (value := value_of(kind, text)) is not None:
        bare = [re.sub(r"[\W_]", "", one).upper() for one in (nfc(text), str(value))]
        assert bare[0] == bare[1]


@given(st.sampled_from(_AS_TYPED), TYPED)
def test_words_are_kept_as_they_were_typed(kind: Kind, text: str) -> None:
    assert value_of(kind, text) in (None, " ".join(nfc(text).split()))


@given(TYPED)
def test_no_item_of_a_list_loses_a_word(text: str) -> None:
    value = value_of(Kind.LIST, text)
    if isinstance(value, list):
        assert re.sub(r"\W", "", "".join(value)) == re.sub(r"\W", "", nfc(text))


@given(st.sampled_from(_DAYS), TYPED)
def test_the_numbers_of_a_day_are_those_that_were_typed(kind: Kind, text: str) -> None:
    if (value := value_of(kind, text)) is not None:
        typed, kept = (Counter(map(int, re.findall(r"\d+", one))) for one in (text, str(value)))
        assert typed == kept or typed + Counter([0]) == kept  # 8 giờ is 08:00


@given(st.sampled_from(_NUMBERS), TYPED)
def test_a_number_keeps_every_digit(kind: Kind, text: str) -> None:
    value = value_of(kind, text)
    if value is not None and not re.search("tr|t[yỷi]|ng", text, re.IGNORECASE):
        typed = re.sub(r"m2\s*$|[^\d.,]", "", nfc(text), flags=re.IGNORECASE)
        plain = f"{value:.15f}".rstrip("0").replace(".", "")
        assert re.sub(r"\D", "", typed).strip("0") == plain.strip("0")


AMOUNTS = st.integers(1, 10**12)


@given(AMOUNTS, st.sampled_from((".", " ", ",", "")), st.sampled_from(("", " đồng", "đ", " VNĐ")))
def test_an_amount_is_understood_however_it_is_grouped(amount: int, group: str, unit: str) -> None:
    assert value_of(Kind.MONEY, f"{amount:,}".replace(",", group) + unit) == amount


@given(st.integers(0, 999), st.integers(1, 999), st.integers(0, 999))
def test_an_amount_in_thousand_millions_and_less(billions: int, millions: int, thousands: int) -> None:
    terms = ((billions, "tỷ"), (millions, "triệu"), (thousands, "nghìn"))
    text = " ".join(f"{number} {scale}" for number, scale in terms if number)
    assert value_of(Kind.MONEY, text) == billions * 10**9 + millions * 10**6 + thousands * 1000


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from((".", " ", "")))
def test_a_measure_with_decimals(whole: int, cents: int, group: str) -> None:
    text = f"{whole:,}".replace(",", group) + f",{cents:02d}"
    assert value_of(Kind.DECIMAL, text) == float(f"{whole}.{cents:02d}")


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)), st.sampled_from("/-."))
def test_a_day_is_understood_however_it_is_written(day: date, sign: str) -> None:
    for text in (
        f"{day.day}{sign}{day.month}{sign}{day.year}",
        f"{day.day:02d} {sign} {day.month:02d} {sign} {day.year}",
        f"Ngày {day.day} tháng {day.month:02d} năm {day.year}",
        day.isoformat(),
    ):
        assert value_of(Kind.DATE, text) == day.isoformat(), text


@pytest.mark.parametrize("kind", Kind)
def test_a_value_has_an_end_and_is_understood_at_once(kind: Kind) -> None:
    began = time.process_time()
    for text in ("Nguyễn Văn ", "1 ", "1.", "mùng một tháng hai năm ", "a,", "1 triệu "):
        assert read_typed(kind, text * 10_000) is None
        read_typed(kind, (text * 5000)[: longest(kind)].strip())
    assert time.process_time() - began < 2
