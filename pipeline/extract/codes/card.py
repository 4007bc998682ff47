"""A citizen card of which labels were not legible.

Its identifier stands alone on a line, the name on the next, and the machine-readable zone tells which of the numbers
on the card is the identifier. It expires on a birthday of its holder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.extract.rows import Row, sheet
from pipeline.model import PageReading
from pipeline.normalize.dates import find_date
from pipeline.normalize.reading import read_value
from pipeline.normalize.tidying import check
from schemas.identifiers.mrz import parse_second_line
from schemas.identifiers.personal import PersonalFacts, facts
from schemas.records import Field, Method
from schemas.values import Kind

_READ_ALONE, _DOUBTED = 0.9, 0.6
"""Confidence of what stands where it ought to, without a label, as the zone says; and where nothing else says so."""

_BY_CHECK_DIGITS = 0.97


def unlabelled_fields(page: PageReading) -> Iterable[tuple[str, Field]]:
    """Identifier, name and birth date by name of field.

    Where the second line of the zone was legible it tells which number is the identifier, and the birth date. Else the only number on
    the page that can be an identifier is offered as doubtful, with the only day of the year that it names.
    """
    rows = sheet(page).rows
    zone = next((told for line in page.text.lines() if (told := parse_second_line(line.text))), None)
    numbers = [(at, number, holder) for at, row in enumerate(rows) for number, holder in _identifiers(row)]
    if zone is not None:
        birth, sex, _ = zone
        numbers = [one for one in numbers if one[2].sex == sex and one[2].birth_year % 100 == int(birth[:2])]
    elif len({number for _, number, _ in numbers}) > 1:
        return
    if not numbers:
        return
    at, number, holder = numbers[0]
    sure = _DOUBTED if zone is None else _READ_ALONE
    yield "personal_id", _field(number, rows[at], page, Method.LAYOUT, sure)
    if zone is not None:
        day = f"{holder.birth_year}-{birth[2:4]}-{birth[4:6]}"
        yield "birth_date", _field(day, rows[at], page, Method.MRZ, _BY_CHECK_DIGITS)
    else:
        days = {day: row for day, row in _days(page) if day.startswith(f"{holder.birth_year}-")}
        if len(days) == 1:
            ((day, row),) = days.items()
            yield "birth_date", _field(day, row, page, Method.LAYOUT, sure)
    for below in rows[at + 1 : at + 4]:
        name = read_value(Kind.NAME, below.text)
        if below.text.isupper() and name.value and all(each.passed for each in name.checks):
            yield "full_name", _field(str(name.value), below, page, Method.LAYOUT, sure)
            return


def _identifiers(row: Row) -> Iterator[tuple[str, PersonalFacts]]:
    for found in re.finditer(r"(?<!\d)\d{12}(?!\d)", row.text):
        if holder := facts(found.group()):
            yield found.group(), holder


_AGES = (14, 25, 40, 60)
"""Birthdays on which cards expire: Law 26/2023/QH15, article 21, and Law 59/2014/QH13, article 21."""


def expires_rightly(birth: str, expiry: str) -> bool:
    """Whether a card expires on such a birthday of its holder; both days as ISO 8601."""
    if len(birth) < 10 or len(expiry) < 10:
        return False
    return birth[5:] == expiry[5:] and int(expiry[:4]) - int(birth[:4]) in _AGES


def expiry_by_birthday(pages: Iterable[PageReading], birth: str) -> Field | None:
    """The day on a card that can be no other than that of its expiry, where its label was not legible."""
    for page in pages:
        for day, row in _days(page):
            if expires_rightly(birth, day):
                return _field(day, row, page, Method.LAYOUT, _READ_ALONE)
    return None


def _days(page: PageReading) -> Iterator[tuple[str, Row]]:
    """All days that stand on a page, ISO 8601, each with where."""
    for row in sheet(page).rows:
        for token in row.tokens:
            if _DAY.search(token.text) and (day := find_date(token.text)):
                yield day, Row(row.page, (token,))


_DAY = re.compile(r"\d{2}/\d{2}/\d{4}")


def _field(value: str, row: Row, page: PageReading, method: Method, sure: float) -> Field:
    left, top, right, bottom = page.text.to_scan.box(row.box).as_list()
    return Field(
        value=value,
        text=row.text,
        confidence=sure,
        page=page.number,
        box=(left, top, right, bottom),
        method=method,
        checks=(check("zone", True),),
    )
