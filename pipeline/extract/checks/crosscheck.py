"""Checks between fields: what one says must not contradict what another says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from pipeline.extract.checks.head import Head
from pipeline.extract.checks.number import mark_of_number, number_and_agency, number_and_kind
from pipeline.extract.checks.spelling import spelled_alike
from pipeline.extract.codes.card import expires_rightly
from pipeline.extract.fields import with_check
from pipeline.normalize.dates import date_from_words
from pipeline.normalize.places import match_address
from pipeline.normalize.tidying import check
from schemas.days import today
from schemas.documents import Document
from schemas.documents.relations import Person, Relations
from schemas.identifiers.personal import contradictions
from schemas.records import Field

Fields = dict[str, Field]

_YEAR_IN_WORDS = re.compile(r"năm\s+\S+\s+ngh\S*.*$", re.IGNORECASE)


def cross_check(model: type[Document], fields: Mapping[str, Field]) -> Fields:
    """The fields with the checks between them added; a date in words stands in for digits that are not legible."""
    checked = dict(fields)
    told = model.form.relations
    for digits, words in told.in_words:
        _words_and_digits(checked, digits, words)
    for person in told.persons:
        _identifier(checked, person)
    _parents(checked, told)
    head = Head.of(model)
    number_and_kind(checked, head)
    number_and_agency(checked, head)
    _parent_and_agency(checked, head)
    _place_and_agency(checked, head)
    spelled_alike(model, checked)
    _expiry(checked, told)
    mark_of_number(checked, head)
    _authority_and_title(checked, head)
    _order_of_dates(checked, told)
    _days_to_come(checked, told)
    return checked


def _add(fields: Fields, name: str, what: str, passed: bool, reason: str) -> None:
    fields[name] = with_check(fields[name], check(what, passed, reason))


def _words_and_digits(fields: Fields, day: str, in_words: str) -> None:
    digits, words = fields.get(day), fields.get(in_words)
    if words is None:
        return
    spelled = date_from_words(str(words.value))
    if spelled is None:
        if digits is not None and _another_day(str(digits.value), str(words.value)):
            _add(fields, day, "words_agree", False, "the date in words is another")
        return
    if digits is None or len(str(digits.value)) < 10:
        told = check("from_words", False, "not legible in digits, taken from the words")
        sure = min(words.confidence, 0.9)
        fields[day] = replace(words, value=spelled, checks=(told,), confidence=sure)
        return
    agree = spelled == digits.value
    if not agree and _nearly(spelled, str(digits.value)):
        fields[day] = replace(digits, value=spelled)  # words are harder to mistake
    _add(fields, day, "words_agree", agree, "the date in words is another")
    _add(fields, in_words, "digits_agree", agree, "the date in digits is another")


def _another_day(digits: str, words: str) -> bool:
    """Whether day and month in words, whose year is not legible, contradict those in digits (ISO 8601)."""
    told = date_from_words(_YEAR_IN_WORDS.sub("năm hai nghìn", words))
    return told is not None and told[4:] != digits[4:]


def _nearly(one: str, other: str) -> bool:
    """Only one of year, month and day differs."""
    return sum(a != b for a, b in zip(one.split("-"), other.split("-"), strict=False)) == 1


def _identifier(fields: Fields, person: Person) -> None:
    """The identifier's year and sex against the fields of the same person."""
    name = person.id
    identifier = fields.get(name)
    if identifier is None or len(str(identifier.value)) != 12:
        return
    birth, sex = fields.get(person.birth or ""), fields.get(person.sex or "")
    year = int(str(birth.value)[:4]) if birth else None
    against = contradictions(str(identifier.value), year, str(sex.value) if sex else None)
    if "form" in against:
        return
    if person.birth and birth is not None:
        passed = "birth_year" not in against
        surer = birth.confidence > identifier.confidence or _confirmed(birth)
        if not passed and surer and _one_digit(str(identifier.value), year):
            repaired = f"{str(identifier.value)[:4]}{year % 100:02d}{str(identifier.value)[6:]}"  # type: ignore[operator]
            fields[name] = replace(identifier, value=repaired)
        _add(fields, name, "birth_year_agrees", passed, "the identifier holds another year of birth")
        _add(fields, person.birth, "identifier_agrees", passed, "the identifier holds another year")
    if person.sex and sex is not None:
        passed = "sex" not in against
        _add(fields, name, "sex_agrees", passed, "the identifier holds another sex")
        _add(fields, person.sex, "identifier_agrees", passed, "the identifier holds another sex")


