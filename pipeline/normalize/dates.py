"""Dates in every form that papers print, to ISO 8601; a part that cannot be read is left out, never invented."""

from __future__ import annotations

import re
from datetime import date

from pipeline.normalize.numbers import number_from_words, number_in_words, repair_digits
from schemas.vietnamese import fold

_D = r"[0-9OoQØIil|!SsBbGgqZz]"
_NUMERIC = re.compile(rf"(?<![0-9])({_D}{{1,2}})\s*[/.\-]\s*({_D}{{1,2}})\s*[/.\-]\s*({_D}{{4}})(?![0-9])")
_LOST_SLASH = re.compile(
    r"(?<![0-9/])(\d{2})[ '’|]?(\d{2})\s*[/.\-]\s*(\d{4})(?!\d)|(?<![0-9/])(\d{2})\s*[/.\-]\s*(\d{2})[ '’|]?(\d{4})(?!\d)"
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_BLANKS = re.compile(r"(?<![0-9/])(\d{1,2})\s(\d{1,2})\s(\d{4})(?![0-9])")
_MONTH_YEAR = re.compile(rf"(?<![0-9/])({_D}{{1,2}})\s*[/\-]\s*({_D}{{4}})(?![0-9])")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d|21\d\d)(?!\d)")
_TIME = re.compile(
    r"(?<!\d)([01]?\d|2[0-4])\s*(?:gio|h|:)\s*([0-5]?\d)?(?!\d)(?:\s*(?:phut|p)\b)?",
)
# On the folded text, where hand or dots may stand for the day or the month.
_MONTH_NAMED = re.compile(
    r"\bth[ad]n.?g\b\s*(?P<m>\S*?(?:\s\S+){0,2}?)\s*\b[a-z]?[ad]m\b\s*(?P<y>[0-9oilsbgqz|!]{4})(?!\d)"
)
_DAY_BEFORE = re.compile(
    r"(?:\bn.?g.?[ad][yv]|(?<!\S)(?=\d{1,2}\s*$))\s*(?P<d>(?:(?!n.?g.?[ad][yv]).){0,12})$"
)
#: A *1* that the recogniser took for a letter, where only the day can stand (*ngày T8*).
_STROKE = re.compile(r"^[t](?=[\dlit]$)|(?<=^[\dtli])t$")
_GLUED = re.compile(r"(?<=\d)(?=th[ad]ng|n[ad]m)|(?<=thang)(?=\d)|(?<=nam)(?=\d)|(?<=ngay)(?=\d)")


def _number(text: str, low: int, high: int) -> int | None:
    """A whole number within bounds, or None. Text that is not digits or their look-alikes is no number."""
    bare = re.sub(r"(?<=\d)\s(?=\d)", "", text.strip(" .,…:_-'\"()"))
    if not re.fullmatch(rf"{_D}{{1,4}}", bare) or not any(c.isdigit() for c in bare):
        return None
    number = int(repair_digits(bare))
    return number if low <= number <= high else None


def _iso(year: int, month: int | None, day: int | None) -> str | None:
    """ISO 8601, reduced where month or day is unknown; None where there is no such day."""
    if month is None:
        return f"{year:04d}"
    if day is None:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def find_date(text: str) -> str | None:
    """The first date in ``text`` as ISO 8601, with recogniser's faults repaired; None where there is none.

    Only year and month, or the year, where that is all that is legible.

    >>> find_date("ngày 05 tháng 3 năm 2020"), find_date("Sinh ngày: 5/3/2020"), find_date("ngày … tháng 12 năm 2021")
    ('2020-03-05', '2020-03-05', '2021-12')
    """
    if iso := _ISO.search(text):
        return _iso(int(iso[1]), int(iso[2]), int(iso[3]))
    if numeric := _NUMERIC.search(text):
        day, month, year = (int(repair_digits(part)) for part in numeric.groups())
        return _iso(year, month, day) if 1800 <= year <= 2199 else None
    if torn := _LOST_SLASH.search(text) or _BLANKS.search(text):
        day, month, year = (int(part) for part in torn.groups() if part)
        return _iso(year, month, day) if 1800 <= year <= 2199 else None
    spaced = re.sub(r"\s+", " ", _GLUED.sub(" ", fold(text)))
    if named := _MONTH_NAMED.search(spaced):
        return _from_named(spaced, named)
    return date_from_words(text) or _without_day(text)


def _from_named(text: str, named: re.Match[str]) -> str | None:
    """``ngày 05 tháng 3 năm 2020`` from where its month begins."""
    year = _number(named["y"], 1800, 2199)
    if year is None:
        return None
    month = _number(named["m"], 1, 12)
    before = _DAY_BEFORE.search(text[: named.start()].rstrip())
    day = _STROKE.sub("1", before["d"].strip()) if before else ""
    return _iso(year, month, _number(day, 1, 31) if month else None)


