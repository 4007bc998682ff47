"""Checks between fields: what one says must not contradict what another says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pipeline.extract.checks.number import mark_of_number, number_and_agency, number_and_kind
from pipeline.extract.checks.spelling import spelled_alike
from pipeline.extract.codes.card import expires_rightly
from pipeline.extract.fields import with_check
from pipeline.normalize.dates import date_from_words
from pipeline.normalize.places import match_address
from pipeline.normalize.tidying import check
from schemas.documents import Document, Layout, has_field
from schemas.identifiers.personal import contradictions
from schemas.records import Field

Fields = dict[str, Field]

_YEAR_IN_WORDS = re.compile(r"năm\s+\S+\s+ngh\S*.*$", re.IGNORECASE)


def cross_check(model: type[Document], fields: Mapping[str, Field]) -> Fields:
    """The fields with the checks between them added; a date in words stands in for digits that are not legible."""
    checked = dict(fields)
    _words_and_digits(checked)
    for prefix in ("", "owner_", "wife_", "husband_", "representative_"):
        _identifier(checked, prefix)
    _parents(checked)
    number_and_kind(checked)
    number_and_agency(checked)
    _parent_and_agency(checked)
    _place_and_agency(checked)
    spelled_alike(model, checked)
    _expiry_of_card(model, checked)
    mark_of_number(model, checked)
    _authority_and_title(checked)
    _order_of_dates(model, checked)
    _years_to_come(checked)
    return checked


def _add(fields: Fields, name: str, what: str, passed: bool, reason: str) -> None:
    fields[name] = with_check(fields[name], check(what, passed, reason))


def _words_and_digits(fields: Fields) -> None:
    digits, words = fields.get("birth_date"), fields.get("birth_date_words")
    if words is None:
        return
    spelled = date_from_words(str(words.value))
    if spelled is None:
        if digits is not None and _another_day(str(digits.value), str(words.value)):
            _add(fields, "birth_date", "words_agree", False, "the date in words is another")
        return
    if digits is None or len(str(digits.value)) < 10:
        told = check("from_words", False, "not legible in digits, taken from the words")
        sure = min(words.confidence, 0.9)
        fields["birth_date"] = replace(words, value=spelled, checks=(told,), confidence=sure)
        return
    agree = spelled == digits.value
    if not agree and _nearly(spelled, str(digits.value)):
        fields["birth_date"] = replace(digits, value=spelled)  # words are harder to mistake
    _add(fields, "birth_date", "words_agree", agree, "the date in words is another")
    _add(fields, "birth_date_words", "digits_agree", agree, "the date in digits is another")


def _another_day(digits: str, words: str) -> bool:
    """Whether day and month in words, whose year is not legible, contradict those in digits (ISO 8601)."""
    told = date_from_words(_YEAR_IN_WORDS.sub("năm hai nghìn", words))
    return told is not None and told[4:] != digits[4:]


def _nearly(one: str, other: str) -> bool:
    """Only one of year, month and day differs."""
    return sum(a != b for a, b in zip(one.split("-"), other.split("-"), strict=False)) == 1


def _identifier(fields: Fields, prefix: str) -> None:
    """The identifier's year and sex against the fields of the same person."""
    name = f"{prefix}personal_id"
    identifier = fields.get(name)
    if identifier is None or len(str(identifier.value)) != 12:
        return
    birth, sex = fields.get(f"{prefix}birth_date"), fields.get(f"{prefix}sex")
    year = int(str(birth.value)[:4]) if birth else None
    against = contradictions(str(identifier.value), year, str(sex.value) if sex else None)
    if "form" in against:
        return
    if birth is not None:
        passed = "birth_year" not in against
        surer = birth.confidence > identifier.confidence or _confirmed(birth)
        if not passed and surer and _one_digit(str(identifier.value), year):
            repaired = f"{str(identifier.value)[:4]}{year % 100:02d}{str(identifier.value)[6:]}"  # type: ignore[operator]
            fields[name] = replace(identifier, value=repaired)
        _add(fields, name, "birth_year_agrees", passed, "the identifier holds another year of birth")
        _add(fields, f"{prefix}birth_date", "identifier_agrees", passed, "the identifier holds another year")
    if sex is not None:
        passed = "sex" not in against
        _add(fields, name, "sex_agrees", passed, "the identifier holds another sex")
        _add(fields, f"{prefix}sex", "identifier_agrees", passed, "the identifier holds another sex")


def _confirmed(birth: Field) -> bool:
    return any(each.passed and each.name == "words_agree" for each in birth.checks)