def _confirmed(birth: Field) -> bool:
    return any(each.passed and each.name == "words_agree" for each in birth.checks)


def _one_digit(identifier: str, year: int | None) -> bool:
    """The year in the identifier differs in one digit, and the century is the same: a fault of reading."""
    if year is None or (year - 1900) // 100 != int(identifier[3]) // 2:
        return False
    return sum(a != b for a, b in zip(identifier[4:6], f"{year % 100:02d}", strict=True)) == 1


def _parents(fields: Fields, told: Relations) -> None:
    """Years between the birth of a parent and of a child; beyond them one of the two was read wrong."""
    child = fields.get(told.child_birth or "")
    for name, low, high in told.parents:
        if child is not None and name in fields:
            age = int(str(child.value)[:4]) - int(str(fields[name].value))
            _add(fields, name, "age_of_parent", low <= age <= high, f"{age} years older than the child")


def _parent_and_agency(fields: Fields, head: Head) -> None:
    """Where the agency below it was not read whole, its first line may have been taken for one of the parent's."""
    parent, agency = fields.get(head.parent), fields.get(head.agency)
    if parent is not None and (agency is None or not agency.valid):
        _add(fields, head.parent, "whole", False, "the agency under it was not read whole")


def _place_and_agency(fields: Fields, head: Head) -> None:
    """The place before the date and a province in the agency's name: two different provinces contradict."""
    place, agency = fields.get(head.place), fields.get(head.agency)
    if place is None or agency is None:
        return
    here, there = match_address(str(place.value)), match_address(str(agency.value))
    if here and there and len(here.found) == len(there.found) == 1:
        agree = here.province.short == there.province.short
        _add(fields, head.place, "agency_agrees", agree, "the agency is of another province")


def _expiry(fields: Fields, told: Relations) -> None:
    """A citizen card is valid until a certain birthday of its holder."""
    born, until = told.expires_on_birthday or ("", "")
    birth, expiry = fields.get(born), fields.get(until)
    if birth is None or expiry is None:
        return
    agree = expires_rightly(str(birth.value), str(expiry.value))
    _add(fields, until, "birthday", agree, "a card expires on a birthday")


def _authority_and_title(fields: Fields, head: Head) -> None:
    """Who signs *KT.* is a deputy. Who signs *TM.* need not be the head: in the Party and its unions deputies do so."""
    authority, title = fields.get(head.authority), fields.get(head.title)
    if authority is None:
        return
    if title is None:
        _add(
            fields,
            head.authority,
            "title",
            False,
            "the title under it was not read; another sign may stand there",
        )
        return
    deputy = str(title.value).upper().startswith(("PHÓ", "THỨ TRƯỞNG", "Q.", "QUYỀN"))
    agree = deputy or str(authority.value) != "KT."
    for name in (head.authority, head.title):
        _add(fields, name, "authority_agrees", agree, "authority and title do not go together")
    if deputy and str(authority.value) == "KT.":
        _add(fields, head.authority, "deputy_agrees", True, "")
    if deputy and str(authority.value) in {"TL.", "TUQ."}:
        _add(
            fields,
            head.authority,
            "deputy",
            False,
            "a deputy signs for the head of a unit; that line may be lost",
        )


def _days_to_come(fields: Fields, told: Relations) -> None:
    """What has happened bears no day to come (*2029* for *2022*); tomorrow may have begun where clocks differ."""
    latest = (today() + timedelta(days=1)).isoformat()
    for name in told.past:
        day = str(fields[name].value)[: len(latest)] if name in fields else ""  # without the time of day
        if day > latest[: len(day)]:
            _add(fields, name, "past", False, "a day to come")


def _order_of_dates(fields: Fields, told: Relations) -> None:
    for first, second in told.earlier:
        if first in fields and second in fields:
            one, other = str(fields[first].value), str(fields[second].value)
            length = min(len(one), len(other))
            if one[:length] > other[:length]:
                for name in (first, second):
                    _add(fields, name, "order_of_dates", False, f"{first} is later than {second}")
