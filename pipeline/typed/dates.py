"""Days, moments and years: day before month, as everybody here writes, or ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pipeline.normalize.dates import date_from_words
from pipeline.normalize.tidying import Value, check
from schemas.values import Kind
from schemas.vietnamese import fold

_YEAR = r"(?P<y>(?:1[89]|2[01])[0-9]{2})"
_SIGN = r"\s?(?P<sign>[/.\-–])\s?"
_FORMS = [
    re.compile(form)
    for form in (
        rf"(?P<d>[0-9]{{1,2}}){_SIGN}(?P<m>[0-9]{{1,2}})\s?(?P=sign)\s?{_YEAR}",
        rf"{_YEAR}-(?P<m>[0-9]{{2}})(?:-(?P<d>[0-9]{{2}}))?",
        rf"(?:(?:ngay\s)?(?:(?:mong|mung)\s)?(?P<d>[0-9]{{1,2}})\s)?thang\s(?P<m>[0-9]{{1,2}})\snam\s{_YEAR}",
        rf"(?P<m>[0-9]{{1,2}}){_SIGN}{_YEAR}",
        rf"(?:nam\s)?{_YEAR}",
    )
]


def to_day(text: str) -> str | None:
    """ISO 8601, or its beginning where only month and year, or the year, are given; None where there is no such day.

    >>> to_day("5/3/2020"), to_day("ngày 05 tháng 3 năm 2020"), to_day("3/2020"), to_day("1/2/2020 3/4/2021")
    ('2020-03-05', '2020-03-05', '2020-03', None)
    """
    plain = fold(text)
    found = next((found for form in _FORMS if (found := form.fullmatch(plain))), None)
    if found is None:
        return None
    parts = found.groupdict()
    year, month, day = parts["y"], parts.get("m"), parts.get("d")
    try:
        whole = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    return whole if day else whole[:7] if month else whole[:4]


_HOUR = r"(?P<h>[01]?[0-9]|2[0-3])(?:\s?:\s?(?P<m>[0-5][0-9])|\s?(?:gio|h)(?:\s?(?P<p>[0-5]?[0-9])(?:\s?(?:phut|p))?)?)"
_MOMENTS = [
    re.compile(form)
    for form in (
        rf"{_HOUR}(?:\s?,)?\s(?P<day>.+)",
        rf"(?P<day>.+?)(?:\s?,)?\s(?:luc\s)?{_HOUR}",
        r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})t(?P<h>[01][0-9]|2[0-3]):(?P<m>[0-5][0-9])",
    )
]


def to_moment(text: str) -> str | None:
    """A day with its hour, ``2020-03-05T08:30``, or the day alone.

    >>> to_moment("08 giờ 30 phút, ngày 05 tháng 3 năm 2020"), to_moment("5/3/2020 14:05"), to_moment("8h 5/3/2020")
    ('2020-03-05T08:30', '2020-03-05T14:05', '2020-03-05T08:00')
    """
    plain = fold(text)
    for found in (found for form in _MOMENTS if (found := form.fullmatch(plain))):
        parts = found.groupdict()
        day, minutes = to_day(parts["day"]), parts["m"] or parts.get("p") or "0"
        if day is not None and len(day) == 10:
            return f"{day}T{int(parts['h']):02d}:{int(minutes):02d}"
    return to_day(plain)


def _dated(value: str | None) -> Value | None:
    if value is None:
        return None
    return Value(value, checks=(check("date", len(value) >= 10, "not all of the date is given"),))


def _year(text: str) -> Value | None:
    day = to_day(text)
    return Value(int(day), checks=(check("year", True),)) if day and len(day) == 4 else None


def _in_words(text: str) -> Value | None:
    if not any(char.isalpha() for char in text):
        return None
    there = date_from_words(text) is not None
    return Value(text, checks=(check("date_words", there, "not a date in words"),))


DATES: dict[Kind, Callable[[str], Value | None]] = {
    Kind.DATE: lambda text: _dated(to_day(text)),
    Kind.DATE_TIME: lambda text: _dated(to_moment(text)),
    Kind.DATE_WORDS: _in_words,
    Kind.YEAR: _year,
}