def _without_day(text: str) -> str | None:
    pair = _MONTH_YEAR.search(text)
    if pair and 1 <= (month := int(repair_digits(pair[1]))) <= 12:
        return _iso(int(repair_digits(pair[2])), month, None)
    year = _YEAR.search(text)
    return year[1] if year else None


def find_date_time(text: str) -> str | None:
    """A date with its hour, ``2020-03-05T08:30``; only the date where no hour is printed.

    >>> find_date_time("08 giờ 30 phút, ngày 05 tháng 3 năm 2020"), find_date_time("05/3/2020 14:05")
    ('2020-03-05T08:30', '2020-03-05T14:05')
    """
    day = find_date(text)
    if day is None or len(day) < 10:
        return day
    time = _TIME.search(fold(text))
    if not time or int(time[1]) == 24:
        return day
    return f"{day}T{int(time[1]):02d}:{int(time[2] or 0):02d}"


def date_from_words(text: str) -> str | None:
    """A date in words as ISO 8601; None where it is not one. ``năm`` is both *five* and *year*: all splits are tried.

    >>> date_from_words("Ngày mồng năm tháng năm năm hai nghìn không trăm linh năm")
    '2005-05-05'
    """
    words = re.findall(r"[a-z]+", fold(text))
    if "thang" not in words:
        return None
    at = words.index("thang")
    start = words.index("ngay") + 1 if "ngay" in words[:at] else 0
    day_words = [word for word in words[start:at] if word not in {"mong", "mung"}]
    day = number_from_words(" ".join(day_words))
    for split in range(at + 2, min(at + 2 + _MONTH_WORDS, len(words) - 1)):
        if words[split] != "nam":
            continue
        month = {"gieng": 1, "chap": 12}.get(words[at + 1]) or number_from_words(
            " ".join(words[at + 1 : split])
        )
        year = _year_from_words(words[split + 1 :])
        if day and month and 1 <= month <= 12 and year:
            return _iso(year, month, day)
    return None


_MONTH_WORDS, _YEAR_WORDS = 3, 12
"""As many words as a month and a year have at most; what is longer is not looked through word by word."""


def _year_from_words(words: list[str]) -> int | None:
    for end in range(
        min(len(words), _YEAR_WORDS), 0, -1
    ):  # what follows the year ("bản sao…") is no number word
        year = number_from_words(" ".join(words[:end]))
        if year is not None:
            return year if 1800 <= year <= 2199 else None
    return None


def date_in_words(day: date) -> str:
    """A date as certificates spell it.

    >>> date_in_words(date(2020, 3, 5))
    'Ngày năm tháng ba năm hai nghìn không trăm hai mươi'
    """
    month = "tư" if day.month == 4 else number_in_words(day.month)
    return f"Ngày {number_in_words(day.day)} tháng {month} năm {number_in_words(day.year)}"


_WORDS = {
    fold(word): word
    for word in (
        "ngày|mồng|mùng|tháng|năm|một|hai|ba|bốn|sáu|bảy|tám|chín|trăm|nghìn|ngàn|không|lẻ|linh|lăm|giêng|chạp".split(
            "|"
        )
    )
}
_SPOKEN = frozenset({*_WORDS, "muoi", "tu", "mot", "nham"})
_DIGITS = frozenset("hai ba bon tu nam sau bay tam chin".split())


def repair_date_words(text: str) -> str:
    """A date in words with the tones of its words put back; the first letter keeps its case.

    >>> repair_date_words("Ngày mươi sáu thang mười năm hai nghin không trăm mươi sáu")
    'Ngày mười sáu tháng mười năm hai nghìn không trăm mười sáu'
    """
    words = re.sub(r"(?<=\w)[:;.|'\"”“]+(?=\s)", "", text).split()  # specks; commas may be printed
    while len(words) > 6 and fold(words[-1]).strip(".,;:()") not in _SPOKEN:
        words.pop()  # specks after the year
    for at, word in enumerate(words):
        bare = fold(word).strip(".,;:()")
        before = fold(words[at - 1]) if at else ""
        right = _WORDS.get(bare)
        if bare == "muoi":
            right = "mươi" if before in _DIGITS else "mười"
        elif bare == "mot" and before == "muoi" and words[at - 1] == "mươi":
            right = "mốt"
        if right and word[:1].isalpha() and word[-1:].isalpha():
            words[at] = right[0].upper() + right[1:] if word[0].isupper() else right
    return " ".join(words)