def _one_digit(identifier: str, year: int | None) -> bool:
    """The year in the identifier differs in one digit, and the century is the same: a fault of reading."""
    if year is None or (year - 1900) // 100 != int(identifier[3]) // 2:
        return False
    return sum(a != b for a, b in zip(identifier[4:6], f"{year % 100:02d}", strict=True)) == 1


#: Years between the birth of a parent and of a child; beyond them one of the two was read wrong.
_AGES = {"mother_birth_year": (13, 55), "father_birth_year": (14, 75)}


def _parents(fields: Fields) -> None:
    child = fields.get("birth_date")
    for name, (low, high) in _AGES.items():
        if child is not None and name in fields:
            age = int(str(child.value)[:4]) - int(str(fields[name].value))
            _add(fields, name, "age_of_parent", low <= age <= high, f"{age} years older than the child")


def _parent_and_agency(fields: Fields) -> None:
    """Where the agency below it was not read whole, its first line may have been taken for one of the parent's."""
    parent, agency = fields.get("parent_agency"), fields.get("issuing_agency")
    if parent is not None and (agency is None or not agency.valid):
        _add(fields, "parent_agency", "whole", False, "the agency under it was not read whole")


def _place_and_agency(fields: Fields) -> None:
    """The place before the date and a province in the agency's name: two different provinces contradict."""
    place, agency = fields.get("issue_place"), fields.get("issuing_agency")
    if place is None or agency is None:
        return
    here, there = match_address(str(place.value)), match_address(str(agency.value))
    if here and there and len(here.found) == len(there.found) == 1:
        agree = here.province.short == there.province.short
        _add(fields, "issue_place", "agency_agrees", agree, "the agency is of another province")


def _expiry_of_card(model: type[Document], fields: Fields) -> None:
    """A citizen card is valid until a certain birthday of its holder."""
    birth, expiry = fields.get("birth_date"), fields.get("expiry_date")
    if model.form.layout is not Layout.CARD or birth is None or expiry is None:
        return
    agree = expires_rightly(str(birth.value), str(expiry.value))
    _add(fields, "expiry_date", "birthday", agree, "a card expires on a birthday")


def _authority_and_title(fields: Fields) -> None:
    """Who signs *KT.* is a deputy. Who signs *TM.* need not be the head: in the Party and its unions deputies do so."""
    authority, title = fields.get("signer_authority"), fields.get("signer_title")
    if authority is None:
        return
    if title is None:
        _add(
            fields,
            "signer_authority",
            "title",
            False,
            "the title under it was not read; another sign may stand there",
        )
        return
    deputy = str(title.value).upper().startswith(("PHÓ", "THỨ TRƯỞNG", "Q.", "QUYỀN"))
    agree = deputy or str(authority.value) != "KT."
    for name in ("signer_authority", "signer_title"):
        _add(fields, name, "authority_agrees", agree, "authority and title do not go together")
    if deputy and str(authority.value) == "KT.":
        _add(fields, "signer_authority", "deputy_agrees", True, "")


#: Pairs of fields of which the first is never later than the second.
_EARLIER = (
    ("birth_date", "registration_date"),
    ("birth_date", "issue_date"),
    ("birth_date", "death_date"),
    ("death_date", "registration_date"),
    ("issue_date", "valid_until"),
    ("issue_date", "expiry_date"),
    ("received_at", "due_at"),
    ("first_registration_date", "change_date"),
    ("owner_birth_date", "first_registration_date"),
    ("wife_birth_date", "registration_date"),
    ("husband_birth_date", "registration_date"),
    ("birth_date", "date"),
)


#: Of what has happened when the paper is written.
_PAST = (
    "birth_date",
    "death_date",
    "issue_date",
    "registration_date",
    "first_registration_date",
    "change_date",
    "received_at",
    "date",
)


def _years_to_come(fields: Fields) -> None:
    """What has happened bears no year to come (*2029* for *2022*); the next one may have begun where clocks differ."""
    latest = date.today().year + 1  # noqa: DTZ011 - papers hold local days
    for name in _PAST:
        if name in fields and str(fields[name].value)[:4] > str(latest):
            _add(fields, name, "past", False, "a year to come")


def _order_of_dates(model: type[Document], fields: Fields) -> None:
    for first, second in _EARLIER:
        if first in fields and second in fields and has_field(model, first):
            one, other = str(fields[first].value), str(fields[second].value)
            length = min(len(one), len(other))
            if one[:length] > other[:length]:
                for name in (first, second):
                    _add(fields, name, "order_of_dates", False, f"{first} is later than {second}")
