"""Machine-readable zone of the citizen card: three lines of 30 (ICAO Doc 9303-5, TD1), checks 7-3-1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_NO_END = "991231"
"""The last day of 9999 stands for none. Cards end on a birthday of their holders, at 60 at the latest: nobody who has one can have this day."""
_WEIGHTS = (7, 3, 1)
_TO_DIGIT = str.maketrans("OQDILZSGB", "000112568")


@dataclass(frozen=True, slots=True)
class Mrz:
    """What the zone says: identifier, birth and expiry date (ISO 8601; None: no end), sex, name in capitals without tones."""

    personal_id: str
    birth_date: str
    expiry_date: str | None
    sex: str
    name: str


def check_digit(text: str) -> int:
    """The 7-3-1 check digit; raises ValueError for a character that no zone holds."""
    total = 0
    for at, char in enumerate(text):
        value = 0 if char == "<" else int(char, 36)
        total += value * _WEIGHTS[at % 3]
    return total % 10


def _clean(line: str) -> str:
    return re.sub(r"[^0-9A-Z<]", "", line.upper().replace("«", "<<").replace("‹", "<").replace("(", "<"))


def _digits(text: str) -> str:
    return text.translate(_TO_DIGIT)


def parse_mrz(lines: Sequence[str]) -> Mrz | None:
    """The three lines as read, letters in digit places repaired; None unless every check digit agrees."""
    if len(lines) != 3:
        return None
    first, second, third = (_clean(line) for line in lines)
    if not first.startswith("IDVNM") or len(first) < 28 or len(second) < 30:
        return None
    number, check, optional = _digits(first[5:14]), _digits(first[14:15]), _digits(first[15:27])
    birth, birth_check = _digits(second[:6]), _digits(second[6:7])
    sex, expiry, expiry_check = second[7], _digits(second[8:14]), _digits(second[14:15])
    whole = f"{number}{check}{_digits(first[15:30]).ljust(15, '<')}{birth}{birth_check}{expiry}{expiry_check}"
    pairs = ((number, check), (birth, birth_check), (expiry, expiry_check))
    if not all(
        part.isdigit() and digit.isdigit() and check_digit(part) == int(digit) for part, digit in pairs
    ):
        return None
    whole += second[18:29]
    composite = _digits(second[29:30])
    if (
        not optional.isdigit()
        or sex not in "MF"
        or not composite.isdigit()
        or check_digit(whole) != int(composite)
    ):
        return None
    birth_date, expiry_date = _iso(_century(optional), birth), _iso("20", expiry)
    if birth_date is None or expiry_date is None:
        return None
    expiry_date = None if expiry == _NO_END else expiry_date
    return Mrz(
        personal_id=optional,
        birth_date=birth_date,
        expiry_date=expiry_date,
        sex="Nam" if sex == "M" else "Nữ",
        name=" ".join(third.replace("<", " ").split()),
    )


def parse_second_line(line: str) -> tuple[str, str, str | None] | None:
    """Birth date (yymmdd), sex and expiry date (ISO 8601; None: no end), where only the second line of the zone is legible.

    None unless both check digits agree and both are days of the calendar: two wrong digits may make one check digit right.
    """
    second = _clean(line)
    if len(second) < 18 or second[15:18] != "VNM" or second[7] not in "MF":
        return None
    birth, expiry = _digits(second[:7]), _digits(second[8:15])
    if not (birth.isdigit() and expiry.isdigit()):
        return None
    if check_digit(birth[:6]) != int(birth[6]) or check_digit(expiry[:6]) != int(expiry[6]):
        return None
    expiry_date = _iso("20", expiry[:6])
    if expiry_date is None or _iso("20", birth[:6]) is None:
        return None
    return birth[:6], "Nam" if second[7] == "M" else "Nữ", None if expiry[:6] == _NO_END else expiry_date


def _century(personal_id: str) -> str:
    """The fourth digit of the identifier tells it."""
    return str(19 + int(personal_id[3]) // 2)


def _iso(century: str, yymmdd: str) -> str | None:
    """ISO 8601; None where there is no such day."""
    try:
        return date(int(century + yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])).isoformat()
    except ValueError:
        return None


def format_mrz(
    personal_id: str, birth_date: str, sex: str, expiry_date: str | None, name: str
) -> tuple[str, str, str]:
    """The zone of a card, for generators and tests; dates ISO 8601, ``name`` folded capitals, family name first."""
    number = personal_id[3:]
    first = f"IDVNM{number}{check_digit(number)}{personal_id}<<"
    first += str(check_digit(first[5:30]))
    first = first[:30]
    birth = birth_date.replace("-", "")[2:]
    expiry = expiry_date.replace("-", "")[2:] if expiry_date else _NO_END
    second = (
        f"{birth}{check_digit(birth)}{'M' if sex == 'Nam' else 'F'}{expiry}{check_digit(expiry)}VNM".ljust(
            29, "<"
        )
    )
    second += str(check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29]))
    family, _, given = name.partition(" ")
    return first, second, f"{family}<<{given.replace(' ', '<')}".ljust(30, "<")[:30]
