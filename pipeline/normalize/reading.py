"""From printed text to a typed value: one reader for each kind, with the checks that it can do by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from pipeline.normalize.addresses import repair_words
from pipeline.normalize.agencies import repair_agency, strange_words
from pipeline.normalize.agency_places import correct_last_unit, correct_second_place, goes_on_as_unit
from pipeline.normalize.agency_whole import complete_agency, is_unfinished
from pipeline.normalize.compounds import repair_compounds
from pipeline.normalize.dates import date_from_words, find_date, find_date_time, repair_date_words
from pipeline.normalize.origins import find_ethnicity, find_nationality
from pipeline.normalize.people import (
    find_sex,
    is_family_name,
    is_given_name,
    is_name,
    name_alone,
    repair_name,
    without_address,
)
from pipeline.normalize.places import complete_province, correct_place, match_address, repair_provinces
from pipeline.normalize.reading_numbers import NUMBERS
from pipeline.normalize.reading_text import TEXTS
from pipeline.normalize.tidying import STRAY, Value, check, joined, tidy
from pipeline.normalize.titles import repair_officer
from schemas.gazetteer import TYPES, is_misspelled_place
from schemas.values import Kind
from schemas.vietnamese import fold


def read_value(kind: Kind, text: str) -> Value:
    """The value of this kind in ``text`` (lines separated by newlines)."""
    if kind is Kind.LIST:  # a bullet that was read as some other stroke
        text = re.sub(r"(?m)^\s*[~=«»¬·]\s", "- ", text)
    cleaned = tidy(text)
    if not cleaned:
        return Value(None)
    value = _READERS[kind](cleaned)
    if kind in _FLOWING and text.rstrip().endswith(","):
        return replace(value, checks=(*value.checks, check("whole", False, "breaks off")))
    return value


#: Kinds that are written out: what ends with a comma goes on in a line that was lost.
_FLOWING = frozenset({Kind.TEXT, Kind.AGENCY, Kind.TITLE})


def _name(text: str) -> Value:
    plain = without_address(name_alone(joined(text)))
    value = repair_name(plain)
    likeness = 1.0 if value == plain else 0.97
    if value and fold(value.split()[0]) != fold(plain.split()[0].strip(STRAY)):
        likeness = 0.8  # the family name was guessed from a word with wrong letters
    elif [word.lower() for word in value.split()[1:]] != [word.lower() for word in plain.split()[1:]]:
        likeness = 0.88  # so was a given name
    if value and (len(value.split()[0]) == 1 or not is_family_name(value.split()[0])):
        likeness *= 0.85  # the first word may be lost, or most of it
    elif not all(is_given_name(word) for word in value.split()[1:]):
        likeness *= 0.9  # a tone may be wrong
    if len(value.split()) == 2:
        likeness *= 0.93  # most people have a middle name: it may be lost
    checks = [check("name", is_name(value), "not the form of a person's name")]
    if value.lower().endswith((" văn", " thị")):
        checks.append(check("whole", False, "breaks off after a middle name"))
    return Value(value or None, likeness, tuple(checks))


def _title(text: str) -> Value:
    plain = joined(text)
    value = repair_officer(repair_compounds(plain))
    legible = bool(re.fullmatch(r"[\w\s.,()\-–]+", value))
    legible = legible and fold(value) not in {"van phong", "thanh tra"}  # CHÁNH was lost
    return Value(
        value or None, 1.0 if value == plain else 0.97, (check("legible", legible, "odd characters"),)
    )


#: A full stop within the name of an agency, before the next unit, was a comma.
_POINT = re.compile(rf"\s?[.;]\s(?=(?:{'|'.join(TYPES).lower()})\s)")


def _agency(text: str) -> Value:
    text = "\n".join(repair_compounds(line) for line in text.split("\n"))
    value = _POINT.sub(", ", repair_agency(joined(text)))
    match = match_address(value)
    corrected, likeness = (match.text, match.likeness) if match else (value, 1.0)
    if match is None and value.isupper():
        corrected, likeness = _by_lines([_line_of_agency(line) for line in text.split("\n")])
    legible = bool(re.fullmatch(r"[\w\s.,;:()\-–/&']+", corrected))
    checks = [check("legible", legible, "odd characters")]
    if is_unfinished(corrected):
        checks.append(check("whole", False, "breaks off"))
    if corrected != joined(text):
        likeness = min(likeness, 0.95)
    if match is None and strange_words(corrected):
        likeness = min(likeness, 0.85)
    return Value(corrected, likeness, tuple(checks))


def _line_of_agency(line: str) -> str:
    """A line put right, with the dash at its end behind which the name goes on, or another agency that issues with this one begins."""
    repaired, dash = repair_agency(line), re.search(r"\s[-–]$", line.rstrip())
    return f"{repaired}{dash.group()}" if dash and not repaired.endswith(("-", "–")) else repaired


def _by_lines(lines: list[str]) -> tuple[str, float]:
    """The agency with the unit at the end of each line put right, which may go on in the next.

    Its likeness is 0.9 where that changed one, 0.8 where one is unknown.
    """
    kept, likeness = [], 1.0
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        right, spelled = correct_last_unit(line)
        goes_on = not spelled and goes_on_as_unit(line, after)
        kept.append(line if goes_on else right)
        if not (spelled or goes_on):
            likeness = min(likeness, 0.8 if right == line else 0.9)
    name, _ = correct_last_unit(repair_agency(" ".join(kept)))
    second = correct_second_place(name)
    if second != name:
        likeness = min(likeness, 0.9)
    return complete_agency(repair_provinces(second)), likeness


def _address(text: str) -> Value:
    plain = _TELEPHONE.sub("", joined(text)).lstrip("-–— ")
    value = repair_words(repair_compounds(plain))
    kept = 1.0 if value == plain else 0.9
    match = match_address(value)
    if match is None and (completed := complete_province(value)):
        torn = check("whole", False, "the province breaks off")
        return Value(completed.text, 0.85, (check("gazetteer", True), torn))
    if match is None:
        place, known = correct_place(value)
        return Value(
            place, kept if place == value else 0.9, (check("gazetteer", known, "no province found"),)
        )
    before = match.text[: min(each.start for each in match.found)]
    if strange_words(before):
        kept = min(kept, 0.85)
    whole = not (_TORN.search(match.text) or _NUMBER_ALONE.match(match.text))
    if any(_spelled_otherwise(part) for part in before.split(",")):
        kept = min(kept, 0.85)
    legible = not _ODD_SIGNS.search(match.text)
    checks = (
        check("gazetteer", True),
        check("legible", legible, "odd characters"),
        *(() if whole else (check("whole", False, "a word is torn"),)),
    )
    return Value(match.text, match.likeness * kept, checks)


#: What forms print behind an address, its label torn by the end of the line.
_TELEPHONE = re.compile(
    r"[\s,;.]*[-–]?\s*(?:[Ss]ố\s)?[Đđ]iện(?:\sthoại)?\s*:?[\s\d.()+-]*$|[\s,;.]*[-–]\s*[Ss]ố$"
)

#: What stands before the name of a hamlet or street.
_HAMLET = re.compile(
    r"^\W*(?:(?:thôn|xóm|ấp|khóm|bản|làng|buôn|khu|phố|đường|khối|tổ dân phố)\s+)?", re.IGNORECASE
)


def _spelled_otherwise(part: str) -> bool:
    """A hamlet or street with the letters of a well-known place and marks that none bears."""
    return is_misspelled_place(_HAMLET.sub("", part.strip()))


#: Signs that no address holds.
_ODD_SIGNS = re.compile(r"[^\w\s.,;:/()\-–'’\"“”+&]")
#: A number right before the commune: *thôn*, *ấp* or *số* was lost.
_NUMBER_ALONE = re.compile(r"\W*\d{1,3}\s?,\s?(?:xã|phường|thị trấn)\s", re.IGNORECASE)
#: A small consonant by itself: what is left of a torn word (*huy n* for *huyện*).
_TORN = re.compile(r"\s[bcdđghklmnpqrstvx](?=[\s,]|$)")


def _date(text: str) -> Value:
    value = find_date(joined(text))
    full = value is not None and len(value) == 10
    return Value(value, checks=(check("date", full, "not all of the date is legible"),) if value else ())


def _date_time(text: str) -> Value:
    value = find_date_time(joined(text))
    timed = re.search(r"gi[oờớòó]|ph[uúùủ]t|\d\s?[:h]\s?\d", text, re.IGNORECASE)
    full = value is not None and len(value) >= (16 if timed else 10)
    return Value(value, checks=(check("date", full, "not all of the date is legible"),) if value else ())


def _date_words(text: str) -> Value:
    value = repair_date_words(joined(text).strip("()").strip())
    return Value(
        value, checks=(check("date_words", date_from_words(value) is not None, "not a date in words"),)
    )


def _year(text: str) -> Value:
    value = find_date(joined(text))
    return Value(int(value[:4]) if value else None, checks=(check("year", True),) if value else ())


def _sex(text: str) -> Value:
    value = find_sex(text)
    return Value(value, checks=(check("sex", True),) if value else ())


def _listed(find: Callable[[str], tuple[str, float] | None], name: str) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        plain = joined(text)
        found = find(plain)
        if found is None:
            return Value(plain, 0.8, (check(name, False, "not in the list"),))
        return Value(found[0], found[1], (check(name, True),))

    return read


_READERS: dict[Kind, Callable[[str], Value]] = {
    Kind.NAME: _name,
    Kind.TITLE: _title,
    Kind.AGENCY: _agency,
    Kind.ADDRESS: _address,
    Kind.DATE: _date,
    Kind.DATE_TIME: _date_time,
    Kind.DATE_WORDS: _date_words,
    Kind.YEAR: _year,
    Kind.SEX: _sex,
    Kind.ETHNICITY: _listed(find_ethnicity, "ethnicity"),
    Kind.NATIONALITY: _listed(find_nationality, "nationality"),
    **TEXTS,
    **NUMBERS,
}
