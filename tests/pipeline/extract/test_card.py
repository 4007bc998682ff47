"""A citizen card of which only the numbers and the machine-readable zone were legible."""

from __future__ import annotations

import pytest

from pipeline.extract import extract
from pipeline.papers.classify import classify
from schemas.identifiers.mrz import format_mrz
from schemas.quality import is_sure
from tests.pipeline.plain_reading import typed_page

ZONE = format_mrz("051085001234", "1985-03-05", "Nam", "2045-03-05", "NGUYEN VAN AN")


def _card(identifier: str):
    return typed_page(f"‹~ ,:\n   {identifier}\n\n   NGUYỄN VĂN AN\n\n{ZONE[1]}\nNGUYBN<<V4N", confidence=0.9)


def test_the_zone_tells_which_number_is_the_identifier():
    page = _card("051085001234")
    assert classify([page])[0] == "citizen_card"
    fields = extract("citizen_card", [page]).fields
    wanted = {
        "personal_id": "051085001234",
        "birth_date": "1985-03-05",
        "sex": "Nam",
        "full_name": "NGUYỄN VĂN AN",
    }
    assert {name: fields[name].value for name in wanted} == wanted


def test_a_number_of_somebody_else_is_none():
    assert "personal_id" not in extract("citizen_card", [_card("051185001234")]).fields


FRONT = "^CĂN CƯỚC CÔNG DÂN\n\nsa {number}\nH0 v lên\nNGUYỄN VĂN AN\nNgy so 0aue: {day}\nC6 g1ả vì dgn 05/03/2045\n"


def test_without_zone_and_labels_the_only_identifier_and_the_day_of_its_year_are_offered_as_doubtful():
    page = typed_page(FRONT.format(number="051085001234", day="05/03/1985"))
    fields = extract("citizen_card", [page]).fields
    wanted = {"personal_id": "051085001234", "birth_date": "1985-03-05", "full_name": "NGUYỄN VĂN AN"}
    assert {name: fields[name].value for name in wanted} == wanted
    assert not any(is_sure(fields[name]) for name in wanted)


@pytest.mark.parametrize("number", ["951085001234", "051085001234 052190004321"])
def test_what_can_be_no_identifier_or_is_one_of_two_is_not_offered(number):
    page = typed_page(FRONT.format(number=number, day="05/03/1985"))
    assert "personal_id" not in extract("citizen_card", [page]).fields


def test_a_label_whose_english_half_is_hardly_legible():
    text = "^CĂN CƯỚC CÔNG DÂN\n\nHọ và tên / Full name\nNGUYỄN VĂN AN\nQuê quán / Pace of ongtn: Cao Đức, Gia Bình, Bắc Ninh\n"
    fields = extract("citizen_card", [typed_page(text)]).fields
    assert fields["home_place"].value == "Cao Đức, Gia Bình, Bắc Ninh"


@pytest.mark.parametrize(
    "label", ["/Piace øt odge", "Paesol tư", "( Pleee o œwgn", "/iece o oign,", "/ Place of origin:", ""]
)
def test_what_is_left_of_the_english_half_is_no_part_of_the_place(label):
    text = f"^CĂN CƯỚC CÔNG DÂN\n\nHọ và tên / Full name\nNGUYỄN VĂN AN\nQuê quán {label} Cao Đức, Gia Bình, Bắc Ninh\n"
    fields = extract("citizen_card", [typed_page(text)]).fields
    assert fields["home_place"].value == "Cao Đức, Gia Bình, Bắc Ninh"


@pytest.mark.parametrize(
    ("day", "expiry"), [("05/03/2045", "2045-03-05"), ("05/03/2044", None), ("06/03/2045", None)]
)
def test_a_birthday_on_which_cards_expire_is_the_expiry_whatever_its_label(day, expiry):
    text = f"^CĂN CƯỚC CÔNG DÂN\n\nNgày sinh / Date of birth: 05/03/1985\nC6 g1ả vì dgn {day}\n"
    fields = extract("citizen_card", [typed_page(text)]).fields
    assert (fields["expiry_date"].value if "expiry_date" in fields else None) == expiry


def test_a_card_without_an_end_has_no_day_of_expiry():
    zone = format_mrz("051051001234", "1951-03-05", "Nam", None, "NGUYEN VAN AN")
    text = (
        "^CĂN CƯỚC CÔNG DÂN\n\nNgày sinh / Date of birth: 05/03/1951\nCó giá trị đến: Không thời hạn\n\n"
        + "\n".join(zone)
    )
    record = extract("citizen_card", [typed_page(text)])
    assert record.fields["birth_date"].value == "1951-03-05"
    assert "expiry_date" not in record.fields
    assert record.validity.valid_until is None
